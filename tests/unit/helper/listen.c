#include "helper/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    HANG_MS = 60 * 1000 /* only a hang takes that long */
};

static const char *folder;
static char path[64];
static struct sockaddr_un address = {.sun_family = AF_UNIX};

/* In the process of a claim: say hello once it is as it should be, then echo. */
static int
echo(void *arg)
{
    struct sigaction act;
    sigset_t mask;
    char c = '+';

    if (arg != &address || getsid(0) != getpid())
        c = '1';
    if (sigprocmask(SIG_BLOCK, NULL, &mask) != 0 || sigismember(&mask, SIGTERM) != 0 ||
        sigismember(&mask, SIGCHLD) != 0 || sigaction(SIGTERM, NULL, &act) != 0 ||
        act.sa_handler != SIG_DFL)
        c = '2';
    for (int fd = 3; fd < 64; fd++)
        if (fcntl(fd, F_GETFD) != -1)
            c = '3';
    if ((fcntl(0, F_GETFD) & FD_CLOEXEC) != 0)
        c = '4';
    do
        (void)!write(0, &c, 1);
    while (read(0, &c, 1) == 1);
    return 0;
}

/* Start a listener at `where` as a process of its own, with this descriptor 0 unless
 * negative, without waiting for it. */
static pid_t
start_with(const char *where, int stdin_fd, int idle_ms)
{
    pid_t pid = fork();

    if (pid == 0) {
        struct err e = ERR_INIT;
        sigset_t after;

        (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        if (stdin_fd >= 0)
            (void)dup2(stdin_fd, 0);
        for (int fd = 3; fd < 64; fd++)
            (void)close(fd);
        if (listen_serve(where, idle_ms, echo, &address, &e) != 0)
            _exit(100 + (int)e.code);
        (void)sigprocmask(SIG_BLOCK, NULL, &after);
        _exit(sigismember(&after, SIGTERM) != 0 || fcntl(3, F_GETFD) != -1);
    }
    assert_true(pid > 0);
    return pid;
}

/* It never ends by itself, idle or not. */
static pid_t
start(void)
{
    return start_with(path, -1, 1);
}

static int
end_of(pid_t pid)
{
    int status = -1;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* For longer than it may be idle. */
static bool
runs_on(pid_t pid)
{
    (void)usleep(20 * 1000);
    return waitpid(pid, NULL, WNOHANG) == 0;
}

/* -1: nobody listens there. */
static int
try_connect(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (connect(fd, (struct sockaddr *)&address, (socklen_t)sizeof(address)) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

/* As a user of that uid. */
static int
try_connect_as(uid_t uid)
{
    int fd;

    assert_int_equal(seteuid(uid), 0);
    fd = try_connect();
    assert_int_equal(seteuid(0), 0);
    assert_true(fd >= 0);
    return fd;
}

/* What the other end says first; 0: it has closed. */
static char
hears(int fd)
{
    struct pollfd p = {fd, POLLIN, 0};
    char c = 0;

    assert_int_equal(poll(&p, 1, HANG_MS), 1);
    return read(fd, &c, 1) == 1 ? c : 0;
}

/* Connect until a claim is served, as a listener needs a moment to be there or to find
 * that a place is free. */
static int
connect_served(void)
{
    for (int i = 0; i < HANG_MS; i++) {
        int fd = try_connect();
        char c = fd < 0 ? 0 : hears(fd);

        if (c == '+')
            return fd;
        if (c != 0)
            fail_msg("the claim's process is not as it should be: %c", c);
        if (fd >= 0)
            (void)close(fd);
        (void)usleep(1000);
    }
    fail_msg("no claim is served");
    return -1;
}

static bool
echoes(int fd)
{
    return write(fd, "e", 1) == 1 && hears(fd) == 'e';
}

static void
serves_each_in_a_process_of_its_own(void **state)
{
    pid_t pid = start();
    int one = connect_served(), two = connect_served();
    struct stat st;

    (void)state;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0666);
    assert_true(echoes(two));
    assert_true(echoes(one));
    (void)close(one);
    assert_true(echoes(two));
    (void)close(two);
    /* Those that have ended leave their places. */
    for (int i = 0; i < 3 * LISTEN_PROCESSES; i++)
        (void)close(connect_served());
    assert_true(runs_on(pid));
    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(end_of(pid), 0);
}

static void
closes_what_one_user_has_too_many_of(void **state)
{
    pid_t pid = start();
    int fds[LISTEN_PER_USER], fd;

    (void)state;
    for (int i = 0; i < LISTEN_PER_USER; i++)
        fds[i] = connect_served();
    for (int i = 0; i < 100; i++) {
        fd = try_connect();
        assert_true(fd >= 0);
        assert_int_equal(hears(fd), 0);
        (void)close(fd);
    }
    (void)close(fds[1]);
    fds[1] = connect_served();
    for (int i = 0; i < LISTEN_PER_USER; i++) {
        assert_true(echoes(fds[i]));
        (void)close(fds[i]);
    }
    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(end_of(pid), 0);
}

/* Whose socket is somebody else's by now: nobody can tell whose place that would be. */
static void
closes_whose_client_has_ended(void **state)
{
    pid_t pid = start(), client;
    int fd, status = 0;

    (void)state;
    (void)close(connect_served());
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(kill(pid, SIGSTOP), 0);
    assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
    client = fork();
    if (client == 0)
        _exit(connect(fd, (struct sockaddr *)&address, (socklen_t)sizeof(address)) != 0);
    assert_int_equal(waitpid(client, &status, 0), client);
    assert_int_equal(status, 0);
    assert_int_equal(kill(pid, SIGCONT), 0);
    assert_int_equal(hears(fd), 0);
    (void)close(fd);
    (void)close(connect_served());
    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(end_of(pid), 0);
}

static void
closes_what_is_beyond_the_limit(void **state)
{
    int fds[LISTEN_PROCESSES], fd;
    pid_t pid;

    (void)state;
    if (geteuid() != 0) {
        (void)printf("skipped: needs root, to be several users\n");
        skip();
    }
    pid = start();
    /* A claim of its own to see that it is there; the place may be taken a little longer. */
    (void)close(connect_served());
    for (int i = 0; i < LISTEN_PROCESSES; i++) {
        do
            fds[i] = try_connect_as(4000 + (uid_t)i / LISTEN_PER_USER);
        while (hears(fds[i]) != '+' && close(fds[i]) == 0);
    }
    fd = try_connect_as(5000);
    assert_int_equal(hears(fd), 0);
    (void)close(fd);
    (void)close(fds[3]);
    do
        fds[3] = try_connect_as(5000);
    while (hears(fds[3]) != '+' && close(fds[3]) == 0);
    for (int i = 0; i < LISTEN_PROCESSES; i++) {
        assert_true(echoes(fds[i]));
        (void)close(fds[i]);
    }
    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(end_of(pid), 0);
}

static void
ends_on_a_signal_and_claims_go_on(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        pid_t pid = start();
        int fd = connect_served();

        assert_int_equal(kill(pid, signals[i]), 0);
        assert_int_equal(end_of(pid), 0);
        assert_int_equal(access(path, F_OK), -1);
        assert_int_equal(errno, ENOENT);
        assert_true(echoes(fd));
        (void)close(fd);
    }
}

static void
replaces_an_old_socket_and_leaves_a_new_one(void **state)
{
    pid_t killed = start(), first, second;
    char fresh[80];

    (void)state;
    (void)close(connect_served());
    assert_int_equal(kill(killed, SIGKILL), 0);
    assert_int_equal(waitpid(killed, NULL, 0), killed);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(try_connect(), -1);
    /* As left by one that was killed before it could rename. */
    (void)snprintf(fresh, sizeof(fresh), "%s.new", path);
    assert_int_equal(symlink("/nonexistent", fresh), 0);
    first = start();
    (void)close(connect_served());
    /* Replaced while it runs: the socket is not its own any more. */
    assert_int_equal(unlink(path), 0);
    second = start();
    (void)close(connect_served());
    assert_int_equal(kill(first, SIGTERM), 0);
    assert_int_equal(end_of(first), 0);
    (void)close(connect_served());
    assert_int_equal(kill(second, SIGTERM), 0);
    assert_int_equal(end_of(second), 0);
}

static int
fault_of(const char *where)
{
    struct err e = ERR_INIT;

    assert_int_equal(listen_serve(where, 1, echo, NULL, &e), -1);
    return (int)e.code;
}

static void
refuses_a_place_that_is_not_fit(void **state)
{
    char longest[200], folder_like[80];
    int fd;

    (void)state;
    assert_int_equal(fault_of("claim.sock"), ERR_TRUST);
    assert_int_equal(fault_of("/claim.sock"), ERR_TRUST);
    (void)snprintf(folder_like, sizeof(folder_like), "%s/", folder);
    assert_int_equal(fault_of(folder_like), ERR_TRUST);
    (void)snprintf(longest, sizeof(longest), "%s/%0150d", folder, 0);
    assert_int_equal(fault_of(longest), ERR_LIMIT);
    assert_int_equal(fault_of("/tmp/claim.sock"), ERR_TRUST);
    assert_int_equal(chmod(folder, 0775), 0);
    assert_int_equal(fault_of(path), ERR_TRUST);
    assert_int_equal(chmod(folder, 0755), 0);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "x", 1), 1);
    (void)close(fd);
    assert_int_equal(fault_of(path), ERR_TRUST);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(unlink(path), 0);
}

/* The socket of an init system. */
static int
bind_socket(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, (socklen_t)sizeof(address)), 0);
    return fd;
}

static void
serves_a_socket_that_it_is_given(void **state)
{
    int given = bind_socket(), fd, late;
    pid_t pid;

    (void)state;
    assert_int_equal(end_of(start_with("-", given, 1)), 100 + ERR_SYSTEM);
    assert_int_equal(listen(given, 16), 0);
    /* It ends when there is nothing to do, not while there is a claim. */
    late = try_connect();
    pid = start_with("-", given, 1);
    assert_int_equal(hears(late), '+');
    assert_true(runs_on(pid));
    assert_true(echoes(late));
    (void)close(late);
    assert_int_equal(end_of(pid), 0);
    /* Who comes when it has ended waits for the next one. */
    fd = try_connect();
    pid = start_with("-", given, HANG_MS);
    assert_int_equal(hears(fd), '+');
    (void)close(fd);
    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(end_of(pid), 0);
    assert_int_equal(access(path, F_OK), 0);
    (void)close(given);
    assert_int_equal(unlink(path), 0);
}

/* The number that the next descriptor of a process would get. */
static rlim_t
next_descriptor(pid_t pid)
{
    char link[64], target[64];

    for (unsigned fd = 0;; fd++) {
        (void)snprintf(link, sizeof(link), "/proc/%d/fd/%u", (int)pid, fd);
        if (readlink(link, target, sizeof(target)) < 0)
            return fd;
    }
}

static long
ticks_of(pid_t pid)
{
    char name[64], text[1024] = "";
    unsigned long user = 0, system = 0;
    int fd;

    (void)snprintf(name, sizeof(name), "/proc/%d/stat", (int)pid);
    fd = open(name, O_RDONLY | O_CLOEXEC);
    assert_true(read(fd, text, sizeof(text) - 1) > 0);
    (void)close(fd);
    assert_int_equal(sscanf(strrchr(text, ')'),
                            ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                            &system),
                     2);
    return (long)(user + system);
}

static void
waits_where_descriptors_run_out(void **state)
{
    pid_t pid = start();
    struct rlimit few, before;
    struct pollfd p = {-1, POLLIN, 0};
    long ticks;

    (void)state;
    (void)close(connect_served());
    /* Not while a claim that ends is still there. */
    p.fd = connect_served();
    few.rlim_cur = next_descriptor(pid);
    assert_int_equal(prlimit(pid, RLIMIT_NOFILE, NULL, &before), 0);
    few.rlim_max = before.rlim_max;
    assert_int_equal(prlimit(pid, RLIMIT_NOFILE, &few, NULL), 0);
    (void)close(p.fd);
    p.fd = try_connect();
    ticks = ticks_of(pid);
    assert_int_equal(poll(&p, 1, 1000), 0);
    /* It neither ends nor spins: a second of spinning is 100 ticks. */
    assert_true(ticks_of(pid) - ticks < 10);
    assert_int_equal(prlimit(pid, RLIMIT_NOFILE, &before, NULL), 0);
    assert_int_equal(hears(p.fd), '+');
    (void)close(p.fd);
    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(end_of(pid), 0);
}

static int
make_folder(void **state)
{
    static char outer[] = "/tmp/iamlp-listen-XXXXXX";

    (void)state;
    if (mkdtemp(outer) == NULL || chmod(outer, 0755) != 0)
        return -1;
    folder = outer;
    (void)snprintf(path, sizeof(path), "%s/claim.sock", folder);
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    return 0;
}

static int
remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serves_each_in_a_process_of_its_own),
        cmocka_unit_test(closes_what_one_user_has_too_many_of),
        cmocka_unit_test(closes_whose_client_has_ended),
        cmocka_unit_test(closes_what_is_beyond_the_limit),
        cmocka_unit_test(ends_on_a_signal_and_claims_go_on),
        cmocka_unit_test(replaces_an_old_socket_and_leaves_a_new_one),
        cmocka_unit_test(refuses_a_place_that_is_not_fit),
        cmocka_unit_test(serves_a_socket_that_it_is_given),
        cmocka_unit_test(waits_where_descriptors_run_out),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
