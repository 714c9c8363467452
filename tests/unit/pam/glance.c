/* The fast path: which records end a login at once, and which lead to the helper. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdio.h"
#include "pam/glance.h"
#include "state/layout.h"

#define NOW 1790000000
#define DAY (24 * 60 * 60)

static char top[64], conf[96], states[96], run[96], record_file[128], mark_file[128];
static const struct glance_place place = {conf, states, run};

static void
put_file(const char *path, const char *text, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), (ssize_t)len);
    (void)close(fd);
}

static int
set_up(void **state)
{
    char pending[112];

    (void)state;
    (void)snprintf(top, sizeof(top), "/tmp/iamlp-glance.XXXXXX");
    if (mkdtemp(top) == NULL)
        return -1;
    (void)snprintf(conf, sizeof(conf), "%s/conf", top);
    (void)snprintf(states, sizeof(states), "%s/state", top);
    (void)snprintf(run, sizeof(run), "%s/run", top);
    (void)snprintf(pending, sizeof(pending), "%s/pending", run);
    (void)snprintf(record_file, sizeof(record_file), "%s/7", states);
    (void)snprintf(mark_file, sizeof(mark_file), "%s/7", pending);
    put_file(conf, "[users]\n", 8);
    return mkdir(states, 0700) || mkdir(run, 0755) || mkdir(pending, 0755);
}

static int
tear_down(void **state)
{
    char command[128];

    (void)state;
    (void)snprintf(command, sizeof(command), "rm -rf %s", top);
    return system(command);
}

/* A record that needs nothing done: its configuration is the one that is there. */
static struct record
record_in(enum record_phase phase)
{
    struct record r;
    struct stat st;

    assert_int_equal(stat(conf, &st), 0);
    record_init(&r, 7);
    r.phase = phase;
    r.changed = NOW - 60;
    strcpy(r.name, "alice");
    strcpy(r.machine, "none");
    strcpy(r.service, "sshd");
    fdio_fingerprint(&st, r.fingerprint);
    return r;
}

static void
write_record(const struct record *r)
{
    struct buf b;

    buf_init(&b, LAYOUT_MAX);
    layout_print(r, &b);
    (void)unlink(record_file);
    put_file(record_file, buf_str(&b), b.len);
    buf_free(&b);
}

static bool
at_login(void)
{
    return glance_look(&place, 7, "alice", NOW, false).helper;
}

static bool
at_password(void)
{
    return glance_look(&place, 7, "alice", NOW, true).helper;
}

static void
by_phase_and_mark(void **state)
{
    static const struct {
        enum record_phase phase;
        bool login, login_marked, password;
    } rows[] = {
        {RECORD_UNMAPPED, false, false, false}, {RECORD_PENDING, true, false, true},
        {RECORD_LATER, true, false, true},      {RECORD_INTENT, true, false, true},
        {RECORD_CREATED, true, false, true},    {RECORD_DONE, false, false, false},
        {RECORD_LOST, true, false, true},       {RECORD_FAILED, true, false, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct record r = record_in(rows[i].phase);

        write_record(&r);
        if (at_login() != rows[i].login)
            fail_msg("%s at a login", record_phases[rows[i].phase]);
        if (at_password() != rows[i].password)
            fail_msg("%s at passwd", record_phases[rows[i].phase]);
        put_file(mark_file, "", 0);
        if (at_login() != rows[i].login_marked)
            fail_msg("%s at a login with a mark", record_phases[rows[i].phase]);
        if (at_password() != rows[i].password)
            fail_msg("%s at passwd with a mark", record_phases[rows[i].phase]);
        assert_int_equal(unlink(mark_file), 0);
    }
}

/* Somebody who said later is let be at logins, and is served when choosing a password. */
static void
waiting_is_for_logins_only(void **state)
{
    struct record r = record_in(RECORD_LATER);

    (void)state;
    r.not_before = NOW + 60;
    write_record(&r);
    assert_false(at_login());
    assert_true(at_password());
}

static void
the_configuration_has_changed(void **state)
{
    struct record r = record_in(RECORD_DONE);

    (void)state;
    write_record(&r);
    assert_false(at_login());
    put_file(conf, "[users]\n\n", 9);
    assert_true(at_login());
    assert_true(at_password());
    r = record_in(RECORD_DONE);
    write_record(&r);
    assert_false(at_login());
    assert_false(at_password());
    assert_int_equal(unlink(conf), 0);
    assert_true(at_login());
    fdio_fingerprint(NULL, r.fingerprint);
    write_record(&r);
    assert_false(at_login());
}

static void
unmapped_is_believed_for_a_day(void **state)
{
    struct record r = record_in(RECORD_UNMAPPED);

    (void)state;
    r.changed = NOW - DAY - 1;
    write_record(&r);
    assert_true(at_login());
    assert_true(at_password());
}

static void
no_record_is_the_helpers(void **state)
{
    (void)state;
    assert_true(at_login());
    assert_true(at_password());
}

static void
no_state_directory_is_nothing(void **state)
{
    (void)state;
    assert_int_equal(rmdir(states), 0);
    assert_false(at_login());
    assert_false(at_password());
    put_file(states, "", 0);
    assert_false(at_login());
    assert_int_equal(unlink(states), 0);
    assert_int_equal(mkdir(states, 0700), 0);
}

static void
another_name_is_the_helpers(void **state)
{
    struct record r = record_in(RECORD_DONE);

    (void)state;
    write_record(&r);
    assert_true(glance_look(&place, 7, "alic", NOW, false).helper);
    assert_true(glance_look(&place, 7, "Alice", NOW, false).helper);
    assert_true(glance_look(&place, 8, "alice", NOW, false).helper);
}

static void
what_does_not_parse_is_the_helpers(void **state)
{
    static const char good[] = "v=1\nphase=done\nname=alice\nmachine=none\n";
    char text[LAYOUT_MAX + 64];
    size_t len = sizeof(good) - 1;

    (void)state;
    put_file(record_file, "", 0);
    assert_true(at_login());
    put_file(record_file, "rubbish", 7);
    assert_true(at_login());
    /* Cut to the size of the buffer it would be a good one. */
    memset(text, '\n', sizeof(text));
    memcpy(text, good, len);
    put_file(record_file, text, sizeof(text));
    assert_true(at_login());
    assert_int_equal(unlink(record_file), 0);
    assert_int_equal(mkfifo(record_file, 0600), 0);
    assert_true(at_login());
    assert_int_equal(unlink(record_file), 0);
    assert_int_equal(mkdir(record_file, 0700), 0);
    assert_true(at_login());
    assert_int_equal(rmdir(record_file), 0);
}

static void
a_link_is_not_followed(void **state)
{
    struct record r = record_in(RECORD_DONE);
    char elsewhere[128];

    (void)state;
    write_record(&r);
    assert_false(at_login());
    (void)snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", top);
    assert_int_equal(rename(record_file, elsewhere), 0);
    assert_int_equal(symlink(elsewhere, record_file), 0);
    assert_true(at_login());
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(by_phase_and_mark),
        TEST(waiting_is_for_logins_only),
        TEST(the_configuration_has_changed),
        TEST(unmapped_is_believed_for_a_day),
        TEST(no_record_is_the_helpers),
        TEST(no_state_directory_is_nothing),
        TEST(another_name_is_the_helpers),
        TEST(what_does_not_parse_is_the_helpers),
        TEST(a_link_is_not_followed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
