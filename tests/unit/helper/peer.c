#include "helper/peer.h"

#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Users of every system, and a uid of nobody's. */
enum {
    DAEMON = 1,
    BIN = 2,
    NOBODY = 65534
};
#define UNKNOWN 3999999999U
#define UNSET   UINT32_MAX

/* A socket whose other end is a process of that uid and login uid. */
struct visitor {
    pid_t pid;
    int fd;
};

static int listening = -1;
static struct sockaddr_un address;
static socklen_t address_len;

static int
listen_anywhere(void **state)
{
    (void)state;
    address.sun_family = AF_UNIX;
    address_len = (socklen_t)sizeof(sa_family_t); /* the kernel chooses an abstract name */
    listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listening, (struct sockaddr *)&address, address_len) != 0 ||
        listen(listening, 16) != 0)
        return -1;
    address_len = (socklen_t)sizeof(address);
    return getsockname(listening, (struct sockaddr *)&address, &address_len);
}

static int
write_loginuid(uint32_t loginuid)
{
    char text[16];
    int fd, n, rc;

    if (loginuid == UNSET)
        return 0;
    fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);
    n = snprintf(text, sizeof(text), "%u", loginuid);
    rc = fd >= 0 && write(fd, text, (size_t)n) == n ? 0 : -1;
    (void)close(fd);
    return rc;
}

static _Noreturn void
visit(uint32_t uid, uint32_t loginuid)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (write_loginuid(loginuid) != 0 || setresuid(uid, uid, uid) != 0)
        _exit(1);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (connect(fd, (const struct sockaddr *)&address, address_len) != 0)
        _exit(1);
    for (;;)
        (void)pause();
}

static struct visitor
let_in(uint32_t uid, uint32_t loginuid)
{
    struct visitor v = {fork(), -1};

    if (v.pid == 0)
        visit(uid, loginuid);
    assert_true(v.pid > 0);
    v.fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    assert_true(v.fd >= 0);
    return v;
}

static void
see_off(struct visitor v)
{
    (void)kill(v.pid, SIGKILL);
    assert_int_equal(waitpid(v.pid, NULL, 0), v.pid);
    (void)close(v.fd);
}

/* Root without a login of its own can be anybody's login. */
static bool
can_be_anybody(void)
{
    char text[4096] = "";
    int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC), status = -1;
    pid_t pid;

    (void)!read(fd, text, sizeof(text) - 1);
    (void)close(fd);
    pid = fork();
    if (pid == 0)
        _exit(write_loginuid(BIN) != 0);
    if (geteuid() == 0 && strstr(text, "/user-") == NULL && waitpid(pid, &status, 0) == pid &&
        status == 0)
        return true;
    (void)printf("skipped: needs root, outside of a login session\n");
    return false;
}

static void
lets_a_person_in_from_their_own_login(void **state)
{
    struct err e = ERR_INIT;
    struct peer peer;
    struct visitor v;

    (void)state;
    if (!can_be_anybody())
        skip();
    v = let_in(DAEMON, DAEMON);
    if (peer_check(v.fd, DAEMON, false, &peer, &e) != 0)
        fail_msg("%s", e.msg);
    assert_int_equal(peer.uid, DAEMON);
    assert_int_equal(peer.pid, v.pid);
    assert_string_equal(peer.name, "daemon");
    see_off(v);
}

static const struct {
    uint32_t uid, loginuid, min_uid;
    bool unverified;
    const char *name;
    const char *sentence; /* NULL: let in */
} cases[] = {
    {DAEMON, BIN, 1, false, "daemon", "belongs to the login of uid 2 (bin), not of daemon: log in"},
    {DAEMON, BIN, 1, true, "daemon", "belongs to the login of uid 2 (bin), not of daemon: log in"},
    {DAEMON, 0, 1, false, "daemon", "login of uid 0 (root), not of daemon"},
    {DAEMON, UNKNOWN, 1, false, "daemon", "login of uid 3999999999, not of daemon"},
    {DAEMON, UNSET, 1, false, "daemon", "claim_unverified = yes"},
    {DAEMON, UNSET, 1, true, "daemon", NULL},
    {DAEMON, DAEMON, 2, true, "daemon", "uid 1 is below min_uid = 2"},
    {0, DAEMON, 1, true, "root", "uid 0 is below min_uid = 1"},
    {NOBODY, NOBODY, 1, true, "", "uid 65534 stands for users that this host does not know"},
    {UNKNOWN, UNKNOWN, 1, true, "", "uid 3999999999 has no usable entry in passwd"},
};

static void
refuses_with_a_sentence(void **state)
{
    (void)state;
    if (!can_be_anybody())
        skip();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct visitor v = let_in(cases[i].uid, cases[i].loginuid);
        struct err e = ERR_INIT;
        struct peer peer;
        int rc = peer_check(v.fd, cases[i].min_uid, cases[i].unverified, &peer, &e);

        see_off(v);
        assert_int_equal(peer.uid, cases[i].uid);
        assert_string_equal(peer.name, cases[i].name);
        if (cases[i].sentence == NULL
                ? rc != 0
                : rc != -1 || e.code != ERR_DENIED || strstr(e.msg, cases[i].sentence) == NULL)
            fail_msg("case %zu: %d %s", i, rc, e.msg);
    }
}

static void
refuses_a_process_that_has_ended(void **state)
{
    struct err e = ERR_INIT;
    struct peer peer;
    struct visitor v;

    (void)state;
    if (!can_be_anybody())
        skip();
    v = let_in(DAEMON, DAEMON);
    (void)kill(v.pid, SIGKILL);
    assert_int_equal(waitpid(v.pid, NULL, 0), v.pid);
    assert_int_equal(peer_check(v.fd, DAEMON, true, &peer, &e), -1);
    assert_int_equal(e.code, ERR_DENIED);
    assert_non_null(strstr(e.msg, "has ended"));
    assert_string_equal(peer.name, "daemon");
    (void)close(v.fd);
}

/* From within a pid namespace of its own the checker cannot see this process. */
static _Noreturn void
check_from_elsewhere(int fd)
{
    struct err e = ERR_INIT;
    struct peer peer;
    int status = -1;
    pid_t pid;

    if (unshare(CLONE_NEWPID) != 0)
        _exit(2);
    pid = fork();
    if (pid == 0)
        _exit(peer_check(fd, DAEMON, true, &peer, &e) == -1 && e.code == ERR_DENIED &&
                      strstr(e.msg, "where this host cannot see it") != NULL && peer.pid == 0
                  ? 0
                  : 1);
    _exit(waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 3);
}

static void
refuses_a_process_that_it_cannot_see(void **state)
{
    struct visitor v;
    int status = -1;
    pid_t pid;

    (void)state;
    if (!can_be_anybody())
        skip();
    v = let_in(DAEMON, DAEMON);
    pid = fork();
    if (pid == 0)
        check_from_elsewhere(v.fd);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    see_off(v);
}

static void
needs_a_socket(void **state)
{
    struct err e = ERR_INIT;
    struct peer peer = {.uid = 7, .pid = 7, .name = "x"};
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    (void)state;
    assert_int_equal(peer_check(fd, DAEMON, true, &peer, &e), -1);
    assert_int_equal(e.code, ERR_SYSTEM);
    assert_int_equal(peer.uid, (uid_t)-1);
    assert_string_equal(peer.name, "");
    (void)close(fd);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lets_a_person_in_from_their_own_login),
        cmocka_unit_test(refuses_with_a_sentence),
        cmocka_unit_test(refuses_a_process_that_has_ended),
        cmocka_unit_test(refuses_a_process_that_it_cannot_see),
        cmocka_unit_test(needs_a_socket),
    };

    return cmocka_run_group_tests(tests, listen_anywhere, NULL);
}
