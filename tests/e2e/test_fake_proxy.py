"""The fake's proxy: whom it lets through, where to, what it logs, and how it goes wrong."""

import base64
import socket
import ssl
from urllib.parse import urlsplit

import pytest

from fake.caller import Caller
from fake.client import ControlError

AUTH = "Basic " + base64.b64encode(b"host:Proxy:Secret-1").decode()


def dial(fake, tls=False):
    """A connection to the proxy."""
    at = urlsplit(fake.proxy_tls if tls else fake.proxy)
    sock = socket.create_connection((at.hostname, at.port), 10)
    if tls:
        context = ssl.create_default_context(cafile=fake.ca)
        sock = context.wrap_socket(sock, server_hostname=at.hostname)
    return sock


def ask(sock, line, auth=None):
    """The whole head of the answer to this request line."""
    head = f"{line} HTTP/1.1\r\nHost: {line.split()[1]}\r\nUser-Agent: test/1\r\n"
    if auth:
        head += f"Proxy-Authorization: {auth}\r\n"
    sock.sendall(head.encode() + b"\r\n")
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        piece = sock.recv(1)
        if not piece:
            break
        answer += piece
    return answer.decode("latin-1")


def connect(fake, target=None, auth=None, tls=False):
    """The status of a CONNECT to the target, the fake's https by default."""
    with dial(fake, tls) as sock:
        answer = ask(sock, "CONNECT " + (target or urlsplit(fake.https).netloc), auth)
        return int(answer.split()[1])


def test_a_tunnel_to_aws_by_its_name(fake):
    fake.control("set_proxy", map={"localhost:443": "https"})
    with Caller(fake.https, ca=fake.ca) as caller:
        body, headers = caller.signed("GetUser")
        with dial(fake) as sock:
            assert ask(sock, "CONNECT localhost:443") == (
                "HTTP/1.1 200 Connection established\r\n\r\n")
            context = ssl.create_default_context(cafile=fake.ca)
            caller.connection.sock = context.wrap_socket(sock, server_hostname="localhost")
            assert caller.send(body, headers).status == 200
    assert fake.connects() == [{
        "n": 1, "tls": False, "method": "CONNECT", "target": "localhost:443",
        "host": "localhost:443", "user_agent": "test/1", "user": None, "credentials": False,
        "code": None, "status": 200}]
    assert fake.requests()[0]["tls"] is True
    fake.reset_requests()
    assert fake.connects() == []


@pytest.mark.parametrize("tls", [False, True])
def test_much_goes_through_in_both_directions(fake, tls):
    text = "x" * 300000
    fake.fault("error", message=text, code="Big")
    with Caller(fake.http) as caller:
        body, headers = caller.signed("GetUser", Padding=text)
        with dial(fake, tls) as sock:
            assert " 200 " in ask(sock, "CONNECT " + urlsplit(fake.http).netloc)
            caller.connection.sock = sock
            reply = caller.send(body, headers)
    assert reply.get("Message") == text and len(fake.requests()[0]["params"]["Padding"]) == 300000
    assert fake.connects()[0]["tls"] is tls


def test_user_and_password(fake):
    fake.control("set_proxy", user="host", password="Proxy:Secret-1")
    with dial(fake) as sock:
        answer = ask(sock, "CONNECT localhost:443")
    assert answer.startswith("HTTP/1.1 407 ") and 'Proxy-Authenticate: Basic realm="fake"' in answer
    wrong = "Basic " + base64.b64encode(b"host:Proxy:Secret-2").decode()
    assert [connect(fake, auth=auth) for auth in (wrong, AUTH + "!", AUTH.split()[1], AUTH)] == [
        407, 407, 407, 200]
    assert [(c["user"], c["credentials"], c["code"]) for c in fake.connects()] == [
        (None, False, "credentials"), ("host", True, "credentials"), (None, True, "credentials"),
        (None, True, "credentials"), ("host", True, None)]
    with open(fake.ready["connects"], encoding="utf-8") as file:
        assert "Secret" not in file.read()
    assert fake.requests() == []


@pytest.mark.parametrize("target, status, code", [
    ("192.0.2.1:443", 403, "target"), ("iam.amazonaws.com:443", 403, "target"),
    ("[2001:db8::1]:443", 403, "target"), ("nonsense", 403, "target"),
    ("127.0.0.1:0", 502, "unreachable"), ("127.0.0.1:99999", 502, "unreachable")])
def test_it_leads_nowhere_but_to_loopback(fake, target, status, code):
    assert connect(fake, target) == status
    assert (fake.connects()[0]["target"], fake.connects()[0]["code"]) == (target, code)


def test_nobody_listens_there(fake):
    assert connect(fake, urlsplit(fake.closed).netloc) == 502


def test_targets_may_be_led_elsewhere(fake):
    fake.control("set_proxy", map={"sts.*.amazonaws.com:443": "https", "192.0.2.1:443": 1})
    assert connect(fake, "sts.eu-west-1.amazonaws.com:443") == 200
    assert connect(fake, "iam.amazonaws.com:443") == 403
    assert connect(fake, "192.0.2.1:443") == 502


def test_it_knows_connect_only(fake):
    with dial(fake) as sock:
        assert ask(sock, f"GET {fake.http}/latest").startswith("HTTP/1.1 405 ")
    assert (fake.connects()[0]["method"], fake.connects()[0]["code"]) == ("GET", "method")
    assert fake.requests() == []


def test_moods(fake):
    def answer(mood, **more):
        fake.control("set_proxy", mood=mood, **more)
        with dial(fake) as sock:
            return ask(sock, "CONNECT " + urlsplit(fake.https).netloc)

    assert answer("refuse").startswith("HTTP/1.1 403 Forbidden\r\n")
    assert answer("refuse", status=502).startswith("HTTP/1.1 502 Bad Gateway\r\n")
    assert answer("close") == ""
    assert answer("garbage").startswith("\x16\x03\x01")
    assert answer("slow", seconds=0.01).startswith("HTTP/1.1 200 ")
    fake.control("set_proxy", mood="cut")
    with dial(fake) as sock:
        assert ask(sock, "CONNECT localhost:1").startswith("HTTP/1.1 200 ") and sock.recv(1) == b""
    fake.control("set_proxy", mood="endless")
    with dial(fake) as sock:
        sock.sendall(b"CONNECT localhost:1 HTTP/1.1\r\n\r\n")
        assert sum(len(sock.recv(65536)) for _ in range(64)) > 65536
    fake.control("set_proxy", mood="stall")
    with dial(fake) as sock, pytest.raises(TimeoutError):
        sock.settimeout(0.2)
        ask(sock, "CONNECT localhost:1")
    assert [c["status"] for c in fake.connects()] == [403, 502, None, None, 200, 200, 200, None]
    with pytest.raises(ControlError, match="no mood 'sad'"):
        answer("sad")
    assert fake.requests() == []
