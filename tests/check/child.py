#!/usr/bin/python3
"""child.py [CC]: what a child does between fork and exec is async-signal-safe.

Every lock may be held there by a thread that does not exist in the child: the host of the
module may have threads, and so has libcurl. The compiler says what is called: from each fork
on, the path on which its result is 0 is walked through the control flow of the function, into
all that is called there and back to a caller that is handed the 0. On the way stand only
functions that are safe there, and no call of which the target is not known.
"""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tree import finish, sources

CC = sys.argv[1] if len(sys.argv) > 1 else "gcc"

# No optimisation: every function stands by itself, and nothing that is written is left out.
FLAGS = """-std=c11 -D_GNU_SOURCE -DIAMLP_VERSION="" -DIAMLP_LIBEXECDIR="" -DIAMLP_SYSCONFDIR=""
    -DIAMLP_PAMDIR="" -Isrc -O0 -U_FORTIFY_SOURCE -S -o /dev/null""".split()
DUMP = "-fdump-tree-ssa-raw-lineno-blocks=stdout"

# What makes a child, by name and by number of a system call; and what must not be called at
# all, because its child begins elsewhere, or because it makes the thread that there is not.
FORKS = {"fork", "vfork", "_Fork"}
FORK_CALLS = ("SYS_fork", "SYS_vfork", "SYS_clone", "SYS_clone3")
NEVER = {"clone", "daemon", "forkpty", "pthread_create", "thrd_create"}

# POSIX.1-2024, 2.4.3 Signal Actions.
SAFE = set("""
_Exit _exit _Fork abort accept access aio_error aio_return aio_suspend alarm bind cfgetispeed
cfgetospeed cfsetispeed cfsetospeed chdir chmod chown clock_gettime close connect creat dup dup2
dup3 execl execle execv execve faccessat fchdir fchmod fchmodat fchown fchownat fcntl fdatasync
fexecve ffs fstat fstatat fsync ftruncate futimens getegid geteuid getgid getgroups getpeername
getpgrp getpid getppid getsockname getsockopt getuid htonl htons kill killpg link linkat listen
longjmp lseek lstat memccpy memchr memcmp memcpy memmove memset mkdir mkdirat mkfifo mkfifoat
mknod mknodat ntohl ntohs open openat pause pipe pipe2 poll posix_close pselect pthread_kill
pthread_self pthread_sigmask quick_exit raise read readlink readlinkat recv recvfrom recvmsg
rename renameat rmdir select sem_post send sendmsg sendto setegid seteuid setgid setpgid
setregid setreuid setsid setsockopt setuid shutdown sig2str sigaction sigaddset sigdelset
sigemptyset sigfillset sigismember siglongjmp signal sigpause sigpending sigprocmask sigqueue
sigset sigsuspend sleep sockatmark socket socketpair stat stpcpy stpncpy str2sig strcat strchr
strcmp strcpy strcspn strlen strncat strncmp strncpy strnlen strpbrk strrchr strspn strstr
strtok_r symlink symlinkat tcdrain tcflow tcflush tcgetattr tcgetpgrp tcsendbreak tcsetattr
tcsetpgrp time timer_getoverrun timer_gettime timer_settime times umask uname unlink unlinkat
utime utimensat utimes va_arg va_copy va_end va_start wait waitid waitpid wcpcpy wcpncpy wcscat
wcschr wcscmp wcscpy wcscspn wcslen wcsncat wcsncmp wcsncpy wcsnlen wcspbrk wcsrchr wcsspn
wcsstr wcstok wmemchr wmemcmp wmemcpy wmemmove wmemset write
""".split())

# Not in that list, and safe all the same.
NAMED = {
    "syscall": "the kernel, and nothing before it",
    "vfork": "a bare system call; its child is judged as one",
    "__errno_location": "an address",
    "explicit_bzero": "memset",
    "prctl": "a bare system call",
    "setrlimit": "a bare system call",
    "setgroups": "bare system calls where there is one thread, as there is after fork",
    "setresgid": "the same",
    "setresuid": "the same",
}

# "FILE: FUNCTION" of a fork whose child is not for this check, and why.
EXCEPTIONS = {
    "src/helper/listen.c: take_one": "never execs, and iamlp-helper has one thread: it links"
                                     " no library that starts another, and see NEVER",
}

COPIES = {"ssa_name", "nop_expr", "integer_cst", "component_ref", "mem_ref", "var_decl",
          "parm_decl", "array_ref"}
COMPARISONS = {"eq_expr": int.__eq__, "ne_expr": int.__ne__, "lt_expr": int.__lt__,
               "le_expr": int.__le__, "gt_expr": int.__gt__, "ge_expr": int.__ge__}
SSA = re.compile(r"\w*_\d+(\(D\))?$")
PLACE = re.compile(r"\[[^][\n]*:(\d+):\d+(?: discrim \d+)?\] ?")
FUNCTION = re.compile(r"^;; Function (\w+) \(.*?^}", re.M | re.S)
BLOCK = re.compile(r"^;; +basic block (\d+),.*?(?=^;; +basic block|\Z)", re.M | re.S)
SUCCESSORS = re.compile(r"^;; +succ:((?:\s|;;|\d+|EXIT|\[[^]]*\]|\([A-Z_,]*\))*)", re.M)


class Function:
    """Its blocks of statements (line, kind, operands), and where control goes from them."""

    def __init__(self, source, dump):
        self.source = source
        self.blocks, self.next, line = {}, {}, 0
        for block in BLOCK.finditer(dump):
            number, statements = int(block.group(1)), []
            for text in block.group().splitlines():
                place = PLACE.search(text)
                line = int(place.group(1)) if place else line
                found = re.match(r"\s*(?:# )?(gimple_\w+) <(.*?)>?$", PLACE.sub("", text))
                if found:
                    statements.append((line, found.group(1), found.group(2)))
            self.blocks[number] = statements
            after = SUCCESSORS.search(block.group())
            gotos = re.findall(r"goto <bb (\d+)>", block.group())
            # The order of a condition's two is that of its gotos.
            self.next[number] = [int(n) for n in gotos if len(gotos) == 2] or [
                int(n) for n in re.findall(r"\b\d+\b", after.group(1))]

    def calls(self):
        for block, statements in self.blocks.items():
            for at, (line, kind, operands) in enumerate(statements):
                if kind == "gimple_call":
                    yield block, at, line, operands.split(", ")
                elif kind == "gimple_asm":
                    yield block, at, line, ["asm"]


def compiled(source):
    run = subprocess.run([CC, *FLAGS, DUMP, source], capture_output=True, text=True, check=True)
    return {m.group(1): Function(source, m.group()) for m in FUNCTION.finditer(run.stdout)}


def numbers_of_forks():
    """Not every architecture has each of them."""
    names = "\n".join(f"number {n}" for n in FORK_CALLS)
    run = subprocess.run([CC, "-E", "-P", "-"], input=f"#include <sys/syscall.h>\n{names}",
                         capture_output=True, text=True, check=True)
    return set(re.findall(r"^number (\d+)$", run.stdout, re.M))


class Tree:
    """All functions. One that is static hides another file's of that name."""

    def __init__(self):
        code = [s for s in sources() if s.suffix == ".c"]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            self.files = dict(zip(code, pool.map(compiled, code)))
        self.forks = numbers_of_forks()

    def find(self, source, name):
        """The function that this name is in this file; None: no one of ours."""
        for functions in (self.files[source], *self.files.values()):
            if name in functions:
                return functions[name]
        return None

    def functions(self):
        for functions in self.files.values():
            yield from functions.items()

    def is_fork(self, call):
        return call[0] in FORKS or (call[0] == "syscall" and call[2] in self.forks)


class Child:
    """The paths of one child. `faults` has what it must not do; `handed` the functions that
    return 0 to a caller in it."""

    def __init__(self, tree):
        self.tree, self.faults, self.handed, self.seen = tree, {}, set(), set()

    def fault(self, function, line, sentence):
        self.faults[function.source, line, sentence] = None

    def judge(self, function, line, call, way):
        """One call in the child, and all that it leads to."""
        name = call[0]
        target = self.tree.find(function.source, name)
        if target is None:
            if name in SAFE or name in NAMED or name.startswith("."):
                return
            known = "calls what it cannot be told, by a pointer" if SSA.match(name) else \
                f"calls {name}, which is not async-signal-safe"
            self.fault(function, line, f"a child {known}, before exec{way}")
        elif target not in self.seen:
            self.seen.add(target)
            for _, _, inner, further in target.calls():
                self.judge(target, inner, further, f"{way}, by way of {name}")

    def walk(self, name, function, block, at, result):
        """From behind the fork on. What is known to be 0 decides where the path goes."""
        known = {result: 0} if result != "NULL" else {}
        todo, been = [(block, at + 1, None, known)], set()
        while todo:
            block, at, before, known = todo.pop()
            mark = (block, at, before, tuple(sorted(known.items())))
            if mark in been:
                continue
            been.add(mark)
            todo += self.step(name, function, block, at, before, dict(known))

    def step(self, name, function, block, at, before, known):
        """One block. Returns the ones that follow."""
        after = function.next[block]
        for line, kind, operands in function.blocks[block][at:]:
            words = operands.split(", ")
            if kind == "gimple_call":
                if words[0] == ".ABNORMAL_DISPATCHER":
                    return []
                self.judge(function, line, words, "")
                known = {k: v for k, v in known.items() if SSA.match(k)}
            elif kind == "gimple_asm":
                self.judge(function, line, ["asm"], "")
            elif kind == "gimple_phi":
                for value, source in re.findall(r"(\S+?)\((\d+)\)(?:,|$)", operands):
                    if int(source) == before:
                        self.assign(known, words[0], value)
            elif kind == "gimple_assign":
                self.assign(known, words[1], words[2] if words[0] in COPIES else "?")
            elif kind == "gimple_cond":
                after = self.choose(known, words, after)
            elif kind == "gimple_return":
                if self.value(known, words[0]) == 0:
                    self.handed.add((name, function))
                else:
                    self.fault(function, line, f"a child returns from {name}, before exec")
        return [(n, 0, block, known) for n in after if n in function.blocks]

    @staticmethod
    def value(known, word):
        return int(word) if re.match(r"-?\d+$", word) else known.get(word)

    def assign(self, known, left, right):
        value = self.value(known, right)
        if not SSA.match(left):
            # Memory may be written through another name.
            for other in [k for k in known if not SSA.match(k)]:
                del known[other]
        known.pop(left, None)
        if value is not None:
            known[left] = value

    def choose(self, known, words, after):
        left, right = self.value(known, words[1]), self.value(known, words[2])
        if left is None or right is None or words[0] not in COMPARISONS:
            return after
        return after[:1] if COMPARISONS[words[0]](left, right) else after[1:]


def callers(tree, target):
    for name, function in tree.functions():
        for block, at, _, call in function.calls():
            if tree.find(function.source, call[0]) is target:
                yield name, function, block, at, call


def faults():
    tree, unused = Tree(), set(EXCEPTIONS)
    for _, function in tree.functions():
        for _, _, line, call in function.calls():
            if call[0] in NEVER:
                yield function.source, line, f"calls {call[0]}, which is not for us: see NEVER"
    todo = [(name, function, block, at, call) for name, function in tree.functions()
            for block, at, _, call in function.calls() if tree.is_fork(call)]
    for name, function, block, at, call in todo:
        key = f"{function.source}: {name}"
        unused.discard(key)
        if key in EXCEPTIONS:
            continue
        child = Child(tree)
        child.walk(name, function, block, at, call[1])
        yield from child.faults
        todo += [found for _, handed in child.handed for found in callers(tree, handed)]
    for key in sorted(unused):
        yield "tests/check/child.py", 1, f'"{key}" is no longer needed: remove it'


# One function may be reached from several forks.
finish(dict.fromkeys(faults()))
