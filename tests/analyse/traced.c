/* Linked into the iamlp-helper that runs under valgrind, with --wrap=syscall. Valgrind follows into
 * a program that has a name, not into one that is a descriptor; it has files of its own to write,
 * where iamlp-net may write none; and it tells what is lost at the end of a process that ends by
 * itself, as iamlp-net does when its socket closes. */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

long __real_syscall(long number, ...);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);

long
__wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    char link[32], path[PATH_MAX];
    ssize_t n = -1;

    if (number != SYS_execveat)
        return __real_syscall(number, a, b, c, d, e, f);
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%ld", a);
    n = readlink(link, path, sizeof(path) - 1);
    path[n > 0 ? n : 0] = '\0';
    return __real_syscall(SYS_execve, path, c, d);
}

int
setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
    (void)resource;
    (void)limit;
    return 0;
}

int
kill(pid_t pid, int sig)
{
    return sig == SIGKILL ? 0 : (int)__real_syscall(SYS_kill, pid, sig);
}
