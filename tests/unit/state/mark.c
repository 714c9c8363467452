/* Marks: made with their folders, taken away, and never in folders of others. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "state/mark.h"

static char top[] = "/tmp/iamlp-mark.XXXXXX";
static char run[64], pending[80], mark[MARK_PATH_MAX];

static int
setup(void **state)
{
    (void)state;
    if (mkdtemp(top) == NULL)
        return -1;
    (void)snprintf(run, sizeof(run), "%s/run", top);
    (void)snprintf(pending, sizeof(pending), "%s/pending", run);
    (void)umask(077);
    return mark_path(run, 1001, mark, NULL);
}

static int
clean(void **state)
{
    (void)state;
    (void)unlink(mark);
    (void)unlink(pending);
    (void)rmdir(pending);
    (void)rmdir(run);
    return 0;
}

static int
teardown(void **state)
{
    (void)clean(state);
    return rmdir(top);
}

static mode_t
mode_of(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 ? st.st_mode : 0;
}

static void
made_and_taken_away(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    assert_string_equal(mark + strlen(run), "/pending/1001");
    for (int i = 0; i < 2; i++) {
        if (mark_set(run, 1001, true, &e) != 0)
            fail_msg("%s", e.msg);
        assert_int_equal(mode_of(mark), S_IFREG | 0644);
        assert_int_equal(mode_of(pending), S_IFDIR | 0755);
        assert_int_equal(mode_of(run), S_IFDIR | 0755);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(mark_set(run, 1001, false, &e), 0);
        assert_int_equal(mode_of(mark), 0);
    }
}

static void
nothing_is_made_to_take_nothing_away(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(mark_set(run, 1001, false, &e), 0);
    assert_int_equal(mode_of(run), 0);
}

static void
folders_that_others_may_write_are_refused(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(mark_set(run, 1001, true, &e), 0);
    assert_int_equal(chmod(pending, 0777), 0);
    assert_int_equal(mark_set(run, 1002, true, &e), -1);
    assert_int_equal(e.code, ERR_TRUST);
    assert_non_null(strstr(e.msg, "mend with"));
    assert_int_equal(chmod(pending, 0755), 0);
    assert_int_equal(chmod(run, 0777), 0);
    err_clear(&e);
    assert_int_equal(mark_set(run, 1002, true, &e), -1);
    assert_int_equal(e.code, ERR_TRUST);
    assert_int_equal(chmod(run, 0755), 0);
}

static void
links_are_not_followed(void **state)
{
    struct err e = ERR_INIT;
    char elsewhere[96];

    (void)state;
    (void)snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", top);
    assert_int_equal(mkdir(run, 0755) | chmod(run, 0755) | mkdir(elsewhere, 0755), 0);
    assert_int_equal(symlink(elsewhere, pending), 0);
    assert_int_equal(mark_set(run, 1001, true, &e), -1);
    assert_int_equal(rmdir(elsewhere), 0); /* empty: nothing was made there */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(made_and_taken_away, clean),
        cmocka_unit_test_setup(nothing_is_made_to_take_nothing_away, clean),
        cmocka_unit_test_setup(folders_that_others_may_write_are_refused, clean),
        cmocka_unit_test_setup(links_are_not_followed, clean),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
