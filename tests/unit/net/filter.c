/* A sandbox that cannot be had whole is not entered in part: why is said, and no filter is
 * given to the kernel. Each try is a child's, for what succeeds stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../nth.h"
#include "net/sandbox.h"

scmp_filter_ctx __real_seccomp_init(uint32_t action);
scmp_filter_ctx __wrap_seccomp_init(uint32_t action);
int __real_seccomp_attr_set(scmp_filter_ctx ctx, enum scmp_filter_attr attr, uint32_t value);
int __wrap_seccomp_attr_set(scmp_filter_ctx ctx, enum scmp_filter_attr attr, uint32_t value);
int __real_seccomp_rule_add_array(scmp_filter_ctx ctx, uint32_t action, int call, unsigned args,
                                  const struct scmp_arg_cmp *arg);
int __wrap_seccomp_rule_add_array(scmp_filter_ctx ctx, uint32_t action, int call, unsigned args,
                                  const struct scmp_arg_cmp *arg);
int __real_seccomp_load(const scmp_filter_ctx ctx);
int __wrap_seccomp_load(const scmp_filter_ctx ctx);

/* What a child found; its parent's, too. */
static struct found {
    int rc, loaded;
    bool came;
    struct err e;
} * found;

scmp_filter_ctx
__wrap_seccomp_init(uint32_t action)
{
    return nth_fails() ? NULL : __real_seccomp_init(action);
}

int
__wrap_seccomp_attr_set(scmp_filter_ctx ctx, enum scmp_filter_attr attr, uint32_t value)
{
    return nth_fails() ? -EEXIST : __real_seccomp_attr_set(ctx, attr, value);
}

int
__wrap_seccomp_rule_add_array(scmp_filter_ctx ctx, uint32_t action, int call, unsigned args,
                              const struct scmp_arg_cmp *arg)
{
    return nth_fails() ? -ENOMEM : __real_seccomp_rule_add_array(ctx, action, call, args, arg);
}

int
__wrap_seccomp_load(const scmp_filter_ctx ctx)
{
    if (nth_fails())
        return -ECANCELED;
    found->loaded++;
    return __real_seccomp_load(ctx);
}

static void
enter(int n)
{
    pid_t pid = fork();
    int status = -1;

    assert_true(pid >= 0);
    if (pid == 0) {
        memset(found, 0, sizeof(*found));
        nth_left = n;
        found->rc = sandbox_enter(&found->e);
        found->came = nth_came();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void
each_call_of_libseccomp_may_fail(void **state)
{
    int n = 0;

    (void)state;
    for (enter(++n); found->came; enter(++n)) {
        if (found->rc != -1 || strncmp(found->e.msg, "seccomp: ", 9) != 0 || found->loaded != 0)
            fail_msg("%d: %d \"%s\", loaded: %d", n, found->rc, found->e.msg, found->loaded);
        assert_int_equal(found->e.code, n == 1 ? ERR_MEMORY : ERR_SYSTEM);
    }
    assert_int_equal(found->rc, 0);
    assert_int_equal(found->loaded, 1);
    assert_in_range(n, 100, 1000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_of_libseccomp_may_fail),
    };

#ifdef IAMLP_SANITIZED
    printf("skipped: the sanitizers' build has no sandbox (net/sandbox.h)\n");
    return 0;
#endif
    found = mmap(NULL, sizeof(*found), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return found == MAP_FAILED ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
