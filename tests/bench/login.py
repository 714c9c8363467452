"""./dev bench: a repeated login of a person who needs nothing, against the same login without us.

The yardstick is the same transaction with pam_permit in our place: a copy of it, so that libpam
has one module more to load, as with us. CPU of the PAM transactions
only, alternating, the best of several runs each; what counts is the ratio.
"""

import glob
import os
import resource
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

if os.environ.get("IAMLP_WORLD") != "inside":
    print("skipped: needs root (and a private mount namespace)")
    sys.exit(0)

from fake.client import Fake  # noqa: E402
from world.host import BUILD, Host  # noqa: E402
from world.syslog import Syslog  # noqa: E402

RUNS, LOGINS, PROCESSES = 9, 2000, 100
LOOP = os.path.join(BUILD, "tests/bench/logins")


def service(folder, name, module):
    """A service as `iamlp enable` leaves it: a second module at the end of the session stack."""
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write("account required pam_permit.so\nsession required pam_permit.so\n"
                   f"session optional {module}\n")


def seconds(folder, name, user):
    done = subprocess.run([LOOP, folder, name, user, str(LOGINS)], capture_output=True, text=True,
                          check=True)
    return float(done.stdout)


def process_seconds(folder, name, user):
    """The same, each login in a process of its own, as a login program has it."""
    begun = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(PROCESSES):
        subprocess.run([LOOP, folder, name, user, "1"], stdout=subprocess.DEVNULL, check=True)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime


def measure(folder, user, clock, count):
    """The best CPU time with pam_permit and with ours, in microseconds a login."""
    times = {"permit": [], "ours": []}
    for _ in range(RUNS):
        for name, all_of_them in times.items():
            all_of_them.append(clock(folder, name, user))
    return [min(t) / count * 1e6 for t in times.values()]


def prepare(host, users):
    """So many people mapped, and alice done."""
    host.configure(users="alice = Alice.Smith@example.com\n"
                   + "".join(f"user{n} = User.{n}@example.com\n" for n in range(users - 1)))
    host.hook("alice")
    record = {k: v for k, v in host.record(64001).items() if k != "v"}
    host.write_record(64001, **dict(record, phase="done", how="shown"))
    host.hook("grace")


def run(folder):
    Syslog()
    with Fake.start(os.path.join(folder, "aws")) as fake:
        os.mkdir(os.path.join(folder, "host"))
        host = Host(os.path.join(folder, "host"), fake)
        # Root's, whoever this tree belongs to: the module starts no other.
        helper = shutil.copy(os.path.join(BUILD, "iamlp-helper"), folder)
        shutil.copy(os.path.join(BUILD, "iamlp-net"), folder)
        ours = " ".join([os.path.join(BUILD, "pam_iamlp.so"), "services=ours",
                         f"conf={host.conf}", f"state={host.state}", f"run={host.run}",
                         f"helper={helper}"])
        pamd = os.path.join(folder, "pam.d")
        os.mkdir(pamd)
        permit = shutil.copy(glob.glob("/lib/*/security/pam_permit.so")[0], folder)
        service(pamd, "permit", permit)
        service(pamd, "ours", ours)
        print(f"repeated logins, CPU a login, best of {RUNS}: with pam_permit, and with pam_iamlp")
        for users in (10, 10000):
            prepare(host, users)
            for user, what in (("alice", "done"), ("grace", "not served")):
                for clock, count, how in ((seconds, LOGINS, "in one process"),
                                          (process_seconds, PROCESSES, "a process each")):
                    permit, iamlp = measure(pamd, user, clock, count)
                    print(f"{users:6} mapped, {what:10}  {how}  {permit:7.1f} us  {iamlp:7.1f} us"
                          f"  {iamlp / permit:.3f}")


with tempfile.TemporaryDirectory(prefix="iamlp-bench.") as scratch:
    os.chmod(scratch, 0o755)
    run(scratch)
