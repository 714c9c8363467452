/* credential_process: what is run, in what surroundings, and how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/program.h"

static char folder[] = "/tmp/iamlp-program-XXXXXX";

/* ---- scripts ---- */

static const struct script {
    const char *name;
    mode_t mode;
    const char *text; /* its folder is $D */
} scripts[] = {
    {"words", 0755, "for a; do printf '<%s>' \"$a\"; done\n"},
    {"status", 0755, "exit 3\n"},
    {"signal", 0755, "kill -9 $$\n"},
    {"stays", 0755, "sleep 1000 & echo $! >$D/child; echo $$ >$D/ready; wait\n"},
    {"mute", 0755, "exec >&-; sleep 1000 & echo $! >$D/child; echo $$ >$D/ready; wait\n"},
    {"leaves", 0755, "sleep 1000 & echo $! >$D/child; printf keys\n"},
    {"open", 0775, "echo no\n"},
    {"text", 0644, "echo no\n"},
};

static void
path_of(char path[128], const char *name)
{
    (void)snprintf(path, 128, "%s/%s", folder, name);
}

static void
write_text(const char *path, const char *text, mode_t mode)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    (void)fputs(text, f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static int
set_up(void **state)
{
    char path[128];

    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        char text[512];

        path_of(path, scripts[i].name);
        (void)snprintf(text, sizeof(text), "#!/bin/sh\nPATH=/usr/bin:/bin D=%s\n%s", folder,
                       scripts[i].text);
        write_text(path, text, scripts[i].mode);
    }
    path_of(path, "link");
    return symlink("words", path);
}

static int
tear_down(void **state)
{
    static const char *const others[] = {"link", "child", "ready"};
    char path[128];

    (void)state;
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        path_of(path, scripts[i].name);
        (void)unlink(path);
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        path_of(path, others[i]);
        (void)unlink(path);
    }
    return rmdir(folder);
}

/* ---- running ---- */

#define DEADLINE 50

/* Stands until a script says that it is ready, and is then far beyond any deadline. */
static int64_t
once_ready(void)
{
    char path[128];

    path_of(path, "ready");
    return access(path, F_OK) == 0 ? INT64_C(1000000) : 0;
}

static struct secret *
run_by(int64_t (*now)(void), int64_t deadline, struct err *e, const char *command)
{
    const struct clock clock = {clock_system.wall_s, now};

    return program_run(command, NULL, &clock, deadline, e);
}

/* A script of ours with these arguments, with time enough. */
static struct secret *
run(const char *command, struct err *e)
{
    return run_by(clock_system.mono_ms, clock_system.mono_ms() + 30000, e, command);
}

static struct secret *
run_script(const char *script, struct err *e)
{
    char command[1200];

    (void)snprintf(command, sizeof(command), "%s/%s", folder, script);
    return run(command, e);
}

static void
check_output(const char *command, const char *expected)
{
    struct err e = ERR_INIT;
    struct secret *out = command[0] == '/' ? run(command, &e) : run_script(command, &e);

    if (out == NULL)
        fail_msg("%s: %s", command, e.msg);
    assert_string_equal(secret_str(out), expected);
    secret_free(out);
}

static void
check_fault(const char *command, enum err_code code, const char *says)
{
    struct err e = ERR_INIT;
    struct secret *out = strchr("/-", command[0]) ? run(command, &e) : run_script(command, &e);

    assert_null(out);
    if (e.code != code || strstr(e.msg, says) == NULL || strstr(e.msg, "hidden") != NULL)
        fail_msg("%s: code %d, \"%s\"", command, (int)e.code, e.msg);
}

/* ---- PROGRAM-2 ---- */

static void
words_are_split_as_shlex_does(void **state)
{
    (void)state;
    check_output("words", "");
    check_output("words a  b\tc\nd\r", "<a><b><c><d>");
    check_output("words 'a b' \"c d\" e' 'f", "<a b><c d><e f>");
    check_output("words '' \"\" x''y", "<><><xy>");
    check_output("words a\\ b \\' \\\" \\\\ \\x", "<a b><'><\"><\\><x>");
    check_output("words \"a\\\"b\\\\c\\xd'\"", "<a\"b\\c\\xd'>");
    check_output("words 'a\\\"b\\\\'", "<a\\\"b\\\\>");
    check_output("words # no comment", "<#><no><comment>");
}

static void
no_shell_reads_it(void **state)
{
    (void)state;
    check_output("words $HOME ${X} $(id) `id` * ~ a;b a|b a&b >x <y",
                 "<$HOME><${X}><$(id)><`id`><*><~><a;b><a|b><a&b><>x><<y>");
}

static void
what_is_no_command(void **state)
{
    char longer[1100];

    (void)state;
    check_fault("words 'hidden", ERR_CONFIG, "a quote that is not closed");
    check_fault("words \"hidden", ERR_CONFIG, "a quote that is not closed");
    check_fault("words hidden\\", ERR_CONFIG, "a backslash at its end");
    check_fault("words \"hidden\\", ERR_CONFIG, "a backslash at its end");
    check_fault("-relative hidden", ERR_CONFIG, "no absolute path");
    memset(longer, 'x', sizeof(longer));
    longer[0] = '/';
    longer[sizeof(longer) - 1] = '\0';
    check_fault(longer, ERR_CONFIG, "more than 1024 bytes");
}

static void
as_many_words_as_fit(void **state)
{
    char command[1025], expected[2048] = "";
    size_t n = (size_t)snprintf(command, sizeof(command), "%s/words", folder);

    (void)state;
    for (; n + 2 < sizeof(command); n += 2) {
        memcpy(command + n, " a", 3);
        (void)strcat(expected, "<a>");
    }
    check_output(command, expected);
}

static void
only_what_is_trusted_is_run(void **state)
{
    (void)state;
    check_fault("open hidden", ERR_TRUST, "mend with: chmod go-w");
    check_fault("text hidden", ERR_TRUST, "is not executable; mend with: chmod u+x");
    check_fault("link hidden", ERR_TRUST, "is a symbolic link");
    check_fault("none hidden", ERR_ABSENT, "/none: No such file");
    check_fault("/ hidden", ERR_TRUST, "slash");
}

/* ---- PROGRAM-3 ---- */

static void
surroundings_are_bare(void **state)
{
    int more = open("/dev/null", O_RDONLY); /* not close-on-exec */
    struct err e = ERR_INIT;
    struct secret *out;
    int pid = 0, group = 0, session = 0;

    (void)state;
    assert_true(more > STDERR_FILENO);
    (void)setenv("IAMLP_TEST", "x", 1);
    check_output("/usr/bin/env", "");
    check_output("/usr/bin/pwd", "/\n");
    check_output("/usr/bin/ls /proc/self/fd", "0\n1\n2\n3\n");
    check_output("/usr/bin/readlink /proc/self/fd/0 /proc/self/fd/2", "/dev/null\n/dev/null\n");
    check_output("/usr/bin/sed -n 's/^Max core file size *//p' /proc/self/limits",
                 "0                    0                    bytes     \n");
    check_output("/usr/bin/sed -n s/SigIgn:.*1000$/ignores/p /proc/self/status", "");
    out = run("/usr/bin/cat /proc/self/stat", &e);
    assert_non_null(out);
    assert_int_equal(sscanf(secret_str(out), "%d (cat) R %*d %d %d", &pid, &group, &session), 3);
    assert_int_equal(group, pid);
    assert_int_equal(session, pid);
    secret_free(out);
    (void)close(more);
}

static void
a_bad_end_is_said(void **state)
{
    (void)state;
    check_fault("status hidden", ERR_DENIED, "/status: ended with status 3");
    check_fault("signal hidden", ERR_DENIED, "/signal: was ended by signal 9");
}

static void
output_has_a_ceiling(void **state)
{
    struct err e = ERR_INIT;
    struct secret *out = run("/usr/bin/head -c 65536 /dev/zero", &e);

    (void)state;
    assert_non_null(out);
    assert_int_equal(secret_len(out), PROGRAM_OUTPUT_MAX);
    secret_free(out);
    check_fault("/usr/bin/head -c 65537 /dev/zero", ERR_LIMIT, "printed more than 65536 bytes");
    check_fault("/usr/bin/yes hidden", ERR_LIMIT, "/yes: printed more than 65536 bytes");
}

/* ---- the deadline ---- */

static int
number_in(const char *name)
{
    char path[128];
    int n = 0;
    FILE *f;

    path_of(path, name);
    f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%d", &n), 1);
    (void)fclose(f);
    (void)unlink(path);
    return n;
}

/* Whoever took over an orphan may not have reaped it. */
static bool
lives(int pid)
{
    char path[64], state = 'X';
    FILE *f;

    (void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    f = fopen(path, "r");
    if (f == NULL)
        return false;
    if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
        state = 'X';
    (void)fclose(f);
    return state != 'Z' && state != 'X';
}

static void
check_late(const char *script)
{
    struct err e = ERR_INIT;
    char command[256];
    int child, self;

    (void)snprintf(command, sizeof(command), "%s/%s hidden", folder, script);
    assert_null(run_by(once_ready, DEADLINE, &e, command));
    if (e.code != ERR_TIMEOUT || strstr(e.msg, "did not end in time") == NULL)
        fail_msg("%s: code %d, \"%s\"", script, (int)e.code, e.msg);
    self = number_in("ready");
    child = number_in("child");
    assert_false(lives(self));
    /* It has been killed, and dies when the kernel gets to it. */
    for (int i = 0; i < 3000 && lives(child); i++)
        (void)usleep(10000);
    if (lives(child)) {
        (void)kill(child, SIGKILL);
        fail_msg("%s: what it had started lives on", script);
    }
}

static void
at_the_deadline_all_of_it_ends(void **state)
{
    (void)state;
    check_late("stays");
    check_late("mute");
}

/* Its output is whole when it has ended, whoever else still holds the pipe. */
static void
what_it_leaves_is_not_waited_for(void **state)
{
    int child;

    (void)state;
    check_output("leaves", "keys");
    child = number_in("child");
    assert_true(lives(child));
    (void)kill(child, SIGKILL);
}

/* A helper that is killed leaves no program of root's behind. */
static void
it_ends_with_whoever_runs_it(void **state)
{
    pid_t pid = fork();
    int self = 0;
    char path[128];

    (void)state;
    if (pid == 0) {
        struct err e = ERR_INIT;

        secret_free(run_script("stays", &e));
        _exit(1);
    }
    path_of(path, "ready");
    for (int i = 0; i < 3000 && access(path, F_OK) != 0; i++)
        (void)usleep(10000);
    (void)kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    self = number_in("ready");
    for (int i = 0; i < 3000 && lives(self); i++)
        (void)usleep(10000);
    (void)kill(number_in("child"), SIGKILL);
    if (lives(self)) {
        (void)kill(self, SIGKILL);
        fail_msg("it lives on");
    }
}

/* ---- PROGRAM-4 ---- */

static void
check_theirs(const char *command, const char *expected)
{
    char *const env[] = {(char[]){"PATH=/usr/bin:/bin"}, (char[]){"X=theirs"}, NULL};
    struct err e = ERR_INIT;
    struct secret *out =
        program_run(command, env, &clock_system, clock_system.mono_ms() + 30000, &e);

    if (out == NULL)
        fail_msg("%s: %s", command, e.msg);
    assert_string_equal(secret_str(out), expected);
    secret_free(out);
}

static void
for_a_person_it_is_as_if_they_had_started_it(void **state)
{
    char cwd[512], expected[600];

    (void)state;
    assert_non_null(getcwd(cwd, sizeof(cwd)));
    (void)snprintf(expected, sizeof(expected), "%s\n", cwd);
    check_theirs("pwd -P", expected);
    check_theirs("sh -c 'echo $X; wc -c'", "theirs\n0\n");
    check_theirs("sh -c 'ls /proc/self/fd | wc -l'", "4\n"); /* and the folder itself */
}

static struct secret *
run_with_path(const char *path, const char *command, struct err *e)
{
    char text[8192];
    char *const env[] = {text, NULL}, *const none[] = {NULL};

    (void)snprintf(text, sizeof(text), "PATH=%s", path != NULL ? path : "");
    return program_run(command, path != NULL ? env : none, &clock_system,
                       clock_system.mono_ms() + 30000, e);
}

static void
check_found(const char *path, const char *command, const char *expected)
{
    struct err e = ERR_INIT;
    struct secret *out = run_with_path(path, command, &e);

    if (out == NULL)
        fail_msg("%s: %s", command, e.msg);
    assert_string_equal(secret_str(out), expected);
    secret_free(out);
}

static void
check_not_found(const char *path, const char *command)
{
    struct err e = ERR_INIT;

    assert_null(run_with_path(path, command, &e));
    assert_int_equal(e.code, ERR_DENIED);
    assert_non_null(strstr(e.msg, "cannot be run"));
}

static void
their_path_is_searched_in_its_order(void **state)
{
    char path[8192], cwd[512], longer[5000];

    (void)state;
    assert_non_null(getcwd(cwd, sizeof(cwd)));
    (void)snprintf(path, sizeof(path), "/none:%s:/usr/bin", folder);
    check_found(path, "words a", "<a>");
    check_found(path, "echo a", "a\n");
    check_found(NULL, "echo a", "a\n");
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    (void)snprintf(path, sizeof(path), "%s:%s", longer, folder);
    check_found(path, "words a", "<a>");
    check_not_found("/usr/bin", "words a");
    check_not_found("/usr/bin", "usr/words a");
    /* What is no program is no text for the shell. */
    (void)snprintf(path, sizeof(path), "%s/bare", folder);
    write_text(path, "echo no\n", 0755);
    check_not_found(folder, "bare");
    check_not_found("/none", path);
    (void)unlink(path);
    /* None is the folder that they are in. */
    assert_int_equal(chdir(folder), 0);
    check_found("/none:", "words a", "<a>");
    check_found(":/none", "words a", "<a>");
    check_found("/none", "./words a", "<a>");
    check_not_found("/none", "words a");
    assert_int_equal(chdir(cwd), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(for_a_person_it_is_as_if_they_had_started_it),
        cmocka_unit_test(their_path_is_searched_in_its_order),
        cmocka_unit_test(words_are_split_as_shlex_does),
        cmocka_unit_test(no_shell_reads_it),
        cmocka_unit_test(what_is_no_command),
        cmocka_unit_test(as_many_words_as_fit),
        cmocka_unit_test(only_what_is_trusted_is_run),
        cmocka_unit_test(surroundings_are_bare),
        cmocka_unit_test(a_bad_end_is_said),
        cmocka_unit_test(output_has_a_ceiling),
        cmocka_unit_test(at_the_deadline_all_of_it_ends),
        cmocka_unit_test(what_it_leaves_is_not_waited_for),
        cmocka_unit_test(it_ends_with_whoever_runs_it),
    };

    (void)umask(0);
    (void)signal(SIGPIPE, SIG_IGN); /* as the helper */
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
