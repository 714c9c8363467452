#!/usr/bin/python3
"""Every point of every flow: run.py [--only FLOW[:PROGRAM]] [--kinds KIND,...] [--part I/N]
    [--out FILE]

KIND is kill (at each system call), fault (each one that can fail, in each way) or alloc (each
malloc; with programs built for it, see Makefile). A line for each flow, program and kind: how many
points, and how the normal claim after them ended. Exit status 1 when something did not hold; FILE
gets a line of JSON for each such point, and for each that took more than one claim.
"""

import argparse
import json
import os
import socket
import struct
import sys
import tempfile
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE]
sys.dont_write_bytecode = True

import calls  # noqa: E402
import flows  # noqa: E402
from fake.client import Fake  # noqa: E402
from judge import Judge, forget  # noqa: E402
from world.syslog import Syslog  # noqa: E402

BEYOND = 3  # points after the last known one: a run that goes on longer shows itself
NAMES = calls.names()


class Plan:
    """What failalloc.c is to do."""

    PATH = "/dev/shm/failalloc"

    def __init__(self, program, n):
        self.bytes = struct.pack("32sQQQ", program.encode(), n, 0, 0)

    def __enter__(self):
        with open(self.PATH, "wb") as file:
            file.write(self.bytes)
        os.chmod(self.PATH, 0o666)
        return self

    def __exit__(self, *_):
        os.unlink(self.PATH)

    def _now(self):
        with open(self.PATH, "rb") as file:
            return struct.unpack("32sQQQ", file.read())

    def counted(self):
        return self._now()[2]

    def hit(self):
        """0: no; 1: an allocation of the program itself; 2: one of a library."""
        return self._now()[3]


class Attack:
    """One flow on one stage."""

    def __init__(self, folder, fake, log, user, name):
        self.name = name
        self.before, self.at_login, self.flow, self.programs = flows.FLOWS[name]
        self.stage = flows.Stage(folder, fake, log, user)
        self.stage.configure(self.at_login)

    def _begin(self):
        self.stage.aim = None
        forget(self.stage)
        if self.before:
            self.before(self.stage)

    def baseline(self, at):
        """{program: [(number, is it ours) of each of its system calls]}"""
        self._begin()
        self.stage.aim = (at, None, 0, 0)
        self.flow(self.stage)
        found, spoken, foreign = {}, [], False
        with open(self.stage.report, encoding="utf-8") as file:
            for line in file:
                word, program, *rest = line.split()
                if word != "call":
                    continue
                number, first = int(rest[1]), int(rest[2])
                host = program == "host"
                # The host says each result on descriptor 1. Before its first one libpam has
                # loaded the modules; before each, after the modules, libpam speaks to the
                # kernel's auditing; after the last but one it counts what is left.
                if host and NAMES[number] == "write" and first == 1:
                    spoken.append(len(found[program]))
                    foreign = False
                audits = host and NAMES[number] == "socket" and first == socket.AF_NETLINK
                foreign = audits or foreign
                found.setdefault(program, []).append((number, not (host and foreign)))
        if "host" in found:
            found["host"] = [(number, ours and spoken[0] < i < spoken[-2] and i not in spoken)
                             for i, (number, ours) in enumerate(found["host"])]
        for program in found:
            if program in flows.LOADED:
                # The dynamic linker's last act: before it nothing of ours has run.
                end = [NAMES[number] for number, _ in found[program]].index("munmap")
                found[program][:end + 1] = [(n, False) for n, _ in found[program][:end + 1]]
        return found

    def allocations(self, at, program):
        """How many the program makes in the flow."""
        self._begin()
        with Plan(program, 0) as plan:
            self.flow(self.stage)
            return plan.counted()

    def point(self, at, program, kind, n, call, error):
        """Attack there. Returns (what was hit or None, way, keys left, [what is wrong], texts)."""
        self._begin()
        judge, stage = Judge(self.stage, self.name), self.stage
        # Of an allocation killat sees only the ends.
        stage.aim = (at, program if kind != "alloc" else "-", n, error)
        way, held, result = "-", 0, flows.Result()
        with Plan(program if kind == "alloc" else "-", n) as plan:
            try:
                result = self.flow(stage)
            except flows.Hang as who:
                judge.say(f"{who} hangs")
            stage.aim = None
            # What a library makes of having no memory is not ours to mend; what follows is.
            judge.may_die = plan.hit() == 2 or (program, error and call) == ("iamlp-net", "getrandom")
            hit = judge.report() or (("malloc", n, None) if plan.hit() else None)
        if at == "host":
            judge.host(result, program == "host" and kind == "kill")
        if hit is None and not judge.wrong:
            return None, way, held, [], ""
        try:
            way = judge.settle(result)
            lied = bool(error and hit and NAMES[hit[2]] == "keyctl")
            held = judge.final(way, lied)
        except (flows.Hang, ValueError) as why:
            judge.say(f"afterwards: {type(why).__name__} {why}")
        said = [result.text, *judge.said, *[text for _, text in stage.log.lines]]
        return hit, way + judge.died, held, judge.wrong, said


def points(attack, at, program, kind):
    """(N, name of the call, errno's word, errno) in order."""
    if kind == "alloc":
        return [(n + 1, "malloc", "", 0) for n in range(attack.allocations(at, program) + BEYOND)]
    found = attack.baseline(at).get(program, [])
    if kind == "kill":
        return [(n, NAMES[number], "", 0) for n, (number, _) in enumerate(found, 1)] + [
            (len(found) + n, "-", "", 0) for n in range(1, BEYOND + 1)]
    return [(n, NAMES[number], word, error) for n, (number, ours) in enumerate(found, 1) if ours
            for word, error in calls.faults(NAMES[number])]


def jobs(only, kinds):
    for name, (_, _, _, programs) in flows.FLOWS.items():
        for at, names in programs.items():
            for program in names:
                for kind in kinds:
                    job = f"{name}:{program}:{kind}"
                    if not only or any((job + ":").startswith(o + ":") for o in only):
                        yield name, at, program, kind, job


def run(options, fake, log, folder):
    part, parts = (int(n) for n in options.part.split("/"))
    user = options.user or list(flows.PEOPLE)[part % len(flows.PEOPLE)]
    wrongs, attacks = 0, {}
    for flow, at, program, kind, job in jobs(options.only, options.kinds):
        if flow not in attacks:
            os.mkdir(os.path.join(folder, flow))
            attacks[flow] = Attack(os.path.join(folder, flow), fake, log, user, flow)
        attack = attacks[flow]
        ways, hits, held, drifted = Counter(), 0, 0, 0
        for index, (n, name, word, error) in enumerate(points(attack, at, program, kind)):
            if index % parts != part:
                continue
            hit, way, left, wrong, said = attack.point(at, program, kind, n, name, error)
            call = NAMES.get(hit[2], "malloc") if hit else "-"
            if hit:
                hits += 1
                ways[way] += 1
                held += left > 0
                drifted += call != name
            wrongs += bool(wrong)
            if wrong or way.startswith("claim"):
                options.out.write(json.dumps({
                    "job": job, "n": n, "call": call, "errno": word, "wrong": wrong, "way": way,
                    "said": said}) + "\n")
                options.out.flush()
        print(f"{job}: {hits} points; " + ", ".join(f"{w} {c}" for w, c in sorted(ways.items()))
              + (f"; a hold that no record names {held}" if held else "")
              + (f"; another call than in the first run {drifted}" if drifted else ""), flush=True)
    return 1 if wrongs else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append")
    parser.add_argument("--kinds", default="kill,fault", type=lambda text: text.split(","))
    parser.add_argument("--part", default="0/1")
    parser.add_argument("--user", choices=flows.PEOPLE)
    parser.add_argument("--out", type=argparse.FileType("a"), default=sys.stderr)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with Fake.start(os.path.join(folder, "aws")) as fake:
            return run(options, fake, Syslog(), folder)


sys.exit(main())
