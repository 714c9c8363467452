"""Many people: in this world's passwd and group, in an AWS of their own, and what they were given."""

import copy
import json
import os
import re
import subprocess

from .host import BUILD, TOP, Host

GROUP, FIRST = "crowd", 70001


def name(number):
    return f"p{number:05d}"


def iam_user(number):
    return f"P{number:05d}@example.com"


def aws(count):
    """The fake's default world with so many more people, none of whom has a password."""
    with open(os.path.join(TOP, "tests/fake/world.json"), encoding="utf-8") as file:
        world = json.load(file)
    users = world["accounts"][0]["users"]
    for number in range(1, count + 1):
        users[iam_user(number)] = copy.deepcopy(users["Alice.Smith@example.com"])
    return world


class Crowd:
    """A host with so many more local users, members of the group crowd, whose rule maps them."""

    RULE = ("[rule crowd]\ngroups = crowd\nmatch = p([0-9]+)\n"
            "iam_user = P%1@example.com\n")

    def __init__(self, folder, fake, count):
        self.count, self.fake = count, fake
        self.host = Host(folder, fake)
        self.host.configure(rest=self.RULE)
        self.store = os.path.join(self.host.folder, "delivered")
        os.mkdir(self.store, 0o700)
        self._files = {}
        for path in ("/etc/passwd", "/etc/group"):
            with open(path, encoding="utf-8") as file:
                self._files[path] = file.read()
        self._write("/etc/passwd", "".join(
            f"{name(n)}:x:{FIRST - 1 + n}:64000:{name(n)}:/nonexistent:/bin/sh\n"
            for n in range(1, count + 1)))
        self._write("/etc/group", f"{GROUP}:x:64200:"
                    + ",".join(name(n) for n in range(1, count + 1)) + "\n")

    def _write(self, path, more):
        # In place: the world has bound this file over the machine's.
        with open(path, "w", encoding="utf-8") as file:
            file.write(self._files[path] + more)

    def close(self):
        for path in self._files:
            self._write(path, "")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # ---- the program

    def deliver(self, before="", after=""):
        """A command that keeps what it gets, a line for each time."""
        return (f'[ -z "$IAMLP_TEST" ] || exec cat >/dev/null; {before} '
                f'read -r password && printf "%s\\n" "$password" >>{self.store}/"$IAMLP_USER"'
                f'; {after}')

    def command(self, *options, who=("--group", GROUP)):
        return self.host.command("provision", "=".join(who), *options)

    def run(self, *options, who=("--group", GROUP), timeout=300, **more):
        """Run to the end: a finished process with its output as text."""
        return subprocess.run(self.command(*options, who=who), capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=timeout, check=False, **more)

    def apply(self, *options, deliver=None, **more):
        return self.run("--apply", "--deliver", deliver or self.deliver(), "--output", "json",
                        *options, **more)

    # ---- what came of it

    def delivered(self, number):
        """Every password that was delivered to that one, in order."""
        path = os.path.join(self.store, name(number))
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return file.read().split("\n")[:-1]

    def record(self, number):
        return self.host.record(FIRST - 1 + number)

    def state(self):
        """The users of the fake's first account."""
        return self.fake.control("state")["accounts"][0]["users"]


def results(run):
    """{user: row} of --output json."""
    return {row["user"]: row for row in json.loads(run.stdout)}


def summary(run):
    """{word: count} of the last line that counts."""
    line = [text for text in run.stderr.splitlines() if re.match(r"\d+ users", text)][-1]
    return {word: int(count) for count, word in re.findall(r"(\d+) ([\w-]+)", line)}


__all__ = ["BUILD", "Crowd", "aws", "iam_user", "name", "results", "summary"]
