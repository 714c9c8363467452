"""No leak: the password is on the person's terminal, inside TLS, and in locked pages; nowhere else.

What is generated is read from the terminal and looked for afterwards, in what was collected
before, too. What is typed is chosen by the test. leak.py has the forms and the places.
"""

import os
import re
import secrets

import pexpect
import pytest
from conftest import NEEDS_WORLD
from leak import Disk, Hunt, Relay, Trace
from world.client import Client
from world.machine import CLEAN, UNIX_PASSWORD, overlays, wait_for
from world.terminal import CONFIRM, OFFER, PROMPT

pytestmark = [NEEDS_WORLD, pytest.mark.skipif(
    os.environ.get("IAMLP_WORLD") == "inside" and not overlays(),
    reason="skipped: needs overlayfs")]

IAM_USER = "Alice.Smith@example.com"
OWN_TMP = """mount --rbind "$1" /mnt && mount -t tmpfs -o mode=1777 x /tmp && mkdir -p "$1" &&
mount --move /mnt "$1" """


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    from world.machine import install
    return install(tmp_path_factory.mktemp("installed"))


class Ground:
    """A machine with a disk of its own for STATE, sshd at DEBUG3, and a relay to the fake."""

    def __init__(self, folder, installed, fake, login="", password=""):
        from world.machine import Machine
        self.machine, self.relay = Machine(folder, installed, fake), Relay(fake)
        self.people = []
        self.machine.run("sh", "-c", OWN_TMP, "sh", self.machine.folder, check=True)
        self.disk = Disk(self.machine)
        self.machine.configure(login=login, password=password, endpoint=self.relay.url)
        self.machine.stack("sshd", "session required pam_iamlp.so")
        self.machine.stack("passwd", "password optional pam_iamlp.so timeout=60")
        self.machine.start_sshd(level="DEBUG3")
        self.hunt = Hunt(self.machine)

    def close(self):
        for one in self.people:
            one.close(force=True)
        self.relay.close()
        self.machine.run("umount", "/var/lib/iamlp")
        self.machine.close()

    def person(self, words):
        child = pexpect.spawn(words[0], words[1:], timeout=60, dimensions=(24, 1000),
                              env=CLEAN, echo=True)
        child.delaybeforesend = None
        self.people.append(child)
        return child

    def hold_answer(self, fake):
        """The create has been received, and its answer does not come until relay.flows is set."""
        fake.wait(received=3)
        self.relay.flows.clear()

    def everything(self):
        """All places that keep."""
        self.hunt.memory()
        self.hunt.logs()
        self.hunt.files()
        self.disk.hunted(self.hunt)
        self.relay.hunted(self.hunt)


@pytest.fixture
def new_ground(installed, fake, tmp_path):
    grounds = []

    def make(**more):
        grounds.append(Ground(tmp_path, installed, fake, **more))
        return grounds[-1]
    yield make
    for one in grounds:
        one.close()


# ---- the ways a password takes ---------------------------------------------------------------
# Each is a generator: it stops at the pause points and yields their names.

def canary():
    """Fit for passwd and for IAM, and different in every form."""
    return f"Kp{secrets.token_hex(3)}+/%{secrets.token_hex(4)}Zw9"


def offered(ground, words=("host",)):
    client = Client(ground.machine)
    person = ground.person(client.words(*words))
    person.expect(OFFER)
    return person


def shown(ground, fake):
    """Generated, in the first shell of a login."""
    person = offered(ground)
    fake.fault("delay_after", action="CreateLoginProfile", seconds=1)
    person.sendline("yes")
    yield "create"
    person.expect(CONFIRM)
    ground.hunt.password = re.search(rb"^Password:    (\S+)\r$", person.before, re.M)[1].decode()
    yield "prompt"
    person.sendline("yes")
    person.expect(PROMPT)
    yield "after"
    person.sendline("exit")
    person.expect(pexpect.EOF)


def asked(ground, fake):
    """Typed at the claim: source = ask."""
    ground.hunt.password = canary()
    person = offered(ground)
    person.sendline("yes")
    fake.fault("delay_after", action="CreateLoginProfile", seconds=1)
    for prompt in ("not shown: ", "The same again: "):
        person.expect_exact(prompt)
        person.sendline(ground.hunt.password)
    yield "create"
    person.expect(PROMPT)
    yield "after"
    person.sendline("exit")
    person.expect(pexpect.EOF)


def typed(ground, fake):
    """Typed to passwd."""
    ground.hunt.password = canary()
    person = ground.person(ground.passwd)
    person.expect_exact("Current password: ")
    person.sendline(UNIX_PASSWORD)
    fake.fault("delay_after", action="CreateLoginProfile", seconds=1)
    for prompt in ("New password: ", "Retype new password: "):
        person.expect_exact(prompt)
        person.sendline(ground.hunt.password)
    yield "create"
    person.expect(pexpect.EOF)
    yield "after"


CONF = {shown: {}, asked: {"password": "source = ask"}, typed: {}}


def at_ease(ground):
    """Nothing of the story runs any more."""
    from leak import program
    wait_for(lambda: sorted(program(pid) for pid in ground.hunt.processes()).count("iamlp-net") == 0
             and True, "the story to end")


@pytest.mark.parametrize("way", [shown, asked, typed])
def test_trace(new_ground, fake, tmp_path_factory, way):
    ground = new_ground(**CONF[way])
    machine = ground.machine
    trace = Trace(str(tmp_path_factory.mktemp("trace")))
    ground.passwd = [*trace.options, *machine.inside("passwd", user="alice")]
    trace.attach(*[p.pid for p in machine._started])
    for _ in way(ground, fake):
        pass
    trace.close()
    ground.hunt.trace(trace)
    ground.everything()
    print(way.__name__, ground.hunt.places, trace.programs, trace.allowed)
    for f in ground.hunt.finds: print(f)
    assert fake.sign_in(IAM_USER, ground.hunt.password) == {"ok": True, "must_change": True}


@pytest.mark.parametrize("way", [shown, asked, typed])
def test_memory(new_ground, fake, way):
    ground = new_ground(**CONF[way])
    ground.passwd = ground.machine.inside("passwd", user="alice")
    for point in way(ground, fake):
        had = len(ground.hunt.finds)
        if point == "create":
            ground.hold_answer(fake)
        ground.hunt.memory()
        ground.relay.flows.set()
        print("==", way.__name__, point, sorted(n for _, n in ground.hunt.processes_seen))
        for f in ground.hunt.finds[had:]: print(f)
    ground.everything()
