"""What a child does before exec is found wherever it is written, and only that is.

The child is in the parent's function, behind a condition, a caller up or a callee down; each
time on a scratch tree of one or two files.
"""

import pytest

from test_checks import copy_checks, run, set_exceptions, write

HEAD = """#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

void a_helper(char *to, int n);
static char *const none[] = {NULL};
"""

# The child calls what stands in b.c; the parent may do what it likes.
ONE = """int a_start(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        %s
        (void)execve("/bin/true", none, none);
        _exit(127);
    }
    free(malloc(1));
    return printf("%%d\\n", pid);
}
"""

# A condition that the fork's 0 decides, by way of memory and of a caller.
HANDED = """struct run { pid_t pid; };

static pid_t child(struct run *r)
{
    r->pid = (pid_t)syscall(SYS_clone, 0UL, NULL, NULL, NULL, 0UL);
    if (r->pid != 0)
        puts("parent");
    return r->pid;
}

int a_start(struct run *r)
{
    r->pid = child(r);
    if (r->pid < 0)
        perror("clone");
    if (r->pid == 0) {
        %s
        _exit(127);
    }
    return printf("parent\\n");
}
"""

SAFE = 'char x[4]; memset(x, 0, sizeof(x)); (void)dup2(2, 1); a_helper(x, 0);'
HELPER = "#include <unistd.h>\nvoid a_helper(char *to, int n);\n" \
         "void a_helper(char *to, int n) { to[0] = (char)n; (void)close(n); }\n"
WITH = "#include <stdio.h>\n#include <stdlib.h>\nvoid a_helper(char *to, int n);\n" \
       "void a_helper(char *to, int n) { %s }\n"


@pytest.fixture(name="top")
def scratch(tmp_path):
    copy_checks(tmp_path)
    set_exceptions(tmp_path, "child", "")
    return tmp_path


def judge(top, a, b=HELPER):
    write(top, "src/base/a.c", HEAD + a)
    write(top, "src/base/b.c", b)
    return run("child", top)


@pytest.mark.parametrize("shape", [ONE, HANDED, ONE.replace("fork", "vfork")],
                         ids=["fork", "handed", "vfork"])
def test_only_the_child_is_judged(top, shape):
    assert judge(top, shape % SAFE) == (0, "")


@pytest.mark.parametrize("shape", [ONE, HANDED], ids=["fork", "handed"])
@pytest.mark.parametrize("code, name", [
    ("free(malloc(9));", "malloc"),
    ("puts(\"x\");", "puts"),
    ("(void)strerror(1);", "strerror"),
    ("(void)getenv(\"PATH\");", "getenv"),
    ("(void)system(\"true\");", "system"),
    ("(void)fork();", "fork"),
    ("exit(1);", "exit"),
])
def test_what_is_not_safe_is_found(top, shape, code, name):
    status, said = judge(top, shape % code)
    assert status == 1
    assert f": a child calls {name}, which is not async-signal-safe, before exec\n" in said, said
    assert said.startswith("src/base/a.c:")


@pytest.mark.parametrize("code, name", [
    ("free(malloc(9));", "malloc"), ("(void)snprintf(to, 4, \"%d\", n);", "snprintf")])
def test_behind_a_helper_of_another_file(top, code, name):
    status, said = judge(top, ONE % SAFE, WITH % code)
    assert status == 1
    assert f"src/base/b.c:4: a child calls {name}, which is not async-signal-safe, before exec," \
           " by way of a_helper\n" in said


def test_a_pointer_is_refused(top):
    code = "int (*const f[2])(const char *) = {puts, puts}; (void)f[getpid() % 2](\"x\");"
    status, said = judge(top, ONE % code)
    assert status == 1
    assert said.endswith(": a child calls what it cannot be told, by a pointer, before exec\n")
    assert judge(top, ONE % "__asm__ volatile(\"nop\");")[1].endswith(
        ": a child calls asm, which is not async-signal-safe, before exec\n")


def test_a_child_does_not_return(top):
    assert judge(top, "int a_start(void)\n{\n    return fork() == 0 ? 1 : 2;\n}\n") == (
        1, "src/base/a.c:11: a child returns from a_start, before exec\n")


def test_other_ways_to_begin_are_refused(top):
    status, said = judge(top, "int a_start(void)\n{\n    return daemon(0, 0);\n}\n")
    assert (status, said) == (1, "src/base/a.c:11: calls daemon, which is not for us: see NEVER\n")


def test_an_exception_has_to_be_needed(top):
    set_exceptions(top, "child", '"src/base/a.c: a_start": "why"')
    assert judge(top, ONE % "puts(\"x\");") == (0, "")
    assert judge(top, "int a_start(void)\n{\n    return 1;\n}\n") == (
        1, 'tests/check/child.py:1: "src/base/a.c: a_start" is no longer needed: remove it\n')
