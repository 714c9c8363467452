#include "helper/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fdio.h"
#include "helper/process.h"

enum {
    MODE = 0666,
    PATH_SIZE = 4096,
    PAUSE_MS = 200 /* while the system is out of descriptors or memory */
};

struct listener {
    const char *name; /* in the folder */
    int folder;       /* -1: the socket is somebody else's */
    int sock;
    int signals;
    int idle_ms;     /* -1: for ever */
    sigset_t before; /* the caller's mask */
    struct stat made;
    struct {
        pid_t pid; /* 0: a free place */
        uid_t uid;
    } claims[LISTEN_PROCESSES];
};

/* ---- the socket ------------------------------------------------------------------------- */

static int
open_folder(struct listener *l, const char *path, struct err *e)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_SIZE];

    if (path[0] != '/' || slash[1] == '\0' || slash == path)
        return err_set(e, ERR_TRUST, "%s: must be the absolute path of a socket in a folder", path);
    if ((size_t)(slash - path) >= sizeof(folder))
        return err_set(e, ERR_LIMIT, "%.64s...: the path is too long", path);
    (void)snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
    l->name = slash + 1;
    l->folder = fdio_open_dir_trusted(folder, FDIO_READABLE, e);
    return l->folder < 0 ? -1 : 0;
}

/* Bind beside the name and rename: whoever connects meanwhile finds the old or the new. */
static int
bind_in_folder(struct listener *l, const char *path, struct err *e)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char fresh[sizeof(address.sun_path)];
    struct stat st;

    if (fstatat(l->folder, l->name, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISSOCK(st.st_mode))
        return err_set(e, ERR_TRUST, "%s is there and is no socket; remove it", path);
    /* By its path, which nobody but root can lead elsewhere: the kernel's list of sockets
     * keeps what is bound, and iamlp status looks for it there. */
    if ((size_t)snprintf(fresh, sizeof(fresh), "%s.new", l->name) >= sizeof(fresh) ||
        (size_t)snprintf(address.sun_path, sizeof(address.sun_path), "%s.new", path) >=
            sizeof(address.sun_path))
        return err_set(e, ERR_LIMIT, "%.64s...: the path of the socket is too long", path);
    (void)unlinkat(l->folder, fresh, 0);
    l->sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (l->sock < 0 ||
        bind(l->sock, (const struct sockaddr *)&address, (socklen_t)sizeof(address)) != 0)
        return err_sys(e, "cannot bind %s", path);
    if (fchmodat(l->folder, fresh, MODE, 0) != 0 || listen(l->sock, SOMAXCONN) != 0 ||
        fstatat(l->folder, fresh, &l->made, AT_SYMLINK_NOFOLLOW) != 0 ||
        renameat(l->folder, fresh, l->folder, l->name) != 0) {
        err_sys(e, "cannot listen at %s", path);
        (void)unlinkat(l->folder, fresh, 0);
        return -1;
    }
    return 0;
}

/* Descriptor 0 is the listening socket. */
static int
adopt(struct listener *l, int idle_ms, struct err *e)
{
    int listens = 0, flags = fcntl(STDIN_FILENO, F_GETFL);
    socklen_t len = sizeof(listens);

    if (flags < 0 || getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) != 0 ||
        listens == 0)
        return err_set(e, ERR_SYSTEM,
                       "descriptor 0 is not a socket that listens; --listen - is "
                       "for a socket unit of systemd");
    l->idle_ms = idle_ms;
    l->sock = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (l->sock < 0 || fcntl(l->sock, F_SETFL, flags | O_NONBLOCK) != 0)
        return err_sys(e, "cannot use descriptor 0");
    return 0;
}

static int
open_socket(struct listener *l, const char *path, int idle_ms, struct err *e)
{
    if (strcmp(path, "-") == 0)
        return adopt(l, idle_ms, e);
    return open_folder(l, path, e) == 0 && bind_in_folder(l, path, e) == 0 ? 0 : -1;
}

/* Another listener may have put its own in our place. */
static void
remove_socket(const struct listener *l)
{
    struct stat st;

    if (l->folder >= 0 && fstatat(l->folder, l->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
        st.st_ino == l->made.st_ino && st.st_dev == l->made.st_dev)
        (void)unlinkat(l->folder, l->name, 0);
}

/* ---- signals ---------------------------------------------------------------------------- */

static int
catch_signals(struct listener *l, struct err *e)
{
    sigset_t caught;

    (void)sigemptyset(&caught);
    (void)sigaddset(&caught, SIGTERM);
    (void)sigaddset(&caught, SIGINT);
    (void)sigaddset(&caught, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &caught, &l->before);
    l->signals = signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
    return l->signals < 0 ? err_sys(e, "signalfd") : 0;
}

/* A child of ours, seen once. */
static bool
ended(pid_t pid)
{
    pid_t found;

    do
        found = waitpid(pid, NULL, WNOHANG);
    while (found < 0 && errno == EINTR);
    return found != 0;
}

/* Was the end asked for? A claim that has ended leaves its place. */
static bool
take_signals(struct listener *l)
{
    struct signalfd_siginfo info;
    bool stop = false;

    while (read(l->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
        if (info.ssi_signo != SIGCHLD)
            stop = true;
    for (size_t i = 0; i < LISTEN_PROCESSES; i++)
        if (l->claims[i].pid != 0 && ended(l->claims[i].pid))
            l->claims[i].pid = 0;
    return stop;
}

/* ---- connections ------------------------------------------------------------------------ */

static _Noreturn void
become_claim(const struct listener *l, int sock, int (*serve)(void *arg), void *arg)
{
    /* Ctrl-C at the listener's terminal ends the listener, not a create on its way. */
    (void)setsid();
    if (dup2(sock, STDIN_FILENO) < 0)
        _exit(126);
    fdio_close(sock);
    fdio_close(l->sock);
    fdio_close(l->signals);
    fdio_close(l->folder);
    (void)sigprocmask(SIG_SETMASK, &l->before, NULL);
    _exit(serve(arg));
}

/* A place for one more claim of the user at the other end. -1: there is none, or the client has
 * ended. Then nothing tells any more to whom a subordinate uid belongs, and whoever connects as
 * many of them and leaves would take a place for each. */
static int
find_place(const struct listener *l, int sock, uid_t *uid)
{
    struct ucred cred = {0, (uid_t)-1, (gid_t)-1};
    socklen_t len = sizeof(cred);
    int place = -1, theirs = 0;

    if (getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &cred, &len) != 0 ||
        !process_owner(cred.pid, cred.uid, uid))
        return -1;
    for (int i = 0; i < LISTEN_PROCESSES; i++) {
        if (l->claims[i].pid == 0)
            place = i;
        else if (l->claims[i].uid == *uid)
            theirs++;
    }
    return theirs < LISTEN_PER_USER ? place : -1;
}

/* Take one connection, if there is one. -1: the system has to recover first. */
static int
take_one(struct listener *l, int (*serve)(void *arg), void *arg)
{
    int sock = accept4(l->sock, NULL, NULL, SOCK_CLOEXEC), place, rc = 0;
    uid_t uid = (uid_t)-1;

    if (sock < 0)
        return errno == EAGAIN || errno == EINTR || errno == ECONNABORTED ? 0 : -1;
    place = find_place(l, sock, &uid);
    if (place >= 0) {
        pid_t pid = fork();

        if (pid == 0)
            become_claim(l, sock, serve, arg);
        l->claims[place].pid = pid > 0 ? pid : 0;
        l->claims[place].uid = uid;
        rc = pid > 0 ? 0 : -1;
    }
    fdio_close(sock);
    return rc;
}

static bool
idle(const struct listener *l)
{
    for (size_t i = 0; i < LISTEN_PROCESSES; i++)
        if (l->claims[i].pid != 0)
            return false;
    return true;
}

static void
serve_until_the_end(struct listener *l, int (*serve)(void *arg), void *arg)
{
    for (;;) {
        struct pollfd p[] = {{l->signals, POLLIN, 0}, {l->sock, POLLIN, 0}};

        /* Who connects just then waits in the socket for the next listener. */
        if (poll(p, 2, l->idle_ms) == 0 && idle(l))
            return;
        if (take_signals(l))
            return;
        if (take_one(l, serve, arg) != 0)
            (void)poll(p, 1, PAUSE_MS);
    }
}

int
listen_serve(const char *path, int idle_ms, int (*serve)(void *arg), void *arg, struct err *e)
{
    struct listener l = {.folder = -1, .sock = -1, .signals = -1, .idle_ms = -1};
    int rc = -1;

    /* Before there is a socket: whoever has seen it may send a signal. */
    if (catch_signals(&l, e) == 0 && open_socket(&l, path, idle_ms, e) == 0) {
        serve_until_the_end(&l, serve, arg);
        remove_socket(&l);
        rc = 0;
    }
    (void)sigprocmask(SIG_SETMASK, &l.before, NULL);
    fdio_close(l.signals);
    fdio_close(l.sock);
    fdio_close(l.folder);
    return rc;
}
