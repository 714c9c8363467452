/*
 * The module as a host sees it, with a system of the fuzzer's: what each call does, what stands
 * in each file, who asks. Always PAM_IGNORE; nothing is said in the account and the session
 * stack; descriptors, mappings and signal mask are as before; a line of the log is one line
 * and never holds the password.
 *
 * The input's lines: HOOK and flags ("a" account, "s" session, "p" password, "x" auth; hex);
 * user; service; PAM_RUSER; PAM_RHOST; arguments; PAM_AUTHTOK; what the helper says at its
 * end; how the system's calls go, a character each ('.' well, a small letter a fault, a digit
 * something odd); then the record.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <security/pam_modules.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"
#include "hook.h"
#include "pam/watch.h"
#include "wire/frame.h"

#define PASSWORD "wJalrXUtnFEMI/K7MDENG"

enum {
    LINES = 9,
    LINE_SIZE = 300,
    ARGS_MAX = 12,
    RECORD_FD_SIZE = 32
};

enum line {
    HOOK,
    USER,
    SERVICE,
    RUSER,
    RHOST,
    ARGS,
    AUTHTOK,
    SAID,
    CALLS
};

static struct {
    char line[LINES][LINE_SIZE];
    const uint8_t *record;
    size_t record_len;
    size_t call; /* the next character of CALLS */
    int held;    /* mappings */
    volatile struct watch_report *report;
    int helper;  /* the helper's end of the socket */
    bool active; /* the module runs; else a call is the fuzzer's own */
    unsigned told;
} world;

/* ---- how a call goes ---------------------------------------------------------------------- */

static char
next_call(void)
{
    char c = world.line[CALLS][world.call];

    if (c == '\0')
        return '.';
    world.call++;
    return c;
}

/* 0: well; else errno is set. *odd: something between the two. */
static int
goes(int *odd)
{
    static const int faults[] = {ENOENT, EACCES, ENOMEM, EINTR, EMFILE, ENOTDIR, ELOOP, ENOSYS,
                                 EPERM,  EINVAL, EAGAIN, EIO,   ENXIO,  ECHILD,  ESRCH};
    char c = next_call();

    *odd = c >= '0' && c <= '9' ? c - '0' + 1 : 0;
    if (c < 'a' || c > 'z')
        return 0;
    errno = faults[(size_t)(c - 'a') % (sizeof(faults) / sizeof(faults[0]))];
    return -1;
}

/* ---- the system ------------------------------------------------------------------------- */

int
__wrap_openat(int dir, const char *path, int flags, ...)
{
    if (!world.active)
        return __real_openat(dir, path, flags, 0);
    char name[RECORD_FD_SIZE];
    int odd, fd;

    if (goes(&odd) != 0)
        return -1;
    if ((flags & (O_DIRECTORY | O_PATH)) != 0)
        return open("/", O_PATH | O_CLOEXEC);
    FUZZ_HOLDS((flags & O_CLOEXEC) != 0 && path[0] != '\0');
    world.active = false;
    fd = fuzz_file(world.record, world.record_len, name);
    world.active = true;
    FUZZ_HOLDS(lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

static void
fill(struct stat *st, int odd, bool folder)
{
    memset(st, 0, sizeof(*st));
    st->st_mode = (odd == 1 ? S_IFIFO : odd == 2 ? S_IFLNK : folder ? S_IFDIR : S_IFREG) | 0755;
    if (odd == 3)
        st->st_mode |= 022;
    st->st_uid = odd == 4 ? 1000 : 0;
    st->st_size = odd == 5 ? INT64_MAX : 100;
    st->st_ino = 12;
    st->st_mtim.tv_sec = odd == 6 ? INT64_MIN : 1795000000;
}

int
__wrap_fstatat(int dir, const char *path, struct stat *st, int flags)
{
    if (!world.active)
        return __real_fstatat(dir, path, st, flags);
    int odd;

    if (goes(&odd) != 0)
        return -1;
    fill(st, odd, false);
    return 0;
}

int
__wrap_fstat(int fd, struct stat *st)
{
    if (!world.active)
        return __real_fstat(fd, st);
    int odd, flags = fcntl(fd, F_GETFL);

    if (goes(&odd) != 0)
        return -1;
    fill(st, odd, (flags & O_PATH) != 0);
    return 0;
}

ssize_t
__wrap_read(int fd, void *to, size_t size)
{
    if (!world.active)
        return __real_read(fd, to, size);
    int odd;

    if (goes(&odd) != 0)
        return -1;
    return __real_read(fd, to, odd > 0 && size > (size_t)odd ? (size_t)odd : size);
}

int
__wrap_getpwnam_r(const char *name, struct passwd *pw, char *text, size_t size,
                  struct passwd **found)
{
    if (!world.active)
        return __real_getpwnam_r(name, pw, text, size, found);
    int odd;

    *found = NULL;
    if (goes(&odd) != 0)
        return errno;
    if (odd == 1 || strlen(name) >= size)
        return 0;
    memset(pw, 0, sizeof(*pw));
    memcpy(text, name, strlen(name) + 1);
    if (odd == 2)
        text[0] = '\0';
    if (odd == 3) {
        memset(text, 'x', 200);
        text[200] = '\0';
    }
    pw->pw_name = text;
    pw->pw_uid = odd == 4 ? UINT32_MAX : 1000;
    *found = pw;
    return 0;
}

uid_t
__wrap_geteuid(void)
{
    if (!world.active)
        return __real_geteuid();
    int odd;

    (void)goes(&odd);
    return odd == 1 ? 1000 : 0;
}

uid_t
__wrap_getuid(void)
{
    if (!world.active)
        return __real_getuid();
    int odd;

    (void)goes(&odd);
    return odd == 1 ? 0 : 1000;
}

int
__wrap_socket(int domain, int type, int protocol)
{
    if (!world.active)
        return __real_socket(domain, type, protocol);
    int odd;

    return goes(&odd) != 0 ? -1 : __real_socket(domain, type, protocol);
}

/* Does it stand in what may be logged? */
static bool
elsewhere(const char *secret)
{
    for (int i = 0; i < LINES; i++)
        if (i != AUTHTOK && strstr(world.line[i], secret) != NULL)
            return true;
    return false;
}

/* /dev/log: a datagram. */
ssize_t
__wrap_sendto(int fd, const void *data, size_t len, int flags, const struct sockaddr *to,
              socklen_t size)
{
    if (!world.active)
        return __real_sendto(fd, data, len, flags, to, size);
    const char *secret = world.line[AUTHTOK];
    int odd;

    FUZZ_HOLDS((flags & MSG_NOSIGNAL) != 0 && len > 0);
    for (size_t i = 0; i < len; i++)
        FUZZ_HOLDS(((const char *)data)[i] >= ' ' && ((const char *)data)[i] < 0x7f);
    /* The seeds' one: others may come about by what another value is escaped to. */
    if (strcmp(secret, PASSWORD) == 0 && !elsewhere(secret))
        FUZZ_HOLDS(memmem(data, len, secret, strlen(secret)) == NULL);
    return goes(&odd) != 0 ? -1 : (ssize_t)len;
}

int
__wrap_socketpair(int domain, int type, int protocol, int fds[2])
{
    if (!world.active)
        return __real_socketpair(domain, type, protocol, fds);
    int odd;

    if (goes(&odd) != 0 || __real_socketpair(domain, type, protocol, fds) != 0)
        return -1;
    world.helper = fds[1];
    return 0;
}

void *
__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
    if (!world.active)
        return __real_mmap(at, size, prot, flags, fd, offset);
    void *p;
    int odd;

    if (goes(&odd) != 0)
        return MAP_FAILED;
    p = __real_mmap(at, size, prot, flags, fd, offset);
    FUZZ_HOLDS(p != MAP_FAILED);
    world.held++;
    if ((flags & MAP_SHARED) != 0)
        world.report = p;
    return p;
}

int
__wrap_munmap(void *at, size_t size)
{
    if (!world.active)
        return __real_munmap(at, size);
    world.held--;
    return __real_munmap(at, size);
}

/* ---- the helper, which is not run --------------------------------------------------------- */

/* What it leaves: its report and its END. */
static void
run_helper(int odd)
{
    struct err e = ERR_INIT;
    struct frame f;

    FUZZ_HOLDS(world.report != NULL && world.helper >= 0);
    world.report->ended = odd != 1;
    world.report->status = odd == 2 ? SIGSEGV : odd == 3 ? 127 << 8 : 0;
    if (odd == 4) {
        world.report->failed = "execve";
        world.report->error = ENOENT;
    }
    world.active = false;
    frame_init(&f, odd == 5 ? WIRE_SHOW : WIRE_END, WIRE_PERSON_MAX);
    frame_put_number(&f, WIRE_F_OUTCOME, odd);
    frame_put_text(&f, WIRE_F_TEXT, world.line[SAID]);
    if (odd == 6)
        FUZZ_HOLDS(shutdown(world.helper, SHUT_RDWR) == 0);
    else
        (void)frame_send(&f, world.helper, &fuzz_clock, INT64_MAX, &e);
    frame_free(&f);
    world.active = true;
}

long
__wrap_syscall(long number, long a, long b, long c, long d)
{
    if (!world.active)
        return __real_syscall(number, a, b, c, d);
    int odd;

    if (number == SYS_rt_sigprocmask)
        return __real_syscall(number, a, b, c, d);
    FUZZ_HOLDS(number == SYS_clone3 || number == SYS_clone);
    if (goes(&odd) != 0)
        return -1;
    run_helper(odd);
    if (number == SYS_clone3) {
        /* struct clone_args: flags, pidfd, ... */
        uint64_t *args = (uint64_t *)(uintptr_t)a;
        int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

        memcpy((void *)(uintptr_t)args[1], &fd, sizeof(fd));
    }
    return 1 << 22; /* more than any process has */
}

int
__wrap_poll(struct pollfd *p, nfds_t n, int ms)
{
    if (!world.active)
        return __real_poll(p, n, ms);
    int odd;

    FUZZ_HOLDS(n == 1 && ms >= 0);
    if (goes(&odd) != 0)
        return -1;
    p[0].revents = odd > 0 ? 0 : p[0].events;
    return odd > 0 ? 0 : 1;
}

int
__wrap_kill(pid_t pid, int signal)
{
    if (!world.active)
        return __real_kill(pid, signal);
    FUZZ_HOLDS(pid == 1 << 22 || pid == -(1 << 22));
    return 0;
}

int
__wrap_waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
    if (!world.active)
        return __real_waitid(type, id, info, options);
    int odd;

    FUZZ_HOLDS((options & WEXITED) != 0);
    return goes(&odd);
}

/* ---- libpam --------------------------------------------------------------------------- */

static int
converse(int count, const struct pam_message **messages, struct pam_response **answers, void *arg)
{
    int odd;

    (void)arg;
    world.told++;
    FUZZ_HOLDS(world.line[HOOK][0] == 'p' && world.told == 1 && count == 1);
    FUZZ_HOLDS(messages[0]->msg_style == PAM_TEXT_INFO || messages[0]->msg_style == PAM_ERROR_MSG);
    FUZZ_HOLDS(messages[0]->msg[0] != '\0' && fuzz_clean(messages[0]->msg, PAM_MAX_MSG_SIZE));
    *answers = NULL;
    if (goes(&odd) != 0)
        return PAM_CONV_ERR;
    if (odd == 1)
        *answers = calloc(1, sizeof(**answers));
    return PAM_SUCCESS;
}

int
pam_get_item(const pam_handle_t *pamh, int type, const void **item)
{
    static const struct pam_conv conv = {converse, NULL};
    static const struct {
        int type;
        enum line line;
    } items[] = {{PAM_USER, USER},
                 {PAM_SERVICE, SERVICE},
                 {PAM_RUSER, RUSER},
                 {PAM_RHOST, RHOST},
                 {PAM_AUTHTOK, AUTHTOK}};
    int odd;

    (void)pamh;
    *item = NULL;
    if (goes(&odd) != 0)
        return PAM_BAD_ITEM;
    if (odd == 1)
        return PAM_SUCCESS;
    if (type == PAM_CONV)
        *item = &conv;
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
        if (type == items[i].type)
            *item = world.line[items[i].line];
    return PAM_SUCCESS;
}

/* ---- one login ------------------------------------------------------------------------- */

static int
call_hook(void)
{
    char *save = NULL, *text = strdup(world.line[ARGS]);
    int flags = (int)(strtoul(world.line[HOOK] + 1, NULL, 16) & 0xffff), argc = 0, rc = PAM_IGNORE;
    const char *argv[ARGS_MAX + 1] = {NULL};
    pam_handle_t *pamh = (pam_handle_t *)&world; /* whose content is libpam's alone */

    for (char *p = strtok_r(text, " ", &save); p != NULL && argc < ARGS_MAX;
         p = strtok_r(NULL, " ", &save))
        argv[argc++] = p;
    world.active = true;
    switch (world.line[HOOK][0]) {
    case 's':
        rc = pam_sm_open_session(pamh, flags, argc, argv);
        break;
    case 'p':
        rc = pam_sm_chauthtok(pamh, flags, argc, argv);
        break;
    case 'x':
        rc = pam_sm_authenticate(pamh, flags, argc, argv);
        break;
    default:
        rc = pam_sm_acct_mgmt(pamh, flags, argc, argv);
    }
    world.active = false;
    free(text);
    return rc;
}

/* The lowest descriptor that is free. */
static int
lowest(void)
{
    int fd = dup(STDERR_FILENO);

    FUZZ_HOLDS(fd >= 0 && close(fd) == 0);
    return fd;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int before = lowest();
    sigset_t mask, now;
    size_t at = 0;

    memset(&world, 0, sizeof(world));
    world.helper = -1;
    for (int i = 0; i < LINES; i++)
        at += fuzz_word(data + at, size - at, '\n', world.line[i], LINE_SIZE);
    world.record = data + at;
    world.record_len = size - at;
    /* The kernel fills the beginning of it. */
    memset(&mask, 0, sizeof(mask));
    memset(&now, 0, sizeof(now));
    FUZZ_HOLDS(sigprocmask(SIG_SETMASK, NULL, &mask) == 0);
    FUZZ_HOLDS(call_hook() == PAM_IGNORE);
    FUZZ_HOLDS(sigprocmask(SIG_SETMASK, NULL, &now) == 0);
    FUZZ_HOLDS(memcmp(&mask, &now, sizeof(mask)) == 0);
    FUZZ_HOLDS(lowest() == before && world.held == 0);
    return 0;
}
