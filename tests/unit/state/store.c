/* Records on disk: every member survives, nothing malformed is believed; and what they mean. */
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

#include "state/layout.h"
#include "state/store.h"

static char folder[64];
static int state_fd;

static int
set_up(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/iamlp-state.XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    state_fd = store_open(folder, &e);
    return state_fd < 0 ? -1 : 0;
}

static int
tear_down(void **state)
{
    static const char *const names[] = {"7", "7.aside.0"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        (void)unlinkat(state_fd, names[i], 0);
    (void)close(state_fd);
    return rmdir(folder);
}

static void
put_file(const char *text, size_t len)
{
    int fd = openat(state_fd, "7", O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), (ssize_t)len);
    (void)close(fd);
}

static void
every_member_survives(void **state)
{
    struct record a, b;
    struct err e = ERR_INIT;
    struct stat st;

    (void)state;
    record_init(&a, 7);
    a.phase = RECORD_INTENT;
    strcpy(a.name, "DOM\\al ice%\xc3\xa9");
    strcpy(a.machine, "none");
    strcpy(a.section, "prod");
    strcpy(a.account, "123456789012");
    strcpy(a.iam_user, "Alice.Smith@example.com");
    strcpy(a.service, "sshd");
    strcpy(a.rhost, "192.0.2.7\nphase=done");
    a.changed = 1790000000;
    a.not_before = 1790000300;
    a.failures = 3;
    strcpy(a.code, "timeout");
    a.how = RECORD_HOW_TYPED;
    a.call = RECORD_CALL_UPDATE;
    strcpy(a.nonce, "0123456789abcdef0123456789abcdef");
    a.creates = 2;
    record_add_try(&a, 100, 105);
    record_add_try(&a, 200, 205);
    strcpy(a.request_id, "b1da918b");
    strcpy(a.signin_url, "https://123456789012.signin.aws.amazon.com/console");
    a.profile_date = 99;
    a.probable = true;
    a.told = true;
    a.ticket = true;
    a.typed = true;
    a.at_login = true;
    a.unmarked = true;
    strcpy(a.fingerprint, "1-2-3.4");
    assert_int_equal(store_write(state_fd, &a, &e), 0);
    assert_int_equal(store_read(state_fd, 7, &b, &e), 0);
    assert_memory_equal(&a, &b, sizeof(a));
    assert_int_equal(fstatat(state_fd, "7", &st, 0), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
}

static void
what_does_not_parse_is_not_believed(void **state)
{
    static const struct {
        const char *text;
        enum record_phase phase;
    } rows[] = {
        {"", RECORD_INTENT},
        {"v=2\nphase=done\nname=a\nmachine=none\n", RECORD_INTENT},
        {"v=1\n", RECORD_INTENT},
        {"v=1\nphase=done\nname=a\n", RECORD_DONE},
        {"v=1\nphase=nonsense\nname=a\nmachine=none\n", RECORD_INTENT},
        {"v=1\nphase=failed\nname=a\nmachine=none\nunknown=1\n", RECORD_FAILED},
        {"v=1\nphase=failed\nphase=done\nname=a\nmachine=none\n", RECORD_FAILED},
        {"v=1\nphase=created\nname=a%0\nmachine=none\n", RECORD_CREATED},
        {"v=1\nphase=created\nname=a%00b\nmachine=none\n", RECORD_CREATED},
        {"v=1\nphase=pending\nname=a\nmachine=none\nchanged=-1\n", RECORD_PENDING},
        {"v=1\nphase=pending\nname=a\nmachine=none\nchanged=1x\n", RECORD_PENDING},
        {"v=1\nphase=pending\nname=a\nmachine=none\nchanged=9223372036854775807\n", RECORD_PENDING},
        {"v=1\nphase=pending\nname=a\nmachine=none\ntries=1-2,3\n", RECORD_PENDING},
        {"v=1\nphase=pending\nname=a\nmachine=none\ntries=1-9223372036854775807\n", RECORD_PENDING},
        {"v=1\nphase=pending\nname=a\nmachine=none\ntries=1-2,1-2,1-2,1-2,1-2\n", RECORD_PENDING},
        {"v=1\nphase=pending\nname=a\nmachine=none\nno equals sign\n", RECORD_PENDING},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct err e = ERR_INIT;
        struct record r;

        put_file(rows[i].text, strlen(rows[i].text));
        assert_int_equal(store_read(state_fd, 7, &r, &e), -1);
        assert_int_equal(e.code, ERR_FORMAT);
        assert_int_equal(r.phase, rows[i].phase);
    }
}

static void
only_a_plain_file_of_ours_is_read(void **state)
{
    static const char big[LAYOUT_MAX + 1];
    struct err e = ERR_INIT;
    struct record r;

    (void)state;
    assert_int_equal(store_read(state_fd, 7, &r, &e), -1);
    assert_int_equal(e.code, ERR_ABSENT);
    assert_int_equal(r.phase, RECORD_NONE);
    put_file(big, sizeof(big));
    assert_int_equal(store_read(state_fd, 7, &r, &e), -1);
    assert_int_equal(e.code, ERR_FORMAT);
    assert_int_equal(unlinkat(state_fd, "7", 0), 0);
    assert_int_equal(symlinkat("/etc/passwd", state_fd, "7"), 0);
    assert_int_equal(store_read(state_fd, 7, &r, &e), -1);
    assert_int_equal(e.code, ERR_TRUST);
    assert_int_equal(unlinkat(state_fd, "7", 0), 0);
    assert_int_equal(mkfifoat(state_fd, "7", 0600), 0);
    assert_int_equal(store_read(state_fd, 7, &r, &e), -1);
    assert_int_equal(e.code, ERR_TRUST);
    assert_int_equal(store_set_aside(state_fd, 7, &e), 0);
    assert_int_equal(store_read(state_fd, 7, &r, &e), -1);
    assert_int_equal(e.code, ERR_ABSENT);
}

static void
windows_and_waits(void **state)
{
    struct record r;

    (void)state;
    record_init(&r, 7);
    assert_false(record_in_window(&r, 0));
    record_add_try(&r, 100, 105);
    assert_false(record_in_window(&r, 97));
    assert_true(record_in_window(&r, 98));
    assert_true(record_in_window(&r, 107));
    assert_false(record_in_window(&r, 108));
    for (int64_t i = 2; i <= 1 + RECORD_TRIES; i++)
        record_add_try(&r, 100 * i, 100 * i);
    assert_false(record_in_window(&r, 100));
    assert_true(record_in_window(&r, 200));
    record_add_try(&r, 300, INT64_MAX); /* as a file may say */
    assert_true(record_in_window(&r, 5000));
    record_close_try(&r);
    record_close_try(&r);
    assert_false(record_in_window(&r, 100 * (1 + RECORD_TRIES)));
    r.not_before = 1000;
    assert_true(record_waits(&r, 999));
    assert_false(record_waits(&r, 1000));
    assert_true(record_waits(&r, 1000 - RECORD_FAR));
    assert_false(record_waits(&r, 999 - RECORD_FAR));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_member_survives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_parse_is_not_believed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_a_plain_file_of_ours_is_read, set_up, tear_down),
        cmocka_unit_test(windows_and_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
