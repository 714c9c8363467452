"""iamlp-helper and iamlp-net killed at 30 points each: nothing lost, nothing created twice."""

import os
import re
import shutil
import subprocess

import pytest

from world.needs import NEEDS_WORLD

pytestmark = [NEEDS_WORLD,
              pytest.mark.skipif(not shutil.which("strace"), reason="skipped: no strace")]

ALICE, UID = "Alice.Smith@example.com", 64001
POINTS = 30


class Traced:
    """A host whose helper runs under strace with the given options."""

    def __init__(self, host):
        from world.host import BUILD
        self.host, self.helper = host, os.path.join(BUILD, "iamlp-helper")
        self.trace = os.path.join(host.folder, "trace")

    def provision(self, *options):
        words = " ".join(f"'{o}'" for o in options)
        wrapper = self.host.write("traced-helper", "#!/bin/sh\n"
                                  f"exec strace -qq {words} {self.helper} \"$@\"\n", 0o755)
        return self.host.provision("alice", "--helper", wrapper, timeout=5)


@pytest.fixture
def traced(host):
    return Traced(host)


def forget(host, fake):
    """Back to the beginning: no record, no hold, no profile."""
    path = os.path.join(host.state, str(UID))
    if os.path.exists(path):
        os.unlink(path)
    fake.reset()


def settle(host, fake, why):
    """A normal run after the kill: the person has a working password, and one create acted."""
    seen = host.provision("alice")
    if seen.password is None:
        assert "Nothing to do" in seen.text, f"{why}: {seen.text}"
    acted = [e for e in fake.requests() if e["action"] == "CreateLoginProfile" and e["acted"]]
    assert len(acted) == 1, f"{why}: {len(acted)} creates acted"
    assert host.record(UID)["phase"] == "done", why
    return seen.password


def calls(path):
    """(process, system call) pairs in order."""
    with open(path, encoding="utf-8") as file:
        found = [re.match(r"(\d+)\s+(\w+)\(", line) for line in file]
    return [(m.group(1), m.group(2)) for m in found if m]


def test_helper_killed_anywhere(traced, host, fake):
    traced.provision("-f", "-o", traced.trace)
    sequence = calls(traced.trace)
    helper = [name for process, name in sequence if process == sequence[0][0]]
    first = helper.index("socket")  # syslog or passwd: what comes before is the loader
    killed = 0
    for point in range(POINTS):
        forget(host, fake)
        at = first + (len(helper) - 1 - first) * point // (POINTS - 1)
        nth = helper[:at + 1].count(helper[at])
        seen = traced.provision("-o", "/dev/null",
                                "-e", f"inject={helper[at]}:signal=SIGKILL:when={nth}")
        killed += seen.status != 0
        shown = seen.password
        again = settle(host, fake, f"killed at {helper[at]} number {nth}")
        assert fake.sign_in(ALICE, again or shown)["ok"]
    assert killed > POINTS // 2


def test_net_killed_anywhere(traced, host, fake):
    traced.provision("-f", "-o", traced.trace)
    sequence = calls(traced.trace)
    main = sequence[0][0]
    ours, theirs, points = {}, {}, []
    for process, name in sequence:
        if process == main:
            ours[name] = ours.get(name, 0) + 1
    execs = [i for i, (process, name) in enumerate(sequence) if name == "execveat"]
    for process, name in sequence[execs[0]:]:
        if process != main:
            theirs[name] = theirs.get(name, 0) + 1
            # Counted per process: only what the helper never reaches kills iamlp-net alone.
            if theirs[name] > ours.get(name, 0):
                points.append((name, theirs[name]))
    assert len(points) >= POINTS
    for point in range(POINTS):
        forget(host, fake)
        name, nth = points[(len(points) - 1) * point // (POINTS - 1)]
        seen = traced.provision("-f", "-o", "/dev/null",
                                "-e", f"inject={name}:signal=SIGKILL:when={nth}")
        again = settle(host, fake, f"iamlp-net killed at {name} number {nth}")
        assert fake.sign_in(ALICE, again or seen.password)["ok"]


@pytest.mark.parametrize("name, call", [
    ("/etc/machine-id", "openat"), ("/etc/machine-id", "read"),
    ("record", "fstat,newfstatat"), ("record", "read")])
def test_what_cannot_be_read_once_is_kept(traced, host, name, call):
    """Neither another machine's nor no record: it leads to a password."""
    path = os.path.join(host.state, str(UID)) if name == "record" else name
    if not os.path.exists(name) and name != "record":
        pytest.skip(f"skipped: no {name} here")
    host.hook("alice")
    shown = host.provision("alice", confirm=False)
    seen = traced.provision("-P", path, "-o", traced.trace, "-e", f"inject={call}:error=EIO:when=1")
    with open(traced.trace, encoding="utf-8") as file:
        assert "INJECTED" in file.read()
    assert seen.password is None and os.path.basename(path) in seen.text
    assert host.record(UID)["phase"] == "created"
    assert host.provision("alice").password == shown.password


def test_helper_opens_no_internet_socket(traced, fake):
    """And links nothing that could."""
    traced.provision("-o", traced.trace, "-e", "trace=socket,connect,execve")
    with open(traced.trace, encoding="utf-8") as file:
        text = file.read()
    assert "execve(" in text and "AF_INET" not in text and "AF_NETLINK" not in text
    linked = subprocess.run(["ldd", traced.helper], capture_output=True, text=True,
                            check=True).stdout
    assert "iniparser" in linked
    assert not re.search("libcurl|libcrypto|libssl|libexpat|libjansson", linked)


def test_net_runs_as_its_own_user_with_nothing(traced, fake):
    traced.provision("-f", "-o", traced.trace, "-e",
                     "trace=setresuid,setgroups,setresgid,prctl,execveat,keyctl")
    with open(traced.trace, encoding="utf-8") as file:
        text = file.read()
    before, _, after = text.partition("execveat(")
    assert "setgroups(0, NULL)" in before and "setresuid(64990, 64990, 64990)" in before
    assert "PR_SET_NO_NEW_PRIVS, 1" in before and "KEYCTL_JOIN_SESSION_KEYRING, NULL" in before
    assert "/* 0 vars */" in after.splitlines()[0] or "0 vars" in after.splitlines()[0]
    assert "PR_SET_DUMPABLE, SUID_DUMP_DISABLE" in after
