"""What goes wrong with IMDS in the wild, as the fake plays it; and how botocore takes it."""

import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import HTTPClientError
from botocore.utils import InstanceMetadataFetcher

from fake.caller import Caller
from fake.client import ControlError, Fake

TOKEN = "/latest/api/token"
ROLES = "/latest/meta-data/iam/security-credentials/"
REGION = "/latest/meta-data/placement/region"
TTL = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}


@pytest.fixture
def ask(fake):
    """ask(method, path, headers) -> (status, headers, body as text)"""
    connection = http.client.HTTPConnection(urlsplit(fake.imds).netloc, timeout=10)

    def asked(method, path, headers=None, timeout=10):
        connection.timeout = timeout
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()

    yield asked
    connection.close()


@pytest.fixture
def held(ask):
    """The header with a token, fetched while all was well."""
    return {"X-aws-ec2-metadata-token": ask("PUT", TOKEN, TTL)[2]}


def botocore(fake):
    """What botocore makes of it: {} for nothing."""
    return InstanceMetadataFetcher(timeout=0.5, num_attempts=1, base_url=fake.imds + "/"
                                   ).retrieve_iam_role_credentials()


def test_botocore_finds_the_keys(fake):
    assert botocore(fake)["access_key"] == "ASIAIOSFODNN7EXAMPLE"


@pytest.mark.parametrize("settings", [
    {"mood": mood} for mood in ("no_role", "forbidden", "old", "hop_limit", "foreign", "wrong",
                                "garbage", "html", "unauthorized", "stalled", "error", "drop")])
def test_botocore_finds_none(fake, settings):
    fake.control("set_imds", **settings)
    try:
        found = botocore(fake)
    except (AttributeError, HTTPClientError):  # it takes a page for a token, a list for an object
        found = {}
    assert found == {}
    assert fake.actions()[0] == "imds:token"


def test_nobody_there(fake):
    at = urlsplit(fake.closed)
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect((at.hostname, at.port))


def test_too_many_hops(fake, ask, held):
    """The answer with the token is lost on the way; everything else arrives."""
    fake.control("set_imds", mood="hop_limit")
    with pytest.raises(TimeoutError):
        ask("PUT", TOKEN, TTL, timeout=0.2)
    with Caller(fake.http) as other:
        other.connection.request("GET", REGION, headers=held)
        assert other.connection.getresponse().read() == b"eu-west-1"


def test_a_token_that_wears_out(fake, ask):
    fake.control("set_imds", token_uses=2)
    for _ in range(2):
        held = {"X-aws-ec2-metadata-token": ask("PUT", TOKEN, TTL)[2]}
        assert [ask("GET", ROLES, held)[0] for _ in range(3)] == [200, 200, 401]
    fake.control("set_imds", token="made up")
    assert ask("PUT", TOKEN, TTL)[2] == "made up"
    assert ask("GET", ROLES, {"X-aws-ec2-metadata-token": "made up"})[0] == 401


def test_several_roles(fake, ask, held):
    fake.control("set_imds", role=["first", "second"])
    assert ask("GET", ROLES, held)[2] == "first\nsecond"
    for role, status in (("first", 200), ("second", 200), ("third", 404), ("first\nsecond", 404)):
        path = ROLES + role.replace("\n", "%0a")
        assert ask("GET", path, held)[0] == status
    fake.control("set_imds", role=[])
    assert ask("GET", ROLES, held)[0] == 404


def test_answers_of_another_kind(fake, ask, held):
    def keys(mood, **more):
        fake.control("set_imds", mood=mood, **more)
        return ask("GET", ROLES + "iamlp-host", held)

    assert keys("foreign")[0] == 404 and ask("PUT", TOKEN, TTL)[0] == 404
    status, headers, body = keys("html")
    assert (status, headers["Content-Type"]) == (200, "text/html") and "<html>" in body
    assert ask("PUT", TOKEN, TTL)[2] == body
    assert json.loads(keys("wrong")[2]) == ["these", "are", "no", "keys"]
    status, headers, _ = keys("redirect")
    assert (status, headers["Location"]) == (302, "http://127.0.0.1:9/elsewhere")
    assert keys("empty")[::2] == (200, "")
    assert keys("error", status=429)[0] == 429
    assert len(keys("huge", size=200000)[2]) == 200000
    assert json.loads(keys("unknown")[2])["AccessKeyId"] == "ASIAUNKNOWNS2EXAMPLE"
    found = json.loads(keys("ok", fields={"Code": "Fail\u009bed", "Token": None})[2])
    assert found["Code"] == "Fail\u009bed" and "Token" not in found
    with pytest.raises(ControlError, match="no mood 'sad'"):
        keys("sad")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_over_ipv6(fake, scheme):
    if scheme + "6" not in fake.ready:
        pytest.skip("skipped: no IPv6 on loopback")
    with Caller(fake.ready[scheme + "6"], ca=fake.ca) as caller:
        caller.connection.request("PUT", TOKEN, headers=TTL)
        token = caller.connection.getresponse().read().decode()
        caller.connection.request("GET", ROLES, headers={"X-aws-ec2-metadata-token": token})
        assert caller.connection.getresponse().read() == b"iamlp-host"
        assert caller.call("GetUser").status == 200
    assert fake.requests()[-1]["host"].startswith("[::1]:")


def test_the_same_port_for_both_families(fake, tmp_path):
    if "http6" not in fake.ready:
        pytest.skip("skipped: no IPv6 on loopback")
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        with Fake.start(str(tmp_path), http=True, port=port) as other:
            assert other.http.endswith(f":{port}")
            assert other.ready["http6"] != f"http://[::1]:{port}"
            with Caller(other.ready["http6"]) as caller:
                assert caller.call("GetUser").status == 200
