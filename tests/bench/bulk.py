"""./dev bench: many first passwords by `iamlp provision --apply` against one `aws iam
create-login-profile` each.

Requests and CPU for a user, of all processes of the run (wait4) but the fake's; memory as the sum
of the proportional set sizes of all of them, sampled. The yardstick is the AWS CLI against the same
fake, the best of several runs. How many users: the first argument.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

if os.environ.get("IAMLP_WORLD") != "inside":
    print("skipped: needs root (and a private mount namespace)")
    sys.exit(0)

from fake.client import Fake  # noqa: E402
from world import crowd as crowds  # noqa: E402
from world.host import KEY, SECRET  # noqa: E402
from world.syslog import Syslog  # noqa: E402

RUNS, EVERY_S = 3, 0.5


def family(pid):
    """pid and all that come from it, by the links of /proc."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as file:
            return [pid] + [p for child in file.read().split() for p in family(int(child))]
    except OSError:
        return []


def pss(pid):
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
            name = file.read().strip()
        with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
            return name, next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return "", 0


class Memory:
    """Samples of (seconds, KiB in all, {program: KiB}) while a process runs."""

    def __init__(self, pid):
        self.samples, self._pid, self._end = [], pid, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self):
        begun = time.monotonic()
        while not self._end.wait(EVERY_S):
            parts = {}
            for name, size in map(pss, family(self._pid)):
                parts[name] = parts.get(name, 0) + size
            self.samples.append((time.monotonic() - begun, sum(parts.values()), parts))

    def stop(self):
        self._end.set()
        self._thread.join()


def measure(command, env=None):
    """(CPU seconds, wall seconds, Memory) of a run that must succeed."""
    begun = time.monotonic()
    with open(os.devnull, "r+b") as null:
        process = subprocess.Popen(command, stdin=null, stdout=null, env=env)
        memory = Memory(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    memory.stop()
    if status != 0:
        raise RuntimeError(f"{command[0]} ended with {status}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - begun, memory


def yardstick(folder, fake):
    env = {"PATH": os.environ["PATH"], "HOME": folder, "AWS_ACCESS_KEY_ID": KEY,
           "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": "us-east-1",
           "AWS_CA_BUNDLE": fake.ca, "AWS_EC2_METADATA_DISABLED": "true"}
    found = []
    for _ in range(RUNS):
        fake.reset()
        found.append(measure(["/usr/bin/aws", "--endpoint-url", fake.https, "iam",
                              "create-login-profile", "--user-name", "Alice.Smith@example.com",
                              "--password", "Yardstick-1-Yardstick",
                              "--password-reset-required"], env)[0])
    return min(found)


def run(folder, count):
    Syslog()
    with Fake.start(os.path.join(folder, "aws"), crowds.aws(count), timeout=120) as fake:
        theirs = yardstick(folder, fake) if os.path.exists("/usr/bin/aws") else None
        fake.reset()
        os.mkdir(os.path.join(folder, "host"))
        with crowds.Crowd(os.path.join(folder, "host"), fake, count) as crowd:
            cpu, wall, memory = measure(crowd.command("--apply", "--deliver", crowd.deliver()))
        sent = fake.requests()
    whole = [kib for _, kib, _ in memory.samples]
    third = len(whole) // 3
    peak = max(memory.samples, key=lambda s: s[1])
    print(f"{count} users in {wall:.0f} s, {count / wall:.1f}/s against a fake in Python")
    print(f"requests for a user    {len(sent) / count:.2f}, on "
          f"{len({e['connection'] for e in sent})} connections in all")
    print(f"CPU for a user         {cpu / count * 1000:.2f} ms")
    if theirs is not None:
        print(f"CPU of the AWS CLI     {theirs * 1000:.0f} ms, {theirs * count / cpu:.0f} times as much")
    print(f"memory, PSS, at most   {peak[1] / 1024:.1f} MiB: "
          + ", ".join(f"{name} {kib / 1024:.1f}" for name, kib in sorted(peak[2].items())))
    if third:
        print(f"in its first third     {max(whole[:third]) / 1024:.1f} MiB, in its last "
              f"{max(whole[-third:]) / 1024:.1f}")


with tempfile.TemporaryDirectory(prefix="iamlp-bench.") as scratch:
    os.chmod(scratch, 0o755)
    run(scratch, int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
