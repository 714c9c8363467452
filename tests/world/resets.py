"""An operator who types `iamlp reset alice`, at a terminal or in a program."""

import os
import subprocess

import pexpect

from .host import shown_password
from .keys import ALL

ALICE, UID = "Alice.Smith@example.com", 64001
OPERATOR = {"AWS_ACCESS_KEY_ID": ALL[0], "AWS_SECRET_ACCESS_KEY": ALL[1],
            "AWS_REGION": "us-east-1"}
ASKED = r"\[y/N\] "


def words(host, *more):
    return [*host.command("reset", "alice"), "--endpoint-url", host.fake.https, "--ca-bundle",
            host.fake.ca, *more]


def env(keys):
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TERM": "vt100", **keys}


def at_a_terminal(host, answer="y", keys=None, more=()):
    """(exit status, what was seen, the password or None)"""
    line = words(host, *more)
    child = pexpect.spawn(line[0], line[1:], encoding="utf-8", timeout=60, dimensions=(24, 1000),
                          env=env(OPERATOR if keys is None else keys))
    text = ""
    if child.expect([ASKED, pexpect.EOF]) == 0:
        text = child.before
        child.sendline(answer)
        child.expect(pexpect.EOF)
    text += child.before
    child.close()
    return child.exitstatus, text, shown_password(text)


def deliver(host, command, keys=None, more=(), known=True):
    """With a program as the operator; `known`: the host knows of which account it is."""
    if known:
        host.configure(id="123456789012")
    return subprocess.run(words(host, "--deliver", command, *more), capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60, check=False,
                          env=env(OPERATOR if keys is None else keys))
