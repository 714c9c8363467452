#!/usr/bin/python3
"""memory.py [stories] [units]: memcheck over first logins through PAM and their claims, and over
each unit-test program.

BUILD is a build with IAMLP_SANITIZED: valgrind makes system calls of its own in the process that it
watches, which the sandbox of iamlp-net would end, so as under the sanitizers there is none, and no
limit (traced.c); that it is a user of its own stays. Every process of a story runs under valgrind:
the host with the module in it and its watcher, iamlp-helper, iamlp-net, iamlp. What valgrind says
goes over a socket of loopback. Exit status 1: it has said something, or a story did not end as it
should.

Not run: helgrind and drd. No program of ours starts a thread (tests/check/child.py holds them to
it), and libcurl's for getaddrinfo shares no memory with us.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "torture")]
sys.dont_write_bytecode = True

import flows  # noqa: E402
from fake.client import Fake  # noqa: E402
from world.host import BUILD  # noqa: E402
from world.syslog import Syslog  # noqa: E402

SECONDS = 60  # what the stories may take: of the hook, and of each answer
flows.DEADLINE = 600
MARK = "@@ error"  # in front of each error, so that a process that is killed has told of them too
# These test the making and the judging of processes, and what happens without descriptors, of both
# of which valgrind has some of its own. In the stories they do it for real.
NOT_HERE = ("pam/spawn", "helper/process", "helper/listen")
COMMAND = re.compile(r"==(\d+)== Command: (.*)")


class Said:
    """A listener for valgrind: what each process has said."""

    def __init__(self):
        self.texts, self.threads = [], []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    def words(self):
        """In front of a program."""
        port = self.listener.getsockname()[1]
        return ["/usr/bin/valgrind", "--tool=memcheck", "--trace-children=yes", "--vgdb=no",
                "--leak-check=full", "--errors-for-leak-kinds=definite,possible",
                "--show-leak-kinds=definite,possible", "--num-callers=25",
                f"--error-markers={MARK},-", f"--suppressions={HERE}/valgrind.supp", f"--log-socket=127.0.0.1:{port}"]

    def _accept(self):
        while True:
            connection = self.listener.accept()[0]
            thread = threading.Thread(target=self._read, args=[connection], daemon=True)
            self.threads.append(thread)
            thread.start()

    def _read(self, connection):
        with connection, connection.makefile(encoding="utf-8", errors="replace") as file:
            self.texts.append(file.read())

    def settle(self, forks):
        """[(command, how many errors, text)] of all that has ended until now; begins anew. forks:
        with what is forked from it and executes nothing."""
        for thread in self.threads:
            thread.join(60)
        texts, self.texts, self.threads = self.texts, [], []
        found = []
        for text in texts:
            command = COMMAND.search(text)
            if command and not forks:
                text = "".join(re.findall(rf"^=={command.group(1)}==.*\n", text, re.M))
            found.append((command.group(2) if command else "?", text.count(MARK), text))
        return found


class Stage(flows.Stage):
    """Each process under valgrind, with time enough, and the iamlp-helper that it can follow."""

    def __init__(self, said, *rest):
        self.said = said
        super().__init__(*rest)
        shutil.copy(flows.program("traced/iamlp-helper"), self.folder)
        for service in os.listdir(self.pamd):
            path = Path(self.pamd, service)
            path.write_text(path.read_text(encoding="utf-8").replace(
                "timeout=2", f"timeout={SECONDS}"), encoding="utf-8")

    def aimed(self, at, words, who=None):
        if at == "helper":
            words = [os.path.join(self.folder, "iamlp-helper"), *words[1:]]
            words = [str(SECONDS) if before == "--timeout" else word
                     for before, word in zip([None, *words], words)]
        return [*self.said.words(), *words]


def claim(stage):
    words = [*stage.said.words(), stage.client, "claim", "--socket", stage.socket]
    with stage.listen() as listener:
        return stage.terminal(words, stage.become, listener)


def judge(name, said, wanted, fault=None, forks=True):
    """A line, and all that is wrong. wanted: programs that must have been seen."""
    seen = said.settle(forks)
    names = {os.path.basename(command.split()[0]) for command, _, _ in seen}
    errors = sum(count for _, count, _ in seen)
    if not wanted <= names:
        fault = f"valgrind has not seen {', '.join(sorted(wanted - names))}"
    print(f"{name}: {len(seen)} processes, {errors} errors" + (f": {fault}" if fault else ""),
          flush=True)
    for _, count, text in seen:
        if count:
            print(text)
    return bool(errors or fault)


def unit(said, program):
    run = subprocess.run([*said.words(), "--trace-children=no", program], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                         errors="replace", check=False, timeout=1800)
    return run.returncode, run.stdout


def units(said):
    programs = sorted(str(p) for p in Path(BUILD, "tests/unit").glob("*/*")
                      if p.suffix == "" and not str(p).endswith(NOT_HERE))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        ended = dict(zip(programs, pool.map(lambda p: unit(said, p), programs)))
    failed = [f"{p} ended with {status}: {text}" for p, (status, text) in ended.items() if status]
    # What a test forks ends in the midst of it, with all that the test has allocated.
    return judge("unit tests", said, {os.path.basename(p) for p in programs},
                 "; ".join(failed) or None, forks=False)


def stories(said, folder):
    wrong = False
    with Fake.start(os.path.join(folder, "aws")) as fake:
        for name, user, at_login in (("a login that marks", "grace", False),
                                     ("create = login", "erin", True)):
            os.mkdir(os.path.join(folder, user))
            stage = Stage(said, os.path.join(folder, user), fake, Syslog.here(), user)
            os.makedirs(stage.host.state, 0o700, exist_ok=True)
            stage.configure(at_login)
            flows.login(stage)
            phase = (stage.host.record(stage.uid) or {}).get("phase")
            wrong |= judge(name, said, {"host", "iamlp-helper"} | ({"iamlp-net"} if at_login else set()),
                           None if phase == ("created" if at_login else "pending") else phase)
            result = claim(stage)
            phase = (stage.host.record(stage.uid) or {}).get("phase")
            wrong |= judge("a claim", said, {"iamlp", "iamlp-helper"} | (set() if at_login else {"iamlp-net"}),
                           None if (phase, len(result.passwords)) == ("done", 1) else
                           f"{phase}: {result.text}")
            fake.reset()
    return wrong


def main():
    wanted = sys.argv[1:] or ["stories", "units"]
    said, wrong = Said(), False
    if "stories" in wanted and os.environ.get("IAMLP_WORLD") != "inside":
        print("skipped: stories need root (and a private mount namespace)")
    elif "stories" in wanted:
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            wrong = stories(said, folder)
    if "units" in wanted:
        wrong = units(said) or wrong
    return 1 if wrong else 0


sys.exit(main())
