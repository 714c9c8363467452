"""AssumeRoleWithWebIdentity in the fake: unsigned, for a token that the world knows."""

import base64
import http.client
import json
from urllib.parse import urlencode, urlsplit

import pytest

from fake.caller import FORM, Caller, Reply

PEOPLE = "111122223333"
WEB = f"arn:aws:iam::{PEOPLE}:role/service/iamlp-web"
ALICE = "Alice.Smith@example.com"
NOT_AUTHORIZED = "Not authorized to perform sts:AssumeRoleWithWebIdentity"


@pytest.fixture
def ask(fake):
    """ask(token, **parameters) -> the Reply to an unsigned request"""
    connection = http.client.HTTPConnection(urlsplit(fake.http).netloc, timeout=10)

    def asked(token, **more):
        given = {"Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15", "RoleArn": WEB,
                 "RoleSessionName": "host1.alice", "WebIdentityToken": token, **more}
        connection.request("POST", "/", urlencode(given), {"Content-Type": FORM})
        return Reply(connection.getresponse())

    yield asked
    connection.close()


def test_a_token_becomes_keys(fake, ask):
    token = fake.control("set_web_token")
    reply = ask(token)
    assert reply.status == 200, reply.body
    assert reply.get("Audience") == "sts.amazonaws.com"
    assert reply.get("SubjectFromWebIdentityToken") == "host:web-1"
    assert reply.get("Provider") == "https://oidc.example.com/id/EXAMPLE"
    asked = fake.requests()[0]
    assert (asked["key"], asked["arn"], asked["signed_headers"]) == (None, None, [])
    assert asked["acted"] and asked["params"]["WebIdentityToken"].startswith("sha256:")
    with Caller(fake.http, reply.get("AccessKeyId"), reply.get("SecretAccessKey"),
                reply.get("SessionToken")) as caller:
        # The role's path is no part of a session's name.
        assert caller.call("GetCallerIdentity", "sts").get("Arn") == (
            f"arn:aws:sts::{PEOPLE}:assumed-role/iamlp-web/host1.alice")
        assert caller.call("GetUser", UserName=ALICE).status == 200


def test_what_a_token_looks_like(fake):
    one, two = fake.control("set_web_token"), fake.control("set_web_token", expires=None)
    assert one != two
    head, claims, _ = one.split(".")
    read = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, claims)]
    assert read[0]["alg"] == "RS256" and read[1]["aud"] == "sts.amazonaws.com"
    assert isinstance(read[1]["exp"], int)


@pytest.mark.parametrize("token, more, code, words", [
    ({"expires": -1}, {}, "ExpiredTokenException", "Token expired: current date/time"),
    ({"audience": "somebody.example.com"}, {}, "InvalidIdentityToken", "Incorrect token audience"),
    ({"issuer": "https://evil.example.com"}, {}, "InvalidIdentityToken",
     "No OpenIDConnect provider found in your account for https://evil.example.com"),
    ({"subject": "guest:web-1"}, {}, "AccessDenied", NOT_AUTHORIZED),
    ({}, {"RoleArn": WEB + "s"}, "AccessDenied", NOT_AUTHORIZED),
    ({}, {"RoleArn": f"arn:aws:iam::{PEOPLE}:role/iamlp-provision"}, "InvalidIdentityToken",
     "No OpenIDConnect provider"),
    ({}, {"DurationSeconds": "3601"}, "ValidationError", "MaxSessionDuration"),
    ({}, {"RoleSessionName": "a"}, "ValidationError", "length greater than or equal to 2"),
])
def test_refusals(fake, ask, token, more, code, words):
    reply = ask(fake.control("set_web_token", **token), **more)
    status = 403 if code == "AccessDenied" else 400
    assert (reply.status, reply.code) == (status, code) and words in reply.get("Message")


@pytest.mark.parametrize("token, code, words", [
    ("no-jwt-at-all", "InvalidIdentityToken", "not a valid JWT"),
    ("e30.e30.e30", "InvalidIdentityToken", "Couldn't retrieve verification key"),
    ("abc", "ValidationError", "length greater than or equal to 4"),
    ("x" * 20001, "ValidationError", "length less than or equal to 20000"),
])
def test_what_is_no_token(ask, token, code, words):
    reply = ask(token)
    assert (reply.status, reply.code) == (400, code) and words in reply.get("Message")
    assert token not in reply.body.decode()


def test_a_token_ends_and_goes(fake, ask):
    token = fake.control("set_web_token", token="aaaa.bbbb.cccc", expires=60)
    assert token == "aaaa.bbbb.cccc" and ask(token).status == 200
    fake.control("clock", offset=61)
    assert ask(token).code == "ExpiredTokenException"
    fake.control("clock", offset=0)
    assert ask(token).status == 200
    assert fake.control("remove_web_token", token=token) is True
    assert ask(token).code == "InvalidIdentityToken"


def test_a_source_identity_comes_with_the_token(fake, ask):
    token = fake.control("set_web_token", source_identity="alice")
    reply = ask(token)
    assert reply.get("SourceIdentity") == "alice"
    with Caller(fake.http, reply.get("AccessKeyId"), reply.get("SecretAccessKey"),
                reply.get("SessionToken")) as caller:
        caller.call("GetCallerIdentity", "sts")
    assert fake.requests()[-1]["source_identity"] == "alice"
    fake.control("set_role", account=PEOPLE, role="iamlp-web", trust={"source_identity": False})
    assert ask(token).get("Message") == NOT_AUTHORIZED


def test_the_provider_is_away(fake, ask):
    fake.fault("error", action="AssumeRoleWithWebIdentity", code="IDPCommunicationError")
    token = fake.control("set_web_token")
    reply = ask(token)
    assert (reply.status, reply.code) == (400, "IDPCommunicationError")
    assert ask(token).status == 200
