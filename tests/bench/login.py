"""A login of a person who needs nothing, against the same login without us.

The yardstick is the same transaction with pam_permit in our place: a copy of it, so that libpam
has one module more to load, as with us. Beside it what else could stand there: pam_exec with
/bin/true, and a module that only links libcurl.
"""

import glob
import os
import re
import shutil
import subprocess
from statistics import median

from bench.clock import alternate, quiet, spent
from bench.report import ratio
from world.host import BUILD, Host

ROUNDS, PROCESSES, IN_A_ROW = 15, 40, 1000
LOOP = os.path.join(BUILD, "tests/bench/logins")
CURL = os.path.join(BUILD, "tests/bench/curl_module.so")
MORE_INSTRUCTIONS, RATIO = 40000, 1.05
NAMES = {"permit": "pam_permit", "ours": "pam_iamlp", "exec": "pam_exec /bin/true",
         "curl": "a module that links libcurl"}


class Logins:
    """Services as `iamlp enable` leaves them, one a side: a second module at the end of the session
    stack; and a host of ours."""

    def __init__(self, folder, fake):
        os.mkdir(os.path.join(folder, "host"))
        self.host = Host(os.path.join(folder, "host"), fake)
        # Root's, whoever this tree belongs to: the module starts no other.
        helper = shutil.copy(os.path.join(BUILD, "iamlp-helper"), folder)
        shutil.copy(os.path.join(BUILD, "iamlp-net"), folder)
        self.folder = os.path.join(folder, "pam.d")
        os.mkdir(self.folder)
        permit = shutil.copy(glob.glob("/lib/*/security/pam_permit.so")[0], folder)
        self._service("permit", permit)
        self._service("exec", "pam_exec.so quiet /bin/true")
        self._service("curl", CURL)
        self._service("ours", " ".join([
            os.path.join(BUILD, "pam_iamlp.so"), "services=ours", f"conf={self.host.conf}",
            f"state={self.host.state}", f"run={self.host.run}", f"helper={helper}"]))

    def _service(self, name, module):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write("account required pam_permit.so\nsession required pam_permit.so\n"
                       f"session optional {module}\n")

    def map(self, users):
        """So many people mapped, and alice done."""
        self.host.configure(users="alice = Alice.Smith@example.com\nbob = Bob.Jones@example.com\n"
                            + "".join(f"user{n} = User.{n}@example.com\n" for n in range(users - 2)))
        self.host.hook("alice")
        record = {k: v for k, v in self.host.record(64001).items() if k != "v"}
        self.host.write_record(64001, **dict(record, phase="done", how="shown"))
        self.host.hook("grace")

    def begin_anew(self, uid):
        """As before the first login."""
        for path in (os.path.join(self.host.state, str(uid)),
                     os.path.join(self.host.run, "pending", str(uid))):
            if os.path.exists(path):
                os.unlink(path)

    def command(self, side, user, count):
        return [LOOP, self.folder, side, user, str(count)]

    def process(self, side, user, count=1):
        """CPU seconds of a login in a process of its own, as a login program has it."""
        def run():
            for _ in range(count):
                quiet(self.command(side, user, 1))
        return spent(run) / count

    def in_a_row(self, side, user):
        done = subprocess.run(self.command(side, user, IN_A_ROW), capture_output=True, text=True,
                              check=True)
        return float(done.stdout) / IN_A_ROW

    def first(self, user, uid):
        """CPU seconds of a first login, with the helper that it starts."""
        self.begin_anew(uid)
        return self.process("ours", user)

    def instructions(self, side, user):
        done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                               *self.command(side, user, 1)], capture_output=True, text=True,
                              check=True)
        return int(re.search(r"Collected : (\d+)", done.stderr).group(1))

    def calls(self, side, user):
        """System calls of a login, whatever the host itself makes included."""
        done = subprocess.run(["strace", "-f", "-qq", "-o", "|cat >&2",
                               *self.command(side, user, 1)], capture_output=True, text=True,
                              check=True)
        return len(re.findall(r"^\d+ +\w+\(", done.stderr, re.M))


def one_by_one(logins, report):
    """The CPU of one login a process, and of many in one."""
    logins.map(10)
    count = {"exec": 15, "curl": 15}
    sides = {side: lambda s=side: logins.process(s, "alice", count.get(s, PROCESSES))
             for side in NAMES}
    found = alternate(ROUNDS, dict(
        sides, grace=lambda: logins.process("ours", "grace", PROCESSES),
        mark=lambda: logins.first("bob", 64002)))
    logins.map(10000)
    many = alternate(ROUNDS, {side: lambda s=side: logins.process(s, "alice", PROCESSES)
                              for side in ("permit", "ours")})
    logins.map(10)
    row = alternate(ROUNDS, {side: lambda s=side: logins.in_a_row(s, "alice")
                             for side in ("permit", "ours")})
    base = found["permit"]

    def line(name, samples, yardstick):
        return (name, f"{median(samples) * 1000:.3f} ms", f"{ratio(samples, yardstick):.3f}")

    report.table("A repeated login", ("the last module of the session stack", "CPU", "ratio"), [
        line("pam_permit", base, base),
        line("pam_iamlp, 10 users mapped", found["ours"], base),
        line("pam_iamlp, 10,000 users mapped", many["ours"], many["permit"]),
        line("pam_iamlp, a person who is not served", found["grace"], base),
        line(NAMES["exec"], found["exec"], base), line(NAMES["curl"], found["curl"], base),
        line("many in one process: pam_permit", row["permit"], row["permit"]),
        line("many in one process: pam_iamlp", row["ours"], row["permit"]),
        line("the first login of somebody, marked", found["mark"], base),
    ], "User and system time, each login in a process of its own but where the table says otherwise; "
       "ratios to pam_permit within a round, and their median.")
    report.bars("login", "CPU of a login with another module at the end, pam_permit = 1", [
        (NAMES[side], ratio(found[side], base)) for side in NAMES])
    least = ratio(found["ours"], base)
    report.aim("repeated login, CPU against pam_permit", f"{least:.3f}", f"<= {RATIO}", least <= RATIO)


def counted(logins, report):
    """What does not depend on the machine's load: instructions and system calls."""
    if shutil.which("valgrind") is None or shutil.which("strace") is None:
        report.say("skipped: instructions need valgrind and strace")
        return
    cells = {side: (logins.instructions(side, "alice"), logins.calls(side, "alice"))
             for side in NAMES}
    base = cells["permit"]
    report.table("The same, counted", ("", "instructions", "more", "system calls", "more"), [
        (NAMES[side], f"{a:,}", f"{a - base[0]:,}", b, b - base[1])
        for side, (a, b) in cells.items()],
        "Instructions in user space (callgrind) of the login process; pam_exec's child is not in them.")
    more = cells["ours"][0] - base[0]
    report.aim("repeated login, instructions beyond pam_permit", f"{more:,}",
               f"<= {MORE_INSTRUCTIONS:,}", more <= MORE_INSTRUCTIONS)


def measure(folder, fake, report):
    logins = Logins(folder, fake)
    one_by_one(logins, report)
    counted(logins, report)
