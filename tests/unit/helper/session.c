#include "helper/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ALICE 1000
#define UNSET "4294967295"

#define SLICE(n)  "/user.slice/user-" #n ".slice/session-3.scope\n"
#define SYSTEM    "/system.slice/cron.service\n"
#define UNIFIED   "0::"
#define NAMED     "1:name=systemd:"
#define NAMED_FAR "12:name=systemd:"

static const struct {
    const char *loginuid, *cgroup;
    enum session_kind kind;
    uid_t other;
} cases[] = {
    /* Both, one, the other, neither. */
    {"1000", UNIFIED SLICE(1000), SESSION_OWN, 0},
    {"1000", UNIFIED "/\n", SESSION_OWN, 0},
    {"1000", "", SESSION_OWN, 0},
    {UNSET, UNIFIED SLICE(1000), SESSION_OWN, 0},
    {"", UNIFIED SLICE(1000), SESSION_OWN, 0},
    {UNSET, UNIFIED "/\n", SESSION_NONE, 0},
    {UNSET, UNIFIED SYSTEM, SESSION_NONE, 0},
    {UNSET, "", SESSION_NONE, 0},
    {"", "", SESSION_NONE, 0},
    /* One says no: whatever the other says. */
    {"1001", UNIFIED SLICE(1000), SESSION_OTHERS, 1001},
    {"1000", UNIFIED SLICE(1001), SESSION_OTHERS, 1001},
    {"1001", UNIFIED SLICE(1001), SESSION_OTHERS, 1001},
    {UNSET, UNIFIED SLICE(1001), SESSION_OTHERS, 1001},
    {"0", "", SESSION_OTHERS, 0},
    {"", UNIFIED SLICE(0), SESSION_OTHERS, 0},
    {"1001", "", SESSION_OTHERS, 1001},
    /* A graphical session and a user's own manager; a container seen from its host. */
    {UNSET, UNIFIED "/user.slice/user-1000.slice/user@1000.service/app.slice/x.scope\n",
     SESSION_OWN, 0},
    {UNSET, UNIFIED "/machine.slice/a.service/payload/user.slice/user-1000.slice/x\n", SESSION_OWN,
     0},
    /* Below the first slice the names are the user's. */
    {UNSET, UNIFIED "/user.slice/user-1001.slice/user@1001.service/user-1000.slice/x\n",
     SESSION_OTHERS, 1001},
    {UNSET, UNIFIED "/user.slice/user-1000.slice/user@1000.service/user-1001.slice/x\n",
     SESSION_OWN, 0},
    /* Which lines count. */
    {UNSET, "4:memory:/x\n" NAMED SLICE(1000) UNIFIED "/\n", SESSION_OWN, 0},
    {UNSET, NAMED_FAR SLICE(1001) UNIFIED "/\n", SESSION_OTHERS, 1001},
    {UNSET, NAMED SLICE(1000) UNIFIED SLICE(1001), SESSION_OTHERS, 1001},
    {UNSET, UNIFIED SLICE(1000) NAMED SLICE(1001), SESSION_OTHERS, 1001},
    {UNSET, "4:memory:" SLICE(1000), SESSION_NONE, 0},
    {UNSET, "4:name=other:" SLICE(1000), SESSION_NONE, 0},
    {UNSET, "10::" SLICE(1000), SESSION_NONE, 0},
    {"1000", "4:memory:" SLICE(1001), SESSION_OWN, 0},
    {UNSET, "4:memory:/a:name=systemd:" SLICE(1000), SESSION_NONE, 0},
    {UNSET, UNIFIED "/user.slice/user-1000.slice", SESSION_OWN, 0},
    /* What is a user's slice. */
    {UNSET, UNIFIED "/user.slice/user-01000.slice/x\n", SESSION_NONE, 0},
    {UNSET, UNIFIED "/user.slice/user-+1000.slice/x\n", SESSION_NONE, 0},
    {UNSET, UNIFIED "/user.slice/user- 1000.slice/x\n", SESSION_NONE, 0},
    {UNSET, UNIFIED "/user.slice/user-1000x.slice/x\n", SESSION_NONE, 0},
    {UNSET, UNIFIED "/user.slice/user-1000-a.slice/x\n", SESSION_NONE, 0},
    {UNSET, UNIFIED "/user.slice/user-.slice/x\n", SESSION_NONE, 0},
    {UNSET, UNIFIED "/user.slice/user-1000.slice.d/x\n", SESSION_NONE, 0},
    {UNSET, UNIFIED "/user.slice/xuser-1000.slice/x\n", SESSION_NONE, 0},
    {UNSET, UNIFIED "/team-1000.slice/x\n", SESSION_NONE, 0},
    {UNSET, UNIFIED "/user.slice/user-4294968296.slice/x\n", SESSION_NONE, 0},
    {UNSET, UNIFIED "/user.slice/user-18446744073709552616.slice/x\n", SESSION_NONE, 0},
    {UNSET, UNIFIED "/user.slice/user-4294967295.slice/x\n", SESSION_OTHERS, UINT32_MAX},
    /* What is a login uid. */
    {"1000\n", "", SESSION_OWN, 0},
    {"4294968296", "", SESSION_UNCLEAR, 0},
    {"18446744073709552616", "", SESSION_UNCLEAR, 0},
    {"01000", "", SESSION_UNCLEAR, 0},
    {"-1", UNIFIED SLICE(1000), SESSION_UNCLEAR, 0},
    {"alice", UNIFIED SLICE(1000), SESSION_UNCLEAR, 0},
    {"\n", UNIFIED SLICE(1000), SESSION_UNCLEAR, 0},
    {"1000 ", "", SESSION_UNCLEAR, 0},
};

static void
judges_what_the_kernel_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uid_t other = 77;
        enum session_kind kind = session_judge(ALICE, cases[i].loginuid, cases[i].cgroup, &other);

        if (kind != cases[i].kind || (kind == SESSION_OTHERS && other != cases[i].other))
            fail_msg("\"%s\" and \"%s\": %d of %u", cases[i].loginuid, cases[i].cgroup, kind,
                     other);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_what_the_kernel_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
