"""No leak: the password is on the person's terminal, inside TLS, and in locked pages; nowhere else.

What is generated is read from the terminal and looked for afterwards, in what was collected
before, too. What is typed is chosen by the test. leak.py has the forms and the places.
"""

import os
import re
import secrets
import shutil
import signal

import pexpect
import pytest
from world.needs import needs_machine
from leak import Disk, Hunt, program
from watch import Relay, Trace
from world.client import Client
from world.host import shown_password
from world.machine import CLEAN, TOP, UIDS, UNIX_PASSWORD
from world.proc import keys, wait_for
from world.terminal import CONFIRM, OFFER, PROMPT

pytestmark = needs_machine()

IAM_USER = "Alice.Smith@example.com"
OWN_TMP = """mount --rbind "$1" /mnt && mount -t tmpfs -o mode=1777 x /tmp && mkdir -p "$1" &&
mount --move /mnt "$1" """


class Watched:
    """A machine with a disk of its own for STATE, sshd at DEBUG3, and a relay to the fake."""

    def __init__(self, folder, installed, fake, login="", password="", tls=True):
        from world.machine import Machine
        self.machine = Machine(folder, installed, fake)
        self.relay = Relay(fake, fake.https if tls else fake.http)
        self.passwd = self.machine.inside("passwd", user="alice")
        self.people, self.holds = [], False
        self.machine.run("sh", "-c", OWN_TMP, "sh", self.machine.folder, check=True)
        self.disk = Disk(self.machine)
        self.machine.configure(login=login, password=password, endpoint=self.relay.url)
        self.machine.stack("sshd", "session required pam_iamlp.so debug")
        self.machine.stack("passwd", "password optional pam_iamlp.so timeout=60 debug")
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

    def before_create(self, more=1):
        """The create is so many requests away. holds: there will be a pause at it."""
        if self.holds:
            self.relay.hold(more)

    def pause(self, point, fake):
        """Look into all processes, while an answer to the create does not come."""
        self.hunt.point = point
        if point == "create":
            fake.wait(received=self.relay.held_at)
        self.hunt.memory()
        if point == "create":
            self.relay.flows.set()

    def everything(self):
        """All places that keep."""
        self.hunt.logs()
        self.hunt.files()
        self.disk.hunted(self.hunt)
        self.relay.hunted(self.hunt)


@pytest.fixture
def new_watched(installed, fake, tmp_path):
    made = []

    def make(**more):
        made.append(Watched(tmp_path, installed, fake, **more))
        return made[-1]
    yield make
    for one in made:
        one.close()


# ---- the ways a password takes ---------------------------------------------------------------
# Each is a generator: it stops at the pause points and yields their names.

def canary():
    """Fit for passwd and for IAM, and different in every form."""
    return f"Kp{secrets.token_hex(3)}+/%{secrets.token_hex(4)}Zw9"


def at_shell(watched, *lines, user="alice"):
    """In a shell after a login in which the password was put off."""
    person = watched.person(Client(watched.machine, user).words("host"))
    person.expect(OFFER)
    for line in ("", *lines):
        person.sendline(line)
        person.expect(PROMPT)
    return person


def read_password(watched, person):
    person.expect(CONFIRM)
    watched.hunt.password = shown_password(person.before.decode())


def leave(person):
    person.sendline("exit")
    person.expect(pexpect.EOF)


def shown(watched):
    """Generated, in the first shell of a login."""
    person = watched.person(Client(watched.machine).words("host"))
    person.expect(OFFER)
    watched.before_create()
    person.sendline("yes")
    yield "create"
    read_password(watched, person)
    yield "prompt"
    person.sendline("yes")
    person.expect(PROMPT)
    yield "after"
    leave(person)


def held(watched):
    """Generated at a login, and shown in a later one."""
    watched.machine.stack("sshd", "session required pam_iamlp.so timeout=60 debug")
    client = Client(watched.machine)
    watched.before_create(3)
    first = watched.person(client.words("host", "true"))
    yield "create"
    first.expect(pexpect.EOF)
    yield "held"
    person = watched.person(client.words("host"))
    read_password(watched, person)
    yield "prompt"
    person.sendline("yes")
    person.expect(PROMPT)
    yield "after"
    leave(person)


def asked(watched, ulimit=None):
    """Typed at the claim: source = ask."""
    watched.hunt.password = canary()
    if ulimit:
        person = at_shell(watched, ulimit)
        person.sendline("iamlp claim")
    else:
        person = watched.person(Client(watched.machine).words("host"))
    person.expect(OFFER)
    person.sendline("yes")
    person.expect_exact("not shown: ")
    person.sendline(watched.hunt.password)
    person.expect_exact("The same again: ")
    yield "again"
    watched.before_create()
    person.sendline(watched.hunt.password)
    yield "create"
    person.expect(PROMPT)
    yield "after"
    leave(person)


def repeated(watched):
    """Typed at the claim, and the server's answer says it again."""
    watched.hunt.password = canary()
    watched.machine.fake.fault("error", action="CreateLoginProfile", times=-1, status=400,
                              code="PasswordPolicyViolation",
                              message=f"The password {watched.hunt.password} is too weak.")
    person = watched.person(Client(watched.machine).words("host"))
    person.expect(OFFER)
    person.sendline("yes")
    for prompt in ("not shown: ", "The same again: "):
        person.expect_exact(prompt)
        person.sendline(watched.hunt.password)
    person.expect_exact("not shown: ")
    yield "refused"
    person.sendcontrol("c")
    person.expect(PROMPT)
    yield "after"
    leave(person)


def typed(watched):
    """Typed to passwd."""
    watched.hunt.password = canary()
    person = watched.person(watched.passwd)
    person.expect_exact("Current password: ")
    person.sendline(UNIX_PASSWORD)
    watched.before_create(3)
    for prompt in ("New password: ", "Retype new password: "):
        person.expect_exact(prompt)
        person.sendline(watched.hunt.password)
    yield "create"
    person.expect(pexpect.EOF)
    yield "after"


CONF = {shown: {}, repeated: {"password": "source = ask"}, asked: {"password": "source = ask"}, typed: {},
        held: {"login": "create = login"}}
WAYS = [shown, asked, typed, pytest.param(held, marks=pytest.mark.slow),
        pytest.param(repeated, marks=pytest.mark.slow)]

# Programs that carry the terminal, or ask for the password themselves: not ours, and they have it
# for as long as they like.
CARRIERS = {"sshd", "sshd-session", "passwd"}

# Which of ours have it at each pause, and only in pages of their own.
OURS = {(shown, "create"): {"iamlp-helper", "iamlp-net"}, (shown, "prompt"): {"iamlp-helper"},
        (held, "create"): {"iamlp-helper", "iamlp-net"}, (held, "prompt"): {"iamlp-helper"},
        (asked, "again"): {"iamlp"}, (asked, "create"): {"iamlp-helper", "iamlp-net"},
        (repeated, "refused"): {"iamlp-helper"},
        (typed, "create"): {"iamlp-helper", "iamlp-net"}}


def asserted(way, watched, locked=True):
    """Every find is in memory, and where it is allowed to be."""
    had = {}
    for find in watched.hunt.finds:
        where = find.what
        assert find.place.startswith("memory of "), find
        if where.program in CARRIERS:
            continue
        assert {"dd", "dc"} < set(where.mapping.flags), find
        if locked:
            assert "lo" in where.mapping.flags, find
        had.setdefault((way, where.point), set()).add(where.program)
    assert had == {key: value for key, value in OURS.items() if key[0] == way}


def told(name, watched, *more):
    print(name, dict(watched.hunt.places), *more,
          f"{len(watched.hunt.processes_seen)} processes, {len(watched.hunt.forms)} forms")


@pytest.mark.parametrize("way", WAYS)
def test_calls_and_files(new_watched, fake, tmp_path_factory, way):
    """Every system call of all programs, then logs, files, the disk, the network."""
    watched = new_watched(**CONF[way])
    trace = Trace(str(tmp_path_factory.mktemp("trace")))
    watched.passwd = [*trace.options, *watched.passwd]
    trace.attach(*watched.machine.running())
    for _ in way(watched):
        pass
    trace.close()
    watched.hunt.trace(trace)
    watched.everything()
    told(way.__name__, watched, dict(trace.programs), dict(trace.allowed))
    assert watched.hunt.finds == []
    assert watched.relay.out.startswith(b"\x16\x03")  # TLS
    # It was there to be found, and these have closed themselves.
    assert trace.allowed["iamlp-net: socket of ours"]
    assert {"iamlp-helper", "iamlp-net"} <= trace.undumpable
    assert way == typed or "iamlp" in trace.undumpable
    if way != repeated:
        assert fake.sign_in(IAM_USER, watched.hunt.password) == {"ok": True, "must_change": True}


@pytest.mark.parametrize("way", WAYS)
def test_memory(new_watched, fake, way):
    """All processes at each pause: locked and undumped pages of ours, and none at all after."""
    watched = new_watched(**CONF[way])
    watched.holds = True
    hold = None
    for point in way(watched):
        watched.pause(point, fake)
        if point == "prompt":
            nobody_may_look(watched)
            hold = f"iamlp:{UIDS['alice']}:{watched.machine.record('alice')['nonce']}"
            assert [key.permissions for key in keys(hold).values()] == ["003f0000"]
    assert hold is None or keys(hold) == {}
    watched.everything()
    told(way.__name__, watched)
    asserted(way, watched)


def nobody_may_look(watched):
    """No core, and /proc/PID is root's, also of the person's own program."""
    ours = {program(pid): pid for pid in sorted(watched.hunt.processes())}
    assert {"iamlp", "iamlp-helper"} <= set(ours)
    for name in {"iamlp", "iamlp-helper", "iamlp-net"} & set(ours):
        pid = ours[name]
        with open(f"/proc/{pid}/limits", encoding="ascii") as file:
            assert re.search(r"^Max core file size +0 +0 ", file.read(), re.M), name
        assert os.stat(f"/proc/{pid}/mem").st_uid == 0, name


@pytest.mark.slow
def test_where_nothing_can_be_locked(new_watched, fake):
    """A person with `ulimit -l 0`: the page may be swapped, and all else holds."""
    watched = new_watched(**CONF[asked])
    watched.holds = True
    for point in asked(watched, ulimit="ulimit -l 0"):
        watched.pause(point, fake)
    asserted(asked, watched, locked=False)
    locked = {f.what.program: "lo" in f.what.mapping.flags for f in watched.hunt.finds
              if f.what.program not in CARRIERS}
    assert locked == {"iamlp": False, "iamlp-helper": True, "iamlp-net": True}


@pytest.mark.slow
@pytest.mark.parametrize("way, point", [(shown, "prompt"), (asked, "again"), (asked, "create")])
def test_forced_cores(new_watched, fake, way, point):
    """gdb writes what the kernel would: pages that are not to be dumped are not in it."""
    watched = new_watched(**CONF[way])
    watched.holds = True
    for at in way(watched):
        if at == "create":
            fake.wait(received=watched.relay.held_at)
        if at == point:
            cores(watched, way, point)
        if at == "create":
            watched.relay.flows.set()


def cores(watched, way, point):
    pids = {program(pid): pid for pid in sorted(watched.hunt.processes())}
    ours = {name: pid for name, pid in pids.items() if name.startswith("iamlp")}
    for name, pid in ours.items():
        # In registers is what memcpy has moved last; nobody but root gets such a core, by force.
        registers, memory = watched.hunt.core(pid)
        assert memory == [], name
        print(name, "in registers:", registers)
    for name in OURS[way, point]:  # a search that finds
        assert "raw" in watched.hunt.core(ours[name], excluded=True)[1], name
    assert watched.hunt.core(pids["bash"]) == ([], [])
    told(f"{way.__name__}, {point}", watched, sorted(ours))


def idle(watched):
    """Nobody claims, and one waits for claims."""
    names = [program(pid) for pid in watched.hunt.processes()]
    return names.count("iamlp-helper") == 1 and not {"iamlp", "iamlp-net"} & set(names)


@pytest.mark.slow
def test_crash(new_watched, fake):
    """SIGSEGV and SIGABRT end ours without a core, where a shell leaves one."""
    with open("/proc/sys/kernel/core_pattern", encoding="ascii") as file:
        if file.read().startswith(("|", "/")):
            pytest.skip("skipped: cores of this machine do not go to the current folder")
    watched = new_watched()
    home = watched.machine.path("/home/alice")
    person = at_shell(watched, "ulimit -c unlimited", "sh -c 'kill -SEGV $$'")
    cores = [name for name in os.listdir(home) if name.startswith("core")]
    assert cores
    os.unlink(os.path.join(home, cores[0]))
    for sig, name in ((signal.SIGSEGV, "iamlp-net"), (signal.SIGSEGV, "iamlp"),
                      (signal.SIGABRT, "iamlp-helper"), (signal.SIGABRT, "iamlp")):
        person.sendline("iamlp claim")
        if name == "iamlp-net":  # It does not stay while a person reads.
            person.expect(OFFER)
            watched.relay.hold(1)
            person.sendline("yes")
            fake.wait(received=watched.relay.held_at)
            os.kill(watched.hunt.named(name), sig)
            watched.relay.flows.set()
        read_password(watched, person)
        nobody_may_look(watched)
        if name == "iamlp-net":
            person.sendline("no")
        else:
            os.kill(watched.hunt.named(name), sig)
        person.expect(PROMPT)
        assert b"core dumped" not in person.before
        told(f"{name} by {sig}", watched)
        wait_for(lambda: idle(watched), "the claim to end")
    person.sendline("iamlp claim")
    person.expect(CONFIRM)
    person.sendline("yes")
    person.expect(PROMPT)
    assert not [name for name in os.listdir(home) if name.startswith("core")]
    watched.everything()
    assert watched.hunt.finds == []


# ---- the searches find ----------------------------------------------------------------------

PLANTED = """
    {
        static char copy[2048];
        int fd = open("/var/lib/iamlp/gone", O_WRONLY | O_CREAT, 0600);

        snprintf(copy, sizeof(copy), "%s", secret_str(s->password));
        dprintf(fd, "%s", copy);
        fsync(fd);
        close(fd);
        unlink("/var/lib/iamlp/gone");
        fd = open("/tmp/left", O_WRONLY | O_CREAT, 0600);
        for (char *p = copy; *p != 0; p++)
            dprintf(fd, "%c%c", *p, 0);
        close(fd);
        step_log(s, "show", OUTCOME_OK, NULL, copy);
        if (fork() == 0)
            execle("/bin/true", "true", copy, NULL, (char *[]){NULL});
        if (fork() == 0)
            execle("/bin/sleep", "sleep", "100", NULL, (char *[]){copy, NULL});
    }
"""


@pytest.mark.slow
def test_planted_leaks_are_found(fake, tmp_path_factory):
    """A helper that leaves its password everywhere."""
    top = str(tmp_path_factory.mktemp("planted"))
    for name in ("src", "man", "config", "Makefile", "pam_iamlp.c"):
        source = os.path.join(TOP, name)
        (shutil.copytree if os.path.isdir(source) else shutil.copy)(source, f"{top}/{name}")
    path = os.path.join(top, "src/core/show.c")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    before = "    if (client_show(s->w->client,\n"
    assert text.count(before) == 1
    with open(path, "w", encoding="utf-8") as file:
        file.write("#include <fcntl.h>\n#include <unistd.h>\n" + text.replace(
            before, PLANTED + before))
    from world.machine import install
    installed = install(tmp_path_factory.mktemp("installed"), top)
    for traced in (False, True):
        watched = Watched(str(tmp_path_factory.mktemp("machine")), installed, fake, tls=False)
        try:
            trace = Trace(str(tmp_path_factory.mktemp("trace")))
            trace.attach(*(watched.machine.running() if traced else ()))
            watched.holds = not traced
            for point in shown(watched):
                if not traced:
                    watched.pause(point, fake)
            trace.close()
            if traced:
                watched.hunt.trace(trace)
                found = {re.match(r"\w+", f.what).group() for f in watched.hunt.finds}
                assert {"execve", "write", "sendto", "writev"} >= found >= {"execve", "write"}
            else:
                watched.everything()
                not_locked(watched)
        finally:
            for pid in watched.hunt.processes():
                if program(pid) == "sleep":
                    os.kill(pid, signal.SIGKILL)
            watched.close()
            fake.reset()


def not_locked(watched):
    places = {f.place for f in watched.hunt.finds}
    assert {"syslog", "/proc/PID/environ of sleep", "the network, to AWS",
            watched.machine.path("/tmp/left")} <= places
    assert not watched.disk.there or watched.disk.path in places
    assert any(f.what.program == "iamlp-helper" and "lo" not in f.what.mapping.flags
               for f in watched.hunt.finds if f.place.startswith("memory of "))
