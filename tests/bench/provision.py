"""./dev bench: a first password by `iamlp provision` against `aws iam create-login-profile`.

Both talk to the same fake over TLS in the same run; what counts is the ratio. CPU and peak memory
are those of all processes of a command (wait4), the best of several runs each.
"""

import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

if os.environ.get("IAMLP_WORLD") != "inside":
    print("skipped: needs root (and a private mount namespace)")
    sys.exit(0)

import pty  # noqa: E402

from fake.client import Fake  # noqa: E402
from world.host import KEY, SECRET, Host  # noqa: E402
from world.syslog import Syslog  # noqa: E402

RUNS = 5
IAM_USER = "Alice.Smith@example.com"


def measure(command, env, terminal):
    """(CPU seconds, wall seconds, peak KiB of the largest process) of one run that must succeed."""
    begun = time.monotonic()
    if terminal:
        pid, fd = pty.fork()
    else:
        pid, fd = os.fork(), None
    if pid == 0:
        if not terminal:
            os.dup2(os.open(os.devnull, os.O_RDWR), 1)
        os.execve(command[0], command, env)
    if terminal:
        try:
            while True:
                if b"[y/N] " in os.read(fd, 4096):
                    os.write(fd, b"y\n")
        except OSError:
            pass  # the terminal is gone: the command has ended
        os.close(fd)
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        raise RuntimeError(f"{command[0]} ended with {status}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - begun, usage.ru_maxrss


def best(samples):
    return tuple(min(column) for column in zip(*samples))


def run(folder):
    Syslog()
    with Fake.start(os.path.join(folder, "aws")) as fake:
        os.mkdir(os.path.join(folder, "host"))
        host = Host(os.path.join(folder, "host"), fake)
        env = {"PATH": os.environ["PATH"], "HOME": folder, "AWS_ACCESS_KEY_ID": KEY,
               "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": "us-east-1",
               "AWS_CA_BUNDLE": fake.ca, "AWS_EC2_METADATA_DISABLED": "true"}
        aws = ["/usr/bin/aws", "--endpoint-url", fake.https, "iam", "create-login-profile",
               "--user-name", IAM_USER, "--password", "Yardstick-1-Yardstick",
               "--password-reset-required"]
        ours, theirs, requests = [], [], []
        for _ in range(RUNS):
            fake.reset()
            theirs.append(measure(aws, env, terminal=False))
            fake.reset()
            record = os.path.join(host.state, "64001")
            if os.path.exists(record):
                os.unlink(record)
            ours.append(measure(host.command("provision", "alice"), {}, terminal=True))
            requests = fake.requests()
        names = ("CPU, s", "wall, s", "peak of one process, KiB")
        print(f"{'':26}{'iamlp':>12}{'aws':>12}{'aws / iamlp':>14}")
        for name, a, b in zip(names, best(ours), best(theirs)):
            print(f"{name:26}{a:12.3f}{b:12.3f}{b / a:14.1f}")
        print(f"requests: {len(requests)} on {len({e['connection'] for e in requests})} connection: "
              + ", ".join(e["action"] for e in requests))


with tempfile.TemporaryDirectory(prefix="iamlp-bench.") as scratch:
    run(scratch)
