#include "attack.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>

#if defined(__x86_64__)

#define REGISTER(name) offsetof(struct user, regs.name)

static void
poke(pid_t pid, size_t where, long value)
{
    if (ptrace(PTRACE_POKEUSER, pid, where, value) != 0 && errno != ESRCH)
        abort();
}

/* Not carried out; but a close that fails has closed, a brk that fails says where the break
 * is, and a child that is not there to be waited for has been waited for by somebody else. */
static void
skip(pid_t pid, unsigned long nr, int error)
{
    if (nr == SYS_brk)
        poke(pid, REGISTER(rdi), 0);
    else if (nr != SYS_close && error != ECHILD)
        poke(pid, REGISTER(orig_rax), -1);
}

static void
set_result(pid_t pid, unsigned long nr, unsigned long first, int error)
{
    if (nr != SYS_brk)
        poke(pid, REGISTER(rax), -(long)error);
    else
        poke(pid, REGISTER(rdi), (long)first);
}

#else

static void
skip(pid_t pid, unsigned long nr, int error)
{
    (void)pid, (void)nr, (void)error;
    fprintf(stderr, "killat: -e is known on x86_64 only\n");
    exit(125);
}

static void
set_result(pid_t pid, unsigned long nr, unsigned long first, int error)
{
    (void)first;
    skip(pid, nr, error);
}

#endif

static unsigned long counted;
static bool hit;

static void
enter(const struct attack *a, struct tracee *p, const struct __ptrace_syscall_info *info)
{
    if (a->program == NULL || strcmp(p->name, a->program) != 0) {
        if (a->program == NULL)
            fprintf(a->report, "call %s %d %lu %ld\n", p->name, (int)p->group,
                    (unsigned long)info->entry.nr, (long)info->entry.args[0]);
        return;
    }
    if (a->only >= 0 && (unsigned long)a->only != info->entry.nr)
        return;
    if (hit || ++counted != a->n)
        return;
    hit = true;
    fprintf(a->report, "hit %s %lu %lu\n", p->name, a->n, (unsigned long)info->entry.nr);
    if (a->error == 0) {
        (void)kill(p->group, SIGKILL);
        return;
    }
    p->failing = true;
    skip(p->pid, (unsigned long)info->entry.nr, a->error);
}

void
attack_system_call(const struct attack *a, struct tracee *p)
{
    static unsigned long failing, first;
    struct __ptrace_syscall_info info;

    if (ptrace(PTRACE_GET_SYSCALL_INFO, p->pid, sizeof(info), &info) <= 0)
        return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        enter(a, p, &info);
        failing = p->failing ? (unsigned long)info.entry.nr : failing;
        first = p->failing ? (unsigned long)info.entry.args[0] : first;
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
        if (p->failing)
            set_result(p->pid, failing, first, a->error);
        p->failing = false;
    }
}
