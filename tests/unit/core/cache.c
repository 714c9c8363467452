/* The kernel's keyring, and the credentials that are kept in it: for whom, and until when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../nth.h"
#include "core/cache.h"
#include "core/hold.h"
#include "core/keyring.h"

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
long __real_syscall(long number, ...);
long __wrap_syscall(long number, long a, long b, long c, long d, long e);

enum {
    READING = 4 /* the system call that reads: behind linking, searching and describing */
};

static bool no_memory; /* what nth counts: allocations, or system calls */

void *
__wrap_calloc(size_t n, size_t size)
{
    return no_memory && nth_fails() ? NULL : __real_calloc(n, size);
}

long
__wrap_syscall(long number, long a, long b, long c, long d, long e)
{
    if (no_memory || !nth_fails())
        return __real_syscall(number, a, b, c, d, e);
    errno = EKEYEXPIRED;
    return -1;
}

#define BASE_ID "ASIAIOSFODNN7EXAMPLE"
#define ROLE_ID "ASIAI44QH8DHBEXAMPLE"

/* Keys of this run alone: the keyring is the machine's. */
static char fingerprint[FDIO_FINGERPRINT_MAX];

static struct conf conf;
static struct conf_account account, plain;

static int
set_up(void **state)
{
    struct err e = ERR_INIT;
    struct secret *s = secret_from("x", 1, &e);
    int rc;

    (void)state;
    (void)snprintf(fingerprint, sizeof(fingerprint), "test-%d", (int)getpid());
    rc = keyring_put(fingerprint, s, 60, &e);
    secret_free(s);
    if (rc != 0 || geteuid() != 0) {
        print_message("skipped: this needs root and a keyring: %s\n", e.msg);
        _exit(0);
    }
    keyring_drop(fingerprint);
    return 0;
}

static char name_prod[] = "prod", name_none[] = "", role[] = "arn:aws:iam::123456789012:role/iamlp";
static char session[] = "iamlp-%h", personal[] = "%u", percent[] = "%%u", file[] = "/etc/iamlp/c";

/* A question as the story would ask it. */
static struct ask
asked(void)
{
    conf = (struct conf){.session_name = session, .credentials_file = file};
    account = (struct conf_account){.name = name_prod, .role_arn = role};
    plain = (struct conf_account){.name = name_none};
    return (struct ask){.clock = &clock_system,
                        .conf = &conf,
                        .fingerprint = fingerprint,
                        .account = &account,
                        .user = "alice",
                        .shared = {"1-2-3.4", "none"}};
}

static void
put_kept(struct frame *f, enum wire_field first, const char *id, int64_t seconds)
{
    struct err e = ERR_INIT;
    struct kept k = {.expires = clock_system.wall_s() + seconds, .provider = "imds"};

    (void)snprintf(k.id, sizeof(k.id), "%s", id);
    k.secret = secret_from("secret", 6, &e);
    kept_put(f, first, &k);
    kept_free(&k);
}

static void
answer(const struct ask *a, const char *base, int64_t base_s, const char *role_id, int64_t role_s,
       bool revoked, const char *caller)
{
    struct frame f;

    frame_init(&f, WIRE_RESULT, WIRE_NET_ANSWER_MAX);
    if (base != NULL)
        put_kept(&f, WIRE_F_BASE, base, base_s);
    if (role_id != NULL)
        put_kept(&f, WIRE_F_ROLE, role_id, role_s);
    if (revoked)
        frame_put_number(&f, WIRE_F_REVOKED, 1);
    frame_put_text(&f, WIRE_F_CALLER, caller);
    cache_take(a, &f);
    frame_free(&f);
}

/* Are these, and nothing else, in the next START? NULL: absent. */
static void
check(const struct ask *a, const char *base, const char *role_id, const char *caller)
{
    struct err e = ERR_INIT;
    char text[KEPT_ID_MAX + 1];
    struct kept b, r;
    struct frame f;

    frame_init(&f, WIRE_START, WIRE_NET_REQUEST_MAX);
    cache_put(a, &f);
    (void)kept_get(&f, WIRE_F_BASE, &b, &e);
    (void)kept_get(&f, WIRE_F_ROLE, &r, &e);
    (void)frame_get_text(&f, WIRE_F_CALLER, text, sizeof(text));
    assert_string_equal(b.id, base != NULL ? base : "");
    assert_string_equal(r.id, role_id != NULL ? role_id : "");
    assert_string_equal(text, caller != NULL ? caller : "");
    kept_free(&b);
    kept_free(&r);
    frame_free(&f);
}

/* What a test has kept, under every name that it may have used. */
static int
forget(void **state)
{
    struct ask a = asked();

    (void)state;
    cache_drop(&a);
    a.account = &plain;
    cache_drop(&a);
    conf.session_name = personal;
    cache_drop(&a);
    a.account = &account;
    cache_drop(&a);
    return 0;
}

/* ---- the keyring itself ---- */

static void
a_key_is_replaced_and_dropped(void **state)
{
    struct err e = ERR_INIT;
    struct secret *one = secret_from("one", 3, &e), *two = secret_from("a\0b", 3, &e), *got;

    (void)state;
    assert_int_equal(keyring_put(fingerprint, one, 60, &e), 0);
    assert_int_equal(keyring_put(fingerprint, two, 60, &e), 0);
    got = keyring_get(fingerprint, 3, &e);
    assert_non_null(got);
    assert_int_equal(secret_len(got), 3);
    assert_memory_equal(secret_str(got), "a\0b", 3);
    secret_free(got);
    assert_null(keyring_get(fingerprint, 2, &e));
    assert_int_equal(e.code, ERR_LIMIT);
    keyring_drop(fingerprint);
    keyring_drop(fingerprint);
    assert_null(keyring_get(fingerprint, 3, &e));
    assert_int_equal(e.code, ERR_ABSENT);
    secret_free(one);
    secret_free(two);
}

/* It was there to be found, and is over before it is read; or there is no room for it. */
static void
a_key_that_cannot_be_read(void **state)
{
    static const struct {
        bool memory;
        int nth;
        enum err_code code;
        const char *begins;
    } rows[] = {
        {false, READING, ERR_SYSTEM, "the kernel's keyring cannot be read: Key has expired"},
        {true, 1, ERR_MEMORY, "out of memory"},
    };
    struct err e = ERR_INIT;
    struct secret *s = secret_from("one", 3, &e), *got;

    (void)state;
    assert_int_equal(keyring_put(fingerprint, s, 60, &e), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        no_memory = rows[i].memory;
        nth_left = rows[i].nth;
        assert_null(keyring_get(fingerprint, 3, &e));
        assert_true(nth_came());
        assert_int_equal(e.code, rows[i].code);
        assert_string_equal(e.msg, rows[i].begins);
    }
    got = keyring_get(fingerprint, 3, &e);
    assert_non_null(got);
    assert_string_equal(secret_str(got), "one");
    keyring_drop(fingerprint);
    secret_free(got);
    secret_free(s);
}

/* By a process whose keyring is its own, as each helper's is. */
static void
another_process_replaces_it_too(void **state)
{
    struct err e = ERR_INIT;
    struct secret *one = secret_from("one", 3, &e), *two = secret_from("two", 3, &e), *got;
    int status = -1;
    pid_t pid;

    (void)state;
    assert_int_equal(keyring_put(fingerprint, one, 60, &e), 0);
    pid = fork();
    if (pid == 0) {
        struct secret *in_child = secret_from("two", 3, &e);

        _exit(in_child != NULL && keyring_put(fingerprint, in_child, 60, &e) == 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    got = keyring_get(fingerprint, 3, &e);
    assert_non_null(got);
    assert_string_equal(secret_str(got), secret_str(two));
    keyring_drop(fingerprint);
    secret_free(got);
    secret_free(one);
    secret_free(two);
}

/* As `su nobody` of a root whose session pam_keyinit has linked to root's keyring. -1: it
 * could not. */
static int
plant(const char *name, unsigned permissions)
{
    long of_root, key;

    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL, 0, 0, 0) < 0 ||
        syscall(SYS_keyctl, KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_SESSION_KEYRING, 0, 0) < 0)
        return -1;
    of_root = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 0, 0, 0);
    if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
        return -1;
    key = syscall(SYS_add_key, "user", name, "planted", (size_t)7, of_root);
    return key < 0 || syscall(SYS_keyctl, KEYCTL_SETPERM, key, permissions, 0, 0) != 0 ? -1 : 0;
}

/* KEYRING-3 */
static void
what_somebody_else_has_put_there_is_not_believed(void **state)
{
    static const unsigned permissions[] = {0x3f3f3f3f, 0x3f00003f, 0x003f0000, 0};
    struct err e = ERR_INIT;
    struct secret *own = secret_from("own", 3, &e), *got;

    (void)state;
    for (size_t i = 0; i < sizeof(permissions) / sizeof(permissions[0]); i++) {
        int status = -1;
        pid_t pid = fork();

        if (pid == 0)
            _exit(plant(fingerprint, permissions[i]) == 0 ? 0 : 1);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
        got = keyring_get(fingerprint, 100, &e);
        if (got != NULL)
            fail_msg("%08x is believed: %s", permissions[i], secret_str(got));
        /* Nor is it in the way. */
        assert_int_equal(keyring_put(fingerprint, own, 60, &e), 0);
        got = keyring_get(fingerprint, 100, &e);
        assert_non_null(got);
        assert_string_equal(secret_str(got), "own");
        secret_free(got);
        keyring_drop(fingerprint);
    }
    secret_free(own);
}

/* ---- what is kept ---- */

static void
comes_back_in_the_next_start(void **state)
{
    struct ask a = asked();

    (void)state;
    check(&a, NULL, NULL, NULL);
    answer(&a, BASE_ID, 3600, ROLE_ID, 3600, false, NULL);
    check(&a, BASE_ID, ROLE_ID, NULL);
    answer(&a, ROLE_ID, 3600, NULL, 0, false, NULL); /* one of them anew */
    check(&a, ROLE_ID, ROLE_ID, NULL);
    a.account = &plain;
    check(&a, ROLE_ID, NULL, NULL); /* the role was another account's */
}

static void
keys_that_have_run_out_are_not_kept(void **state)
{
    struct ask a = asked();

    (void)state;
    answer(&a, BASE_ID, -1, ROLE_ID, 0, false, NULL);
    check(&a, NULL, NULL, NULL);
    /* And the kernel ends what has been. */
    answer(&a, BASE_ID, 1, ROLE_ID, 3600, false, NULL);
    for (int i = 0; i < 1000; i++) {
        struct frame f;
        size_t len;

        frame_init(&f, WIRE_START, WIRE_NET_REQUEST_MAX);
        cache_put(&a, &f);
        if (frame_get(&f, WIRE_F_BASE, &len) == NULL)
            i = 1000;
        frame_free(&f);
        (void)usleep(10000);
    }
    check(&a, NULL, ROLE_ID, NULL);
}

/* CACHE-3: a day is the longest, and what says that it lasts longer was not put there here. */
static void
a_day_is_the_longest(void **state)
{
    struct ask a = asked();
    struct err e = ERR_INIT;
    char name[256];
    struct frame f, start;
    struct kept k;

    (void)state;
    (void)snprintf(name, sizeof(name), "iamlp-role:%s:1-2-3.4:none:prod:", fingerprint);
    for (int64_t days = 1; days <= 9; days += 8) {
        frame_init(&f, WIRE_KEPT, KEPT_MAX);
        put_kept(&f, WIRE_F_BASE, ROLE_ID, days * 86400);
        assert_int_equal(keyring_put(name, frame_bytes(&f, &e), 3600, &e), 0);
        check(&a, NULL, days == 1 ? ROLE_ID : NULL, NULL);
        frame_free(&f);
    }
    answer(&a, NULL, 0, ROLE_ID, INT64_C(9) * 86400, false, NULL);
    frame_init(&start, WIRE_START, WIRE_NET_REQUEST_MAX);
    cache_put(&a, &start);
    assert_int_equal(kept_get(&start, WIRE_F_ROLE, &k, &e), 0);
    assert_true(k.expires <= clock_system.wall_s() + 86400);
    kept_free(&k);
    frame_free(&start);
}

static void
revoked_ones_are_forgotten(void **state)
{
    struct ask a = asked();

    (void)state;
    answer(&a, BASE_ID, 3600, ROLE_ID, 3600, false, NULL);
    answer(&a, NULL, 0, NULL, 0, true, NULL);
    check(&a, NULL, NULL, NULL);
    answer(&a, BASE_ID, 3600, ROLE_ID, 3600, false, NULL);
    answer(&a, NULL, 0, BASE_ID, 3600, true, NULL); /* with others in their place */
    check(&a, NULL, BASE_ID, NULL);
}

static void
of_no_known_form_is_not_kept(void **state)
{
    struct ask a = asked();

    (void)state;
    answer(&a, "asia-lower-case-letters", 3600, "SHORT", 3600, false, "no id");
    check(&a, NULL, NULL, NULL);
}

/* ---- CACHE-4 ---- */

/* Become the root of a container, whose quota of keys is that of any user. -1: not here. */
static int
become_containers_root(void)
{
    FILE *f;

    if (setresgid(65533, 65533, 65533) != 0 || setresuid(65533, 65533, 65533) != 0 ||
        prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0 || unshare(CLONE_NEWUSER) != 0)
        return -1;
    f = fopen("/proc/self/uid_map", "w");
    if (f == NULL || fputs("0 65533 1\n", f) < 0 || fclose(f) != 0)
        return -1;
    return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL, 0, 0, 0) < 0 ? -1 : 0;
}

/* In a process of its own. */
static int
fill_and_hold(void)
{
    static char token[2000];
    struct err e = ERR_INIT;
    struct secret *session_key = secret_from(token, sizeof(token), &e), *got;
    struct secret *password = secret_from("password", 8, &e);
    char name[64];
    int i = 0;

    do
        (void)snprintf(name, sizeof(name), "iamlp-role:%d", i++);
    while (i < 1000 && keyring_put(name, session_key, 60, &e) == 0);
    if (i < 2 || e.code != ERR_LIMIT)
        return 10;
    do
        (void)snprintf(name, sizeof(name), "others:%d", i++);
    while (i < 2000 && keyring_put(name, password, 60, &e) == 0);
    if (hold_keyring.put(64001, "0123", password, 60, &e) != 0)
        return 11;
    got = hold_keyring.get(64001, "0123", &e);
    if (got == NULL || strcmp(secret_str(got), "password") != 0)
        return 12;
    secret_free(got);
    if (keyring_get("iamlp-role:0", 4000, &e) != NULL)
        return 13;
    /* Full of what is not ours to drop. */
    do
        (void)snprintf(name, sizeof(name), "others:%d", i++);
    while (i < 3000 && keyring_put(name, password, 60, &e) == 0);
    if (hold_keyring.put(64001, "4567", password, 60, &e) == 0 || e.code != ERR_LIMIT ||
        strstr(e.msg, "no room to hold a password") == NULL)
        return 14;
    got = hold_keyring.get(64001, "0123", &e);
    return got != NULL ? 0 : 15;
}

static void
kept_credentials_make_room_for_a_password(void **state)
{
    int status = -1;
    pid_t pid = fork();

    (void)state;
    if (pid == 0)
        _exit(become_containers_root() != 0 ? 77 : fill_and_hold());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        print_message("skipped: no user namespace can be made here\n");
        skip();
    }
    assert_int_equal(status, 0);
}

/* ---- CACHE-2 ---- */

static void
another_configuration_does_not_get_them(void **state)
{
    struct ask a = asked(), other;

    (void)state;
    answer(&a, BASE_ID, 3600, ROLE_ID, 3600, false, NULL);
    other = a;
    other.fingerprint = "1-2-3.5";
    check(&other, NULL, NULL, NULL);
    for (size_t i = 0; i < 2; i++) {
        other = a;
        (void)snprintf(other.shared[i], sizeof(other.shared[i]), "1-2-3.5");
        check(&other, NULL, NULL, NULL);
    }
    check(&a, BASE_ID, ROLE_ID, NULL);
}

static void
another_account_gets_the_base_alone(void **state)
{
    static char name[] = "dev";
    struct conf_account dev = {.name = name, .role_arn = role};
    struct ask a = asked();

    (void)state;
    answer(&a, BASE_ID, 3600, ROLE_ID, 3600, false, NULL);
    a.account = &dev;
    check(&a, BASE_ID, NULL, NULL);
}

/* session_name and source_identity, and whether one user's session is another's. */
static void
people_that_cloudtrail_tells_apart_share_nothing(void **state)
{
    static const struct {
        char *session_name, *source_identity;
        bool shared_role, shared_base;
    } rows[] = {
        {session, NULL, true, true},
        {personal, NULL, false, false},
        {session, personal, false, false},
        {percent, percent, true, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ask a = asked();

        conf.session_name = rows[i].session_name;
        conf.source_identity = rows[i].source_identity;
        answer(&a, BASE_ID, 3600, ROLE_ID, 3600, false, NULL);
        check(&a, BASE_ID, ROLE_ID, NULL);
        a.user = "bob";
        check(&a, rows[i].shared_base ? BASE_ID : NULL, rows[i].shared_role ? ROLE_ID : NULL, NULL);
        a.user = "alice";
        cache_drop(&a);
    }
}

/* A host's own keys are nobody's in particular. */
static void
without_a_profile_the_base_is_everybodys(void **state)
{
    struct ask a = asked();

    (void)state;
    conf.credentials_file = NULL;
    conf.source_identity = personal;
    answer(&a, BASE_ID, 3600, ROLE_ID, 3600, false, NULL);
    a.user = "bob";
    check(&a, BASE_ID, NULL, NULL);
    cache_drop(&a);
    a.user = "alice";
    cache_drop(&a);
}

static void
the_caller_is_known_for_its_configuration(void **state)
{
    struct ask a = asked();

    char name[256];

    (void)state;
    (void)snprintf(a.shared[0], sizeof(a.shared[0]), "of this test");
    answer(&a, NULL, 0, NULL, 0, false, BASE_ID);
    check(&a, NULL, NULL, BASE_ID);
    (void)snprintf(a.shared[0], sizeof(a.shared[0]), "1-2-3.5");
    check(&a, NULL, NULL, NULL);
    (void)snprintf(name, sizeof(name), "iamlp-caller:%s:of this test:none", fingerprint);
    keyring_drop(name);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_replaced_and_dropped),
        cmocka_unit_test(a_key_that_cannot_be_read),
        cmocka_unit_test(another_process_replaces_it_too),
        cmocka_unit_test(what_somebody_else_has_put_there_is_not_believed),
        cmocka_unit_test_teardown(comes_back_in_the_next_start, forget),
        cmocka_unit_test_teardown(keys_that_have_run_out_are_not_kept, forget),
        cmocka_unit_test_teardown(a_day_is_the_longest, forget),
        cmocka_unit_test_teardown(revoked_ones_are_forgotten, forget),
        cmocka_unit_test_teardown(of_no_known_form_is_not_kept, forget),
        cmocka_unit_test(kept_credentials_make_room_for_a_password),
        cmocka_unit_test_teardown(another_configuration_does_not_get_them, forget),
        cmocka_unit_test_teardown(another_account_gets_the_base_alone, forget),
        cmocka_unit_test_teardown(people_that_cloudtrail_tells_apart_share_nothing, forget),
        cmocka_unit_test_teardown(without_a_profile_the_base_is_everybodys, forget),
        cmocka_unit_test_teardown(the_caller_is_known_for_its_configuration, forget),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
