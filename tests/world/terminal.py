"""A person at a terminal: a program on a pty of its own, and what it wrote where."""

import os
import re
import subprocess
import tempfile

import pexpect
import pexpect.fdpexpect

from .machine import CLEAN


OFFER = rb"press Enter for later: "
CONFIRM = rb"it is not shown again: "
CLAIM = [(OFFER, "yes"), (CONFIRM, "yes")]  # of somebody who has no password yet
PROMPT = rb"\$ "


class Saw:
    """What came of a program: status, out (its terminal, or its stdout), err."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    @property
    def password(self):
        """The console password on the screen, or None."""
        found = re.search(rb"^Password:    (\S+)\r$", self.out, re.M)
        return found and found.group(1).decode()

    def __eq__(self, other):
        return vars(self) == vars(other)

    def __repr__(self):
        return f"Saw({self.status}, out={self.out!r}, err={self.err!r})"


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
        person = pexpect.fdpexpect.fdspawn(master, timeout=60)
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
