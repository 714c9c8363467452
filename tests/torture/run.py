#!/usr/bin/python3
"""Every point of every flow: run.py [--only FLOW[:PROGRAM]] [--kinds KIND,...] [--part I/N]
    [--call NAME,...] [--user NAME] [--sanitized] [--out FILE]

KIND is kill (at each system call), fault (each one that can fail, in each way), alloc (each malloc
of our own; with programs built for it, see ./dev torture) or libs (mallocs of the libraries).
--call: of the system calls these alone. --sanitized: without the calls that a sanitizer needs.

Prints a line for each flow, program and kind: how many points, and how the normal claim after them
ended. Exit status 1 when something did not hold; FILE gets a line of JSON for each such point, and
for each that took more than one claim.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE]
sys.dont_write_bytecode = True

import calls  # noqa: E402
import flows  # noqa: E402
from attack import Attack, points  # noqa: E402
from fake.client import Fake  # noqa: E402
from world.syslog import Syslog  # noqa: E402

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
        for index, point in enumerate(points(attack, at, program, kind)):
            if index % parts != part or options.call and point.name not in options.call:
                continue
            call, way, left, wrong, said = attack.point(at, program, kind, point)
            if call:
                hits += 1
                ways[way] += 1
                held += left > 0
                drifted += call != point.name
            wrongs += bool(wrong)
            if wrong or way.startswith("claim"):
                options.out.write(json.dumps({
                    "job": job, "n": point.n, "call": call, "errno": point.word, "wrong": wrong,
                    "way": way, "said": said}) + "\n")
                options.out.flush()
        counts = [("points", hits), *sorted(ways.items()), ("a hold that no record names", held),
                  ("another call than in the first run", drifted)]
        print(f"{job}: " + ", ".join(f"{what} {n}" for what, n in counts if n), flush=True)
    return 1 if wrongs else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append")
    parser.add_argument("--kinds", default="kill,fault", type=lambda text: text.split(","))
    parser.add_argument("--call", type=lambda text: text.split(","))
    parser.add_argument("--part", default="0/1")
    parser.add_argument("--user", choices=flows.PEOPLE)
    parser.add_argument("--out", type=argparse.FileType("w"), default=sys.stderr)
    parser.add_argument("--sanitized", action="store_true")
    options = parser.parse_args()
    if options.sanitized:
        for name in calls.SANITIZERS:
            del calls.FAULTS[name]
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with Fake.start(os.path.join(folder, "aws")) as fake:
            return run(options, fake, Syslog.here(), folder)


sys.exit(main())
