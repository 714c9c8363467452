/*
 * failcall: linked into sanitized programs (and the module), without a tracer: lets one of
 * the calls that our own code makes into a library fail, and says at a program's end what it
 * leaves behind. LeakSanitizer cannot look for memory under a tracer, and knows nothing of
 * descriptors, pages, children.
 *
 * The plan is a page that all of a flow's programs share, /dev/shm/failcall: in the program of
 * that name the N-th call fails, of all or of one function; `text` takes what is left, and every
 * report of a sanitizer. It is mapped before main, because the programs close what they inherit,
 * become other users and may write no file. Without the file all is as ever.
 *
 * The linker leads each call of ours to its wrapper: --wrap=NAME for each __wrap_NAME below.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

/* Called where it is not to be led to a wrapper. */
DIR *__real_opendir(const char *path);
int __real_open(const char *path, int flags, ...);
void *__real_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset);
int __real_munmap(void *at, size_t size);
int __real_waitid(idtype_t type, id_t id, siginfo_t *info, int options);

struct plan {
    char program[32];
    char only[32]; /* the calls that count; "": all */
    uint64_t nth;
    _Atomic uint64_t counted;
    uint64_t hit;
    char call[32]; /* the name of the one that failed */
    _Atomic uint64_t added;
    int64_t keys[32]; /* that were added to the kernel's */
    _Atomic uint64_t said;
    char text[65536];
};

static struct plan *plan;
static bool attacked;    /* this program is the one */
static atomic_int pages; /* mappings of ours */

/* ---- what the sanitizers ask and say ------------------------------------------------------ */

const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
void __sanitizer_on_print(const char *text);
void __lsan_do_leak_check(void);

const char *
__asan_default_options(void)
{
    return "detect_leaks=1";
}

const char *
__ubsan_default_options(void)
{
    return "print_stacktrace=1";
}

void
__sanitizer_on_print(const char *text)
{
    size_t len = strlen(text);
    uint64_t at = plan != NULL ? atomic_fetch_add(&plan->said, len) : sizeof(plan->text);

    if (at + len < sizeof(plan->text))
        memcpy(plan->text + at, text, len);
}

/* ---- what is left ------------------------------------------------------------------------- */

__attribute__((format(printf, 1, 2))) static void
say(const char *format, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, format);
    (void)vsnprintf(text, sizeof(text), format, ap);
    va_end(ap);
    __sanitizer_on_print(text);
}

static void
say_descriptors(const char *who)
{
    DIR *d = __real_opendir("/proc/self/fd");
    const struct dirent *entry;

    while (d != NULL && (entry = readdir(d)) != NULL) {
        char to[256] = "";
        int fd = atoi(entry->d_name);

        if (fd <= STDERR_FILENO || fd == dirfd(d))
            continue;
        (void)!readlinkat(dirfd(d), entry->d_name, to, sizeof(to) - 1);
        say("%s leaves descriptor %d: %s\n", who, fd, to);
    }
    if (d != NULL)
        (void)closedir(d);
}

static void
say_all(void)
{
    const char *who = program_invocation_short_name;
    siginfo_t info;

    closelog();
    say_descriptors(who);
    /* iamlp, interrupted, leaves its helper to a create that is on its way. */
    if (strcmp(who, "iamlp") != 0 &&
        __real_waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0)
        say("%s leaves a child\n", who);
}

/* A program of ours, or the module: what else its host leaves is the host's. */
static bool
ours(void)
{
    return strncmp(program_invocation_short_name, "iamlp", 5) == 0;
}

__attribute__((destructor)) static void
end(void)
{
    if (plan == NULL)
        return;
    if (pages != 0)
        say("%s leaves %d mappings\n", program_invocation_short_name, pages);
    if (ours())
        say_all();
}

__attribute__((constructor)) static void
begin(void)
{
    int fd = __real_open("/dev/shm/failcall", O_RDWR | O_CLOEXEC);
    void *p = MAP_FAILED;

    if (fd >= 0)
        p = __real_mmap(NULL, sizeof(*plan), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        (void)close(fd);
    if (p == MAP_FAILED)
        return;
    plan = p;
    attacked = strcmp(plan->program, program_invocation_short_name) == 0;
}

/* ---- the calls ---------------------------------------------------------------------------- */

static bool
fails(const char *call, int error)
{
    if (!attacked || (plan->only[0] != '\0' && strcmp(plan->only, call) != 0) ||
        atomic_fetch_add(&plan->counted, 1) + 1 != plan->nth)
        return false;
    plan->hit = 1;
    (void)snprintf(plan->call, sizeof(plan->call), "%s", call);
    errno = error;
    return true;
}

/* Weak: a program has no libraries but its own. */
#define CALL(type, name, parameters, arguments, bad, error)                                        \
    __attribute__((weak)) type __real_##name parameters;                                           \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return fails(#name, error) ? (bad) : __real_##name arguments;                              \
    }

CALL(void *, malloc, (size_t n), (n), NULL, ENOMEM)
CALL(void *, calloc, (size_t n, size_t each), (n, each), NULL, ENOMEM)
CALL(void *, realloc, (void *old, size_t n), (old, n), NULL, ENOMEM)
CALL(void *, reallocarray, (void *old, size_t n, size_t each), (old, n, each), NULL, ENOMEM)
CALL(char *, strdup, (const char *s), (s), NULL, ENOMEM)
CALL(char *, strndup, (const char *s, size_t n), (s, n), NULL, ENOMEM)
CALL(DIR *, opendir, (const char *path), (path), NULL, EMFILE)
CALL(int, socket, (int family, int type, int protocol), (family, type, protocol), -1, EMFILE)
CALL(int, socketpair, (int family, int type, int protocol, int fds[2]),
     (family, type, protocol, fds), -1, EMFILE)
CALL(int, accept4, (int fd, void *address, void *size, int flags), (fd, address, size, flags), -1,
     EMFILE)
CALL(int, pipe2, (int fds[2], int flags), (fds, flags), -1, EMFILE)
CALL(int, dup2, (int from, int to), (from, to), -1, EMFILE)
CALL(int, signalfd, (int fd, const void *mask, int flags), (fd, mask, flags), -1, EMFILE)
CALL(int, memfd_create, (const char *name, unsigned flags), (name, flags), -1, EMFILE)
CALL(int, bind, (int fd, const void *address, unsigned size), (fd, address, size), -1, EADDRINUSE)
CALL(int, listen, (int fd, int backlog), (fd, backlog), -1, EADDRINUSE)
CALL(int, connect, (int fd, const void *address, unsigned size), (fd, address, size), -1,
     ECONNREFUSED)
CALL(int, getsockopt, (int fd, int level, int name, void *value, void *size),
     (fd, level, name, value, size), -1, ENOBUFS)
CALL(ssize_t, read, (int fd, void *to, size_t n), (fd, to, n), -1, EIO)
CALL(ssize_t, write, (int fd, const void *from, size_t n), (fd, from, n), -1, ENOSPC)
CALL(ssize_t, recv, (int fd, void *to, size_t n, int flags), (fd, to, n, flags), -1, ECONNRESET)
CALL(ssize_t, send, (int fd, const void *from, size_t n, int flags), (fd, from, n, flags), -1,
     EPIPE)
CALL(int, poll, (void *fds, unsigned long n, int ms), (fds, n, ms), -1, ENOMEM)
CALL(int, fstat, (int fd, void *st), (fd, st), -1, EIO)
CALL(int, fstatat, (int fd, const char *path, void *st, int flags), (fd, path, st, flags), -1, EIO)
CALL(int, lstat, (const char *path, void *st), (path, st), -1, EIO)
CALL(int, stat, (const char *path, void *st), (path, st), -1, EIO)
CALL(ssize_t, readlink, (const char *path, char *to, size_t n), (path, to, n), -1, EIO)
CALL(int, fsync, (int fd), (fd), -1, EIO)
CALL(int, flock, (int fd, int how), (fd, how), -1, ENOLCK)
CALL(int, fchmod, (int fd, mode_t mode), (fd, mode), -1, EROFS)
CALL(int, fchmodat, (int fd, const char *path, mode_t mode, int flags), (fd, path, mode, flags), -1,
     EROFS)
CALL(int, fchown, (int fd, uid_t uid, gid_t gid), (fd, uid, gid), -1, EPERM)
CALL(int, renameat, (int from, const char *a, int to, const char *b), (from, a, to, b), -1, EROFS)
CALL(int, unlinkat, (int fd, const char *path, int flags), (fd, path, flags), -1, EROFS)
CALL(int, mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode), -1, ENOSPC)
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), -1, ENOSPC)
CALL(int, fork, (void), (), -1, EAGAIN)
CALL(int, execve, (const char *path, void *argv, void *envp), (path, argv, envp), -1, EACCES)
CALL(int, waitpid, (int pid, int *status, int flags), (pid, status, flags), -1, EINTR)
CALL(int, waitid, (idtype_t type, id_t id, siginfo_t *info, int options), (type, id, info, options),
     -1, EINTR)
CALL(ssize_t, getrandom, (void *to, size_t n, unsigned flags), (to, n, flags), -1, EIO)
CALL(int, regcomp, (void *compiled, const char *text, int flags), (compiled, text, flags), 12, 0)
CALL(void *, newlocale, (int mask, const char *name, void *base), (mask, name, base), NULL, ENOMEM)
CALL(void *, getpwnam, (const char *name), (name), NULL, EIO)
CALL(void *, iniparser_load, (const char *path), (path), NULL, EIO)
CALL(void *, curl_easy_init, (void), (), NULL, 0)
CALL(int, curl_easy_perform, (void *handle), (handle), 7, 0)
CALL(void *, curl_slist_append, (void *list, const char *text), (list, text), NULL, 0)
CALL(void *, XML_ParserCreate_MM, (const char *encoding, const void *suite, const char *separator),
     (encoding, suite, separator), NULL, 0)
CALL(int, XML_Parse, (void *parser, const char *text, int n, int last), (parser, text, n, last), 0,
     0)
CALL(int, EVP_Digest,
     (const void *data, size_t n, void *to, void *size, const void *type, void *engine),
     (data, n, to, size, type, engine), 0, 0)
CALL(void *, HMAC,
     (const void *type, const void *key, int size, const void *data, size_t n, void *to,
      void *to_size),
     (type, key, size, data, n, to, to_size), NULL, 0)
CALL(int, tcgetattr, (int fd, void *term), (fd, term), -1, EIO)
CALL(int, tcsetattr, (int fd, int when, const void *term), (fd, when, term), -1, EIO)

/* With a number of arguments that depends on others: as many as there can be are handed on. */

int __wrap_open(const char *path, int flags, unsigned mode);
int __wrap_openat(int fd, const char *path, int flags, unsigned mode);
int __real_openat(int fd, const char *path, int flags, ...);
int __wrap_fcntl(int fd, int what, unsigned long argument);
int __real_fcntl(int fd, int what, ...);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);
long __real_syscall(long number, ...);

int
__wrap_open(const char *path, int flags, unsigned mode)
{
    return fails("open", EMFILE) ? -1 : __real_open(path, flags, mode);
}

int
__wrap_openat(int fd, const char *path, int flags, unsigned mode)
{
    return fails("openat", EMFILE) ? -1 : __real_openat(fd, path, flags, mode);
}

int
__wrap_fcntl(int fd, int what, unsigned long argument)
{
    return fails("fcntl", EMFILE) ? -1 : __real_fcntl(fd, what, argument);
}

static const struct {
    long number;
    const char *name;
    int error;
} raw[] = {
    {SYS_keyctl, "keyctl", EDQUOT},       {SYS_add_key, "add_key", EDQUOT},
    {SYS_clone3, "clone3", EAGAIN},       {SYS_execveat, "execveat", EACCES},
    {SYS_execve, "execve", EACCES},       {SYS_openat, "openat", EMFILE},
    {SYS_fcntl, "fcntl", EMFILE},         {SYS_setresuid, "setresuid", EAGAIN},
    {SYS_setgroups, "setgroups", ENOMEM}, {SYS_close_range, "close_range", ENOSYS},
};

long
__wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    long result;

    for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++)
        if (raw[i].number == number && fails(raw[i].name, raw[i].error))
            return -1;
    result = __real_syscall(number, a, b, c, d, e, f);
    if (number == SYS_add_key && result > 0 && plan != NULL)
        plan->keys[atomic_fetch_add(&plan->added, 1) % 32] = result;
    return result;
}

/* ---- the ledger, and ends ----------------------------------------------------------------- */

void *__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset);
int __wrap_munmap(void *at, size_t size);
int __wrap_kill(pid_t pid, int sig);
int __real_kill(pid_t pid, int sig);
_Noreturn void __wrap__exit(int status);
_Noreturn void __real__exit(int status);

void *
__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
    void *p = fails("mmap", ENOMEM) ? MAP_FAILED : __real_mmap(at, size, prot, flags, fd, offset);

    pages += p != MAP_FAILED;
    return p;
}

int
__wrap_munmap(void *at, size_t size)
{
    pages--;
    return __real_munmap(at, size);
}

/* iamlp-net is killed when its story is over. Here it is to come to an end, which it does
 * because its socket is closed. */
int
__wrap_kill(pid_t pid, int sig)
{
    return sig == SIGKILL && ours() ? 0 : __real_kill(pid, sig);
}

/* From 126 on: a child that could not become another program. */
_Noreturn void
__wrap__exit(int status)
{
    if (status < 126 && plan != NULL) {
        end();
        __lsan_do_leak_check();
    }
    __real__exit(status);
}
