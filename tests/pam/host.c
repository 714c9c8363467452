/*
 * host: a program that uses PAM as it is told, for the scenarios.
 *
 *     host CONFDIR SERVICE [USER]          (without USER: PAM_USER is not set)
 *
 * Commands come as lines on stdin and are carried out in order:
 *
 *     item ruser|rhost|tty VALUE   set an item
 *     conversation null            hand libpam a conversation without a function
 *     sigchld ignore               as some hosts leave it
 *     sigchld handler              one that counts
 *     sigchld thread               a thread in waitpid(-1), with a child of its own to wait for
 *     odd                          umask, mask, a pending signal, timers, locale, environment
 *                                  and working folder as few hosts have them
 *     openlog IDENT                open syslog and keep it open
 *     log TEXT                     a line to syslog
 *     no-new-privs
 *     refuse keyring               add_key(2) and keyctl(2) fail with EPERM from here on
 *     refuse add_key               only add_key(2)
 *     refuse clone3                and close_range(2), the same way
 *     real UID                     of this process; effective and saved stay as they are
 *     effective UID                real and saved stay as they are
 *     call NAME [silent]           authenticate setcred account open_session
 *                                  close_session chauthtok
 *
 * Says what happened as JSON, a line each: {"call", "code"} for a call, {"style",
 * "text"} for a message of the conversation, {"handled", "stolen"} after `sigchld handler`
 * or `thread`: how often the handler ran and how many children the thread got that are not
 * its own; and at the end {"left"}: how many descriptors and children are there that were
 * not there at the start. Exit status 2: it could not do as it was told.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <dirent.h>
#include <locale.h>
#include <pthread.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

static _Noreturn void
fail(const char *what)
{
    fprintf(stderr, "host: %s: %s\n", what, strerror(errno));
    exit(2);
}

static void
print_json(const char *s)
{
    putchar('"');
    for (; *s != '\0'; s++)
        if (*s == '"' || *s == '\\' || (unsigned char)*s < 0x20)
            printf("\\u%04x", (unsigned)*s);
        else
            putchar(*s);
    putchar('"');
}

/* ---- the conversation ------------------------------------------------------------ */

/* Writes down what is said. Nobody is there to answer. */
static int
converse(int n, const struct pam_message **messages, struct pam_response **responses, void *arg)
{
    static const char *const styles[] = {[PAM_PROMPT_ECHO_OFF] = "prompt",
                                         [PAM_PROMPT_ECHO_ON] = "prompt",
                                         [PAM_ERROR_MSG] = "error",
                                         [PAM_TEXT_INFO] = "info"};
    int code = PAM_SUCCESS;

    (void)arg;
    for (int i = 0; i < n; i++) {
        int style = messages[i]->msg_style;

        if (style < PAM_PROMPT_ECHO_OFF || style > PAM_TEXT_INFO)
            fail("a message of no known style");
        printf("{\"style\": \"%s\", \"text\": ", styles[style]);
        print_json(messages[i]->msg);
        puts("}");
        if (style == PAM_PROMPT_ECHO_OFF || style == PAM_PROMPT_ECHO_ON)
            code = PAM_CONV_ERR;
    }
    *responses = code == PAM_SUCCESS ? calloc((size_t)n, sizeof(**responses)) : NULL;
    return code;
}

static struct pam_conv conversation = {converse, NULL};

/* ---- the calls --------------------------------------------------------------------- */

static int
set_credentials(pam_handle_t *pamh, int flags)
{
    return pam_setcred(pamh, flags | (int)PAM_ESTABLISH_CRED);
}

static const struct {
    const char *name;
    int (*call)(pam_handle_t *pamh, int flags);
} calls[] = {
    {"authenticate", pam_authenticate},   {"setcred", set_credentials},
    {"account", pam_acct_mgmt},           {"open_session", pam_open_session},
    {"close_session", pam_close_session}, {"chauthtok", pam_chauthtok},
};

static void
call(pam_handle_t *pamh, char *line)
{
    const char *name = strtok(line, " "), *flag = strtok(NULL, " ");

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        if (strcmp(name, calls[i].name) == 0) {
            int code = calls[i].call(pamh, flag != NULL ? (int)PAM_SILENT : 0);

            printf("{\"call\": \"%s\", \"code\": %d}\n", name, code);
            return;
        }
    fail(name);
}

/* ---- what a host may be like ------------------------------------------------------- */

/* As container runtimes do: the call is known, and refused. */
static void
refuse(long first, long second)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)first, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)second, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        fail("seccomp");
}

static volatile sig_atomic_t handled;
static bool counting;

static void
count(int sig)
{
    (void)sig;
    handled++;
}

/* The thread and its child, while there is one; and what it got besides. */
static pthread_t waiter;
static pid_t awaited;
static int stolen;

static void *
wait_for_any(void *arg)
{
    pid_t pid;

    while ((pid = waitpid(-1, NULL, 0)) > 0 && pid != awaited)
        stolen++;
    return arg;
}

static void
start_waiter(void)
{
    awaited = fork();
    if (awaited == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            pause();
    }
    if (awaited < 0 || pthread_create(&waiter, NULL, wait_for_any, NULL) != 0)
        fail("a thread that waits");
}

static void
end_waiter(void)
{
    kill(awaited, SIGKILL);
    pthread_join(waiter, NULL);
}

static void
be_odd(void)
{
    sigset_t mask;

    umask(013);
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR2);
    sigaddset(&mask, SIGRTMIN + 1);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    raise(SIGUSR2);
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
    sigaction(SIGRTMIN + 2, &(struct sigaction){.sa_handler = count, .sa_flags = SA_RESTART}, NULL);
    alarm(3000);
    if (setlocale(LC_ALL, "C.UTF-8") == NULL || setenv("TZ", "Europe/Dublin", 1) != 0 ||
        chdir("/var/tmp") != 0)
        fail("odd");
}

static void
set_item(pam_handle_t *pamh, char *line)
{
    static const struct {
        const char *name;
        int item;
    } items[] = {{"ruser", PAM_RUSER}, {"rhost", PAM_RHOST}, {"tty", PAM_TTY}};
    char *value = strchr(line, ' ');

    if (value == NULL)
        fail(line);
    *value++ = '\0';
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
        if (strcmp(line, items[i].name) == 0 &&
            pam_set_item(pamh, items[i].item, value) == PAM_SUCCESS)
            return;
    fail(line);
}

static void
obey(pam_handle_t *pamh, char *line)
{
    const uid_t same = (uid_t)-1;
    static const struct pam_conv null = {NULL, NULL};

    if (strncmp(line, "call ", 5) == 0)
        call(pamh, line + 5);
    else if (strncmp(line, "item ", 5) == 0)
        set_item(pamh, line + 5);
    else if (strcmp(line, "conversation null") == 0)
        pam_set_item(pamh, PAM_CONV, &null);
    else if (strcmp(line, "sigchld ignore") == 0)
        sigaction(SIGCHLD, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    else if ((counting = counting || strncmp(line, "sigchld ", 8) == 0) &&
             strcmp(line, "sigchld handler") == 0)
        sigaction(SIGCHLD, &(struct sigaction){.sa_handler = count, .sa_flags = SA_RESTART}, NULL);
    else if (strcmp(line, "sigchld thread") == 0)
        start_waiter();
    else if (strcmp(line, "odd") == 0)
        be_odd();
    else if (strncmp(line, "openlog ", 8) == 0)
        openlog(strdup(line + 8), LOG_PID | LOG_NDELAY, LOG_DAEMON);
    else if (strncmp(line, "log ", 4) == 0)
        syslog(LOG_INFO, "%s", line + 4);
    else if (strcmp(line, "no-new-privs") == 0)
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    else if (strcmp(line, "refuse keyring") == 0)
        refuse(SYS_add_key, SYS_keyctl);
    else if (strcmp(line, "refuse add_key") == 0)
        refuse(SYS_add_key, SYS_add_key);
    else if (strcmp(line, "refuse clone3") == 0)
        refuse(SYS_clone3, SYS_close_range);
    else if (strncmp(line, "real ", 5) == 0) {
        if (setresuid((uid_t)strtoul(line + 5, NULL, 10), same, same) != 0)
            fail(line);
    } else if (strncmp(line, "effective ", 10) == 0) {
        if (setresuid(same, (uid_t)strtoul(line + 10, NULL, 10), same) != 0)
            fail(line);
    } else
        fail(line);
}

static int
descriptors(void)
{
    DIR *d = opendir("/proc/self/fd");
    int n = 0;

    if (d == NULL)
        fail("/proc/self/fd");
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n;
}

int
main(int argc, char **argv)
{
    pam_handle_t *pamh = NULL;
    int before = descriptors();
    char line[8192];

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 3 ||
        pam_start_confdir(argv[2], argv[3], &conversation, argv[1], &pamh) != PAM_SUCCESS)
        fail("pam_start_confdir");
    while (fgets(line, sizeof(line), stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        obey(pamh, line);
    }
    pam_end(pamh, PAM_SUCCESS);
    if (awaited != 0)
        end_waiter();
    if (counting)
        printf("{\"handled\": %d, \"stolen\": %d}\n", (int)handled, stolen);
    closelog();
    printf("{\"left\": {\"descriptors\": %d, \"children\": %d}}\n", descriptors() - before,
           waitid(P_ALL, 0, &(siginfo_t){0}, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0);
    return 0;
}
