"""./dev demo: people log in to a real sshd, and have a password for the console."""

import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

if os.environ.get("IAMLP_WORLD") != "inside":
    print("skipped: needs root (and a private mount namespace)")
    sys.exit(0)

from screen import check, show, title  # noqa: E402

from fake.client import Fake  # noqa: E402
from world.client import Client  # noqa: E402
from world.machine import Machine, install, overlays  # noqa: E402
from world.terminal import CLAIM, CONFIRM  # noqa: E402

ALICE, BOB = "Alice.Smith@example.com", "Bob.Jones@example.com"
ASKED = ["GetUser", "GetLoginProfile", "CreateLoginProfile"]


def log_of(machine):
    title("syslog, authpriv")
    for _, line in machine.log.lines:
        if line.startswith("pam_iamlp["):
            print(line)
    return [(e["event"], e["result"], e["user"]) for e in machine.log.events()]


def profile_of(fake, user):
    profile = fake.profile(user)
    print(f"{user}: " + (f"CreateDate {profile['create_date']}, PasswordResetRequired "
                         f"{profile['password_reset_required']}" if profile else "none"))
    return profile


def may_sign_in(fake, user, saw):
    return fake.sign_in(user, saw.password or "") == {"ok": True, "must_change": True}


def at_the_login(machine, fake):
    """create = login in the account stack."""
    title("create = login: `account optional pam_iamlp.so` in /etc/pam.d/sshd")
    machine.configure(login="create = login")
    machine.stack("sshd", "account optional pam_iamlp.so")
    machine.start_sshd()
    alice = Client(machine)
    title("alice, by public key: ssh host 'echo out; echo err >&2; exit 7'")
    saw = alice.command()
    show(saw)
    title("what AWS was asked, and the login profile in IAM")
    print(*fake.actions())
    profile = profile_of(fake, ALICE)
    events = log_of(machine)
    title("her first shell")
    shell = alice.shell(says=[(CONFIRM, "yes")])
    show(shell)
    title("so")
    return [
        check("the command ran, and saw nothing of us",
              (saw.status, saw.out, saw.err) == (7, b"out\n", b"err\n")),
        check("one login, and there is the profile with its forced reset",
              profile and profile["password_reset_required"]),
        check("the log says so", ("create", "ok", "alice") in events),
        check("the password that she saw passes the sign-in and has to be changed there",
              may_sign_in(fake, ALICE, shell)),
    ]


def as_shipped(machine, fake):
    """create = claim in the session stack."""
    title("as shipped: iamlp enable sshd")
    print(machine.run("iamlp", "enable", "sshd").stdout.decode(), end="")
    machine.start_sshd()
    title("alice, by public key: her first shell")
    alice, bob = Client(machine), Client(machine, "bob")
    first = alice.shell(says=CLAIM)
    show(first)
    title("bob's first login is an scp")
    copied = bob.scp()
    show(copied)
    asked = fake.actions()
    print("the mark is there, and AWS was asked for bob: "
          + (" ".join(asked[len(ASKED):]) or "nothing"))
    title("bob's first shell")
    claimed = bob.shell(says=CLAIM)
    show(claimed)
    title("the login profiles in IAM")
    profiles = [profile_of(fake, user) for user in (ALICE, BOB)]
    events = log_of(machine)
    fake.reset_requests()
    helpers = machine.helpers()
    title("alice, a second time")
    again = alice.shell()
    show(again)
    title("so")
    return [
        check("alice has seen a password that passes the sign-in and has to be changed",
              may_sign_in(fake, ALICE, first)),
        check("bob's scp saw nothing of us, and his claim showed him his",
              copied.out + copied.err == b"" and copied.status == 0
              and may_sign_in(fake, BOB, claimed)),
        check("both profiles have their forced reset",
              all(p and p["password_reset_required"] for p in profiles)),
        check("for each of them the log says mark, create ok, show ok",
              [e for e in events if e[2] == "alice"] + [e for e in events if e[2] == "bob"] ==
              [(*e, who) for who in ("alice", "bob")
               for e in (("mark", "pending"), ("create", "ok"), ("show", "ok"))]),
        check("neither password is in the log",
              not any(p in line for p in (first.password or "-", claimed.password or "-")
                      for _, line in machine.log.lines)),
        check("a second login started nothing, asked nobody and saw nothing",
              machine.helpers() == helpers and not fake.requests()
              and again.password is None and b"IAM" not in again.out),
    ]


def run(folder):
    installed = install(os.path.join(folder, "installed"))
    good = []
    with Fake.start(os.path.join(folder, "aws")) as fake:
        for part in (at_the_login, as_shipped):
            fake.reset()
            place = os.path.join(folder, part.__name__)
            os.mkdir(place)
            with Machine(place, installed, fake) as machine:
                good += part(machine, fake)
    return all(good)


if not overlays():
    print("skipped: needs overlayfs")
    sys.exit(0)
with tempfile.TemporaryDirectory(prefix="iamlp-demo.") as scratch:
    sys.exit(0 if run(scratch) else 1)
