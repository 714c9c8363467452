/* What a record asks for at a login, phase by phase. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "state/due.h"

enum {
    NOW = 1000000000,
    AHEAD = NOW + 60,
    PAST = NOW - 60,
    FAR = NOW + 2 * RECORD_FAR,
    DAY = 24 * 60 * 60
};

static const struct row {
    const char *what;
    struct record r;
    enum due login;
    bool claim;
} rows[] = {
    {"no record", {.phase = RECORD_NONE}, DUE_HELPER, false},
    {"unserved", {.phase = RECORD_UNMAPPED, .changed = PAST}, DUE_UNLESS_CONF, false},
    {"unserved, nearly a day",
     {.phase = RECORD_UNMAPPED, .changed = NOW - DAY + 1},
     DUE_UNLESS_CONF,
     false},
    {"unserved, a day", {.phase = RECORD_UNMAPPED, .changed = NOW - DAY}, DUE_HELPER, false},
    {"unserved, clock back", {.phase = RECORD_UNMAPPED, .changed = AHEAD}, DUE_HELPER, false},
    {"pending", {.phase = RECORD_PENDING}, DUE_UNLESS_MARK, true},
    {"pending, shell off", {.phase = RECORD_PENDING, .unmarked = true}, DUE_UNLESS_CONF, true},
    {"pending, at login", {.phase = RECORD_PENDING, .at_login = true}, DUE_HELPER, true},
    {"pending, at login, waits",
     {.phase = RECORD_PENDING, .at_login = true, .not_before = AHEAD},
     DUE_UNLESS_MARK,
     true},
    {"later", {.phase = RECORD_LATER, .not_before = AHEAD}, DUE_UNLESS_CONF, false},
    {"later, over", {.phase = RECORD_LATER, .not_before = PAST}, DUE_UNLESS_MARK, true},
    {"later, too far ahead", {.phase = RECORD_LATER, .not_before = FAR}, DUE_UNLESS_MARK, true},
    {"later, over, at login",
     {.phase = RECORD_LATER, .not_before = PAST, .at_login = true},
     DUE_HELPER,
     true},
    {"intent", {.phase = RECORD_INTENT}, DUE_UNLESS_MARK, true},
    {"intent, waits", {.phase = RECORD_INTENT, .not_before = AHEAD}, DUE_UNLESS_MARK, true},
    {"intent, at login", {.phase = RECORD_INTENT, .at_login = true}, DUE_HELPER, true},
    {"intent, at login, waits",
     {.phase = RECORD_INTENT, .at_login = true, .not_before = AHEAD},
     DUE_UNLESS_MARK,
     true},
    {"probably ours, at login",
     {.phase = RECORD_INTENT, .at_login = true, .probable = true},
     DUE_UNLESS_MARK,
     true},
    {"typed, at login",
     {.phase = RECORD_INTENT, .at_login = true, .typed = true},
     DUE_UNLESS_MARK,
     true},
    {"created", {.phase = RECORD_CREATED}, DUE_UNLESS_MARK, true},
    {"created, at login", {.phase = RECORD_CREATED, .at_login = true}, DUE_UNLESS_MARK, true},
    {"created, shell off", {.phase = RECORD_CREATED, .unmarked = true}, DUE_UNLESS_CONF, true},
    {"done", {.phase = RECORD_DONE}, DUE_UNLESS_CONF, false},
    {"done, at login", {.phase = RECORD_DONE, .at_login = true}, DUE_UNLESS_CONF, false},
    {"lost", {.phase = RECORD_LOST}, DUE_UNLESS_MARK, true},
    {"lost, waits", {.phase = RECORD_LOST, .not_before = AHEAD}, DUE_UNLESS_CONF, false},
    {"lost, told", {.phase = RECORD_LOST, .told = true}, DUE_UNLESS_CONF, false},
    {"failed", {.phase = RECORD_FAILED, .not_before = AHEAD}, DUE_UNLESS_CONF, false},
    {"failed, over", {.phase = RECORD_FAILED, .not_before = PAST}, DUE_UNLESS_MARK, true},
    {"failed, over, at login",
     {.phase = RECORD_FAILED, .not_before = PAST, .at_login = true},
     DUE_HELPER,
     true},
    {"misconfigured",
     {.phase = RECORD_FAILED, .code = "config", .not_before = AHEAD},
     DUE_UNLESS_CONF,
     false},
    {"misconfigured, over",
     {.phase = RECORD_FAILED, .code = "config", .not_before = PAST},
     DUE_HELPER,
     false},
};

static void
every_phase(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct record r = rows[i].r;

        (void)snprintf(r.service, sizeof(r.service), "sshd");
        if (due_at_login(&r, NOW) != rows[i].login)
            fail_msg("%s: a login asks for %d", rows[i].what, (int)due_at_login(&r, NOW));
        if (due_at_claim(&r, NOW) != rows[i].claim)
            fail_msg("%s: a claim would%s speak", rows[i].what, rows[i].claim ? " not" : "");
    }
}

/* A record that no login has made: the next login writes itself into it, once. */
static void
unrecorded(void **state)
{
    (void)state;
    for (enum record_phase phase = RECORD_UNMAPPED; phase <= RECORD_FAILED; phase++) {
        const struct record r = {.phase = phase, .changed = PAST};
        bool final = phase == RECORD_UNMAPPED || phase == RECORD_DONE;

        assert_false(due_at_claim(&r, NOW));
        assert_int_equal(due_at_login(&r, NOW), final ? DUE_UNLESS_CONF : DUE_HELPER);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_phase), cmocka_unit_test(unrecorded)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
