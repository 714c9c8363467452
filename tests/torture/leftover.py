#!/usr/bin/python3
"""What is left behind when a call fails: leftover.py [--only FLOW[:PROGRAM]] [--call NAME]
    [--part I/N] [--out FILE]

In each flow each call that our own code makes into a library fails once, in one program after the
other: an allocation, an open, a read, a fork, a parser. Then the sanitizers must have nothing to
report, memory included; no program may end with a descriptor, a mapping or a child that it still
has (failcall.c); the helper that listens must have what it had before; and the state folder, the
marks and the kernel's keys must be those that a record speaks of. Whether the story then goes on
is run.py's to ask. BUILD has to be the folder leftover of a sanitized build.

A line for each flow and program: how many calls, and after how many of them something was left. Exit
status 1 when something was; FILE then gets a line of JSON for each.
"""

import argparse
import contextlib
import json
import os
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE]
sys.dont_write_bytecode = True

import flows  # noqa: E402
from dialogue import Hang  # noqa: E402
from fake.client import Fake  # noqa: E402
from judge import UNTOUCHED, forget, keys  # noqa: E402
from plan import Page  # noqa: E402
from world.proc import children  # noqa: E402
from world.syslog import Syslog  # noqa: E402

LISTEN = "listen"
# What cannot be told from a hold that is gone, or taken away where that very call fails.
KEEPS_KEYS = {"keyctl", "add_key"}
KEEPS_FILES = {"unlinkat"}


class Plan(Page):
    """For failcall.c: in this program the N-th call (of `only`) fails; 0: none."""

    def __init__(self, program, nth=0, only=""):
        super().__init__("/dev/shm/failcall", "32s32sQQQ32sQ256sQ65536s", program.encode(),
                         only.encode(), nth, 0, 0, b"", 0, b"", 0, b"")

    def __exit__(self, *_):
        _, _, _, self.counted, hit, call, _, added, _, text = self.fields()
        self.call = call.rstrip(b"\0").decode() if hit else None
        self.text = text.rstrip(b"\0").decode("utf-8", "replace")
        self.keys = {f"0x{key:08x}" for key in struct.unpack("32q", added) if key}
        super().__exit__()


def descriptors(pid):
    """{number: what it is}"""
    folder = f"/proc/{pid}/fd"
    return {fd: os.readlink(f"{folder}/{fd}") for fd in os.listdir(folder)}


def running(conf):
    """The processes that were started with this configuration."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
            if conf.encode() in file.read().split(b"\0"):
                found.append(pid)
    return found


def listen(stage):
    """Two claims at a helper that listens. Its descriptors and children are as before."""
    result, end = flows.Result(), time.monotonic() + flows.DEADLINE
    with subprocess.Popen(stage.host.helper("--listen", stage.socket, timeout=2), env={},
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as listener:
        try:
            while not os.path.exists(stage.socket) and listener.poll() is None:
                time.sleep(0.01)
            before = descriptors(listener.pid) if listener.poll() is None else None
            for _ in range(2 if before else 0):
                stage.terminal([stage.client, "claim", "--socket", stage.socket], stage.become)
            while before and (children(listener.pid)
                              or descriptors(listener.pid).keys() != before.keys()):
                if time.monotonic() > end:
                    result.lines.append(f"after two claims: {descriptors(listener.pid)} instead of "
                                        f"{before}, children {children(listener.pid)}")
                    break
                time.sleep(0.01)
        finally:
            listener.terminate()
            result.status = listener.wait(flows.DEADLINE)
    return result


class Judged:
    """One flow with one call that failed; wrong: what is left of it."""

    def __init__(self, stage, name, plan):
        forget(stage)
        if os.path.exists(stage.socket):
            os.unlink(stage.socket)
        before, _, flow, _ = FLOWS[name]
        if before:
            before(stage)
        self.wrong = []
        with plan:
            try:
                result = flow(stage)
            except Hang as who:
                self.wrong.append(f"{who} hangs")
                result = flows.Result()
            self.processes(stage)
        self.wrong += [plan.text] if plan.text else []
        if name == LISTEN:
            self.wrong += result.lines
        elif result.lines and (result.lines[-1] != UNTOUCHED or result.status != 0):
            self.wrong.append(f"the host: {result.lines[-1]}, status {result.status}")
        if plan.call not in KEEPS_FILES:
            self.files(stage)
        if plan.call not in KEEPS_KEYS:
            self.keys(stage, plan)

    def processes(self, stage):
        """Who has been left to itself comes to its end."""
        end = time.monotonic() + flows.DEADLINE
        while running(stage.host.conf):
            if time.monotonic() > end:
                self.wrong.append(f"still running: {running(stage.host.conf)}")
                return
            time.sleep(0.01)

    def files(self, stage):
        uid = str(stage.uid)
        for folder, known in ((stage.host.state, {uid, "lock", "breaker"}),
                              (os.path.join(stage.host.state, "lock"), {uid, "breaker"}),
                              (stage.host.run, {"pending", "refused"}),
                              (os.path.join(stage.host.run, "pending"), {uid})):
            left = set(os.listdir(folder) if os.path.isdir(folder) else ()) - known
            if left:
                self.wrong.append(f"{folder} has {left}")

    def keys(self, stage, plan):
        nonce = (stage.host.record(stage.uid) or {}).get("nonce")
        left = (keys(stage.uid) & plan.keys) - (keys(stage.uid, nonce) if nonce else set())
        if left:
            self.wrong.append(f"held, and no record names it: {left}")
        for key in left:
            subprocess.run(["keyctl", "invalidate", key], check=False, capture_output=True)


FLOWS = dict(flows.FLOWS)
FLOWS[LISTEN] = (flows.login, False, listen, {"": ("iamlp-helper",)})


def programs(name):
    """Whose calls are to fail in this flow. iamlp-net is asked the same in all of them."""
    found = {program for among in FLOWS[name][3].values() for program in among}
    return sorted(p for p in found if "/" not in p and (p != "iamlp-net" or name == flows.CLAIMED))


def run(options, fake, folder):
    part, parts = (int(n) for n in options.part.split("/"))
    user, wrongs = list(flows.PEOPLE)[part % len(flows.PEOPLE)], 0
    for name in FLOWS:
        stage = None
        for program in programs(name):
            job = f"{name}:{program}:left"
            if options.only and not any((job + ":").startswith(o + ":") for o in options.only):
                continue
            if stage is None:
                stage = flows.Stage(os.path.join(folder, name), fake, Syslog.here(), user)
                stage.configure(FLOWS[name][1])
            plan, calls, left = Plan(program, only=options.call), 0, 0
            wrong = Judged(stage, name, plan).wrong  # and nothing fails
            for nth in range(part, plan.counted + 1, parts):
                if nth:
                    plan = Plan(program, nth, options.call)
                    wrong = Judged(stage, name, plan).wrong
                    calls += plan.call is not None
                left += bool(wrong)
                if wrong:
                    options.out.write(json.dumps({
                        "job": job, "n": nth, "call": plan.call, "wrong": wrong}) + "\n")
                    options.out.flush()
            counts = [("points", calls), ("something left", left)]
            print(f"{job}: " + ", ".join(f"{what} {n}" for what, n in counts if n), flush=True)
            wrongs += left
    return 1 if wrongs else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append")
    parser.add_argument("--call", default="")
    parser.add_argument("--part", default="0/1")
    parser.add_argument("--out", type=argparse.FileType("w"), default=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        for name in FLOWS:
            os.mkdir(os.path.join(folder, name))
        with Fake.start(os.path.join(folder, "aws")) as fake:
            return run(parser.parse_args(), fake, folder)


sys.exit(main())
