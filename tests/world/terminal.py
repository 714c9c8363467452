"""A person at a terminal: a program on a pty of its own, and what it wrote where."""

import os
import subprocess
import tempfile
import time

import pexpect
import pexpect.fdpexpect

from . import host
from .machine import CLEAN

OFFER, CONFIRM = host.OFFER.encode(), host.CONFIRM.encode()
CLAIM = [(OFFER, "yes"), (CONFIRM, "yes")]  # of somebody who has no password yet
PROMPT = rb"\$ "


class Saw:
    """What came of a program: status, out (its terminal, or its stdout), err."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    @property
    def password(self):
        """The console password on the screen, or None."""
        return host.shown_password(self.out.decode("utf-8", "replace"))

    def __eq__(self, other):
        return vars(self) == vars(other)

    def __repr__(self):
        return f"Saw({self.status}, out={self.out!r}, err={self.err!r})"


class Person(pexpect.fdpexpect.fdspawn):
    """The terminal of a process, until that ends: login(1) hangs it up, and opens it again."""

    def __init__(self, fd, process):
        super().__init__(fd, timeout=60)
        self._process, self._end = process, time.monotonic() + 120

    def read_nonblocking(self, *arguments, **more):
        while True:
            try:
                return super().read_nonblocking(*arguments, **more)
            except pexpect.EOF:
                if self._process.poll() is not None or time.monotonic() > self._end:
                    raise
                self.flag_eof = False
                time.sleep(0.01)


def at_terminal(words, says=(), env=None, err=True):
    """Run words with stdin and stdout (and, without err, stderr) on a controlling terminal.

    says: pairs (what to wait for, what to type then; None: nothing). The program is given 60 s
    to end by itself after that.
    """
    master, slave = os.openpty()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(["setsid", "--ctty", *words], env=dict(CLEAN, **(env or {})),
                                   stdin=slave, stdout=slave, stderr=errors if err else slave)
        os.close(slave)
        person = Person(master, process)
        out = b""
        try:
            for wait, answer in says:
                person.expect(wait)
                out += person.before + person.after
                if answer is not None:
                    person.sendline(answer)
            person.expect(pexpect.EOF)
            out += person.before
            status = process.wait(60)
        except (pexpect.TIMEOUT, pexpect.EOF) as fault:
            process.kill()
            process.wait()
            errors.seek(0)
            raise AssertionError(f"{words}: after {out!r}: {person.before!r}, stderr "
                                 f"{errors.read()!r}") from fault
        finally:
            os.close(master)
        errors.seek(0)
        return Saw(status, out, errors.read())


def without_terminal(run):
    """A finished subprocess.run as a Saw."""
    return Saw(run.returncode, run.stdout, run.stderr)
