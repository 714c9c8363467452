#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include <sys/mman.h>

#include "../nth.h"

void *__real_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset);
int __real_close(int fd);
int __wrap_close(int fd);

static bool on_close; /* what nth counts: closing, or mapping */

void *
__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
    if (on_close || !nth_fails())
        return __real_mmap(at, size, prot, flags, fd, offset);
    errno = ENOMEM;
    return MAP_FAILED;
}

/* As where a server is told last what was written, and has no room: fd is gone all the same. */
int
__wrap_close(int fd)
{
    int rc = __real_close(fd);

    if (!on_close || !nth_fails())
        return rc;
    errno = EDQUOT;
    return -1;
}

#define NOBODY 65534

/* ---- a scratch folder for each test -------------------------------------------- */

static char top[] = "/tmp/iamlp-fdio-XXXXXX";

static int
make_top(void **state)
{
    (void)state;
    (void)umask(022);
    memcpy(top, "/tmp/iamlp-fdio-XXXXXX", sizeof(top));
    return mkdtemp(top) != NULL ? 0 : -1;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int
remove_top(void **state)
{
    (void)state;
    (void)umask(022);
    return nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The path of a name in the scratch folder; valid for the next three calls. */
static const char *
in_top(const char *name)
{
    static char paths[4][PATH_MAX];
    static unsigned turn;
    char *p = paths[turn++ % 4];

    (void)snprintf(p, PATH_MAX, "%s/%s", top, name);
    return p;
}

static void
make_file(const char *name, mode_t mode, const char *content)
{
    int fd = open(in_top(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, strlen(content)), strlen(content));
    assert_int_equal(fchmod(fd, mode), 0);
    (void)close(fd);
}

static void
make_dir(const char *name, mode_t mode)
{
    assert_int_equal(mkdir(in_top(name), 0700), 0);
    assert_int_equal(chmod(in_top(name), mode), 0);
}

/* ---- opening ------------------------------------------------------------------- */

static void
assert_refused(int fd, const struct err *e, enum err_code code, const char *reason)
{
    assert_int_equal(fd, -1);
    if (e->code != code || strstr(e->msg, reason) == NULL)
        fail_msg("code %d \"%s\", expected code %d \"%s\"", e->code, e->msg, code, reason);
}

static void
refuse_file(const char *path, enum fdio_privacy privacy, enum err_code code, const char *reason)
{
    struct err e = ERR_INIT;

    assert_refused(fdio_open_trusted(path, privacy, &e), &e, code, reason);
}

static void
refuse_dir(const char *path, enum fdio_privacy privacy, enum err_code code, const char *reason)
{
    struct err e = ERR_INIT;

    assert_refused(fdio_open_dir_trusted(path, privacy, &e), &e, code, reason);
}

static void
assert_accepted(int fd, const struct err *e)
{
    if (fd < 0)
        fail_msg("%s", e->msg);
    assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    fdio_close(fd);
}

static void
accept_file(const char *path, enum fdio_privacy privacy)
{
    struct err e = ERR_INIT;

    assert_accepted(fdio_open_trusted(path, privacy, &e), &e);
}

static void
accept_dir(const char *path, enum fdio_privacy privacy)
{
    struct err e = ERR_INIT;

    assert_accepted(fdio_open_dir_trusted(path, privacy, &e), &e);
}

static void
judges_the_mode(void **state)
{
    static const struct {
        mode_t mode;
        bool readable, private;
    } cases[] = {
        {0600, true, true},   {0400, true, true},   {0644, true, false},  {0640, true, false},
        {0604, true, false},  {0664, false, false}, {0646, false, false}, {0666, false, false},
        {0620, false, false}, {0602, false, false},
    };
    char reason[64];

    (void)state;
    make_file("f", 0600, "");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(chmod(in_top("f"), cases[i].mode), 0);
        (void)snprintf(reason, sizeof(reason), "has mode %04o; mend with: chmod ",
                       (unsigned)cases[i].mode);
        if (cases[i].readable)
            accept_file(in_top("f"), FDIO_READABLE);
        else
            refuse_file(in_top("f"), FDIO_READABLE, ERR_TRUST, reason);
        if (cases[i].private)
            accept_file(in_top("f"), FDIO_PRIVATE);
        else
            refuse_file(in_top("f"), FDIO_PRIVATE, ERR_TRUST, reason);
    }
}

/* The mend in the sentence is a command that works. */
static void
names_the_command_that_mends(void **state)
{
    struct err e = ERR_INIT;
    char *mend;

    (void)state;
    make_dir("d", 0777);
    make_file("d/f", 0666, "");
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(fdio_open_trusted(in_top("d/f"), FDIO_PRIVATE, &e), -1);
        mend = strstr(e.msg, "chmod ");
        assert_non_null(mend);
        assert_int_equal(strncmp(strchr(strchr(mend, ' ') + 1, ' ') + 1, top, strlen(top)), 0);
        assert_int_equal(e.msg[strlen(e.msg) - 1], i == 0 ? 'd' : 'f');
        assert_int_equal(chmod(in_top(i == 0 ? "d" : "d/f"), i == 0 ? 0755 : 0600), 0);
    }
    accept_file(in_top("d/f"), FDIO_PRIVATE);
}

static void
follows_no_link(void **state)
{
    (void)state;
    make_dir("d", 0755);
    make_file("d/f", 0600, "");
    assert_int_equal(symlink("d/f", in_top("file")), 0);
    assert_int_equal(symlink("d", in_top("dir")), 0);
    accept_file(in_top("d/f"), FDIO_PRIVATE);
    refuse_file(in_top("file"), FDIO_READABLE, ERR_TRUST, "/file is a symbolic link");
    refuse_file(in_top("dir/f"), FDIO_READABLE, ERR_TRUST, "/dir is not a folder, or is a symbol");
    refuse_dir(in_top("dir"), FDIO_READABLE, ERR_TRUST, "/dir is not a folder, or is a symbolic");
}

static void
opens_nothing_but_files(void **state)
{
    struct sockaddr_un sun = {.sun_family = AF_UNIX};
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)state;
    (void)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/socket", top);
    assert_int_equal(bind(s, (struct sockaddr *)&sun, sizeof(sun)), 0);
    (void)close(s);
    make_dir("dir", 0755);
    make_file("file", 0600, "");
    assert_int_equal(mkfifo(in_top("fifo"), 0600), 0);
    /* Whoever waits for a writer of this FIFO is killed by the alarm. */
    (void)alarm(10);
    refuse_file(in_top("fifo"), FDIO_READABLE, ERR_TRUST, "is not a regular file");
    (void)alarm(0);
    refuse_file(in_top("dir"), FDIO_READABLE, ERR_TRUST, "is not a regular file");
    refuse_file(in_top("socket"), FDIO_READABLE, ERR_TRUST, "is a socket");
    refuse_file(in_top("file/x"), FDIO_READABLE, ERR_TRUST, "/file is not a folder");
    refuse_dir(in_top("file"), FDIO_READABLE, ERR_TRUST, "/file is not a folder");
    refuse_dir(in_top("fifo"), FDIO_READABLE, ERR_TRUST, "/fifo is not a folder");
}

static void
judges_every_folder_on_the_way(void **state)
{
    static const mode_t open_to_others[] = {0777, 0775, 0757};

    (void)state;
    make_dir("a", 0755);
    make_dir("a/b", 0755);
    make_file("a/b/f", 0600, "");
    for (size_t i = 0; i < sizeof(open_to_others) / sizeof(open_to_others[0]); i++) {
        mode_t mode = open_to_others[i];

        /* Sticky: nobody can exchange what is in it, but anybody can add to it. So
         * it may stand on the way, and not where the file itself is. */
        assert_int_equal(chmod(in_top("a"), mode | S_ISVTX), 0);
        accept_file(in_top("a/b/f"), FDIO_READABLE);
        accept_dir(in_top("a/b"), FDIO_READABLE);
        refuse_dir(in_top("a"), FDIO_READABLE, ERR_TRUST, "/a has mode 1");
        assert_int_equal(chmod(in_top("a"), mode), 0);
        refuse_file(in_top("a/b/f"), FDIO_READABLE, ERR_TRUST, "/a has mode 0");
        refuse_dir(in_top("a/b"), FDIO_READABLE, ERR_TRUST, "/a has mode 0");
        assert_int_equal(chmod(in_top("a"), 0755), 0);

        assert_int_equal(chmod(in_top("a/b"), mode | S_ISVTX), 0);
        refuse_file(in_top("a/b/f"), FDIO_READABLE, ERR_TRUST, "/b has mode 1");
        assert_int_equal(chmod(in_top("a/b"), mode), 0);
        refuse_file(in_top("a/b/f"), FDIO_READABLE, ERR_TRUST, "/b has mode 0");
        refuse_dir(in_top("a/b"), FDIO_READABLE, ERR_TRUST, "/b has mode 0");
        assert_int_equal(chmod(in_top("a/b"), 0755), 0);
    }
    accept_dir(in_top("a/b"), FDIO_READABLE);
    refuse_dir(in_top("a/b"), FDIO_PRIVATE, ERR_TRUST, "mend with: chmod go-rwx");
    assert_int_equal(chmod(in_top("a/b"), 0700), 0);
    accept_dir(in_top("a/b"), FDIO_PRIVATE);
}

static void
trusts_only_root_and_itself(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        print_message("skipped: needs root\n");
        skip();
    }
    make_dir("a", 0755);
    make_dir("a/b", 0755);
    make_file("a/b/f", 0600, "");
    assert_int_equal(chown(in_top("a/b/f"), NOBODY, NOBODY), 0);
    refuse_file(in_top("a/b/f"), FDIO_READABLE, ERR_TRUST,
                "/f belongs to uid 65534; mend with: ch");
    accept_dir(in_top("a/b"), FDIO_READABLE);
    assert_int_equal(chown(in_top("a/b/f"), 0, 0), 0);
    assert_int_equal(chown(in_top("a"), NOBODY, NOBODY), 0);
    refuse_file(in_top("a/b/f"), FDIO_READABLE, ERR_TRUST,
                "/a belongs to uid 65534; mend with: ch");
    refuse_dir(in_top("a"), FDIO_READABLE, ERR_TRUST, "/a belongs to uid 65534");
    refuse_dir(in_top("a/b"), FDIO_READABLE, ERR_TRUST, "/a belongs to uid 65534");

    /* Its own files and root's are both fine to somebody who is not root. */
    assert_int_equal(chmod(in_top("a/b/f"), 0644), 0);
    assert_int_equal(chmod(top, 0755), 0);
    assert_int_equal(seteuid(NOBODY), 0);
    accept_file(in_top("a/b/f"), FDIO_READABLE);
    assert_int_equal(seteuid(0), 0);
    assert_int_equal(chown(in_top("a/b"), 1, 1), 0);
    assert_int_equal(seteuid(NOBODY), 0);
    refuse_file(in_top("a/b/f"), FDIO_READABLE, ERR_TRUST, "/b belongs to uid 1;");
    assert_int_equal(seteuid(0), 0);
}

static void
takes_absolute_plain_paths(void **state)
{
    static char endless[2 * PATH_MAX];
    static const struct {
        const char *path, *reason;
        enum err_code code;
    } cases[] = {
        {"etc/passwd", "must be an absolute path", ERR_TRUST},
        {"", "must be an absolute path", ERR_TRUST},
        {"/", "must not end with a slash", ERR_TRUST},
        {"/etc/passwd/", "/etc/passwd is not a folder", ERR_TRUST},
        {"/etc/", "must not end with a slash", ERR_TRUST},
        {"/etc/../etc/passwd", "must not contain . or ..", ERR_TRUST},
        {"/etc/./passwd", "must not contain . or ..", ERR_TRUST},
        {"/etc/..", "must not contain . or ..", ERR_TRUST},
        {"/etc/no-such-file", "/etc/no-such-file: No such file", ERR_ABSENT},
        {"/no-such-dir/x", "/no-such-dir: No such file", ERR_ABSENT},
        {endless, "the path is too long", ERR_LIMIT},
    };

    (void)state;
    memset(endless, '/', sizeof(endless) - 1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        refuse_file(cases[i].path, FDIO_READABLE, cases[i].code, cases[i].reason);
        refuse_dir(cases[i].path, FDIO_READABLE, cases[i].code, cases[i].reason);
    }
    make_file("f", 0600, "");
    make_file("..f", 0600, "");
    accept_file(in_top("/f"), FDIO_READABLE);
    accept_file(in_top("..f"), FDIO_READABLE);
}

/* ---- reading ------------------------------------------------------------------- */

static void
reads_up_to_its_ceiling(void **state)
{
    static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 65536};
    static char content[65538];

    (void)state;
    for (size_t i = 0; i < sizeof(content); i++)
        content[i] = (char)('a' + i % 23);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        for (size_t more = 0; more < 2; more++) {
            int fd = open(in_top("f"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
            struct err e = ERR_INIT;
            struct secret *s;

            assert_int_equal(write(fd, content, sizes[i] + more), sizes[i] + more);
            (void)lseek(fd, 0, SEEK_SET);
            s = fdio_read_all(fd, sizes[i], "the file", &e);
            if (more == 0) {
                assert_non_null(s);
                assert_int_equal(secret_len(s), sizes[i]);
                assert_memory_equal(secret_str(s), content, sizes[i]);
                assert_int_equal(secret_str(s)[sizes[i]], '\0');
            } else {
                char msg[64];

                (void)snprintf(msg, sizeof(msg), "the file: larger than %zu bytes", sizes[i]);
                assert_null(s);
                assert_int_equal(e.code, ERR_LIMIT);
                assert_string_equal(e.msg, msg);
            }
            secret_free(s);
            (void)close(fd);
        }
}

/* A pipe gives what is there, not what was asked for. */
static void
reads_on_after_a_short_read(void **state)
{
    struct secret *s;
    int ends[2];

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC | O_DIRECT), 0);
    assert_int_equal(write(ends[1], "one ", 4), 4);
    assert_int_equal(write(ends[1], "two", 3), 3);
    (void)close(ends[1]);
    s = fdio_read_all(ends[0], 100, "the pipe", NULL);
    assert_non_null(s);
    assert_string_equal(secret_str(s), "one two");
    secret_free(s);
    (void)close(ends[0]);
}

static void
says_what_cannot_be_read(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    assert_null(fdio_read_all(-1, 10, "the key file", &e));
    assert_int_equal(e.code, ERR_SYSTEM);
    assert_string_equal(e.msg, "the key file: Bad file descriptor");
}

/* The second page is the one that a larger file needs. */
static void
a_file_that_there_is_no_room_for(void **state)
{
    int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    struct err e = ERR_INIT;

    (void)state;
    for (int n = 1; n <= 2; n++) {
        on_close = false;
        nth_left = n;
        assert_null(fdio_read_all(fd, 65536, "zeros", &e));
        assert_true(nth_came());
        assert_int_equal(e.code, ERR_MEMORY);
    }
    (void)close(fd);
}

/* ---- replacing ----------------------------------------------------------------- */

static int
open_top(void)
{
    int fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    assert_true(fd >= 0);
    return fd;
}

static void
assert_content(const char *name, const char *content)
{
    int fd = open(in_top(name), O_RDONLY | O_CLOEXEC);
    struct secret *s = fdio_read_all(fd, 100, name, NULL);

    assert_non_null(s);
    assert_string_equal(secret_str(s), content);
    secret_free(s);
    (void)close(fd);
}

static void
assert_absent(const char *name)
{
    assert_int_equal(access(in_top(name), F_OK), -1);
    assert_int_equal(errno, ENOENT);
}

static void
replaces_under_any_umask(void **state)
{
    static const mode_t umasks[] = {0, 022, 077, 0777}, modes[] = {0600, 0644, 0666};
    int dir = open_top();

    (void)state;
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 3; k++) {
            struct err e = ERR_INIT;
            struct stat st;

            (void)umask(umasks[i]);
            if (fdio_replace(dir, "f", "content", 7, modes[k], &e) != 0)
                fail_msg("%s", e.msg);
            (void)umask(022);
            assert_int_equal(stat(in_top("f"), &st), 0);
            assert_int_equal(st.st_mode & 07777, modes[k]);
            assert_content("f", "content");
            assert_absent("f.new");
        }
    fdio_close(dir);
}

/* Whoever has the old file open goes on reading the old one. */
static void
replaces_by_a_new_file(void **state)
{
    int dir = open_top(), old;
    char c = 0;

    (void)state;
    make_file("f", 0600, "old");
    old = open(in_top("f"), O_RDONLY | O_CLOEXEC);
    assert_int_equal(fdio_replace(dir, "f", "new", 3, 0600, NULL), 0);
    assert_int_equal(read(old, &c, 1), 1);
    assert_int_equal(c, 'o');
    assert_content("f", "new");
    assert_int_equal(fdio_replace(dir, "f", "", 0, 0600, NULL), 0);
    assert_content("f", "");
    fdio_close(old);
    fdio_close(dir);
}

static void
replaces_after_a_writer_was_killed(void **state)
{
    int dir = open_top();

    (void)state;
    make_file("f", 0600, "old");
    make_file("f.new", 0400, "half of a longer content");
    assert_int_equal(fdio_replace(dir, "f", "new", 3, 0600, NULL), 0);
    assert_content("f", "new");
    assert_absent("f.new");

    /* Not through a link that stands in its place. */
    make_file("victim", 0600, "untouched");
    assert_int_equal(symlink("victim", in_top("f.new")), 0);
    assert_int_equal(fdio_replace(dir, "f", "newer", 5, 0600, NULL), 0);
    assert_content("f", "newer");
    assert_content("victim", "untouched");
    fdio_close(dir);
}

static void
leaves_nothing_behind_when_it_fails(void **state)
{
    char long_name[NAME_MAX + 1];
    struct err e = ERR_INIT;
    int dir = open_top();

    (void)state;
    make_dir("f", 0755);
    assert_int_equal(fdio_replace(dir, "f", "new", 3, 0600, &e), -1);
    assert_int_equal(e.code, ERR_SYSTEM);
    assert_string_equal(e.msg, "cannot write f: Is a directory");
    assert_absent("f.new");

    make_dir("g.new", 0755);
    make_file("g", 0600, "old");
    assert_int_equal(fdio_replace(dir, "g", "new", 3, 0600, &e), -1);
    assert_string_equal(e.msg, "cannot remove g.new: Is a directory");
    assert_content("g", "old");

    memset(long_name, 'x', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    assert_int_equal(fdio_replace(dir, long_name, "new", 3, 0600, &e), -1);
    assert_int_equal(e.code, ERR_LIMIT);
    fdio_close(dir);
}

static void
what_close_says_was_not_written_replaces_nothing(void **state)
{
    struct err e = ERR_INIT;
    int dir = open_top(), rc;

    (void)state;
    make_file("f", 0600, "old");
    on_close = true;
    nth_left = 1;
    rc = fdio_replace(dir, "f", "new", 3, 0600, &e);
    assert_true(nth_came());
    on_close = false;
    assert_int_equal(rc, -1);
    assert_int_equal(e.code, ERR_SYSTEM);
    assert_string_equal(e.msg, "cannot write f: Disk quota exceeded");
    assert_content("f", "old");
    assert_absent("f.new");
    fdio_close(dir);
}

static void
closing_keeps_errno(void **state)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    (void)state;
    errno = ELOOP;
    fdio_close(-1);
    fdio_close(fd);
    fdio_close(fd);
    assert_int_equal(errno, ELOOP);
    assert_int_equal(fcntl(fd, F_GETFD), -1);
}

#define IN_TOP(f) cmocka_unit_test_setup_teardown(f, make_top, remove_top)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_TOP(judges_the_mode),
        IN_TOP(names_the_command_that_mends),
        IN_TOP(follows_no_link),
        IN_TOP(opens_nothing_but_files),
        IN_TOP(judges_every_folder_on_the_way),
        IN_TOP(trusts_only_root_and_itself),
        IN_TOP(takes_absolute_plain_paths),
        IN_TOP(reads_up_to_its_ceiling),
        IN_TOP(reads_on_after_a_short_read),
        cmocka_unit_test(says_what_cannot_be_read),
        cmocka_unit_test(a_file_that_there_is_no_room_for),
        IN_TOP(replaces_under_any_umask),
        IN_TOP(replaces_by_a_new_file),
        IN_TOP(replaces_after_a_writer_was_killed),
        IN_TOP(leaves_nothing_behind_when_it_fails),
        IN_TOP(what_close_says_was_not_written_replaces_nothing),
        cmocka_unit_test(closing_keeps_errno),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
