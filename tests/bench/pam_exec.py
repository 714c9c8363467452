"""./dev bench: what a script under pam_exec with the AWS CLI gets wrong, row by row, beside us.

The script is tests/bench/pam_exec.sh. Each row is one situation on a machine of its own (real
sshd, su and aws against the fake); both columns are what was seen. Prints a Markdown table.
"""

import os
import re
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
from world.client import Client  # noqa: E402
from world.machine import CLEAN, KEY, SECRET, Machine, install, overlays  # noqa: E402
from world.terminal import CLAIM  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPT = "/usr/local/sbin/console-password"
PATIENCE = 60  # seconds; whoever holds a login longer is written down as holding it so long
USERS = ("alice = Alice.Smith@example.com\nbob = Bob.Jones@example.com\n"
         "dave = Dave.Removed@example.com\n")
ALICE, DAVE = "Alice.Smith@example.com", "Dave.Removed@example.com"
MORE_LOGINS = 5


class Theirs:
    """The script."""
    line = f"session optional pam_exec.so stdout {SCRIPT}"
    shell = ()  # nothing asks anything

    @staticmethod
    def prepare(machine):
        with open(os.path.join(HERE, "pam_exec.sh"), encoding="utf-8") as file:
            machine.write(SCRIPT, file.read(), 0o755)
        machine.write("/etc/console-password.env", "export "
                      f"ENDPOINT={machine.fake.https} AWS_ACCESS_KEY_ID={KEY} "
                      f"AWS_SECRET_ACCESS_KEY={SECRET} AWS_DEFAULT_REGION=us-east-1 "
                      "AWS_CA_BUNDLE=/etc/iamlp/ca.pem AWS_EC2_METADATA_DISABLED=true\n", 0o600)

    @staticmethod
    def passwords(said):
        return re.findall(rb"AWS console: (\S+)", said)


class Ours:
    """As shipped."""
    line = "session optional pam_iamlp.so"
    shell = CLAIM

    @staticmethod
    def prepare(machine):
        machine.configure(users=USERS)

    @staticmethod
    def passwords(said):
        return re.findall(rb"^Password:    (\S+)", said, re.M)


class Scene:
    """One situation: a machine with the line of one side in sshd's and su's stacks."""

    def __init__(self, folder, installed, fake, side):
        self.fake, self.side = fake, side
        fake.reset()
        self.machine = Machine(folder, installed, fake)
        side.prepare(self.machine)
        self.machine.stack("sshd", side.line)
        self.machine.stack("su", side.line)
        self.machine.start_sshd()

    def client(self, user="alice"):
        return Client(self.machine, user)

    def signs_in(self, said, user=ALICE):
        return any(self.fake.sign_in(user, word.decode())["ok"]
                   for word in self.side.passwords(said))

    def first_shell(self):
        saw = self.client().shell(says=self.side.shell)
        return saw.out + saw.err


# ---- the rows: each returns what was seen, as a few words ---------------------------------------

def black_hole(scene):
    scene.fake.fault("stall", times=-1)
    begun = time.monotonic()
    process = subprocess.Popen(scene.client().words("host", "true"), env=CLEAN,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        process.wait(PATIENCE)
        return f"the login takes {time.monotonic() - begun:.1f} s"
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return f"the login still hangs after {PATIENCE} s"
    finally:
        scene.fake.clear_faults()


def no_terminal(scene):
    saw = scene.client().command()
    made = scene.fake.profile(ALICE) is not None
    seen = bool(scene.side.passwords(saw.out + saw.err))
    later = scene.signs_in(scene.first_shell())
    first = ("made and shown" if seen else "made and shown to nobody") if made else "not made yet"
    return f"{first}; the first shell {'shows a good one' if later else 'shows none'}"


def data_stream(scene):
    saw = scene.client().shell_without_terminal()
    return ("the password is in the data" if scene.side.passwords(saw.out)
            else "nothing of it in the data")


def lost_answer(scene):
    scene.fake.fault("drop_after", action="CreateLoginProfile")
    good = scene.signs_in(scene.first_shell()) or scene.signs_in(scene.first_shell())
    profile = scene.fake.profile(ALICE) is not None
    return ("the person has a password that works" if good
            else "IAM has a password that nobody knows" if profile else "there is no password")


def by_ps(scene):
    """Somebody else on the host reads every command line there is."""
    seen, ended = set(), threading.Event()

    def look():
        while not ended.is_set():
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    with open(f"/proc/{pid}/cmdline", "rb") as file:
                        seen.update(file.read().split(b"\0"))
                except OSError:
                    continue

    watcher = threading.Thread(target=look)
    watcher.start()
    said = scene.first_shell()
    ended.set()
    watcher.join()
    return ("stands in the process list" if seen & set(scene.side.passwords(said))
            else "never in the process list")


def later_logins(scene):
    scene.first_shell()
    scene.fake.reset_requests()
    for _ in range(MORE_LOGINS):
        scene.client().command()
    return f"{len(scene.fake.requests())} requests to AWS in {MORE_LOGINS} further logins"


def taken_away(scene):
    scene.client("dave").shell()  # nobody is offered anything
    return ("has access again" if scene.fake.profile(DAVE) else "stays without it")


def roots_su(scene):
    done = scene.machine.run("su", "-", "alice", "-c", "true")
    login = scene.machine.run("script", "-qec", "su - alice -c true", "/dev/null")
    said = done.stdout + done.stderr + login.stdout
    made = scene.fake.profile(ALICE) is not None
    return ("shows it to root" if scene.side.passwords(said)
            else "makes it and shows it to nobody" if made else "makes nothing")


ROWS = [
    ("AWS does not answer", black_hole),
    ("the first login is `ssh host command`", no_terminal),
    ("the first login is `ssh -T host`, for its data", data_stream),
    ("the answer to the create gets lost", lost_answer),
    ("another user runs `ps` meanwhile", by_ps),
    ("everybody who has a password logs in again", later_logins),
    ("console access was taken away on purpose", taken_away),
    ("root becomes alice with `su - alice`", roots_su),
]


def run(folder):
    installed = install(os.path.join(folder, "installed"))
    print("| situation | pam_exec and the AWS CLI | pam_iamlp |\n|---|---|---|")
    with Fake.start(os.path.join(folder, "aws")) as fake:
        for number, (name, row) in enumerate(ROWS):
            cells = []
            for side in (Theirs, Ours):
                place = os.path.join(folder, f"{number}.{side.__name__}")
                scene = Scene(place, installed, fake, side)
                with scene.machine:
                    cells.append(row(scene))
            print(f"| {name} | {cells[0]} | {cells[1]} |", flush=True)


if not overlays():
    print("skipped: needs overlayfs")
else:
    with tempfile.TemporaryDirectory(prefix="iamlp-bench.") as scratch:
        run(scratch)
