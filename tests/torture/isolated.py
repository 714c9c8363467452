"""Hosts to be attacked: each with a state folder, a machine-id and a kernel keyring of its own, and
a person who logs in and claims there. And the judge: what every attack has to leave behind.

A host gets a mount namespace for its machine-id and a user namespace for its keyring, since root's
keyring belongs to the user namespace; a boot is a new one. It reaches the fake on loopback, or has a
network namespace and an address of its own (internet.py).
"""

import os
import re
import select
import shutil
import socket
import subprocess
import tempfile
import termios
import time

import pytest

from world.host import BUILD, Host

# Not the person of most tests: their holds are in the same kernel, and some tests empty it.
BOB, UID, IAM_USER = "bob", 64002, "Bob.Jones@example.com"
OTHER = "Alice.Smith@example.com"
USERS = f"{BOB} = {IAM_USER}\n"
GID = 64000
TYPED = "Typed-By-Bob-77"
FOREIGN = "Foreign-Secret-1"
LIMIT = 60  # seconds for one process; whatever takes longer hangs

OFFER, CONFIRM = b"press Enter for later: ", b"it is not shown again: "
OPERATOR = "aws iam update-login-profile"

KEEPER = """
echo up; read go
if [ -n "$1" ]; then mount --bind "$1" /etc/machine-id || exit 1; fi
echo ready; exec cat
"""


class Hang(Exception):
    """Something did not end in time."""


class Told:
    """What a person saw of a claim: text, the passwords in it, the exit status, was it asked."""

    def __init__(self, text, status):
        self.text, self.status = re.sub(r"\s*\n", "\n", text), status
        self.asked = OFFER.decode() in text
        found = re.findall(r"^Password:    (\S+)$", self.text, re.M)
        self.password = found[0] if found else None
        # Sentences may be broken anywhere by the width of the terminal.
        self.plain = " ".join(text.split())

    def __repr__(self):
        return f"Told({self.status}, {self.plain!r})"


def as_bob(words, uid=UID):
    """words as a process of that person's own login."""
    return ["sh", "-c", f"echo {uid} >/proc/self/loginuid && exec setpriv --reuid={uid} "
            f"--regid={GID} --clear-groups -- \"$@\"", "sh", *words]


class Ground(Host):
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
        self.door = tempfile.mkdtemp(prefix="iamlp-ground-")
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
        own = ["--user", "--mount", "--propagation", "private"] + ["--net"] * bool(self.internet)
        keeper = subprocess.Popen(["unshare", *own, "sh", "-c", KEEPER, "sh", path],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if keeper.stdout.readline() != "up\n":
            keeper.wait()
            pytest.skip("skipped: needs user namespaces")
        for name in ("uid_map", "gid_map"):
            with open(f"/proc/{keeper.pid}/{name}", "w", encoding="ascii") as file:
                file.write("0 0 65536\n")
        keeper.stdin.write("go\n")
        keeper.stdin.flush()
        assert keeper.stdout.readline() == "ready\n"
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
            return self._converse(as_bob(words, uid), door, timeout, {
                OFFER: (offer, before, during), CONFIRM: (confirm, None, None)})

    def _serve(self, door, timeout):
        connection = door.accept()[0]
        with connection:
            return subprocess.Popen(self.helper("claim", timeout=timeout), stdin=connection,
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={})

    def _converse(self, words, door, timeout, answers):
        mine, theirs = os.openpty()
        termios.tcsetwinsize(theirs, (24, 1000))
        child = subprocess.Popen(["setsid", "--ctty", *words], stdin=theirs, stdout=theirs,
                                 stderr=theirs, env={})
        os.close(theirs)
        raw, heard, helpers, end = b"", 0, [], time.monotonic() + LIMIT
        try:
            while mine >= 0:
                ready = select.select([mine, door], [], [], max(0, end - time.monotonic()))[0]
                if not ready:
                    raise Hang(raw)
                if door in ready:
                    helpers.append(self._serve(door, timeout))
                if mine not in ready:
                    continue
                try:
                    more = os.read(mine, 65536)
                except OSError:
                    break
                raw += more
                for question, (answer, before, during) in answers.items():
                    at = raw.find(question, heard)
                    if at < 0:
                        continue
                    heard = at + len(question)
                    if before:
                        before()
                    if answer is None:
                        os.close(mine)
                        mine = -1
                        break
                    os.write(mine, answer.encode() + b"\n")
                    if during:
                        during()
            status = child.wait(max(0.1, end - time.monotonic()))
            for one in helpers:
                one.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired as late:
            raise Hang(f"{late.cmd[:3]} after {raw!r}") from None
        finally:
            for process in [child, *helpers]:
                if process.poll() is None:
                    process.kill()
                    process.wait()
            if mine >= 0:
                os.close(mine)
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


# ---- phases: reached by real programs -----------------------------------------------------------


def creates(fake, user=None):
    """How many creates acted."""
    return sum(e["acted"] for e in fake.requests() if e["action"] == "CreateLoginProfile"
               and user in (None, e["params"]["UserName"]))


def cut_off(fake, kind):
    """The answer to the create is lost, and nothing can be asked after that."""
    fake.fault(kind, action="CreateLoginProfile")
    fake.fault("drop_before", action="GetUser", after=1, times=-1)


def _later(host, fake):
    host.claim(offer="")


def _failed(host, fake):
    fake.fault("error", action="GetUser", code="ServiceFailure", status=500, times=-1)
    host.claim()
    fake.clear_faults()


def _cut(kind):
    def act(host, fake):
        cut_off(fake, kind)
        host.claim()
        fake.clear_faults()
    return act


def _probable(host, fake):
    fake.fault("drop_after", action="CreateLoginProfile")
    host.claim(confirm=None)


def _created(host, fake):
    host.claim(confirm=None)


def _by_login(host, fake):
    host.rest = "[login]\ncreate = login\n"
    host.configure()
    host.login()


def _typed(host, fake):
    cut_off(fake, "drop_after")
    host.passwd()
    fake.clear_faults()


def _lost(host, fake):
    host.claim(confirm=None)
    host.boot()
    host.claim()


# name: (what is done after the login that marks, the phase then)
PHASES = {
    "pending": (lambda host, fake: None, "pending"),
    "later": (_later, "later"),
    "failed": (_failed, "failed"),
    "intent, acted": (_cut("drop_after"), "intent"),
    "intent, not acted": (_cut("drop_before"), "intent"),
    "probable": (_probable, "intent"),
    "typed, acted": (_typed, "intent"),
    "created": (_created, "created"),
    "created by a login": (_by_login, "created"),
    "done": (lambda host, fake: host.claim(), "done"),
    "lost": (_lost, "lost"),
}


def bring(host, phase):
    """Log in, and go on to that phase."""
    act, reached = PHASES[phase]
    if phase != "created by a login":
        host.login()
    told = act(host, host.fake)
    assert host.record(UID)["phase"] == reached, f"{phase}: {host.record(UID)}"
    if phase == "done":
        host.known = {told.password}


# ---- the judge ---------------------------------------------------------------------------------

EXISTS = "already has a console password"
REMOVED = "taken away on purpose"
SET_BY_OPERATOR = "can have it reset by an operator"


def keeps_the_promise(host, tries=3, known=(), iam_user=IAM_USER, acted=1):
    """Ordinary logins and claims bring it to its end, without a loop and without a silent end.

    known: passwords that somebody has seen before. Returns how it ended: "password" (one that
    passes sign-in has been seen), "lost" (told, with the operator's command), "exists",
    "removed". acted: so many creates at most.
    """
    fake_, known = host.fake, set(known) | host.known
    known |= {told.password for told in host.told} - {None}
    texts = [told.plain for told in host.told]
    for _ in range(tries):
        host.login()
        marked = host.marked(UID)
        # As the snippet does it, and by hand once there is no mark any more.
        told = host.claim(auto=marked)
        texts.append(f"{'auto' if marked else 'by hand'}: {told.plain}")
        if told.password:
            known.add(told.password)
        record = host.record(UID) or {}
        count = creates(fake_, iam_user)
        assert count <= acted, f"{count} creates acted: {texts}"
        if record.get("phase") == "lost":
            assert OPERATOR in told.plain and not host.marked(UID), texts
            return "lost"
        if record.get("phase") == "done":
            return _ended(host, record["how"], known | {TYPED}, texts, iam_user)
    raise AssertionError(f"no end after {tries} claims: {record} {texts}")


def _ended(host, how, known, texts, iam_user):
    assert not host.marked(UID), texts
    if how == "removed":
        assert host.fake.profile(iam_user) is None, texts
        return "removed"
    if any(host.fake.sign_in(iam_user, word)["ok"] for word in known):
        return "password"
    assert host.fake.profile(iam_user) is not None, texts
    if how == "exists":
        # Said where nobody can have signed in with it; else silence is right for --auto.
        by_hand = host.claim()
        assert (SET_BY_OPERATOR in "".join(texts) or "(exists)" in by_hand.plain
                or EXISTS in "".join(texts)), (texts, by_hand)
        return "exists"
    # "probably", and somebody else's after all: then it was said with the password.
    assert "probably" in "".join(texts), texts
    return "said as probable"
