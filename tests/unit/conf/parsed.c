/* Scan and iniparser hold to one reading, and iniparser keeps quiet. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf/parsed.h"

/* What parsed_agree says of one text scanned and another read. */
static int
agree(const char *scanned, const char *given, struct err *e)
{
    struct scan s = {.path = NULL};
    struct parsed *parsed = NULL;
    int rc = -1;

    if (scan_text(&s, "/f", scanned, strlen(scanned), e) == 0)
        parsed = parsed_read("/f", given, strlen(given), e);
    if (parsed != NULL)
        rc = parsed_agree(parsed, &s, e);
    parsed_free(parsed);
    scan_free(&s);
    return rc;
}

static void
differences_are_found(void **state)
{
    static const struct {
        const char *scanned, *given, *message;
    } rows[] = {
        {"[a]\nk = 1\n", "[a]\nk = 1\n", NULL},
        {"[a]\nk = 1\n", "[a]\nk = 2\n", "/f:2: iniparser reads the value of 'k' differently"},
        {"[a]\nk = 1\n", "[a]\nk = 1 # or\n", NULL},
        {"[a]\nk = '1 # or'\n", "[a]\nk = 1 # or\n", "/f:2: iniparser reads the value of 'k'"},
        {"[a]\nk = 1\n", "[a]\n", "/f:2: iniparser reads the value of 'k' differently"},
        {"[a]\nk =\n", "[a]\n", "/f:2: iniparser reads the value of 'k' differently"},
        {"[a]\n[b]\n", "[a]\n[c]\n", "/f:2: iniparser does not see the section [b]"},
        {"[a]\n", "[a]\nk = 1\n", "/f: iniparser sees 2 sections and keys where there are 1"},
        {"[a]\n", "", "/f:1: iniparser does not see the section [a]"},
        {"", "", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct err e = ERR_INIT;
        int rc = agree(rows[i].scanned, rows[i].given, &e);

        if (rc != (rows[i].message != NULL ? -1 : 0) ||
            (rows[i].message != NULL && strncmp(e.msg, rows[i].message, strlen(rows[i].message))))
            fail_msg("row %zu: %d, \"%s\"", i, rc, e.msg);
    }
}

static void
values_come_from_iniparser(void **state)
{
    const char text[] = "[a]\nk = 1\n";
    struct scan s;
    struct parsed *parsed;
    const char *own;

    (void)state;
    assert_int_equal(scan_text(&s, "/f", text, strlen(text), NULL), 0);
    parsed = parsed_read("/f", text, strlen(text), NULL);
    assert_non_null(parsed);
    own = s.entries[0].value;
    assert_int_equal(parsed_agree(parsed, &s, NULL), 0);
    assert_ptr_not_equal(s.entries[0].value, own);
    assert_string_equal(s.entries[0].value, "1");
    parsed_free(parsed);
    scan_free(&s);
}

static void
refusal_is_an_error_and_says_nothing_on_stderr(void **state)
{
    const char text[] = "[a]\nneither\n";
    int out = memfd_create("stderr", MFD_CLOEXEC), saved = dup(STDERR_FILENO);
    struct err e = ERR_INIT;
    struct parsed *parsed;
    struct stat st;

    (void)state;
    assert_true(out >= 0 && saved >= 0);
    assert_int_equal(dup2(out, STDERR_FILENO), STDERR_FILENO);
    parsed = parsed_read("/f", text, strlen(text), &e);
    assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
    assert_int_equal(fstat(out, &st), 0);
    (void)close(saved);
    (void)close(out);
    assert_null(parsed);
    assert_int_equal(e.code, ERR_CONFIG);
    assert_int_equal(st.st_size, 0);
}

/* In a child, in whose mount namespace nothing is on /proc. */
static int
without_proc(void)
{
    const char text[] = "[a]\nk = 1\n";
    struct err e = ERR_INIT;

    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("nothing", "/proc", "tmpfs", 0, NULL) != 0)
        return 77;
    if (parsed_read("/f", text, strlen(text), &e) != NULL || e.code != ERR_SYSTEM)
        return 1;
    return strstr(e.msg, "/f: cannot open /proc/self/fd/") == e.msg &&
                   strstr(e.msg, "(is /proc mounted?)") != NULL
               ? 0
               : 2;
}

static void
without_proc_it_says_so(void **state)
{
    pid_t pid = fork();
    int status;

    (void)state;
    if (pid == 0)
        _exit(without_proc());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        print_message("skipped: needs root and a mount namespace\n");
        skip();
    }
    assert_int_equal(status, 0);
}

/* A walk through the language's corners that is the same in every run: whatever
 * the scan accepts, iniparser must read alike. */
static void
what_the_scan_accepts_is_read_alike(void **state)
{
    static const char *const pieces[] = {
        "a",    "b",        "users", "rule x",  "[",   "]",       "=",      "=",  "=",     "\n",
        "\n",   "\n",       " ",     "\t",      "\"",  "'",       "#",      ";",  "\\",    "\r",
        "%u",   ":",        "aws",   "A",       "==",  "[aws]\n", "key = ", "k=", "\"\"",  "''",
        "\r\n", "\303\251", "x=y",   "\"a b\"", "'a'", " # c",    "; c\n",  "(",  "\" \"", "=\n",
    };
    uint64_t random = 88172645463325252U;
    unsigned accepted = 0;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[256] = "[s]\n";
        struct err e = ERR_INIT;

        for (unsigned n = 0; n < 16; n++) {
            random = random * 6364136223846793005U + 1442695040888963407U;
            if ((random >> 32) % 16 < n)
                break;
            strcat(text, pieces[(random >> 40) % (sizeof(pieces) / sizeof(pieces[0]))]);
        }
        if (agree(text, text, &e) == 0)
            accepted++;
        else if (strncmp(e.msg, "/f: iniparser", 13) == 0 || strstr(e.msg, "differently") != NULL ||
                 strstr(e.msg, "does not see") != NULL)
            fail_msg("<<%s>> %s", text, e.msg);
    }
    assert_true(accepted > 1000); /* or the walk shows nothing */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_are_found),
        cmocka_unit_test(values_come_from_iniparser),
        cmocka_unit_test(refusal_is_an_error_and_says_nothing_on_stderr),
        cmocka_unit_test(without_proc_it_says_so),
        cmocka_unit_test(what_the_scan_accepts_is_read_alike),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
