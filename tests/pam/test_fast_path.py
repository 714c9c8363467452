"""The fast path, counted in system calls: one record, one more file's stat, nothing else.

Held against the same transaction in which our line is for another service and another module
looks the user up in its place; what differs is the whole cost of a look. And against one with
pam_permit alone, to see that nothing is started, connected or sent.
"""

import collections
import os
import re
import shutil
import subprocess

import pytest

from test_unnoticed import ALICE, Case, Stage
from world.host import BUILD
from world.needs import NEEDS_WORLD

pytestmark = [NEEDS_WORLD,
              pytest.mark.skipif(shutil.which("strace") is None, reason="skipped: needs strace")]

PROBE = f"{BUILD}/tests/pam/probe.so"
CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)", re.M)
# What starts something, or speaks to somebody.
LOUD = ("clone", "clone3", "fork", "vfork", "execve", "socket", "socketpair", "connect", "sendto",
        "sendmsg")
STAT = "newfstatat" if os.uname().machine in ("x86_64", "aarch64") else "fstatat64"


def trace(stage, account, calls=("call account",)):
    """(name, arguments) of each system call of a host with these lines in its account stack."""
    stage.write("pam.d/probe", "".join(f"account required {line}\n" for line in account))
    out = stage.at("strace")
    subprocess.run(["strace", "-f", "-o", out, f"{BUILD}/tests/pam/host", stage.at("pam.d"),
                    "probe", "alice"], input="\n".join(calls) + "\n", text=True, check=True,
                   stdout=subprocess.DEVNULL, timeout=60)
    with open(out, encoding="utf-8", errors="replace") as file:
        return CALL.findall(file.read())


def ours(stage, services):
    with open(stage.at("pam.d/probe"), encoding="utf-8") as file:
        line = re.search(r"\S+/pam_iamlp.so .*", file.read()).group()
    return re.sub(r" services=\S+", f" services={services}", line)


def count(calls):
    return collections.Counter(name for name, _ in calls)


@pytest.mark.parametrize("case, last", [
    (Case("done"), "iamlp.conf"),
    (Case("unmapped"), "iamlp.conf"),
    (Case("pending", mark=True), f"run/pending/{ALICE}"),
], ids=["done", "unmapped", "marked"])
def test_one_openat_one_read_one_fstatat(tmp_path, case, last):
    stage = Stage(tmp_path, case)
    acting, idle = ours(stage, "probe"), ours(stage, "other")
    with_us = trace(stage, ["pam_permit.so", f"{PROBE} lookup", acting])
    without = trace(stage, ["pam_permit.so", f"{PROBE} lookup", f"{PROBE} lookup", idle])
    more, fewer = count(with_us) - count(without), count(without) - count(with_us)
    assert more == {"geteuid": 1, "openat": 1, "read": 1, "close": 1, STAT: 1}
    assert not fewer
    on_files = [(name, re.search(r'"([^"]*)"', arguments).group(1))
                for name, arguments in with_us if stage.folder in arguments
                and "/pam.d" not in arguments and name != "execve"]
    assert on_files == [("openat", stage.at(f"state/{ALICE}")), (STAT, stage.at(last))]


@pytest.mark.parametrize("case", [Case("done"), Case("unmapped"), Case("pending", mark=True),
                                  Case(state=False)],
                         ids=["done", "unmapped", "marked", "no-state"])
def test_nothing_is_started_or_sent(tmp_path, case):
    stage = Stage(tmp_path, case)
    acting = ours(stage, "probe")
    with_us = trace(stage, ["pam_permit.so", f"{PROBE} lookup", acting])
    permit = trace(stage, ["pam_permit.so", f"{PROBE} lookup"])
    more = count(with_us) - count(permit)
    print("more than pam_permit alone:", dict(more))
    assert not [name for name in LOUD if name in more]


def test_the_counting_sees_a_helper(tmp_path):
    stage = Stage(tmp_path, Case())
    acting = ours(stage, "probe")
    calls = count(trace(stage, ["pam_permit.so", f"{PROBE} lookup", acting]))
    assert calls["clone3"] == 1 and calls["socketpair"] == 1 and calls["execve"] >= 2
