/* What is left to a process in the sandbox. Each thing is tried in a child of its own,
 * because what an intruder does ends it. */
#include "net/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/landlock.h"

/* How a thing went: it succeeded, failed with this errno, or ended the process. */
enum {
    WORKED = 0,
    KILLED = 1000,
    NO_SANDBOX = 1001
};

static pid_t parent;
static char folder[] = "/tmp/iamlp-sandbox-XXXXXX", own_file[64];

static int
result(long r)
{
    return r >= 0 ? WORKED : errno;
}

/* In a child: enter, try, tell through the exit status. */
static int
within(int (*thing)(void))
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        struct err e = ERR_INIT;

        _exit(sandbox_enter(&e) == 0 ? thing() : 255);
    }
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFSIGNALED(status)) {
        assert_int_equal(WTERMSIG(status), SIGSYS);
        return KILLED;
    }
    return WEXITSTATUS(status) == 255 ? NO_SANDBOX : WEXITSTATUS(status);
}

/* ---- what ends it ---------------------------------------------------------------------- */

static int
try_execve(void)
{
    char name[] = "true";
    char *const argv[] = {name, NULL}, *const envp[] = {NULL};

    return result(execve("/bin/true", argv, envp));
}

static int
try_fork(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    return result(pid);
}

/* libc's fork is a clone; some architectures still have these. A child that they made
 * would go on here, and succeed. */
static int
try_old_fork(void)
{
#ifdef SYS_fork
    return result(syscall(SYS_fork));
#else
    return try_fork();
#endif
}

static int
try_vfork(void)
{
#ifdef SYS_vfork
    return result(syscall(SYS_vfork));
#else
    return try_fork();
#endif
}

static int
try_kill(void)
{
    return result(kill(parent, 0));
}

static int
try_ptrace(void)
{
    return result(ptrace(PTRACE_ATTACH, parent, NULL, NULL));
}

static int
try_read_memory(void)
{
    char here;
    struct iovec to = {&here, 1}, from = {&parent, 1};

    return result(process_vm_readv(parent, &to, 1, &from, 1, 0));
}

static int
try_keyctl(void)
{
    return result(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 0));
}

static int
try_add_key(void)
{
    return result(syscall(SYS_add_key, "user", "x", "x", 1, KEY_SPEC_PROCESS_KEYRING));
}

static int
try_mount(void)
{
    return result(syscall(SYS_mount, "none", folder, "tmpfs", 0, NULL));
}

static int
try_unshare(void)
{
    return result(unshare(CLONE_NEWUSER));
}

static int (*const deadly[])(void) = {
    try_execve,      try_old_fork, try_fork,    try_vfork, try_kill,    try_ptrace,
    try_read_memory, try_keyctl,   try_add_key, try_mount, try_unshare,
};

static void
it_ends_an_intruder(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
        if (within(deadly[i]) != KILLED)
            fail_msg("deadly[%zu] did not end the process", i);
}

/* ---- what fails --------------------------------------------------------------------------- */

static int
try_write(void)
{
    return result(open(own_file, O_WRONLY));
}

static int
try_create(void)
{
    char path[80];

    (void)snprintf(path, sizeof(path), "%s/new", folder);
    return result(open(path, O_RDONLY | O_CREAT, 0600));
}

static int
try_unnamed(void)
{
    return result(open(folder, O_TMPFILE | O_RDWR, 0600));
}

static int
try_truncate(void)
{
    return result(truncate(own_file, 0));
}

static int
try_unlink(void)
{
    return result(unlink(own_file));
}

static int
try_rename(void)
{
    return result(rename(own_file, "/tmp/elsewhere"));
}

static int
try_packet(void)
{
    return result(socket(AF_PACKET, SOCK_RAW, 0));
}

static int
try_raw(void)
{
    return result(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
}

static int
try_unix(void)
{
    return result(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int
try_datagram_pair(void)
{
    int sv[2];

    return result(socketpair(AF_UNIX, SOCK_DGRAM, 0, sv));
}

static int
try_netlink(void)
{
    return result(socket(AF_NETLINK, SOCK_RAW, 0));
}

static int
try_bind(void)
{
    const struct sockaddr_in any = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    return result(bind(fd, (const struct sockaddr *)&any, sizeof(any)));
}

static int
try_listen(void)
{
    return result(listen(socket(AF_INET, SOCK_STREAM, 0), 1));
}

static int
try_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
               ? errno
               : WORKED;
}

static int
try_code_later(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return result(mprotect(p, 4096, PROT_READ | PROT_EXEC));
}

static int
try_dumpable(void)
{
    return result(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

static int
try_chmod(void)
{
    return result(chmod(own_file, 0777));
}

static int
try_memory_file(void)
{
    return result(syscall(SYS_memfd_create, "x", 0));
}

static int
try_clone3(void)
{
    return result(syscall(SYS_clone3, NULL, 0));
}

static int (*const refused[])(void) = {
    try_write,      try_create,   try_unnamed,     try_truncate,      try_unlink,
    try_rename,     try_packet,   try_raw,         try_unix,          try_netlink,
    try_bind,       try_listen,   try_code,        try_clone3,        try_chmod,
    try_code_later, try_dumpable, try_memory_file, try_datagram_pair,
};

static void
it_refuses_the_rest(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        int how = within(refused[i]);

        if (how != ENOSYS)
            fail_msg("refused[%zu]: %d instead of %d", i, how, ENOSYS);
    }
}

static int
try_own_file(void)
{
    return result(open(own_file, O_RDONLY));
}

static int
try_passwd(void)
{
    return result(open("/etc/passwd", O_RDONLY));
}

static int
try_self(void)
{
    return result(open("/proc/self/maps", O_RDONLY));
}

static int
try_root(void)
{
    return result(open("/", O_RDONLY | O_DIRECTORY));
}

static int (*const closed[])(void) = {try_own_file, try_passwd, try_self, try_root};

static void
it_hides_files(void **state)
{
    (void)state;
    if (landlock_version() == 0) {
        print_message("skipped: this kernel has no Landlock\n");
        skip();
    }
    for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
        int how = within(closed[i]);

        if (how != EACCES)
            fail_msg("closed[%zu]: %d instead of %d", i, how, EACCES);
    }
}

/* A socket that listens, with a name that needs no file. */
static struct sockaddr_un listener = {.sun_family = AF_UNIX};

static int
try_lead_elsewhere(void)
{
    int sv[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) != 0)
        return EINVAL;
    return result(connect(sv[0], (const struct sockaddr *)&listener, sizeof(listener)));
}

static void
a_pair_of_sockets_leads_nowhere_else(void **state)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), how;

    (void)state;
    (void)snprintf(listener.sun_path + 1, sizeof(listener.sun_path) - 1, "%s", folder);
    assert_int_equal(bind(fd, (const struct sockaddr *)&listener, sizeof(listener)), 0);
    assert_int_equal(listen(fd, 1), 0);
    how = within(try_lead_elsewhere);
    if (how != EISCONN && how != EPERM)
        fail_msg("%d", how);
    assert_int_equal(close(fd), 0);
}

/* ---- what works ----------------------------------------------------------------------------- */

static int
resolve(const char *name)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int rc = getaddrinfo(name, "443", &hints, &found);

    if (rc == 0)
        freeaddrinfo(found);
    return rc;
}

/* A Debian made by debootstrap alone has none; what the sandbox forbids is another error. */
static int
no_hosts(void)
{
    return open("/etc/hosts", O_RDONLY | O_CLOEXEC) < 0 && errno == ENOENT;
}

static int
try_localhost(void)
{
    return resolve("localhost") == 0 || no_hosts() ? WORKED : EHOSTUNREACH;
}

static int
try_unknown_name(void)
{
    int rc = resolve("nobody.invalid");

    return rc == EAI_NONAME || rc == EAI_AGAIN || rc == EAI_FAIL ? WORKED : EHOSTUNREACH;
}

static void *
in_thread(void *arg)
{
    free(malloc(1));
    return arg;
}

static int
try_thread(void)
{
    pthread_t t;
    char token = 0;
    void *back = NULL;
    int rc = pthread_create(&t, NULL, in_thread, &token);

    if (rc != 0)
        return rc;
    (void)pthread_join(t, &back);
    return back == &token ? WORKED : EINVAL;
}

static int
try_sockets(void)
{
    static const int families[] = {AF_INET, AF_INET6}, types[] = {SOCK_STREAM, SOCK_DGRAM};
    int sv[2];

    for (size_t i = 0; i < 4; i++)
        if (socket(families[i / 2], types[i % 2] | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) < 0)
            return errno;
    return result(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv));
}

/* Readable, or not there. */
static int
try_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    return fd >= 0 || errno == ENOENT ? WORKED : errno;
}

static int
try_hosts(void)
{
    return try_file("/etc/hosts");
}

static int
try_certificates(void)
{
    return try_file("/etc/ssl/certs/ca-certificates.crt");
}

static int
try_time(void)
{
    time_t now = time(NULL);
    struct tm tm;

    tzset();
    return localtime_r(&now, &tm) != NULL ? WORKED : EINVAL;
}

static int (*const needed[])(void) = {
    try_localhost, try_unknown_name, try_thread, try_sockets, try_hosts, try_certificates, try_time,
};

static void
it_leaves_what_is_needed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        int how = within(needed[i]);

        if (how != WORKED)
            fail_msg("needed[%zu]: %d", i, how);
    }
}

/* Inside it nothing can be set up any more, as on a kernel that has it and says no. */
static int
try_again(void)
{
    struct err e = ERR_INIT;

    return sandbox_enter(&e) != 0 && e.code == ERR_SYSTEM ? WORKED : EINVAL;
}

static void
what_the_kernel_refuses_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(within(try_again), WORKED);
}

static int
set_up(void **state)
{
    int fd;

    (void)state;
    parent = getpid();
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(own_file, sizeof(own_file), "%s/file", folder);
    fd = open(own_file, O_WRONLY | O_CREAT | O_EXCL, 0600);
    return fd < 0 ? -1 : close(fd);
}

static int
tear_down(void **state)
{
    (void)state;
    return unlink(own_file) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_ends_an_intruder),
        cmocka_unit_test(it_refuses_the_rest),
        cmocka_unit_test(it_hides_files),
        cmocka_unit_test(a_pair_of_sockets_leads_nowhere_else),
        cmocka_unit_test(it_leaves_what_is_needed),
        cmocka_unit_test(what_the_kernel_refuses_is_an_error),
    };

#ifdef IAMLP_SANITIZED
    printf("skipped: the sanitizers' build has no sandbox (net/sandbox.h)\n");
    return 0;
#endif
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
