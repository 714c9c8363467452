/* Starting the helper: what it finds, what is left of it, and what the host notices.
 *
 * The helper is this program once more. Every test runs three times: as it is, with
 * clone3 and close_range refused as by an old kernel, and as by a container. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pam/spawn.h"

#define LONG_MS (60 * 1000)

/* With which a program starts: the sanitizers have some of their own. */
#ifdef IAMLP_SANITIZED
#define HANDLERS 3
#else
#define HANDLERS 0
#endif

static char self[4096];
static int pair[2];

/* ---- the helper -------------------------------------------------------------- */

/* What a helper's limits are. */
static const struct {
    int resource;
    long long soft, hard;
} limits[] = {
    {RLIMIT_CORE, 0, 0},       {RLIMIT_FSIZE, -1, -1},      {RLIMIT_CPU, -1, -1},
    {RLIMIT_AS, -1, -1},       {RLIMIT_DATA, -1, -1},       {RLIMIT_NPROC, -1, -1},
    {RLIMIT_NOFILE, 256, 256}, {RLIMIT_STACK, 8 << 20, -1}, {RLIMIT_MEMLOCK, 8 << 20, 8 << 20},
    {RLIMIT_NICE, 0, 0},
};

enum {
    LIMITS = sizeof(limits) / sizeof(limits[0])
};

static void
say_limits(void)
{
    for (int i = 0; i < LIMITS; i++) {
        struct rlimit r;

        (void)getrlimit((__rlimit_resource_t)limits[i].resource, &r);
        dprintf(0, "limit%d=%lld/%lld\n", limits[i].resource, (long long)r.rlim_cur,
                (long long)r.rlim_max);
    }
}

static void
say_descriptors(void)
{
    DIR *d = opendir("/proc/self/fd");
    const struct dirent *entry;
    char path[300], to[256];

    while (d != NULL && (entry = readdir(d)) != NULL) {
        ssize_t n;

        (void)snprintf(path, sizeof(path), "/proc/self/fd/%s", entry->d_name);
        n = readlink(path, to, sizeof(to) - 1);
        if (n < 0 || atoi(entry->d_name) == dirfd(d))
            continue;
        to[n] = '\0';
        dprintf(0, "fd%s=%.6s\n", entry->d_name, to);
    }
    (void)closedir(d);
}

static void
say_signals(void)
{
    struct sigaction act;
    sigset_t mask;
    int changed = 0, blocked = 0;

    (void)sigprocmask(SIG_BLOCK, NULL, &mask);
    for (int sig = 1; sig < 65; sig++) {
        changed += sigaction(sig, NULL, &act) == 0 && act.sa_handler != SIG_DFL;
        blocked += sigismember(&mask, sig) == 1;
    }
    dprintf(0, "signals=%d/%d\n", changed, blocked);
}

static int
processors(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : -1;
}

static int
look(void)
{
    uid_t uid[3];
    gid_t gid[3];
    char text[64] = "";
    int fd;

    (void)getresuid(&uid[0], &uid[1], &uid[2]);
    (void)getresgid(&gid[0], &gid[1], &gid[2]);
    dprintf(0, "env=%s\n", environ == NULL || environ[0] == NULL ? "-" : environ[0]);
    dprintf(0, "ids=%u,%u,%u/%u,%u,%u/%d\n", uid[0], uid[1], uid[2], gid[0], gid[1], gid[2],
            getgroups(0, NULL));
    dprintf(0, "umask=%03o\n", umask(0));
    dprintf(0, "cwd=%s\n", getcwd(text, sizeof(text)));
    dprintf(0, "prio=%d\n", getpriority(PRIO_PROCESS, 0));
    dprintf(0, "slack=%d\n", prctl(PR_GET_TIMERSLACK));
    dprintf(0, "cpus=%d\n", processors());
    dprintf(0, "session=%s\n", getsid(0) == getppid() && getpgrp() == getppid() ? "own" : "?");
    fd = open("/proc/self/oom_score_adj", O_RDONLY);
    text[0] = '\0';
    (void)!read(fd, text, sizeof(text) - 1);
    (void)close(fd);
    dprintf(0, "oom=%s", text);
    say_limits();
    say_descriptors();
    say_signals();
    return 0;
}

/* How many descriptors the watcher has, once it is down to as many as that. */
static int
look_at_watcher(int wanted)
{
    char path[64];
    int n = -1;

    (void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)getppid());
    for (int i = 0; i < 1000 && n != wanted; i++) {
        DIR *d = opendir(path);

        (void)poll(NULL, 0, n < 0 ? 0 : 10);
        n = -2; /* . and .. */
        while (d != NULL && readdir(d) != NULL)
            n++;
        (void)closedir(d);
    }
    return n;
}

/* Its pid and its child's, and then nothing. */
static void
hang(void)
{
    pid_t child;

    (void)signal(SIGTERM, SIG_IGN);
    child = fork();
    if (child != 0)
        dprintf(0, "%d %d\n", (int)getpid(), (int)child);
    for (;;)
        (void)pause();
}

/* Ends when the host says so. */
static int
wait_byte(void)
{
    char c;

    return read(0, &c, 1) == 1 ? 3 : 4;
}

static int
helper(const char *mode)
{
    if (strcmp(mode, "look") == 0)
        return look();
    if (strncmp(mode, "watcher", 7) == 0)
        return look_at_watcher(atoi(mode + 7));
    if (strcmp(mode, "hang") == 0)
        hang();
    if (strcmp(mode, "byte") == 0)
        return wait_byte();
    if (strcmp(mode, "crash") == 0)
        (void)raise(SIGKILL);
    if (strcmp(mode, "orphan") == 0) {
        dprintf(0, "%d %d\n", (int)getpid(), (int)getpid());
        (void)kill(getppid(), SIGKILL);
        for (;;)
            (void)pause();
    }
    return atoi(mode);
}

/* ---- what the tests use -------------------------------------------------------- */

static int
set_up(void **state)
{
    (void)state;
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
}

static int
tear_down(void **state)
{
    (void)state;
    return close(pair[0]) | close(pair[1]);
}

static int
run(const char *mode, int *status, struct err *e)
{
    const char *const argv[] = {self, "--helper", mode, NULL};

    *status = -1;
    return spawn_run(argv, pair[1], &clock_system, clock_system.mono_ms() + LONG_MS, status, e);
}

static void
assert_status(const char *mode, int want)
{
    struct err e = ERR_INIT;
    int status;

    if (run(mode, &status, &e) != 0)
        fail_msg("%s: %s", mode, e.msg);
    assert_int_equal(status, want);
}

/* What the helper has said, to be freed. */
static char *
said(void)
{
    char *text = calloc(1, 4096);

    (void)recv(pair[0], text, 4095, MSG_DONTWAIT);
    return text;
}

static int
open_descriptors(void)
{
    int n = 0;

    for (int fd = 0; fd < 1024; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

static bool
no_child(void)
{
    return waitid(P_ALL, 0, NULL, WEXITED | WNOHANG | __WALL) != 0 && errno == ECHILD;
}

/* ---- the tests ----------------------------------------------------------------- */

static void
the_status_comes_back(void **state)
{
    (void)state;
    assert_status("0", 0);
    assert_status("7", 7);
    assert_status("127", 127);
    assert_true(no_child());
}

/* What the helper has to say when it looks. Where a container does not let root raise
 * limits, they are as high as they can be. */
static void
expect(char *text, size_t size, const struct rlimit *old, int cpus, bool can_raise)
{
    size_t n = (size_t)snprintf(text, size,
                                "env=-\nids=0,0,0/0,0,0/0\numask=022\ncwd=/\nprio=0\n"
                                "slack=50000\ncpus=%d\nsession=own\noom=0\n",
                                cpus);

    for (int i = 0; i < LIMITS; i++) {
        rlim_t soft = (rlim_t)limits[i].soft, hard = (rlim_t)limits[i].hard;

        if (!can_raise && old[i].rlim_max < hard) {
            hard = old[i].rlim_max;
            soft = soft < hard ? soft : hard;
        }
        n += (size_t)snprintf(text + n, size - n, "limit%d=%lld/%lld\n", limits[i].resource,
                              (long long)soft, (long long)hard);
    }
    (void)snprintf(text + n, size - n, "fd0=socket\nfd1=/dev/n\nfd2=/dev/n\nsignals=%d/0\n",
                   HANDLERS);
}

/* A host that was started by somebody who wishes us ill. */
static void
it_starts_as_a_process_of_the_system(void **state)
{
    bool can_raise = prctl(PR_CAPBSET_READ, 24 /* CAP_SYS_RESOURCE */, 0, 0, 0) == 1;
    char want[1024], *text;
    const gid_t group = 12345;
    cpu_set_t all_cpus, one_cpu;
    struct err e = ERR_INIT;
    struct rlimit old[LIMITS];
    int cpus, high, rc, status;
    sigset_t all, mask;

    (void)state;
    for (int i = 0; i < LIMITS; i++) {
        __rlimit_resource_t resource = (__rlimit_resource_t)limits[i].resource;
        struct rlimit low;

        assert_int_equal(getrlimit(resource, &old[i]), 0);
        low = old[i];
        low.rlim_cur = resource == RLIMIT_CPU      ? 1000
                       : resource == RLIMIT_FSIZE  ? 0
                       : resource == RLIMIT_NOFILE ? 400
                       : resource == RLIMIT_CORE   ? low.rlim_max
                                                   : low.rlim_cur;
        if (can_raise && resource == RLIMIT_CPU)
            low.rlim_max = 2000;
        assert_int_equal(setrlimit(resource, &low), 0);
    }
    (void)setenv("TZ", "Europe/Dublin", 1);
    (void)umask(0);
    (void)!chdir("/tmp");
    (void)setpriority(PRIO_PROCESS, 0, 7);
    (void)prctl(PR_SET_TIMERSLACK, 1000000000);
    assert_int_equal(sched_getaffinity(1, sizeof(all_cpus), &all_cpus), 0);
    assert_int_equal(sched_setaffinity(0, sizeof(all_cpus), &all_cpus), 0);
    cpus = processors();
    CPU_ZERO(&one_cpu);
    CPU_SET((size_t)sched_getcpu(), &one_cpu);
    assert_int_equal(sched_setaffinity(0, sizeof(one_cpu), &one_cpu), 0);
    (void)setgroups(1, &group);
    (void)!setresgid(12345, 12345, 12345);
    (void)!setresuid(12345, 0, 12345);
    high = fcntl(pair[0], F_DUPFD, 300);
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, &mask);
    for (int sig = 1; sig < 65; sig++)
        (void)signal(sig, SIG_IGN);

    rc = run("look", &status, &e);

    for (int sig = 1; sig < 65; sig++)
        (void)signal(sig, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, &mask, NULL);
    (void)close(high);
    (void)!setresuid(0, 0, 0);
    (void)!setresgid(0, 0, 0);
    (void)setpriority(PRIO_PROCESS, 0, 0);
    (void)prctl(PR_SET_TIMERSLACK, 50000);
    (void)sched_setaffinity(0, sizeof(all_cpus), &all_cpus);
    for (int i = 0; i < LIMITS; i++)
        (void)setrlimit((__rlimit_resource_t)limits[i].resource, &old[i]);
    if (rc != 0 || status != 0)
        fail_msg("%d %d %s", rc, status, e.msg);
    expect(want, sizeof(want), old, cpus, can_raise);
    text = said();
    assert_string_equal(text, want);
    free(text);
}

/* Time stands still until the helper has said its pids, and then it is over. */
static int64_t
until_it_speaks(void)
{
    struct pollfd p = {pair[0], POLLIN, 0};

    return poll(&p, 1, 0) > 0 ? 2 * LONG_MS + clock_system.mono_ms() : 0;
}

static void
assert_dead(int pid)
{
    char path[64], text[256];

    (void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    for (int i = 0; i < 1000; i++) {
        int fd = open(path, O_RDONLY);
        ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

        if (fd >= 0)
            (void)close(fd);
        if (n < 0)
            return;
        text[n] = '\0';
        if (strstr(text, ") Z ") != NULL) /* whoever inherited it may take a while */
            return;
        (void)poll(NULL, 0, 10);
    }
    fail_msg("process %d lives", pid);
}

static void
assert_killed(const struct clock *clock, const char *mode, enum err_code code, const char *sentence)
{
    const char *const argv[] = {self, "--helper", mode, NULL};
    struct err e = ERR_INIT;
    int status = -1, one = 0, two = 0;
    char *text;

    assert_int_equal(spawn_run(argv, pair[1], clock, clock->mono_ms() + 50, &status, &e), -1);
    assert_int_equal(e.code, code);
    if (strstr(e.msg, sentence) == NULL || strstr(e.msg, self) == NULL)
        fail_msg("%s", e.msg);
    text = said();
    assert_int_equal(sscanf(text, "%d %d", &one, &two), 2);
    free(text);
    assert_dead(one);
    assert_dead(two);
    assert_true(no_child());
}

static void
at_the_deadline_all_of_it_is_killed(void **state)
{
    static const struct clock clock = {NULL, until_it_speaks};

    (void)state;
    assert_killed(&clock, "hang", ERR_TIMEOUT, "was killed");
}

/* Is there no pidfd, so that the watcher has to hold a pipe? */
static bool without_pidfd;

static void
the_watcher_keeps_no_descriptor_of_the_host(void **state)
{
    (void)state;
    if (without_pidfd)
        assert_status("watcher1", 1);
    else
        assert_status("watcher0", 0);
}

static int64_t
standing(void)
{
    return 0;
}

/* The deadline does not come; the helper goes with the watcher. */
static void
without_its_watcher_it_is_killed(void **state)
{
    static const struct clock clock = {NULL, standing};

    (void)state;
    assert_killed(&clock, "orphan", ERR_SYSTEM, "was killed");
}

static void
a_deadline_that_has_passed_kills_at_once(void **state)
{
    const char *const argv[] = {self, "--helper", "hang", NULL};
    struct err e = ERR_INIT;
    int status;

    (void)state;
    assert_int_equal(spawn_run(argv, pair[1], &clock_system, 0, &status, &e), -1);
    assert_int_equal(e.code, ERR_TIMEOUT);
    assert_true(no_child());
}

static void
what_cannot_be_started_is_named(void **state)
{
    static const struct {
        const char *path;
        enum err_code code;
        const char *why;
    } rows[] = {{"/nonexistent/helper", ERR_ABSENT, "No such file"},
                {"/etc/passwd", ERR_SYSTEM, "Permission denied"},
                {"/tmp", ERR_SYSTEM, "Permission denied"}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const argv[] = {rows[i].path, NULL};
        struct err e = ERR_INIT;
        int status;

        assert_int_equal(
            spawn_run(argv, pair[1], &clock_system, clock_system.mono_ms() + LONG_MS, &status, &e),
            -1);
        assert_int_equal(e.code, rows[i].code);
        if (strstr(e.msg, rows[i].path) == NULL || strstr(e.msg, rows[i].why) == NULL)
            fail_msg("%s", e.msg);
        assert_true(no_child());
    }
}

static void
a_crash_is_named(void **state)
{
    struct err e = ERR_INIT;
    int status;

    (void)state;
    assert_int_equal(run("crash", &status, &e), -1);
    assert_int_equal(e.code, ERR_SYSTEM);
    assert_non_null(strstr(e.msg, "died of signal 9"));
    assert_true(no_child());
}

static volatile sig_atomic_t handled;

static void
count(int sig)
{
    (void)sig;
    handled++;
}

static void
the_hosts_sigchld_is_left_alone(void **state)
{
    static const struct sigaction ways[] = {
        {.sa_handler = SIG_DFL},
        {.sa_handler = SIG_IGN},
        {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT},
        {.sa_handler = count, .sa_flags = SA_RESTART},
    };
    struct sigaction after;

    (void)state;
    handled = 0;
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        assert_int_equal(sigaction(SIGCHLD, &ways[i], NULL), 0);
        assert_status("5", 5);
        assert_int_equal(sigaction(SIGCHLD, NULL, &after), 0);
        assert_ptr_equal(after.sa_handler, ways[i].sa_handler);
        assert_int_equal(after.sa_flags & (SA_RESTART | SA_NOCLDWAIT), ways[i].sa_flags);
    }
    (void)signal(SIGCHLD, SIG_DFL);
    assert_int_equal(handled, 0);
}

/* glibc takes no other way when clone3 is refused like this. */
static void
begin_thread(pthread_t *thread, void *(*f)(void *))
{
    int error = pthread_create(thread, NULL, f, NULL);

    if (error == EPERM) {
        print_message("skipped: no threads can be made where clone3 is refused with EPERM\n");
        skip();
    }
    assert_int_equal(error, 0);
}

static void *
wait_for_any(void *arg)
{
    (void)arg;
    return (void *)(intptr_t)waitpid(-1, NULL, 0);
}

static void
a_thread_that_waits_for_any_child_gets_its_own(void **state)
{
    pthread_t thread;
    void *got = NULL;
    pid_t child;

    (void)state;
    child = fork();
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            (void)pause();
    }
    begin_thread(&thread, wait_for_any);
    for (int i = 0; i < 5; i++)
        assert_status("6", 6);
    (void)kill(child, SIGKILL);
    (void)pthread_join(thread, &got);
    assert_int_equal((intptr_t)got, child);
}

static void
tick(int sig)
{
    (void)sig;
    if (++handled == 5)
        (void)!write(pair[0], "x", 1);
}

/* The helper ends only after the fifth: handlers run, and the wait goes on. */
static void
the_hosts_handlers_run_while_it_waits(void **state)
{
    const struct itimerval often = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
    const struct sigaction act = {.sa_handler = tick};
    struct sigaction old;

    (void)state;
    handled = 0;
    (void)sigaction(SIGALRM, &act, &old);
    (void)setitimer(ITIMER_REAL, &often, NULL);
    assert_status("byte", 3);
    (void)setitimer(ITIMER_REAL, &never, NULL);
    (void)sigaction(SIGALRM, &old, NULL);
}

static void
mask_and_pending_are_as_they_were(void **state)
{
    sigset_t odd, old, after, pending;

    (void)state;
    (void)sigemptyset(&odd);
    (void)sigaddset(&odd, SIGUSR1);
    (void)sigaddset(&odd, SIGRTMIN + 3);
    (void)sigprocmask(SIG_SETMASK, &odd, &old);
    (void)raise(SIGUSR1);
    assert_status("0", 0);
    (void)sigprocmask(SIG_BLOCK, NULL, &after);
    for (int sig = 1; sig < 65; sig++)
        assert_int_equal(sigismember(&after, sig), sigismember(&odd, sig));
    (void)sigpending(&pending);
    assert_true(sigismember(&pending, SIGUSR1));
    (void)signal(SIGUSR1, SIG_IGN);
    (void)signal(SIGUSR1, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, &old, NULL);
}

static int
count_maps(void)
{
    FILE *f = fopen("/proc/self/maps", "re");
    int n = 0, c;

    while ((c = fgetc(f)) != EOF)
        n += c == '\n';
    (void)fclose(f);
    return n;
}

static void
nothing_is_left(void **state)
{
    struct err e = ERR_INIT;
    int descriptors, maps, status;

    (void)state;
    assert_status("0", 0);
    (void)count_maps();
    descriptors = open_descriptors();
    maps = count_maps();
    assert_status("0", 0);
    assert_int_equal(run("crash", &status, &e), -1);
    assert_int_equal(open_descriptors(), descriptors);
    assert_int_equal(count_maps(), maps);
}

/* A daemon without 0 to 2: the socket may then be one of them. */
static void
a_host_without_standard_descriptors(void **state)
{
    pid_t child = fork();
    int status = -1;

    (void)state;
    if (child == 0) {
        struct err e = ERR_INIT;
        char *text;

        (void)close(pair[0]);
        (void)close(pair[1]);
        for (int fd = 0; fd <= 2; fd++)
            (void)close(fd);
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0 || pair[0] != 0 ||
            pair[1] != 1)
            _exit(1);
        if (run("look", &status, &e) != 0 || status != 0)
            _exit(2);
        text = said();
        _exit(strstr(text, "fd0=socket\n") != NULL && strstr(text, "fd1=/dev/n\n") != NULL &&
                      strstr(text, "fd2=/dev/n\n") != NULL && strstr(text, "fd3=") == NULL
                  ? 0
                  : 3);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static volatile sig_atomic_t stop;

static void *
use_the_heap(void *arg)
{
    while (!stop) {
        void *p = malloc(1000);

        *(volatile char *)p = 1;
        free(p);
    }
    return arg;
}

static void
a_host_with_busy_threads(void **state)
{
    pthread_t threads[2];

    (void)state;
    stop = 0;
    for (int i = 0; i < 2; i++)
        begin_thread(&threads[i], use_the_heap);
    for (int i = 0; i < 30; i++)
        assert_status("1", 1);
    stop = 1;
    for (int i = 0; i < 2; i++)
        (void)pthread_join(threads[i], NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static const struct CMUnitTest tests[] = {
    TEST(the_status_comes_back),
    TEST(it_starts_as_a_process_of_the_system),
    TEST(the_watcher_keeps_no_descriptor_of_the_host),
    TEST(at_the_deadline_all_of_it_is_killed),
    TEST(without_its_watcher_it_is_killed),
    TEST(a_deadline_that_has_passed_kills_at_once),
    TEST(what_cannot_be_started_is_named),
    TEST(a_crash_is_named),
    TEST(the_hosts_sigchld_is_left_alone),
    TEST(a_thread_that_waits_for_any_child_gets_its_own),
    TEST(the_hosts_handlers_run_while_it_waits),
    TEST(mask_and_pending_are_as_they_were),
    TEST(nothing_is_left),
    TEST(a_host_without_standard_descriptors),
    TEST(a_host_with_busy_threads),
};

/* From here on these calls fail with that errno, for all that is started, too. */
static bool
refuse(unsigned short error)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0 &&
           syscall(SYS_clone3, NULL, (size_t)0) == -1 && errno == error;
}

static int
run_all(const char *name, unsigned short error)
{
    pid_t child;
    int status = -1;

    (void)fflush(NULL);
    child = fork();
    if (child == 0) {
        without_pidfd = error != 0;
        if (error != 0 && !refuse(error)) {
            printf("[  FAILED  ] clone3 cannot be refused\n");
            exit(1);
        }
        exit(_cmocka_run_group_tests(name, tests, sizeof(tests) / sizeof(tests[0]), NULL, NULL));
    }
    return waitpid(child, &status, 0) == child ? status : -1;
}

int
main(int argc, char **argv)
{
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (argc == 3 && strcmp(argv[1], "--helper") == 0)
        _exit(helper(argv[2]));
    if (geteuid() != 0 || n < 0) {
        printf("skipped: needs root\n");
        return 0;
    }
    return (run_all("clone3", 0) | run_all("ENOSYS", ENOSYS) | run_all("EPERM", EPERM)) != 0;
}
