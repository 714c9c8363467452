#include "tracee.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <unistd.h>

enum {
    TRACEES = 256
};

static struct tracee tracees[TRACEES];

struct tracee *
tracee_find(pid_t pid)
{
    for (size_t i = 0; i < TRACEES; i++)
        if (tracees[i].pid == pid)
            return &tracees[i];
    return NULL;
}

static pid_t
group_of(pid_t pid)
{
    char path[64], line[256];
    int group = (int)pid;
    FILE *f;

    (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    f = fopen(path, "re");
    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        if (sscanf(line, "Tgid: %d", &group) == 1)
            break;
    if (f != NULL)
        fclose(f);
    return group;
}

struct tracee *
tracee_add(pid_t pid)
{
    struct tracee *p = tracee_find(pid);

    if (p != NULL)
        return p;
    p = tracee_find(0);
    if (p == NULL)
        abort(); /* no flow has so many */
    memset(p, 0, sizeof(*p));
    p->pid = pid;
    p->group = group_of(pid);
    return p;
}

void
tracee_go_on(pid_t pid, int signal)
{
    (void)ptrace(PTRACE_SYSCALL, pid, 0, (long)signal);
}

void
tracee_add_child(pid_t pid, const struct tracee *parent)
{
    struct tracee *p = tracee_add(pid);

    (void)snprintf(p->name, sizeof(p->name), "%.50s%s", parent->name,
                   p->group == parent->group ? "" : "/child");
    if (p->waits)
        tracee_go_on(pid, 0);
    p->waits = false;
}

void
tracee_executed(struct tracee *p)
{
    char path[64], exe[PATH_MAX];
    ssize_t n;

    (void)snprintf(path, sizeof(path), "/proc/%d/exe", (int)p->pid);
    n = readlink(path, exe, sizeof(exe) - 1);
    if (n < 0)
        return;
    exe[n] = '\0';
    (void)snprintf(p->name, sizeof(p->name), "%.60s", strrchr(exe, '/') + 1);
}

void
tracee_kill_all(FILE *report)
{
    for (size_t i = 0; i < TRACEES; i++)
        if (tracees[i].pid != 0) {
            fprintf(report, "late %s\n", tracees[i].name);
            (void)kill(tracees[i].group, SIGKILL);
        }
}
