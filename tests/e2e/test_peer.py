"""Who may claim: real processes, and the helper that listens."""

import os
import shutil
import subprocess
import sys
import tempfile

import pexpect
import pytest

from world.needs import NEEDS_WORLD
from world.host import BUILD
from world.proc import become, wait_for

pytestmark = NEEDS_WORLD

ALICE, GRACE = 64001, 64007
GROUP = 64000
UNSET = 0xffffffff


@pytest.fixture
def door():
    """A folder that everybody can reach, with iamlp and the socket in it."""
    folder = tempfile.mkdtemp(prefix="iamlp-peer-")
    os.chmod(folder, 0o755)
    shutil.copy(os.path.join(BUILD, "iamlp"), folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def listener(host, door):
    """iamlp-helper --listen; alice has logged in."""
    host.hook("alice")
    path = os.path.join(door, "claim.sock")
    process = subprocess.Popen(host.helper("--listen", path), env={})
    try:
        wait_for(lambda: os.path.exists(path), "iamlp-helper to listen")
        yield path
    finally:
        process.terminate()
        assert process.wait(30) == 0


def login_is_recorded():
    """Can a child of ours be somebody's login? Not below a user's slice."""
    with open("/proc/self/cgroup", encoding="ascii") as file:
        return "/user-" not in file.read()


NEEDS_NO_LOGIN = pytest.mark.skipif(not login_is_recorded(),
                                    reason="skipped: needs to run outside of a login session")


def claim(path, uid=ALICE, loginuid=ALICE, command=None):
    """`iamlp claim` on a terminal, to the first question or to its end: its text."""
    words = command or [os.path.join(os.path.dirname(path), "iamlp"), "claim", "--socket", path]
    child = pexpect.spawn(words[0], words[1:], encoding="utf-8", timeout=60,
                          dimensions=(24, 1000), preexec_fn=lambda: become(
                              uid, GROUP, None if loginuid == UNSET else loginuid))
    child.expect([r"Enter for later: $", pexpect.EOF])
    text = child.before + (child.after if isinstance(child.after, str) else "")
    child.close(force=True)
    return text


@NEEDS_NO_LOGIN
def test_alice_from_her_own_login(listener):
    assert "Alice.Smith@example.com" in claim(listener)


REFUSED = [
    pytest.param(ALICE, GRACE, "belongs to the login of uid 64007 (grace), not of alice: log in "
                 "as alice yourself", id="login of another"),
    pytest.param(ALICE, 0, "belongs to the login of uid 0 (root), not of alice", id="root's login"),
    pytest.param(ALICE, UNSET, "claim_unverified = yes", id="no login"),
    pytest.param(0, ALICE, "without sudo", id="root"),
    pytest.param(65534, ALICE, "does not know", id="nobody"),
    pytest.param(65533, 65533, "no usable entry in passwd", id="no passwd"),
]


@NEEDS_NO_LOGIN
@pytest.mark.parametrize("uid, loginuid, sentence", REFUSED)
def test_refused_with_the_reason(fake, host, log, listener, uid, loginuid, sentence):
    before = host.record(ALICE)
    text = claim(listener, uid, loginuid)
    assert sentence in text and "Alice.Smith" not in text
    assert host.record(ALICE) == before and fake.requests() == []
    event = log.events()[-1]
    assert (event["event"], event["result"], event["code"]) == ("claim", "denied", "peer")


@NEEDS_NO_LOGIN
def test_unverified_where_the_administrator_says_so(host, listener):
    host.configure(rest="[login]\nclaim_unverified = yes\n")
    assert "Alice.Smith@example.com" in claim(listener, loginuid=UNSET)
    assert "login of uid 64007" in claim(listener, loginuid=GRACE)


@NEEDS_NO_LOGIN
@pytest.mark.skipif(shutil.which("sudo") is None, reason="skipped: needs sudo")
def test_another_login_turned_into_alice(listener):
    def grace_as_root():
        with open("/proc/self/loginuid", "w", encoding="ascii") as file:
            file.write(str(GRACE))

    iamlp = os.path.join(os.path.dirname(listener), "iamlp")
    child = pexpect.spawn("sudo", ["-iu", "alice", "--", iamlp, "claim", "--socket", listener],
                          encoding="utf-8", timeout=60, dimensions=(24, 1000),
                          preexec_fn=grace_as_root)
    child.expect(pexpect.EOF)
    assert "belongs to the login of uid 64007 (grace), not of alice" in child.before


@NEEDS_NO_LOGIN
def test_the_snippet_hears_nothing(listener):
    iamlp = os.path.join(os.path.dirname(listener), "iamlp")
    assert claim(listener, loginuid=GRACE,
                 command=[iamlp, "claim", "--auto", "--socket", listener]) == ""


# In a pid namespace of its own: a client connects and, where asked for, ends; then its
# number is given to another process of the same user and login before the helper looks.
CLIENT = r"""
import os, signal, socket, subprocess, sys, time
sys.path.insert(0, sys.argv[1])
from world import frames

uid, reused = int(sys.argv[2]), sys.argv[3] == "reused"
door, client = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
door.bind(b"")
door.listen()

def person(act):
    pid = os.fork()
    if pid == 0:
        with open("/proc/self/loginuid", "w") as file:
            file.write(str(uid))
        os.setresuid(uid, uid, uid)
        act()
        told.send(b".")
        time.sleep(1000)
    waits.recv(1)
    return pid

waits, told = socket.socketpair()
first = person(lambda: client.connect(door.getsockname()))
peer, _ = door.accept()
if reused:
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    with open("/proc/sys/kernel/ns_last_pid", "w") as file:
        file.write(str(first - 1))
    assert person(lambda: None) == first
client.shutdown(socket.SHUT_WR)
subprocess.run(sys.argv[4:], stdin=peer, env={}, check=False)
peer.close()
kind, fields = frames.receive(client)
print(kind == frames.END, int.from_bytes(fields[frames.OUTCOME], "big"),
      fields.get(frames.TEXT, b"").decode())
"""


def in_pid_namespace(host, how):
    words = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", sys.executable, "-c",
             CLIENT, os.path.dirname(os.path.dirname(os.path.abspath(__file__))), str(ALICE), how]
    return subprocess.run(words + host.helper("claim"), capture_output=True, text=True,
                          timeout=60, check=True).stdout


@NEEDS_NO_LOGIN
@pytest.mark.skipif(not os.access("/proc/sys/kernel/ns_last_pid", os.W_OK),
                    reason="skipped: needs a kernel that lets a pid be chosen")
def test_a_process_under_the_number_of_another(host):
    host.hook("alice")
    assert "has ended" not in in_pid_namespace(host, "alive")
    assert "has ended" in in_pid_namespace(host, "reused")


@NEEDS_NO_LOGIN
def test_many_connections_of_one_leave_it_usable_for_another(listener):
    flood = """
import os, socket, sys
os.setresuid(64002, 64002, 64002)
for _ in range(1000):
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])
print("done", flush=True)
kept = [s]
sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", flood, listener], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "done\n"
        assert "Alice.Smith@example.com" in claim(listener)
        process.stdin.close()
