"""What somebody sends to claim.sock from their own login harms no record, and not the others.

A thousand connections are tests/e2e/test_peer.py's and tests/nspawn's, what a helper might send to
the client tests/e2e/test_claim_client.py's, who may claim tests/unit/helper's.
"""

import array
import os
import socket
import time

import pytest
from world.needs import NEEDS_WORLD
from isolated import BOB, GID, IAM_USER, UID
from world import frames
from world.claims import Claims
from world.host import OFFER
from world.proc import become, children, wait_for


CLAIM = frames.frame(frames.CLAIM, (frames.AUTO, 0))
YES = frames.frame(frames.ANSWER, (frames.CHOICE, frames.YES))
CONNECTIONS = 3  # one more than one user may have


def login_is_recorded():
    with open("/proc/self/cgroup", encoding="ascii") as file:
        return "/user-" not in file.read()


pytestmark = [NEEDS_WORLD, pytest.mark.skipif(
    not login_is_recorded(), reason="skipped: needs to run outside of a login session")]


class Bob:
    """A process of bob's own login that does act(path), a connection, in each of a few threads of
    its own, and holds what it has until end()."""

    def __init__(self, path, act, connections=CONNECTIONS):
        done, told = os.pipe()
        waits, self.release = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.release)
            try:
                become(UID, GID, UID)
                kept = []
                for _ in range(connections):
                    kept.append(socket.socket(socket.AF_UNIX))
                    kept[-1].settimeout(20)
                    kept[-1].connect(path)
                    try:
                        act(kept[-1])
                    except (OSError, EOFError):
                        pass  # it has been shut on us
                os.write(told, b".")
                os.read(waits, 1)
            finally:
                os._exit(0)
        os.close(told)
        os.close(waits)
        assert os.read(done, 1) == b"."
        os.close(done)

    def end(self):
        os.close(self.release)
        os.waitpid(self.pid, 0)


@pytest.fixture
def claims(new_host):
    host = new_host()
    host.configure(users="alice = Alice.Smith@example.com\n" + host.users)
    host.hook("alice")
    host.hook(BOB)
    with Claims(host) as one:
        one.host.before = host.record(UID)
        yield one


def descriptors(listener):
    """Of the processes that serve a connection: {pid: how many}."""
    found = {}
    for pid in children(listener):
        try:
            found[pid] = len(os.listdir(f"/proc/{pid}/fd"))
        except OSError:
            pass
    return found


def holds(claims, log, act, connections=CONNECTIONS):
    """Meanwhile alice's claim is what it always is; afterwards nothing is left of bob's, and his
    record is as it was."""
    lines = len(log.lines)
    bob = Bob(claims.path, act, connections)
    try:
        child = claims.claim("alice")
        child.expect_exact(OFFER)
        assert all(count < 12 for count in descriptors(claims.process.pid).values())
        child.sendline("")
        child.expect("iamlp claim")
        child.close(force=True)
    finally:
        bob.end()
    wait_for(lambda: not descriptors(claims.process.pid), "the claims to end")
    assert claims.process.poll() is None
    assert claims.host.record(UID) == claims.host.before
    assert claims.host.fake.profile(IAM_USER) is None
    assert len(log.lines) - lines <= 2 + connections, log.lines


def sends(*pieces):
    def act(sock):
        for piece in pieces:
            sock.sendall(piece)
    return act


def passes_descriptors(sock):
    """As many as the kernel takes in one message, with a good frame."""
    big = os.memfd_create("big")
    os.ftruncate(big, 1 << 40)
    more = socket.socketpair()
    fds = array.array("i", [big, more[0].fileno(), more[1].fileno()] * 84)
    sock.sendmsg([CLAIM], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
    time.sleep(0.05)


def never_reads(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 0)
    sock.sendall(CLAIM)


def much_more(sock):
    """Behind a good frame, until it is shut."""
    sock.settimeout(0.2)
    sock.sendall(CLAIM)
    for _ in range(1000):
        sock.sendall(frames.frame(frames.SEEN) * 400)


def asked(sock):
    """As far as the question; EOFError where another connection of bob's is at work."""
    sock.sendall(CLAIM)
    for expected in (frames.GREET, frames.ASK):
        if frames.receive(sock)[0] != expected:
            raise EOFError


def instead_of_an_answer(data):
    def act(sock):
        asked(sock)
        sock.sendall(data)
    return act


def shuts(how, data=b""):
    def act(sock):
        sock.sendall(data)
        sock.shutdown(how)
    return act


def header(length, kind=frames.CLAIM, version=frames.VERSION, magic=b"IL"):
    return magic + bytes([version, kind]) + length.to_bytes(4, "big")


def field(number, length, data=b""):
    return bytes([number]) + length.to_bytes(4, "big") + data


def payload(data, kind=frames.CLAIM):
    return header(len(data), kind) + data


AUTO = field(frames.AUTO, 8, bytes(8))
SENT = {
    "nothing": sends(),
    "garbage": sends(bytes(range(256)) * 256),
    "zeros": sends(bytes(4096)),
    "HTTP": sends(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    "half a header": sends(b"IL\x01"),
    "half a frame": sends(CLAIM[:-1]),
    "another magic": sends(header(0, magic=b"LI")),
    "another version": sends(header(0, version=2)),
    "4 GiB": sends(header(0xffffffff)),
    "2 GiB": sends(header(0x80000000), bytes(8192)),
    "a byte too many": sends(header(4096 - 8 + 1), bytes(4096)),
    "the most there may be, and nothing of it": sends(header(4096 - 8)),
    "a field longer than its frame": sends(payload(field(frames.AUTO, 0xffffffff, bytes(8)))),
    "half a field": sends(payload(AUTO[:3])),
    "a field twice": sends(payload(AUTO + AUTO)),
    "a number of 4 bytes": sends(payload(field(frames.AUTO, 4, bytes(4)))),
    "a number of its own": sends(payload(field(frames.AUTO, 8, b"\xff" * 8))),
    "a thousand fields": sends(payload(b"".join(field(n % 256, 0) for n in range(800)))),
    "unknown fields": sends(payload(AUTO + field(255, 2000, bytes(2000)))),
    "descriptors": passes_descriptors,
    "never reads": never_reads,
    "much more": much_more,
    "no more to send": shuts(socket.SHUT_WR),
    "no more to send after a claim": shuts(socket.SHUT_WR, CLAIM),
    "nothing is read": shuts(socket.SHUT_RD, CLAIM),
    "shut": shuts(socket.SHUT_RDWR, CLAIM),
    "asked, and half an answer": instead_of_an_answer(YES[:-1]),
    "asked, and an answer of 99": instead_of_an_answer(
        frames.frame(frames.ANSWER, (frames.CHOICE, 99))),
    "asked, and an answer without a choice": instead_of_an_answer(frames.frame(frames.ANSWER)),
    "asked, and an answer of 7 bytes": instead_of_an_answer(
        frames.frame(frames.ANSWER, (frames.CHOICE, bytes(6) + b"\x01"))),
    "asked, and two choices": instead_of_an_answer(
        frames.frame(frames.ANSWER, (frames.CHOICE, frames.NO), (frames.CHOICE, frames.YES))),
    "asked, and somebody else's yes": instead_of_an_answer(
        frames.frame(frames.ANSWER, (frames.USER, "alice"), (frames.CHOICE, 99))),
}
EVERYDAY = {"garbage", "half a frame", "4 GiB", "descriptors", "never reads", "much more",
            "asked, and an answer of 99", "no more to send after a claim"}


@pytest.mark.parametrize("what", [pytest.param(w, marks=() if w in EVERYDAY else pytest.mark.slow)
                                  for w in SENT])
def test_sent(claims, log, what):
    holds(claims, log, SENT[what])


@pytest.mark.parametrize("kinds", [
    range(1, 11), pytest.param(range(256), marks=pytest.mark.slow)], ids=["known", "all"])
def test_types_out_of_place(claims, log, kinds):
    """Instead of the claim, and instead of the answer."""
    seen, says = os.pipe()

    def until_shut(kind, before):
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(20)
            one.connect(claims.path)
            if before:
                before(one)
            one.sendall(frames.frame(kind, (frames.CHOICE, frames.YES)))
            while one.recv(4096):
                pass
            os.write(says, b".")

    def act(sock):
        sock.close()
        for kind in kinds:
            for before in (None, asked):
                if kind == (frames.ANSWER if before else frames.CLAIM):
                    continue
                for _ in range(200):  # the one before may not have ended yet
                    try:
                        until_shut(kind, before)
                        break
                    except (EOFError, ConnectionError):
                        time.sleep(0.01)
    Bob(claims.path, act, 1).end()
    os.close(says)
    with os.fdopen(seen) as file:
        assert len(file.read()) == 2 * len(kinds) - 2
    holds(claims, log, sends(CLAIM[:-1]), 1)


@pytest.mark.slow
def test_a_byte_a_second(claims, log):
    """Ten seconds for the first frame, however many bytes arrive in them."""
    def act(sock):
        for byte in CLAIM * 2:
            sock.sendall(bytes([byte]))
            time.sleep(1)
    bob = Bob.__new__(Bob)
    start = os.fork()
    if start == 0:
        Bob.__init__(bob, claims.path, act, 1)
        bob.end()
        os._exit(0)
    child = claims.claim("alice")
    child.expect_exact(OFFER)
    child.close(force=True)
    wait_for(lambda: not descriptors(claims.process.pid), "the slow claim to end", 60)
    os.waitpid(start, 0)
    assert claims.host.record(UID) == claims.host.before


def test_what_runs_as_the_person_claims_as_the_person(claims):
    """Not defended: bob's own programs, from bob's own login, are bob. See SECURITY.md."""
    seen, says = os.pipe()

    def act(sock):
        asked(sock)
        sock.sendall(YES)
        kind, fields = frames.receive(sock)
        assert kind == frames.SHOW
        os.write(says, fields[frames.PASSWORD] + b"\n")
    bob = Bob(claims.path, act, 1)
    os.close(says)
    with os.fdopen(seen) as file:
        password = file.readline().rstrip("\n")
    bob.end()
    assert claims.host.fake.sign_in(IAM_USER, password)["ok"]
