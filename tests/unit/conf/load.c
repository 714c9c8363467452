/* Which files are believed. */
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

#include "conf/conf.h"

static char dir[64], path[128], other[128];

static void
put(const char *name, const char *text, mode_t mode)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}

static int
setup(void **state)
{
    (void)state;
    (void)snprintf(dir, sizeof(dir), "/tmp/iamlp-load.XXXXXX");
    if (mkdtemp(dir) == NULL)
        return -1;
    (void)snprintf(path, sizeof(path), "%s/iamlp.conf", dir);
    (void)snprintf(other, sizeof(other), "%s/other.conf", dir);
    put(path, "[login]\nmin_uid = 2000\n", 0644);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    (void)unlink(path);
    (void)unlink(other);
    return rmdir(dir);
}

static void
refused(const char *name, enum err_code code, const char *message)
{
    struct err e = ERR_INIT;
    struct conf *c = conf_load(name, &e);

    if (c != NULL) {
        conf_free(c);
        fail_msg("%s was believed", name);
    }
    if (e.code != code || strstr(e.msg, message) == NULL)
        fail_msg("%d, \"%s\" is not %d, \"%s\"", (int)e.code, e.msg, (int)code, message);
}

static void
trusted_file_is_read(void **state)
{
    struct err e = ERR_INIT;
    struct conf *c = conf_load(path, &e);

    (void)state;
    if (c == NULL)
        fail_msg("%s", e.msg);
    assert_int_equal(c->min_uid, 2000);
    assert_string_equal(c->path, path);
    conf_free(c);
}

static void
mistake_is_blamed_on_its_line(void **state)
{
    char message[192];

    (void)state;
    put(path, "[login]\nmin_uid = 0\n", 0644);
    (void)snprintf(message, sizeof(message), "%s:2: min_uid: out of range; write", path);
    refused(path, ERR_CONFIG, message);
}

static void
absent_file_is_said_to_be_absent(void **state)
{
    char message[192];

    (void)state;
    (void)snprintf(message, sizeof(message), "%s: No such file", other);
    refused(other, ERR_ABSENT, message);
}

static void
symbolic_link_is_not_followed(void **state)
{
    (void)state;
    assert_int_equal(symlink(path, other), 0);
    refused(other, ERR_TRUST, "is a symbolic link");
}

static void
fifo_does_not_block(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(other, 0600), 0);
    (void)alarm(10); /* a kill is a failure, too */
    refused(other, ERR_TRUST, "is not a regular file");
    (void)alarm(0);
}

static void
file_others_may_write_is_refused(void **state)
{
    (void)state;
    assert_int_equal(chmod(path, 0664), 0);
    refused(path, ERR_TRUST, "mend with: chmod go-w");
    assert_int_equal(chmod(path, 0646), 0);
    refused(path, ERR_TRUST, "mend with: chmod go-w");
}

static void
folder_others_may_write_is_refused(void **state)
{
    (void)state;
    assert_int_equal(chmod(dir, 0770), 0);
    refused(path, ERR_TRUST, "mend with: chmod go-w");
    assert_int_equal(chmod(dir, 01777), 0); /* sticky helps on the way only */
    refused(path, ERR_TRUST, "mend with: chmod go-w");
}

static void
file_of_somebody_else_is_refused(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        print_message("skipped: needs root\n");
        skip();
    }
    assert_int_equal(chown(path, 12345, (gid_t)-1), 0);
    refused(path, ERR_TRUST, "belongs to uid 12345");
}

static void
relative_path_is_refused(void **state)
{
    (void)state;
    refused("iamlp.conf", ERR_TRUST, "absolute");
}

static void
file_beyond_the_ceiling_is_refused(void **state)
{
    (void)state;
    assert_int_equal(truncate(path, CONF_FILE_MAX + 1), 0);
    refused(path, ERR_LIMIT, "larger than 1048576 bytes");
}

static void
file_at_the_ceiling_is_read(void **state)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    char line[1024];
    struct conf *c;

    (void)state;
    memset(line, '#', sizeof(line));
    line[sizeof(line) / 2 - 1] = line[sizeof(line) - 1] = '\n';
    for (size_t i = 0; i < CONF_FILE_MAX / sizeof(line); i++)
        assert_int_equal(write(fd, line, sizeof(line)), sizeof(line));
    assert_int_equal(close(fd), 0);
    c = conf_load(path, NULL);
    assert_non_null(c);
    conf_free(c);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(trusted_file_is_read),
        TEST(mistake_is_blamed_on_its_line),
        TEST(absent_file_is_said_to_be_absent),
        TEST(symbolic_link_is_not_followed),
        TEST(fifo_does_not_block),
        TEST(file_others_may_write_is_refused),
        TEST(folder_others_may_write_is_refused),
        TEST(file_of_somebody_else_is_refused),
        TEST(relative_path_is_refused),
        TEST(file_beyond_the_ceiling_is_refused),
        TEST(file_at_the_ceiling_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
