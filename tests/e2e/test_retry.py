"""Repetitions (src/aws/retry.h) through build/tests/e2e/iamcall against the fake AWS. Nothing is
waited for: iamcall says how long it would have slept."""

import socket
import struct
import threading

import pytest

from world.iamcall import NEEDS_IAMCALL, call  # noqa: F401
from world.keys import ALL, HOST

ALICE = "Alice.Smith@example.com"
GOOD = "Correct-Horse-7"
RESET = struct.pack("ii", 1, 0)
MEMBERS = {"GetUser": {"UserName": ALICE},
           "CreateLoginProfile": {"UserName": ALICE, "Password": GOOD}}

pytestmark = NEEDS_IAMCALL


@pytest.fixture
def ask(call):
    """ask(ACTION, tokens=N, ...): (fault, maybe_acted, attempts, tokens left) and all that was
    said, once the waits have been held against the formula."""
    def run(action, tokens=100, **more):
        said = call(action, options=["--retry", str(tokens), "--timeout", "30000"],
                    **MEMBERS[action], **more)
        for n, wait in enumerate(said["slept"]):
            assert 0 <= int(wait) < 1000 * 2 ** n
        return (said["fault"], said["maybe_acted"], int(said["attempts"]),
                int(said["tokens"])), said
    return run


def sleeps(said):
    return len(said["slept"])


# ---- throttled ---------------------------------------------------------------------------


@pytest.mark.parametrize("action", MEMBERS)
@pytest.mark.parametrize("times, expected", [
    (0, ("none", "0", 1, 101)), (1, ("none", "0", 2, 100)), (2, ("none", "0", 3, 100)),
    (5, ("throttled", "0", 3, 90))])
def test_throttled(fake, ask, action, times, expected):
    if times:
        fake.fault("throttle", action=action, times=times)
    seen, said = ask(action)
    assert seen == expected and sleeps(said) == expected[2] - 1
    log = fake.requests()
    assert [r["action"] for r in log] == [action] * expected[2]
    assert [r["code"] for r in log[:times]] == ["Throttling"] * min(times, 3)
    assert [r["time"] for r in log] == sorted(r["time"] for r in log)
    assert len({r["connection"] for r in log}) == 1


def test_the_bucket(fake, ask):
    fake.fault("throttle", times=-1)
    for tokens, attempts, left in ((0, 1, 0), (4, 1, 4), (5, 2, 0), (9, 2, 4), (10, 3, 0)):
        fake.reset_requests()
        seen, said = ask("GetUser", tokens=tokens)
        assert seen == ("throttled", "0", attempts, left) and sleeps(said) == attempts - 1
        assert len(fake.actions()) == attempts


def test_without_a_bucket_there_is_one_attempt(fake, call):
    fake.fault("throttle")
    said = call("GetUser", UserName=ALICE)
    assert (said["fault"], said["attempts"], said["slept"]) == ("throttled", "1", [])


# ---- what may have acted -------------------------------------------------------------------


@pytest.mark.parametrize("kind, arguments, fault, acted", [
    ("error", {"status": 500, "code": "ServiceFailure", "message": "x"}, "server", False),
    ("html_503", {}, "server", False),
    ("error", {"status": 503, "code": "SlowDown", "message": "x"}, "throttled", False),
    ("rst", {}, "network", True),
    ("drop_before", {}, "network", False),
    ("drop_after", {}, "network", True),
])
def test_only_reading_is_repeated(fake, ask, kind, arguments, fault, acted):
    fake.fault(kind, action="GetUser", **arguments)
    seen, said = ask("GetUser")
    assert seen == ("none", "0", 2, 100) and sleeps(said) == 1
    assert fake.actions() == ["GetUser"] * 2
    fake.reset()
    fake.fault(kind, action="CreateLoginProfile", **arguments)
    seen, said = ask("CreateLoginProfile")
    assert seen == (fault, "1", 1, 100) and sleeps(said) == 0
    assert fake.actions() == ["CreateLoginProfile"]
    assert (fake.profile(ALICE) is not None) == acted


@pytest.mark.parametrize("action", MEMBERS)
def test_refused_is_repeated(ask, action):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{closed.getsockname()[1]}"
        seen, said = ask(action, url=url)
    assert seen == ("network", "0", 3, 90) and sleeps(said) == 2
    assert "cannot connect: Connection refused" in said["message"]


@pytest.mark.parametrize("action", MEMBERS)
def test_reset_before_the_body_is_repeated(ask, action):
    """In the middle of the TLS handshake: nothing of the request can have left."""
    count = []

    def serve(listener):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            count.append(1)
            with sock:
                sock.recv(65536)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        seen, said = ask(action, url=f"https://127.0.0.1:{listener.getsockname()[1]}")
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert seen == ("network", "0", 3, 90) and sleeps(said) == 2
    assert len(count) == 3


# ---- the clock -----------------------------------------------------------------------------


@pytest.mark.parametrize("action", MEMBERS)
@pytest.mark.parametrize("offset", [1200, -1200, 86400])
def test_a_wrong_clock_is_corrected_once(fake, ask, action, offset):
    fake.control("clock", offset=offset)
    seen, said = ask(action, tokens=0)
    assert seen == ("none", "0", 2, 1) and sleeps(said) == 0
    assert abs(int(said["skew"]) - offset) < 60
    assert [r["code"] for r in fake.requests()] == ["SignatureDoesNotMatch", None]


def not_repeated(fake, said, fault):
    assert (said["fault"], said["attempts"], said["skew"], said["slept"]) == (fault, "1", "0", [])
    assert len(fake.actions()) == 1


@pytest.mark.parametrize("offset", [1200, -1200])
def test_a_date_over_plain_http_is_not_believed(fake, ask, offset):
    fake.control("clock", offset=offset)
    not_repeated(fake, ask("GetUser", url=fake.http)[1], "clock")


def test_a_date_that_is_near(fake, ask):
    fake.control("clock", offset=1200)
    fake.fault("clock", seconds=-1000)
    not_repeated(fake, ask("GetUser")[1], "clock")


@pytest.mark.parametrize("kind, arguments", [("no_date", {}), ("bad_date", {"value": "soon"})])
def test_no_date(fake, ask, kind, arguments):
    fake.control("clock", offset=1200)
    fake.fault(kind, **arguments)
    not_repeated(fake, ask("GetUser")[1], "clock")


def test_a_date_that_lies(fake, ask):
    """The answer to the corrected request has a better one, but once is all there is."""
    fake.control("clock", offset=1200)
    fake.fault("clock", seconds=5000)
    seen, said = ask("GetUser")
    assert seen == ("clock", "0", 2, 100) and sleeps(said) == 0
    assert abs(int(said["skew"]) - 6200) < 60
    assert len(fake.actions()) == 2


# ---- no ------------------------------------------------------------------------------------


def test_a_wrong_secret(fake, ask):
    not_repeated(fake, ask("GetUser", key=(ALL[0], ALL[1][:-1] + "X"))[1], "signature")


def test_denied(fake, call):
    said = call("GetUser", UserName="Erin.Elsewhere@example.com", key=HOST,
                options=["--retry", "100"])
    not_repeated(fake, said, "denied")


@pytest.mark.parametrize("code, status, fault", [
    ("LimitExceeded", 409, "limit"), ("ExpiredToken", 403, "expired"),
    ("ValidationError", 400, "invalid"), ("Unheard", 418, "other")])
def test_another_no(fake, ask, code, status, fault):
    fake.fault("error", status=status, code=code, message="x")
    not_repeated(fake, ask("GetUser")[1], fault)
