/* A local account: found, not there, or not to be had from a database that does not answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pwd.h>
#include <string.h>

#include "core/person.h"

/* The user database: what it finds, or its errno. */
static char *found;
static int fault;

struct passwd *
getpwnam(const char *name)
{
    static struct passwd pw;

    assert_string_equal(name, "ALICE");
    pw = (struct passwd){.pw_name = found, .pw_uid = 64001, .pw_gid = 64002};
    errno = fault;
    return found != NULL ? &pw : NULL;
}

static void
check(char *name, int error, enum err_code code, const char *sentence)
{
    struct err e = ERR_INIT;
    struct person p;
    int rc;

    found = name;
    fault = error;
    rc = person_find("ALICE", &p, &e);
    assert_int_equal(rc, code == ERR_OK ? 0 : -1);
    assert_int_equal(e.code, code);
    if (strstr(e.msg, sentence) == NULL)
        fail_msg("%s", e.msg);
    if (rc == 0) {
        assert_string_equal(p.name, name);
        assert_int_equal(p.uid, 64001);
        assert_int_equal(p.gid, 64002);
    }
    person_free(&p);
}

static void
by_the_name_that_the_database_has(void **state)
{
    static char alice[] = "alice", longest[USER_NAME_MAX + 1];

    (void)state;
    check(alice, 0, ERR_OK, "");
    memset(longest, 'a', sizeof(longest) - 2);
    check(longest, 0, ERR_OK, "");
    memset(longest, 'a', sizeof(longest) - 1);
    check(longest, 0, ERR_LIMIT, "is too long");
}

/* Which errno says that there is no such user differs with who keeps the users (base/user.c). */
static void
nobody_is_not_a_fault_of_the_database(void **state)
{
    static const int absent[] = {0, ENOENT, ESRCH}, faults[] = {EIO, EMFILE, ENETUNREACH};

    (void)state;
    for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
        check(NULL, absent[i], ERR_ABSENT, "there is no local user ALICE");
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        check(NULL, faults[i], ERR_SYSTEM, "cannot look up local user ALICE: ");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_the_name_that_the_database_has),
        cmocka_unit_test(nobody_is_not_a_fault_of_the_database),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
