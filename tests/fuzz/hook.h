/*
 * hook: the calls of the module's rooms that tests/fuzz/hook.c answers, in place of the C
 * library (-Wl,--wrap).
 */
#ifndef IAMLP_TESTS_HOOK_H
#define IAMLP_TESTS_HOOK_H

#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

int __wrap_openat(int dir, const char *path, int flags, ...);
int __wrap_fstatat(int dir, const char *path, struct stat *st, int flags);
int __wrap_fstat(int fd, struct stat *st);
ssize_t __wrap_read(int fd, void *to, size_t size);
int __wrap_getpwnam_r(const char *name, struct passwd *pw, char *text, size_t size,
                      struct passwd **found);
uid_t __wrap_geteuid(void);
uid_t __wrap_getuid(void);
int __wrap_socket(int domain, int type, int protocol);
ssize_t __wrap_sendto(int fd, const void *data, size_t len, int flags, const struct sockaddr *to,
                      socklen_t size);
int __wrap_socketpair(int domain, int type, int protocol, int fds[2]);
void *__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset);
int __wrap_munmap(void *at, size_t size);
long __wrap_syscall(long number, long a, long b, long c, long d);
int __wrap_poll(struct pollfd *p, nfds_t n, int ms);
int __wrap_kill(pid_t pid, int signal);
int __wrap_waitid(idtype_t type, id_t id, siginfo_t *info, int options);

/* As they are, for calls that are not the module's. */
int __real_openat(int dir, const char *path, int flags, ...);
int __real_fstatat(int dir, const char *path, struct stat *st, int flags);
int __real_fstat(int fd, struct stat *st);
ssize_t __real_read(int fd, void *to, size_t size);
int __real_getpwnam_r(const char *name, struct passwd *pw, char *text, size_t size,
                      struct passwd **found);
uid_t __real_geteuid(void);
uid_t __real_getuid(void);
int __real_socket(int domain, int type, int protocol);
ssize_t __real_sendto(int fd, const void *data, size_t len, int flags, const struct sockaddr *to,
                      socklen_t size);
int __real_socketpair(int domain, int type, int protocol, int fds[2]);
void *__real_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset);
int __real_munmap(void *at, size_t size);
long __real_syscall(long number, long a, long b, long c, long d);
int __real_poll(struct pollfd *p, nfds_t n, int ms);
int __real_kill(pid_t pid, int signal);
int __real_waitid(idtype_t type, id_t id, siginfo_t *info, int options);

#endif
