/* What ask does when the time is up, and with credentials that had been kept, whatever the
 * other side says: an iamlp-net that has given both of its answers before it is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/ask.h"
#include "core/keyring.h"
#include "wire/kept.h"

#define LEFT_MS 1000

/* ---- the other side ---- */

static int ours = -1, theirs = -1;
static int answers[2]; /* their faults */
static size_t lengths[2];
static int late_after; /* answers, when the time is up; 0: never */

/* As soon as ask has read so many answers to their end. */
static int64_t
now_ms(void)
{
    int unread = 0;
    size_t then = late_after == 1 ? lengths[1] : 0;

    if (late_after == 0 || ours < 0 || ioctl(ours, FIONREAD, &unread) != 0)
        return 0;
    return (size_t)unread <= then ? LEFT_MS : 0;
}

static int
begin(void *arg, struct err *e)
{
    int ends[2];

    (void)arg;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    theirs = ends[1];
    for (size_t i = 0; i < 2; i++) {
        const struct secret *bytes;
        struct frame f;

        frame_init(&f, WIRE_RESULT, WIRE_NET_ANSWER_MAX);
        frame_put_number(&f, WIRE_F_FAULT, answers[i]);
        frame_put_number(&f, WIRE_F_MAYBE_ACTED, 0);
        bytes = frame_bytes(&f, e);
        assert_non_null(bytes);
        lengths[i] = secret_len(bytes);
        assert_int_equal(write(theirs, secret_str(bytes), lengths[i]), (ssize_t)lengths[i]);
        frame_free(&f);
    }
    ours = ends[0];
    return ours;
}

static void
stop(int fd, void *arg)
{
    (void)arg;
    (void)close(fd);
    ours = -1;
}

/* Which request is the last one that they were sent? 0: none. */
static int
last_request(void)
{
    struct err e = ERR_INIT;
    struct frame f;
    int type = 0;

    while (frame_recv(&f, theirs, WIRE_NET_REQUEST_MAX, &clock_system,
                      clock_system.mono_ms() + 10000, &e) == 0) {
        type = (int)f.type;
        frame_free(&f);
    }
    frame_free(&f);
    (void)close(theirs);
    return type;
}

/* ---- the question ---- */

static char fingerprint[FDIO_FINGERPRINT_MAX], folder[] = "/tmp/iamlp-ask-XXXXXX", file[64];
static char section[] = "", region[] = "us-east-1", session[] = "iamlp";
static struct conf conf;
static struct conf_account account = {.name = section, .region = region};

static int
set_up(void **state)
{
    FILE *f;

    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(file, sizeof(file), "%s/credentials", folder);
    (void)snprintf(fingerprint, sizeof(fingerprint), "test-%d", (int)getpid());
    f = fopen(file, "w");
    return f == NULL || fputs("[default]\n", f) < 0 || fclose(f) != 0 || chmod(file, 0600) != 0 ? -1
                                                                                                : 0;
}

static int
tear_down(void **state)
{
    (void)state;
    return unlink(file) != 0 || rmdir(folder) != 0 ? -1 : 0;
}

/* One GetUser, and the other side's end. */
static struct ask
asked(const struct clock *clock, char *credentials_file, struct ask_answer *r)
{
    const struct ask_starter starter = {begin, stop, NULL};
    struct ask a = {.starter = &starter,
                    .clock = clock,
                    .conf = &conf,
                    .fingerprint = fingerprint,
                    .account = &account,
                    .user = "alice",
                    .timeout_ms = LEFT_MS,
                    .deadline = clock->mono_ms() + 30000,
                    .fd = -1};

    conf = (struct conf){.session_name = session, .credentials_file = credentials_file};
    if (clock->mono_ms == now_ms)
        a.deadline = LEFT_MS;
    ask_user(&a, "Alice", NULL, r);
    ask_close(&a);
    a.starter = NULL;
    return a;
}

/* ---- the time ---- */

static void
check_late(char *credentials_file, int answers_read, enum wire_type last, bool counts)
{
    const struct clock clock = {clock_system.wall_s, now_ms};
    struct ask_answer r;
    struct ask a;

    late_after = answers_read;
    memset(answers, 0, sizeof(answers));
    a = asked(&clock, credentials_file, &r);
    assert_string_equal(r.text, "iamlp-net: the time for this login is up");
    assert_int_equal(r.fault, WIRE_FAULT_TIMEOUT);
    assert_string_equal(r.code, "timeout");
    assert_false(r.maybe_acted);
    assert_false(a.reached);
    assert_int_equal(a.questions, counts ? 1 : 0);
    assert_int_equal(last_request(), (int)last);
}

static void
what_has_no_time_left_is_not_asked(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        print_message("skipped: needs root\n");
        skip();
    }
    /* What a program has used up says nothing about AWS; what START has may. */
    check_late(file, 1, WIRE_FILES, false);
    check_late(NULL, 1, WIRE_START, true);
    check_late(file, 2, WIRE_START, true);
}

/* ---- what had been kept (ASK-5) ---- */

static void
keep(const char *name)
{
    struct kept k = {.id = "ASIAIOSFODNN7EXAMPLE", .provider = "imds"};
    struct err e = ERR_INIT;
    struct frame f;

    k.expires = clock_system.wall_s() + 3600;
    k.secret = secret_from("secret", 6, &e);
    frame_init(&f, WIRE_KEPT, KEPT_MAX);
    kept_put(&f, WIRE_F_BASE, &k);
    if (keyring_put(name, frame_bytes(&f, &e), 60, &e) != 0) {
        print_message("skipped: this needs a keyring: %s\n", e.msg);
        skip();
    }
    kept_free(&k);
    frame_free(&f);
}

static void
what_nothing_comes_of_is_forgotten(void **state)
{
    static const struct {
        int start, user;
        bool remains;
    } rows[] = {
        {WIRE_FAULT_NONE, WIRE_FAULT_NONE, true},
        {WIRE_FAULT_NONE, WIRE_FAULT_THROTTLED, true},
        {WIRE_FAULT_NONE, WIRE_FAULT_NETWORK, true},
        {WIRE_FAULT_NONE, WIRE_FAULT_DENIED, false},
        {WIRE_FAULT_NONE, WIRE_FAULT_CREDENTIALS, false},
        {WIRE_FAULT_NONE, WIRE_FAULT_NO_SUCH_ENTITY, false},
        {WIRE_FAULT_OTHER, WIRE_FAULT_NONE, false},
        {WIRE_FAULT_CREDENTIALS, WIRE_FAULT_NONE, false},
    };
    char name[256];

    (void)state;
    if (geteuid() != 0) {
        print_message("skipped: needs root\n");
        skip();
    }
    late_after = 0;
    (void)snprintf(name, sizeof(name), "iamlp-base:%s:none:none", fingerprint);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct err e = ERR_INIT;
        struct secret *found;
        struct ask_answer r;

        keep(name);
        answers[0] = rows[i].start;
        answers[1] = rows[i].user;
        (void)asked(&clock_system, NULL, &r);
        assert_int_equal(r.fault, rows[i].start != 0 ? rows[i].start : rows[i].user);
        (void)close(theirs);
        found = keyring_get(name, KEPT_MAX, &e);
        if ((found != NULL) != rows[i].remains)
            fail_msg("row %zu", i);
        secret_free(found);
        keyring_drop(name);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_no_time_left_is_not_asked),
        cmocka_unit_test(what_nothing_comes_of_is_forgotten),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
