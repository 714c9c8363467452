"""The fake as a process: starting, ready.json, ctl, connections, its end."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from urllib.parse import urlsplit

import pytest

from fake.caller import Caller
from fake.client import RUN, Fake

CTL = os.path.join(os.path.dirname(RUN), "ctl")
ALICE = "Alice.Smith@example.com"


def until(condition, seconds=5):
    """Whether it comes true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def alive(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"


def listens(url):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(url).port)) == 0


@pytest.mark.parametrize("options, served", [
    ({}, {"http", "https"}), ({"http": True}, {"http"}), ({"https": True}, {"https"})])
def test_what_is_served_and_its_end(tmp_path, options, served):
    with Fake.start(str(tmp_path), **options) as fake:
        assert {name for name in ("http", "https") if name in fake.ready} == served
        assert fake.ready["pid"] == fake.pid and fake.user(ALICE)
        url = fake.http or fake.https
    assert not os.path.exists(tmp_path / "ready.json") and not listens(url)


def test_a_port_and_a_world_of_ones_own(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    world = {"accounts": [{"id": "210987654321", "partition": "aws-cn", "aliases": [], "users": {
        "zoe": {"login_profile": {"password": "Correct-Horse-7"}}}}]}
    with Fake.start(str(tmp_path), world=world, http=True, port=port) as fake:
        assert fake.http == f"http://127.0.0.1:{port}"
        assert fake.sign_in("zoe", "Correct-Horse-7") == {"ok": True, "must_change": False}
        fake.control("set_key", key="AKIAZOEEXAMPLE", secret="s", arn="arn:aws-cn:iam::210987654321"
                     ":user/zoe", allow=[{"actions": ["*"], "resource": "*"}])
        with Caller(fake.http, "AKIAZOEEXAMPLE", "s") as caller:
            assert caller.call("GetUser").get("Arn") == "arn:aws-cn:iam::210987654321:user/zoe"


def test_an_address_of_ones_own(tmp_path):
    with Fake.start(str(tmp_path), bind="127.0.0.9", san="IP:127.0.0.9") as fake:
        assert fake.http.startswith("http://127.0.0.9:")
        with Caller(fake.https, "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                    ca=fake.ca) as caller:
            assert caller.call("ListUsers").status in (200, 400)
        assert [entry["peer"] for entry in fake.requests()] == ["127.0.0.1"]


def test_it_ends_with_its_parent(tmp_path):
    script = ("import os, sys; sys.path.insert(0, sys.argv[1]); from fake.client import Fake;"
              " print(Fake.start(sys.argv[2], http=True).pid, flush=True); sys.stdin.read()")
    with subprocess.Popen(["/usr/bin/python3", "-B", "-c", script, os.path.dirname(os.path.dirname(
            RUN)), str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.kill()
    assert until(lambda: not os.path.exists(tmp_path / "ready.json"))
    assert until(lambda: not os.path.exists(f"/proc/{pid}") or not alive(pid))


def test_it_stays_when_told_to(tmp_path):
    # The shell waits until it listens: only then is it a parent whose end could be felt.
    script = """
        "$0" --dir "$1" --http --stay >/dev/null 2>&1 &
        until [ -e "$1/ready.json" ]; do sleep 0.02; done"""
    subprocess.run(["/bin/sh", "-c", script, RUN, str(tmp_path)], check=True, timeout=10)
    fake = Fake.attach(str(tmp_path))
    try:
        assert os.path.realpath(f"/proc/{fake.pid}/exe").startswith("/usr/bin/python3")
        assert fake.user(ALICE)
    finally:
        os.kill(fake.pid, signal.SIGTERM)
    assert until(lambda: not listens(fake.http))


def test_ctl(fake):
    directory = os.path.dirname(fake.ready["requests"])

    def ctl(*arguments):
        return subprocess.run([CTL, directory, *arguments], capture_output=True, text=True,
                              timeout=10, check=False)

    assert ctl("get", "https").stdout == fake.https + "\n"
    made = ctl("put_profile", json.dumps({"user": ALICE, "create_date": -60}))
    assert made.returncode == 0 and json.loads(made.stdout) == fake.profile(ALICE)
    with Caller(fake.http) as caller:
        caller.call("GetUser")
    assert json.loads(ctl("requests").stdout) == fake.requests() != []
    wrong = ctl("profile", '{"user": "nobody"}')
    assert wrong.returncode == 1 and "no user nobody" in wrong.stderr and not wrong.stdout
    assert ctl("nonsense").returncode == 1


def test_connections_are_told_apart_and_kept(fake):
    for _ in range(2):
        with Caller(fake.https, ca=fake.ca) as caller:
            for action in ("GetUser", "GetLoginProfile", "ListAccountAliases"):
                caller.call(action, **({} if "List" in action else {"UserName": ALICE}))
    log = fake.requests()
    assert [r["n"] for r in log] == [1, 2, 3, 4, 5, 6]
    assert len({r["connection"] for r in log[:3]}) == len({r["connection"] for r in log[3:]}) == 1
    assert log[0]["connection"] != log[3]["connection"]


def test_what_the_log_tells_of_a_request(fake):
    with Caller(fake.http) as caller:
        body, headers = caller.signed("GetUser", UserName="nobody")
        reply = caller.send(body, {**headers, "User-Agent": "pam_iamlp/0"})
    entry = fake.requests()[0]
    assert abs(entry.pop("time") - time.time()) < 60
    assert entry.pop("connection") > 0
    assert entry == {
        "n": 1, "service": "iam", "action": "GetUser", "params": {"UserName": "nobody"},
        "user_agent": "pam_iamlp/0", "host": urlsplit(fake.http).netloc,
        "arn": "arn:aws:iam::123456789012:user/provisioner", "session": None,
        "source_identity": None, "region": "us-east-1",
        "key": "AKIAIOSFODNN7EXAMPLE", "status": 404, "code": "NoSuchEntity",
        "request_id": reply.get("RequestId"),
        "signed_headers": ["content-type", "host", "x-amz-date"], "tls": False, "acted": False,
            "peer": "127.0.0.1"}
    fake.reset_requests()
    assert fake.requests() == []


@pytest.mark.parametrize("sent", [
    b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"G" * 70000])
def test_what_is_no_http_is_refused(fake, sent):
    with socket.create_connection(("127.0.0.1", urlsplit(fake.http).port), 5) as raw:
        raw.sendall(sent)
        assert raw.recv(4096).startswith(b"HTTP/1.1 4")
        assert raw.recv(4096) == b""
    assert fake.requests() == []


def test_plain_http_to_the_tls_port_does_no_harm(fake):
    raw = http.client.HTTPConnection(urlsplit(fake.https).netloc, timeout=5)
    with pytest.raises((OSError, http.client.HTTPException)):
        raw.request("GET", "/")
        raw.getresponse()
    raw.close()
    with Caller(fake.https, ca=fake.ca) as caller:
        assert caller.call("GetUser").status == 200


def test_a_broken_world_does_not_look_like_a_fault(fake):
    fake.control("set_key", key="AKIAHALFEXAMPLE", secret="s")
    with Caller(fake.http, "AKIAHALFEXAMPLE", "s") as caller:
        reply = caller.call("GetUser")
    assert (reply.status, reply.body[:15]) == (500, b"InternalFailure")


def test_many_at_once_make_one_profile(fake):
    """A hundred hosts race for one user: IAM is the lock."""
    made = [Caller(fake.http) for _ in range(100)]
    for caller in made:
        caller.connection.request("POST", "/", *caller.signed(
            "CreateLoginProfile", UserName=ALICE, Password="Correct-Horse-7"))
    statuses = sorted(caller.connection.getresponse().status for caller in made)
    for caller in made:
        caller.close()
    assert statuses == [200] + [409] * 99
    assert sum(entry["acted"] for entry in fake.requests()) == 1
