#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- watching the pages go ----------------------------------------------------- */

static unsigned unmapped, dirty;

/* Stands in for libc's: what a page holds when it is given back can be seen here
 * and nowhere later. */
int
munmap(void *p, size_t len)
{
    const unsigned char *bytes = p;

    unmapped++;
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0) {
            dirty++;
            break;
        }
    return (int)syscall(SYS_munmap, p, len);
}

static void
watch(void)
{
    unmapped = dirty = 0;
}

/* ---- reading our own memory ---------------------------------------------------- */

/* The flags of the mapping that holds p, from /proc/self/smaps. */
static void
flags_of(const void *p, char *flags, size_t size)
{
    FILE *f = fopen("/proc/self/smaps", "re");
    char line[512];
    bool here = false;

    assert_non_null(f);
    flags[0] = '\0';
    while (fgets(line, sizeof(line), f) != NULL) {
        uintptr_t from = 0, to = 0;
        char *end;

        from = strtoul(line, &end, 16);
        if (*end == '-' && end != line) {
            to = strtoul(end + 1, NULL, 16);
            here = from <= (uintptr_t)p && (uintptr_t)p < to;
        } else if (here && strncmp(line, "VmFlags:", 8) == 0) {
            (void)snprintf(flags, size, "%s", line + 8);
        }
    }
    (void)fclose(f);
}

#ifndef IAMLP_SANITIZED
#define PATTERN_LEN 32

/* Never in memory as it stands but where a test put it: here each byte is masked. */
static const unsigned char masked[PATTERN_LEN] = "do not find me by looking at me";

static void
append_pattern(struct secret *s)
{
    char *p = secret_extend(s, PATTERN_LEN, NULL);

    assert_non_null(p);
    for (size_t i = 0; i < PATTERN_LEN; i++)
        p[i] = (char)(masked[i] ^ 0xa5U);
}

/* How often the pattern stands in the writable memory of this process. */
static unsigned
patterns_in_memory(void)
{
    FILE *f = fopen("/proc/self/maps", "re");
    char line[512];
    unsigned found = 0;

    assert_non_null(f);
    while (fgets(line, sizeof(line), f) != NULL) {
        char *end;
        const volatile unsigned char *p = (const volatile unsigned char *)strtoul(line, &end, 16);
        const volatile unsigned char *to =
            (const volatile unsigned char *)strtoul(end + 1, &end, 16);

        if (strncmp(end, " rw", 3) != 0)
            continue;
        for (; p + PATTERN_LEN <= to; p++) {
            size_t i = 0;

            while (i < PATTERN_LEN && (p[i] ^ 0xa5U) == masked[i])
                i++;
            if (i == PATTERN_LEN)
                found++;
        }
    }
    (void)fclose(f);
    return found;
}
#endif

/* ---- tests --------------------------------------------------------------------- */

static void
holds_what_is_appended(void **state)
{
    struct err e = ERR_INIT;
    struct secret *s = secret_new(10, &e);

    (void)state;
    assert_non_null(s);
    assert_string_equal(secret_str(s), "");
    assert_int_equal(secret_append(s, "1234", 4, &e), 0);
    assert_int_equal(secret_append(s, "", 0, &e), 0);
    assert_int_equal(secret_append(s, NULL, 0, &e), 0);
    assert_int_equal(secret_append(s, "5678", 4, &e), 0);
    assert_int_equal(secret_len(s), 8);
    assert_string_equal(secret_str(s), "12345678");
    secret_free(s);
    secret_free(NULL);
}

static void
takes_its_ceiling_and_no_more(void **state)
{
    struct err e = ERR_INIT;
    struct secret *s = secret_new(5, &e);

    (void)state;
    assert_int_equal(secret_append(s, "12345", 5, &e), 0);
    assert_int_equal(secret_append(s, "6", 1, &e), -1);
    assert_int_equal(e.code, ERR_LIMIT);
    assert_string_equal(e.msg, "more than 5 bytes");
    assert_null(secret_extend(s, SIZE_MAX, &e));
    assert_string_equal(secret_str(s), "12345");
    secret_free(s);

    s = secret_from("abc", 3, &e);
    assert_string_equal(secret_str(s), "abc");
    assert_int_equal(secret_append(s, "d", 1, &e), -1);
    secret_free(s);
}

static void
gives_clean_room_to_read_into(void **state)
{
    struct secret *s = secret_new(64, NULL);
    char *p;

    (void)state;
    assert_int_equal(secret_append(s, "password", 8, NULL), 0);
    secret_truncate(s, 20);
    assert_int_equal(secret_len(s), 8);
    secret_truncate(s, 4);
    assert_int_equal(secret_len(s), 4);
    assert_string_equal(secret_str(s), "pass");
    p = secret_extend(s, 16, NULL);
    assert_int_equal(secret_len(s), 20);
    for (size_t i = 0; i < 17; i++)
        assert_int_equal(p[i], 0);
    secret_free(s);
}

static void
is_wiped_before_it_is_given_back(void **state)
{
    struct secret *s = secret_new(1U << 20, NULL);
    unsigned grown = 0;

    (void)state;
    watch();
    for (size_t i = 0; i < 50000; i++) {
        const char *before = secret_str(s);

        assert_int_equal(secret_append(s, "secret", 6, NULL), 0);
        grown += secret_str(s) != before;
    }
    assert_true(grown > 3);
    assert_int_equal(unmapped, grown);
    assert_int_equal(dirty, 0);
    for (size_t i = 0; i < 50000; i++)
        assert_memory_equal(secret_str(s) + 6 * i, "secret", 6);
    secret_free(s);
    assert_int_equal(unmapped, grown + 1);
    assert_int_equal(dirty, 0);
}

static void
leaves_no_copy_in_memory(void **state)
{
#ifdef IAMLP_SANITIZED
    (void)state;
    print_message("skipped: the sanitizer's own memory is too large to search\n");
    skip();
#else
    struct secret *s = secret_new(1U << 20, NULL);

    (void)state;
    append_pattern(s);
    assert_int_equal(patterns_in_memory(), 1);
    for (size_t n = 0; n < 5; n++) {
        assert_non_null(secret_extend(s, 10000, NULL));
        assert_int_equal(patterns_in_memory(), 1);
    }
    append_pattern(s);
    assert_int_equal(patterns_in_memory(), 2);
    secret_truncate(s, PATTERN_LEN);
    assert_int_equal(patterns_in_memory(), 1);
    secret_free(s);
    assert_int_equal(patterns_in_memory(), 0);
#endif
}

static void
is_not_dumped_and_not_inherited(void **state)
{
    struct secret *s = secret_new(1U << 20, NULL);
    char flags[512];

    (void)state;
    for (size_t n = 0; n < 2; n++) {
        flags_of(secret_str(s), flags, sizeof(flags));
        assert_non_null(strstr(flags, " dd")); /* not in a core file */
        assert_non_null(strstr(flags, " dc")); /* not in a child */
        assert_non_null(secret_extend(s, 100000, NULL));
    }
    secret_free(s);
}

static void
is_locked_in_memory(void **state)
{
#ifdef IAMLP_SANITIZED
    (void)state;
    print_message("skipped: the sanitizer makes mlock do nothing\n");
    skip();
#else
    static char sample[65536];
    struct secret *s;
    char flags[512];

    (void)state;
    if (mlock(sample, sizeof(sample)) != 0) {
        print_message("skipped: needs the right to lock 64 KiB of memory\n");
        skip();
    }
    (void)munlock(sample, sizeof(sample));
    s = secret_new(20000, NULL);
    for (size_t n = 0; n < 2; n++) {
        flags_of(secret_str(s), flags, sizeof(flags));
        assert_non_null(strstr(flags, " lo"));
        assert_non_null(secret_extend(s, 10000, NULL));
    }
    secret_free(s);
#endif
}

/* A limit that leaves no page to lock is no reason to lose the password. */
static void
works_where_nothing_may_be_locked(void **state)
{
    pid_t child = fork();
    int status = -1;

    (void)state;
    if (child == 0) {
        const struct rlimit no = {0, 0};
        struct secret *s;

        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(2);
        if (setrlimit(RLIMIT_MEMLOCK, &no) != 0)
            _exit(3);
        s = secret_from("abc", 3, NULL);
        _exit(s != NULL && strcmp(secret_str(s), "abc") == 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_what_is_appended),
        cmocka_unit_test(takes_its_ceiling_and_no_more),
        cmocka_unit_test(gives_clean_room_to_read_into),
        cmocka_unit_test(is_wiped_before_it_is_given_back),
        cmocka_unit_test(leaves_no_copy_in_memory),
        cmocka_unit_test(is_not_dumped_and_not_inherited),
        cmocka_unit_test(is_locked_in_memory),
        cmocka_unit_test(works_where_nothing_may_be_locked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
