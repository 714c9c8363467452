/*
 * probe: a module that stands before and after ours and finds what has changed in the host.
 *
 *     account required probe.so before
 *     account ...      pam_iamlp.so
 *     account required probe.so after out=PATH
 *     account required probe.so lookup          (asks for the user, as other modules do)
 *
 * `after` appends to PATH "HOOK same", or "HOOK was: LINE" and "HOOK is: LINE" for each
 * line of the host's state that is another one than before.
 */
#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <pwd.h>
#include <security/pam_modules.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

struct state {
    char text[65536];
    size_t len;
};

static void
add(struct state *s, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    s->len += (size_t)vsnprintf(s->text + s->len, sizeof(s->text) - s->len, format, ap);
    va_end(ap);
    if (s->len >= sizeof(s->text))
        abort();
}

/* The C library hides two signals. */
static void
add_signals(struct state *s)
{
    for (int sig = 1; sig < _NSIG; sig++) {
        unsigned long act[8] = {0};

        (void)syscall(SYS_rt_sigaction, sig, NULL, act, (size_t)(_NSIG / 8));
        add(s, "signal %d %lx %lx %lx %lx\n", sig, act[0], act[1], act[2], act[3]);
    }
}

/* A file of /proc line by line, or only those lines that begin with one of the words. */
static void
add_file(struct state *s, const char *path, const char *const *words)
{
    FILE *f = fopen(path, "re");
    char line[4096];

    while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
        bool wanted = words == NULL;

        for (size_t i = 0; words != NULL && words[i] != NULL; i++)
            wanted = wanted || strncmp(line, words[i], strlen(words[i])) == 0;
        if (wanted)
            add(s, "%s %s%s", path, line, strchr(line, '\n') != NULL ? "" : "\n");
    }
    if (f != NULL)
        (void)fclose(f);
}

static void
add_listed(struct state *s, const char *folder)
{
    DIR *d = opendir(folder);
    const struct dirent *entry;

    while (d != NULL && (entry = readdir(d)) != NULL) {
        char path[512], to[4096];
        int fd = atoi(entry->d_name);
        ssize_t n;

        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof(path), "%s/%s/children", folder, entry->d_name);
        add_file(s, path, NULL);
        (void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        n = readlink(path, to, sizeof(to));
        if (n >= 0 && fd != dirfd(d))
            add(s, "%s %.*s %d %d\n", path, (int)n, to, fcntl(fd, F_GETFD), fcntl(fd, F_GETFL));
    }
    (void)closedir(d);
}

static void
add_numbers(struct state *s)
{
    for (int i = 0; i < (int)RLIM_NLIMITS; i++) {
        struct rlimit r;

        (void)getrlimit((__rlimit_resource_t)i, &r);
        add(s, "limit %d %llu %llu\n", i, (unsigned long long)r.rlim_cur,
            (unsigned long long)r.rlim_max);
    }
    for (int i = 0; i < 3; i++) {
        struct itimerval t;

        (void)getitimer((__itimer_which_t)i, &t);
        add(s, "timer %d %d %ld\n", i, t.it_value.tv_sec != 0, t.it_interval.tv_sec);
    }
    add(s, "nice %d\n", getpriority(PRIO_PROCESS, 0));
    add(s, "prctl %d %d\n", prctl(PR_GET_DUMPABLE), prctl(PR_GET_KEEPCAPS));
    add(s, "session %d %d\n", getsid(0), getpgrp());
}

static void
look(struct state *s)
{
    static const char *const status[] = {
        "Name",   "Umask",  "PPid",   "Uid",    "Gid", "Groups", "VmLck",   "Threads", "SigPnd",
        "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "Cap", "NoNew",  "Seccomp", NULL};
    char cwd[4096];

    s->len = 0;
    add_signals(s);
    add_file(s, "/proc/thread-self/status", status);
    add_listed(s, "/proc/self/fd");
    add_listed(s, "/proc/self/task");
    add_file(s, "/proc/self/timers", NULL);
    add_file(s, "/proc/self/oom_score_adj", NULL);
    add_numbers(s);
    add(s, "locale %s %p\n", setlocale(LC_ALL, NULL), (void *)uselocale((locale_t)0));
    add(s, "cwd %s\n", getcwd(cwd, sizeof(cwd)));
    add(s, "environ %p\n", (void *)environ);
    for (char **e = environ; e != NULL && *e != NULL; e++)
        add(s, "environment %p %s\n", (void *)*e, *e);
    /* Where, not what: the heap may grow, but nothing else may stay. */
    add_file(s, "/proc/self/maps", NULL);
}

static void
compare(const char *hook, char *was, char *is, FILE *out)
{
    bool same = true;
    char *end_was = NULL, *end_is = NULL;
    char *a = strtok_r(was, "\n", &end_was), *b = strtok_r(is, "\n", &end_is);

    while (a != NULL || b != NULL) {
        bool heap =
            a != NULL && b != NULL && strstr(a, "[heap]") != NULL && strstr(b, "[heap]") != NULL;

        if (!heap && (a == NULL || b == NULL || strcmp(a, b) != 0)) {
            fprintf(out, "%s was: %s\n%s is: %s\n", hook, a != NULL ? a : "-", hook,
                    b != NULL ? b : "-");
            same = false;
        }
        a = a != NULL ? strtok_r(NULL, "\n", &end_was) : NULL;
        b = b != NULL ? strtok_r(NULL, "\n", &end_is) : NULL;
    }
    if (same)
        fprintf(out, "%s same\n", hook);
}

static int
probe(const char *hook, pam_handle_t *pamh, int argc, const char **argv)
{
    static struct state before, after;
    const void *user = NULL;
    FILE *out;

    if (argc == 1 && strcmp(argv[0], "lookup") == 0) {
        struct passwd entry, *found = NULL;
        char text[8192];

        (void)pam_get_item(pamh, PAM_USER, &user);
        (void)getpwnam_r(user, &entry, text, sizeof(text), &found);
        return PAM_SUCCESS;
    }
    if (argc == 1 && strcmp(argv[0], "before") == 0) {
        look(&before);
        return PAM_SUCCESS;
    }
    look(&after);
    out = fopen(argv[1] + strlen("out="), "ae");
    if (argc != 2 || out == NULL)
        return PAM_SYSTEM_ERR;
    compare(hook, before.text, after.text, out);
    (void)fclose(out);
    return PAM_SUCCESS;
}

#define HOOK(name)                                                                                 \
    int pam_sm_##name(pam_handle_t *pamh, int flags, int argc, const char **argv);                 \
    int pam_sm_##name(pam_handle_t *pamh, int flags, int argc, const char **argv)                  \
    {                                                                                              \
        (void)flags;                                                                               \
        return probe(#name, pamh, argc, argv);                                                     \
    }

HOOK(authenticate)
HOOK(setcred)
HOOK(acct_mgmt)
HOOK(open_session)
HOOK(close_session)
HOOK(chauthtok)
