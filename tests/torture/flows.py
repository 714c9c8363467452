"""What is attacked: whole stories, each of its programs where it runs for real.

A flow is a function of a Stage. Its programs are those that killat can aim at. A stage has one
person, one host and one fake; `aim` says which of the flow's processes runs under killat, and with
which options.
"""

import json
import os
import re
import shutil
import socket
import subprocess

from dialogue import Hang, dialogue
from world.host import BUILD, Host
from world.proc import become
from world.terminal import CONFIRM, OFFER

DEADLINE = 30  # seconds, for any one process: what takes longer hangs
TYPED = "Typed-By-Hand-77"
IAM_USER = "Alice.Smith@example.com"
PEOPLE = {"grace": 64007, "erin": 64005, "frank": 64006, "dave": 64004}
GID = 64000
# What is asked; "yes" is taken by each.
QUESTIONS = (OFFER, CONFIRM, b"[y/N] ")
STACK = """\
auth     required pam_permit.so
account  required pam_permit.so
account  [ignore=ignore default=die] {ours}
session  required pam_permit.so
session  [ignore=ignore default=die] {ours}
password required {before} authtok={typed}
password [ignore=ignore default=die] {ours}
"""


# By a rule, and beside what a larger file has: each of them is memory that may be missing.
SECTIONS = """[account other]
id = 210987654321
require_tag = team=b
[rule one]
match = ({user})
exclude = root, operator
iam_user = {iam_user}
[login]
exclude = root, admin
"""


def program(name):
    return os.path.join(BUILD, name)


class Result:
    """What a flow left behind: texts, PAM's codes, exit statuses."""

    def __init__(self):
        self.text = ""      # on the person's terminal
        self.lines = []     # of the PAM host, parsed
        self.status = None  # of the program that the flow is about

    @property
    def passwords(self):
        return re.findall(r"^Password:    (\S+)\r?$", self.text, re.M)


class Stage:
    def __init__(self, folder, fake, log, user):
        self.fake, self.log, self.user, self.uid = fake, log, user, PEOPLE[user]
        self.folder = folder
        self.host = Host(folder, fake)
        self.report = os.path.join(folder, "report")
        self.socket = os.path.join(folder, "claim.sock")
        # Where the person can run it, wherever this tree lies.
        self.client = shutil.copy(program("iamlp"), folder)
        # Root's, whoever this tree belongs to: the module starts no other.
        helper = shutil.copy(program("iamlp-helper"), folder)
        shutil.copy(program("iamlp-net"), folder)
        self.pamd = os.path.join(folder, "pam.d")
        os.makedirs(self.pamd)
        ours = " ".join([program("pam_iamlp.so"), f"conf={self.host.conf}",
                         f"state={self.host.state}", f"run={self.host.run}",
                         f"helper={helper}", "timeout=2",
                         "services=sshd", "password_services=passwd"])
        for service in ("sshd", "passwd", "other"):
            with open(os.path.join(self.pamd, service), "w", encoding="utf-8") as file:
                file.write(STACK.format(ours=ours, typed=TYPED,
                                        before=program("tests/pam/before.so")))
        self.configure(False)
        self.aim = None

    def configure(self, at_login):
        rest = SECTIONS.format(user=self.user, iam_user=IAM_USER)
        self.host.configure(password="hold = 10m", users="nobody =\n",
                            rest=rest + ("create = login\n" if at_login else ""))

    # ---- killat

    def aimed(self, at, words, who=None):
        """The command line of a process of the flow: under killat where it is the one."""
        if self.aim is None or self.aim[0] != at:
            return words
        options = [*self.aim[1], *(["-u", who] if who else [])]
        return [program("tests/torture/killat"), "-o", self.report, "-w", str(DEADLINE - 5),
                *options, *words]

    # ---- the parts of flows

    def pam(self, service, *script, real=None):
        """A transaction in a host."""
        result = Result()
        lines = "item rhost 192.0.2.7\n" + (f"real {real}\n" if real else "")
        lines += "call setcred\n" + "".join(f"call {line}\n" for line in script)
        words = self.aimed("host", [program("tests/pam/host"), self.pamd, service, self.user])
        try:
            run = subprocess.run(words, input=lines, capture_output=True, text=True,
                                 timeout=DEADLINE, check=False, env={"PATH": "/usr/bin:/bin"})
        except subprocess.TimeoutExpired:
            raise Hang("host") from None
        result.status = run.returncode
        result.lines = [json.loads(line) for line in run.stdout.splitlines()]
        return result

    def become(self):
        become(self.uid, GID, self.uid)

    def terminal(self, words, become, door=None):
        """Run on a terminal of its own, saying yes to everything. door: a listening socket, of
        which each connection gets a helper."""
        result, answered, served = Result(), 0, []

        def hear(raw, type_in):
            nonlocal answered
            asked = sum(raw.count(question) for question in QUESTIONS)
            if asked > answered:
                type_in(b"yes\n")
            answered = asked
            return False

        def start(connection):
            served.append(self.serve(connection, first=not served))
            return served[-1]

        result.status, raw = dialogue(words, hear, DEADLINE, door, start, become)
        result.text = raw.decode("utf-8", "replace").replace("\r\n", "\n")
        return result

    def serve(self, connection, first):
        words = self.host.helper("claim", timeout=2)
        return subprocess.Popen(self.aimed("helper", words) if first else words, stdin=connection,
                                env={}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def listen(self):
        if os.path.exists(self.socket):
            os.unlink(self.socket)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.socket)
        os.chmod(self.socket, 0o666)
        listener.listen(8)
        return listener


# ---- flows ------------------------------------------------------------------------------------

def login(stage):
    """A login over the real libpam: the account and the session hook."""
    return stage.pam("sshd", "account", "open_session", "close_session")


def claim(stage):
    """iamlp claim on a terminal: create, show, confirm."""
    words = [stage.client, "claim", "--socket", stage.socket]
    aimed = stage.aimed("client", words, f"{stage.uid}:{GID}")
    with stage.listen() as listener:
        return stage.terminal(aimed, stage.become if aimed is words else None, listener)


def provision(stage):
    words = stage.host.command("provision", stage.user, timeout=2)
    return stage.terminal(stage.aimed("operator", words), None)


def typed(stage):
    """passwd: our line after the one that has changed the local password."""
    return stage.pam("passwd", "chauthtok", real=stage.uid)


# name: (what is done before, at_login, the flow, {process that is aimed at: programs in it})
MARKED, CLAIMED, AT_LOGIN, TYPED_FLOW, PROVISIONED = "mark", "claim", "login", "typed", "provision"
LOADED = ("iamlp-helper", "iamlp-net", "iamlp")
FLOWS = {
    MARKED: (None, False, login, {"host": ("host", "host/child", "host/child/child", "iamlp-helper")}),
    CLAIMED: (login, False, claim, {"client": ("iamlp",), "helper": (
        "iamlp-helper", "iamlp-helper/child", "iamlp-net")}),
    AT_LOGIN: (None, True, login, {"host": (
        "host", "host/child", "host/child/child", "iamlp-helper", "iamlp-helper/child",
        "iamlp-net")}),
    TYPED_FLOW: (login, False, typed, {"host": (
        "host", "host/child", "host/child/child", "iamlp-helper", "iamlp-helper/child",
        "iamlp-net")}),
    PROVISIONED: (None, False, provision, {"operator": (
        "iamlp", "iamlp/child", "iamlp-helper", "iamlp-helper/child", "iamlp-net")}),
}
