"""The instance metadata service of the fake: version 2, its refusals and its moods."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from fake.caller import Caller
from fake.clock import iso

TOKEN = "/latest/api/token"
ROLES = "/latest/meta-data/iam/security-credentials/"
REGION = "/latest/meta-data/placement/region"
TTL = "X-aws-ec2-metadata-token-ttl-seconds"


@pytest.fixture
def ask(fake):
    """ask(method, path, **headers by name) -> (status, body as text)"""
    connection = http.client.HTTPConnection(urlsplit(fake.imds).netloc, timeout=5)

    def asked(method, path, headers=None, timeout=5):
        connection.timeout = timeout
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.read().decode()

    yield asked
    connection.close()


def token(ask, ttl="60"):
    status, body = ask("PUT", TOKEN, {TTL: ttl})
    assert status == 200
    return {"X-aws-ec2-metadata-token": body}


def test_from_token_to_a_request_that_the_keys_sign(fake, ask):
    held = token(ask)
    assert ask("GET", REGION, held) == (200, "eu-west-1")
    assert ask("GET", ROLES, held) == (200, "iamlp-host")
    assert ask("GET", ROLES[:-1], held) == (200, "iamlp-host")
    status, body = ask("GET", ROLES + "iamlp-host", held)
    keys = json.loads(body)
    assert (status, keys["Code"], keys["Type"]) == (200, "Success", "AWS-HMAC")
    assert keys["Expiration"] > iso(fake.requests()[-1]["time"] + 21000)
    with Caller(fake.http, keys["AccessKeyId"], keys["SecretAccessKey"], keys["Token"]) as caller:
        assert caller.call("GetUser", UserName="Alice.Smith@example.com").status == 200
    log = fake.requests()
    assert [r["action"] for r in log] == [
        "imds:token", "imds:region", "imds:role", "imds:role", "imds:keys", "GetUser"]
    assert {r["service"] for r in log[:5]} == {"imds"}
    assert len({r["connection"] for r in log[:5]}) == 1


@pytest.mark.parametrize("headers", [{}, {TTL: "0"}, {TTL: "21601"}, {TTL: "soon"}])
def test_a_token_needs_a_lifetime(ask, headers):
    assert ask("PUT", TOKEN, headers)[0] == 400


def test_a_token_is_needed_and_ends(fake, ask):
    assert ask("GET", ROLES)[0] == 401  # version 1
    assert ask("GET", ROLES, {"X-aws-ec2-metadata-token": "made-up"})[0] == 401
    held = token(ask, "60")
    assert ask("GET", ROLES, held)[0] == 200
    fake.control("clock", offset=61)
    assert ask("GET", ROLES, held)[0] == 401
    assert ask("PUT", TOKEN, {TTL: "60", "X-Forwarded-For": "192.0.2.1"})[0] == 403
    assert ask("GET", TOKEN, {TTL: "60"})[0] == 405


def test_what_is_not_there(ask):
    held = token(ask)
    assert ask("GET", ROLES + "another-role", held)[0] == 404
    assert ask("GET", "/latest/user-data", held)[0] == 404


def test_moods(fake, ask):
    held = token(ask)

    def keys(mood, **more):
        fake.control("set_imds", mood=mood, **more)
        return ask("GET", ROLES + "iamlp-host", held)

    status, body = keys("unauthorized")
    assert status == 200 and json.loads(body)["Code"] == "AssumeRoleUnauthorizedAccess"
    assert "AccessKeyId" not in body and json.loads(body)["Message"]
    assert json.loads(keys("expired")[1])["Expiration"] < iso(fake.requests()[-1]["time"])
    status, body = keys("garbage")
    with pytest.raises(ValueError):
        json.loads(body)
    assert keys("no_role")[0] == 404 and ask("GET", ROLES, held)[0] == 404
    assert keys("forbidden")[0] == 403 and ask("PUT", TOKEN, {TTL: "60"})[0] == 403
    fake.control("set_imds", mood="old")
    assert ask("PUT", TOKEN, {TTL: "60"})[0] == 403
    status, body = keys("ok", expires_in=30)
    assert json.loads(body)["Expiration"] < iso(fake.requests()[-1]["time"] + 32)


def slow(fake, ask):
    fake.control("set_imds", mood="slow", seconds=30)


def stalled(fake, ask):
    fake.control("set_imds", mood="stalled")


@pytest.mark.parametrize("mood", [slow, stalled])
def test_no_answer_in_time(fake, ask, mood):
    mood(fake, ask)
    with pytest.raises(TimeoutError):
        ask("PUT", TOKEN, {TTL: "60"}, timeout=0.2)
    assert fake.actions() == ["imds:token"]


def test_faults_reach_imds_only_when_named(fake, ask):
    fake.fault("throttle")
    fake.fault("error", action="imds:keys", status=500)
    fake.fault("drop_before", action="imds", after=2)
    held = token(ask)
    assert ask("GET", ROLES + "iamlp-host", held)[0] == 500
    with pytest.raises(http.client.RemoteDisconnected):
        ask("GET", ROLES, held)
