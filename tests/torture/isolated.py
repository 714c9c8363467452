"""Hosts to be attacked: each with a state folder, a machine-id and a kernel keyring of its own, and
a person who logs in and claims there.

A host gets a mount namespace for its machine-id and a user namespace for its keyring; a boot is a
new one. It reaches the fake on loopback, or has a network namespace and an address of its own
(internet.py).
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile

import pytest

from dialogue import dialogue
from world.host import BUILD, Host, shown_password
from world.needs import OWN_KEYRING
from world.terminal import CONFIRM, OFFER

# Not the person of most tests: the kernel lists the holds of all of them.
BOB, UID, IAM_USER = "bob", 64002, "Bob.Jones@example.com"
USERS = f"{BOB} = {IAM_USER}\n"
GID = 64000
TYPED = "Typed-By-Bob-77"
LIMIT = 60  # seconds for one process; whatever takes longer hangs

KEEPER = """
if [ -n "$1" ]; then mount --bind "$1" /etc/machine-id || exit 1; fi
echo ready; exec cat
"""


class Told:
    """What a person saw of a claim: text, the passwords in it, the exit status, was it asked."""

    def __init__(self, text, status):
        self.text, self.status = re.sub(r"\s*\n", "\n", text), status
        self.asked = OFFER.decode() in text
        self.password = shown_password(self.text)
        # Sentences may be broken anywhere by the width of the terminal.
        self.plain = " ".join(text.split())

    def __repr__(self):
        return f"Told({self.status}, {self.plain!r})"


def as_bob(words, uid=UID):
    """words as a process of that person's own login."""
    return ["sh", "-c", f"echo {uid} >/proc/self/loginuid && exec setpriv --reuid={uid} "
            f"--regid={GID} --clear-groups -- \"$@\"", "sh", *words]


class IsolatedHost(Host):
    """A host. machine: its machine-id (32 digits), "" for the one of the machine; None: a host
    without namespaces of its own. internet: what it is connected to, with an address of its own."""

    def __init__(self, folder, fake, machine=None, tls=False, internet=None):
        os.makedirs(folder, exist_ok=True)
        self.machine, self.keeper, self.env, self.internet = machine, None, [], internet
        self.users, self.rest = USERS, ""
        self.known, self.told = set(), []  # passwords seen, and claims made, before the judge comes
        self.person = BOB  # as the person with bob's uid is called at the moment
        super().__init__(folder, fake, tls)
        # The client runs as the person, who may be kept from where it was built.
        self.door = tempfile.mkdtemp(prefix="iamlp-isolated-")
        os.chmod(self.door, 0o755)
        self.iamlp = shutil.copy(os.path.join(BUILD, "iamlp"), self.door)
        # Root's, whoever this tree belongs to: the module starts no other.
        for name in ("iamlp-helper", "iamlp-net"):
            shutil.copy(os.path.join(BUILD, name), self.door)
        self.boot()

    def configure(self, password="", users=None, rest=None, **aws):
        super().configure(password, self.users if users is None else users,
                          self.rest if rest is None else rest, **aws)

    # ---- the host itself ---------------------------------------------------------------------

    def boot(self):
        """Power on, or off and on: the keyring is empty, and so is /run."""
        self.close_keeper()
        shutil.rmtree(self.run, ignore_errors=True)
        if self.machine is None:
            return
        path = self.machine and self.write("machine-id", self.machine + "\n")
        net = ["--net"] * bool(self.internet)
        keeper = subprocess.Popen([OWN_KEYRING, "unshare", "--mount", "--propagation", "private", *net,
                                   "sh", "-c", KEEPER, "sh", path],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        said = keeper.stdout.readline()
        if said != "ready\n":
            assert keeper.wait() == 77, said
            pytest.skip("skipped: " + said.strip())
        self.keeper = keeper
        if self.internet:
            self.address = self.internet.join(keeper.pid)

    def close_keeper(self):
        if self.keeper:
            self.keeper.stdin.close()
            self.keeper.wait(10)
            self.keeper.stdout.close()
            self.keeper = None

    def close(self):
        self.close_keeper()
        shutil.rmtree(self.door)

    def helper(self, *words, timeout=5):
        words = super().helper(*words, timeout=timeout)
        if self.env:
            words = ["env", *self.env, *words]
        if self.keeper:
            at = f"/proc/{self.keeper.pid}/ns/"
            net = [f"--net={at}net"] * bool(self.internet)
            words = ["nsenter", f"--user={at}user", f"--mount={at}mnt", *net, "--", *words]
        return words

    def login(self, **more):
        """What the hook has the helper do."""
        return self.hook(self.person, **more)

    def stack(self, timeout=5):
        """/etc/pam.d of this host, as pam_start_confdir takes it: our line, and what it needs."""
        folder = os.path.join(self.folder, "pam.d")
        os.makedirs(folder, exist_ok=True)
        ours = " ".join([os.path.join(BUILD, "pam_iamlp.so"), f"conf={self.conf}",
                         f"state={self.state}", f"run={self.run}", f"timeout={timeout}",
                         "helper=" + os.path.join(self.door, "iamlp-helper")])
        for name in ("sshd", "other"):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write("account required pam_permit.so\nsession required pam_permit.so\n"
                           f"session optional {ours}\n")
        return folder

    def pam(self, folder, user=BOB, strace=()):
        """A login in a real PAM host, through the module; it must succeed."""
        words = [*strace, os.path.join(BUILD, "tests/pam/host"), folder, "sshd", user]
        run = subprocess.run(words, input="item rhost 192.0.2.7\ncall open_session\n", text=True,
                             capture_output=True, timeout=LIMIT, check=True, env={})
        assert '"code": 0' in run.stdout or '"code":0' in run.stdout, run.stdout

    def passwd(self, password=TYPED, **more):
        """The password stack. Returns (outcome, text)."""
        return self.hook(BOB, verb="accept", service="passwd", rhost="", password=password, **more)

    def copy_state(self, other):
        """As a clone of the disk has it."""
        shutil.rmtree(other.state)
        shutil.copytree(self.state, other.state)

    # ---- a claim -----------------------------------------------------------------------------

    def claim(self, offer="yes", confirm="yes", auto=False, timeout=5, before=None, uid=UID,
              during=None):
        """`iamlp claim` on a terminal, each connection served by a helper of this host.

        offer, confirm: what the person answers; None: the terminal is closed instead. before:
        called when the offer stands on the screen; during: once the offer is answered.
        """
        with tempfile.TemporaryDirectory(dir=self.door) as folder, socket.socket(
                socket.AF_UNIX) as door:
            os.chmod(folder, 0o755)
            path = os.path.join(folder, "sock")
            door.bind(path)
            os.chmod(path, 0o666)
            door.listen(8)
            words = [self.iamlp, "claim", *(["--auto"] if auto else []), "--socket", path]
            answers = {OFFER: (offer, before, during), CONFIRM: (confirm, None, None)}
            heard = 0

            def hear(raw, type_in):
                nonlocal heard
                for question, (answer, first, then) in answers.items():
                    at = raw.find(question, heard)
                    if at < 0:
                        continue
                    heard = at + len(question)
                    if first:
                        first()
                    if answer is None:
                        return True
                    type_in(answer.encode() + b"\n")
                    if then:
                        then()
                return False

            def serve(connection):
                return subprocess.Popen(self.helper("claim", timeout=timeout), stdin=connection,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={})

            status, raw = dialogue(["setsid", "--ctty", *as_bob(words, uid)], hear, LIMIT, door, serve)
            return Told(raw.decode("utf-8", "replace"), status)


class Passwd:
    """/etc/passwd of the private world, written in place: it is a bind mount."""

    PATH = "/etc/passwd"

    def __init__(self):
        with open(self.PATH, encoding="utf-8") as file:
            self.before = file.read()

    def write(self, text):
        with open(self.PATH, "w", encoding="utf-8") as file:
            file.write(text)

    def restore(self):
        self.write(self.before)

    def without(self, *names):
        return re.sub(rf"^({'|'.join(names)}):.*\n", "", self.before, flags=re.M)

    def delete(self):
        """bob is gone."""
        self.write(self.without(BOB))

    def rename(self, name):
        """bob is called otherwise."""
        self.write(re.sub(rf"^{BOB}:", f"{name}:", self.without(name), flags=re.M))

    def add(self, names, first_uid):
        self.write(self.before + "".join(f"{name}:x:{first_uid + n}:{GID}:{name}:/nonexistent:/bin/sh\n"
                                         for n, name in enumerate(names)))
