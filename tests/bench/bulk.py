"""Many first passwords by `iamlp provision --apply` against one `aws iam create-login-profile` each.

Requests and CPU for a user, of all processes of the run but the fake's; memory as the sum of the
proportional set sizes of all of them.
"""

import os
import subprocess
import time
from statistics import median

from bench.clock import Memory, wait
from bench.story import Sides
from fake.client import Fake
from world import crowd as crowds

ROUNDS, EVERY_S = 5, 0.5
CLI_TIMES, MEMORY_MIB = 100, 40


def apply(crowd):
    """(CPU seconds, wall seconds, Memory) of a run that must succeed."""
    begun = time.monotonic()
    process = subprocess.Popen(crowd.command("--apply", "--deliver", crowd.deliver()),
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    memory = Memory(process.pid, EVERY_S)
    cpu = wait(process)
    memory.stop()
    return cpu, time.monotonic() - begun, memory


def measure(folder, count, report):
    with Fake.start(os.path.join(folder, "many"), crowds.aws(count), timeout=120) as fake:
        os.mkdir(os.path.join(folder, "crowd"))
        with crowds.Crowd(os.path.join(folder, "crowd"), fake, count) as crowd:
            theirs = median(Sides(crowd.host, fake, fake.ca).cli() for _ in range(ROUNDS))
            fake.reset()
            cpu, wall, memory = apply(crowd)
        sent = fake.requests()
    whole = [sum(parts.values()) / 1024 for parts in memory.samples]
    third, times = max(1, len(whole) // 3), theirs * count / cpu
    report.table(f"{count:,} users at once", ("", ""), [
        ("requests for a user", f"{len(sent) / count:.2f}"),
        ("connections in all", len({e["connection"] for e in sent})),
        ("CPU for a user", f"{cpu / count * 1000:.2f} ms"),
        ("CPU of the AWS CLI for one", f"{theirs * 1000:.0f} ms, {times:.0f} times as much"),
        ("memory (PSS) of all processes, at most", f"{max(whole):.1f} MiB"),
        ("in the first third of the run, in the last",
         f"{max(whole[:third]):.1f}, {max(whole[-third:]):.1f} MiB"),
        ("users a second, against a fake in Python", f"{count / wall:.1f}")],
        "With a shell for each delivery in it.")
    report.aim("bulk, the AWS CLI's CPU for a user against ours", f"{times:.0f}", f">= {CLI_TIMES}",
               times >= CLI_TIMES)
    report.aim("bulk, memory", f"{max(whole):.1f} MiB", f"< {MEMORY_MIB} MiB", max(whole) < MEMORY_MIB)
