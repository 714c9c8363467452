/* Lookups of users, by a database that is this program's: what it answers is set by the tests. */
#include "base/user.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pwd.h>
#include <string.h>

enum {
    INTERRUPTED = 3 /* so often */
};

static struct {
    int fault;         /* what a lookup returns */
    int interruptions; /* left, before it does */
    const char *name;  /* NULL: there is no such user */
    size_t size;       /* of the last caller's room */
} database;

static int
answer(struct passwd *pw, char *room, size_t size, struct passwd **found)
{
    *found = NULL;
    database.size = size;
    if (database.interruptions > 0) {
        database.interruptions--;
        return EINTR;
    }
    if (database.fault != 0 || database.name == NULL)
        return database.fault;
    memset(pw, 0, sizeof(*pw));
    pw->pw_name = strcpy(room, database.name);
    pw->pw_uid = 64001;
    *found = pw;
    return 0;
}

int
getpwnam_r(const char *name, struct passwd *pw, char *room, size_t size, struct passwd **found)
{
    assert_string_equal(name, "ALICE");
    return answer(pw, room, size, found);
}

int
getpwuid_r(uid_t uid, struct passwd *pw, char *room, size_t size, struct passwd **found)
{
    assert_int_equal(uid, 64001);
    return answer(pw, room, size, found);
}

/* Both ways return this. */
static void
both(int want, const char *name, const char *sentence)
{
    char found[USER_NAME_MAX] = "", canonical[USER_NAME_MAX] = "";
    struct err e = ERR_INIT, f = ERR_INIT;
    int interruptions = database.interruptions;
    uid_t uid = 7;

    assert_int_equal(user_by_name("ALICE", &uid, canonical, &e), want);
    assert_string_equal(canonical, name);
    assert_int_equal(uid, want > 0 ? 64001 : 7);
    database.interruptions = interruptions;
    assert_int_equal(user_by_uid(64001, found, &f), want);
    assert_string_equal(found, name);
    if (sentence != NULL && (strstr(e.msg, sentence) == NULL || strstr(f.msg, sentence) == NULL))
        fail_msg("%s; %s", e.msg, f.msg);
    assert_int_equal(e.code != ERR_OK, want < 0);
}

static void
who_is_there_is_found(void **state)
{
    (void)state;
    memset(&database, 0, sizeof(database));
    database.name = "alice";
    database.interruptions = INTERRUPTED;
    both(1, "alice", NULL);
    assert_int_equal(database.size, USER_ENTRY_MAX);
}

static void
who_is_not_is_no_fault(void **state)
{
    static const int none[] = {0, ENOENT, ESRCH};

    (void)state;
    memset(&database, 0, sizeof(database));
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        database.fault = none[i];
        both(0, "", NULL);
    }
}

static void
a_name_has_a_ceiling(void **state)
{
    char name[USER_NAME_MAX + 1];

    (void)state;
    memset(&database, 0, sizeof(database));
    memset(name, 'a', sizeof(name));
    name[USER_NAME_MAX] = '\0';
    database.name = name;
    both(0, "", NULL);
    name[USER_NAME_MAX - 1] = '\0';
    both(1, name, NULL);
}

static void
a_database_that_does_not_answer_is_one(void **state)
{
    static const struct {
        int fault;
        const char *sentence;
    } rows[] = {{EIO, "up: Input/output error"},
                {EMFILE, "up: Too many open files"},
                {ERANGE, "up: Numerical result out of range"}};

    (void)state;
    memset(&database, 0, sizeof(database));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        database.fault = rows[i].fault;
        both(-1, "", rows[i].sentence);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_there_is_found),
        cmocka_unit_test(who_is_not_is_no_fault),
        cmocka_unit_test(a_name_has_a_ceiling),
        cmocka_unit_test(a_database_that_does_not_answer_is_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
