"""Signatures and permissions: what the fake lets through and with which words it refuses."""

import time

import pytest

from fake.caller import FORM, KEY, SECRET, Caller
from fake.clock import parse_basic
from world.keys import HOST as HOST_KEY

ALICE = "Alice.Smith@example.com"


@pytest.fixture
def call(fake):
    """The default key's caller."""
    with Caller(fake.http) as caller:
        yield caller


# Computed independently of this fake and of botocore's use in it.
GOLDEN_BODY = ("Action=CreateLoginProfile&Version=2010-05-08&UserName=alice"
               "&Password=Sp%20a%2Bce%C3%A9%21~&PasswordResetRequired=true")
GOLDEN = [
    ("iam.amazonaws.com", None, "73a783117c7961a0f3ce2ca0186982fda39c9b5719e0d57146ed1da4256da076"),
    ("iam.amazonaws.com", "TOKENEXAMPLE==",
     "1b2616a6c6ff6509f77b01aea773505df040c8c4367c69ef750799b344e2c426"),
    ("127.0.0.1:15557", None, "40a87178d74a637e84f2e5f8e9d4d1d5d2aaeb45f664d429b2b7805936737479"),
]


@pytest.mark.parametrize("host, token, signature", GOLDEN)
def test_the_golden_signatures_are_accepted_and_only_they(fake, call, host, token, signature):
    fake.control("clock", offset=parse_basic("20150830T123600Z") - time.time())
    signed = "content-type;host;x-amz-date"
    headers = {"Host": host, "Content-Type": FORM, "X-Amz-Date": "20150830T123600Z"}
    if token:
        fake.control("set_key", key="AKIDEXAMPLE", token=token)
        signed += ";x-amz-security-token"
        headers["X-Amz-Security-Token"] = token

    def answer(value):
        headers["Authorization"] = (
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request,"
            f" SignedHeaders={signed}, Signature={value}")
        return call.send(GOLDEN_BODY, headers).code

    assert answer(signature) == "NoSuchEntity"  # past the signature: there is no alice
    assert answer(("0" if signature[0] != "0" else "1") + signature[1:]) == "SignatureDoesNotMatch"


def without(name):
    def change(body, headers):
        headers.pop(name)
        return body, headers
    return change


def replaced(name, old, new):
    def change(body, headers):
        assert old in headers[name]
        headers[name] = headers[name].replace(old, new)
        return body, headers
    return change


def added(name, value):
    def change(body, headers):
        return body, {**headers, name: value}
    return change


@pytest.mark.parametrize("change, status, code, words", [
    (without("Authorization"), 403, "MissingAuthenticationToken", "missing Authentication Token"),
    (replaced("Authorization", "Signature=", "Sig="), 400, "IncompleteSignature", "'Signature'"),
    (replaced("Authorization", "/aws4_request", ""), 400, "IncompleteSignature", "exactly 5"),
    (without("X-Amz-Date"), 400, "IncompleteSignature", "'X-Amz-Date'"),
    (replaced("Authorization", "aws4_request", "aws5_request"), 403, "SignatureDoesNotMatch",
     "valid terminator: 'aws4_request'"),
    (replaced("Authorization", "content-type;", ""), 403, "SignatureDoesNotMatch",
     "'content-type' must be a 'SignedHeader'"),
    (replaced("Authorization", "host;", ""), 403, "SignatureDoesNotMatch",
     "'Host' or ':authority' must be a 'SignedHeader'"),
    (replaced("Authorization", KEY, "AKIANOSUCHEXAMPLE"), 403, "InvalidClientTokenId",
     "The security token included in the request is invalid"),
    (added("X-Amz-Security-Token", ""), 403, "InvalidClientTokenId", "security token"),
    (added("X-Amz-Security-Token", "surplus"), 403, "InvalidClientTokenId", "security token"),
    (replaced("Content-Type", "utf-8", "UTF-8"), 403, "SignatureDoesNotMatch", "we calculated"),
    (lambda body, headers: (body + "&X=1", headers), 403, "SignatureDoesNotMatch", "we calculated"),
    (added("Accept", "text/xml"), 200, None, None),
])
def test_spoiled_requests(fake, call, change, status, code, words):
    reply = call.send(*change(*call.signed("GetUser")))
    assert (reply.status, reply.code) == (status, code)
    assert words is None or words in reply.get("Message")
    assert [r["code"] for r in fake.requests()] == [code]


def test_one_wrong_byte_in_the_secret(fake):
    with Caller(fake.http, secret=SECRET[:-1] + "X") as caller:
        reply = caller.call("GetUser")
    assert (reply.status, reply.code) == (403, "SignatureDoesNotMatch")
    assert reply.get("Message").startswith("The request signature we calculated does not match")
    assert (fake.requests()[0]["key"], fake.requests()[0]["arn"]) == (KEY, None)


@pytest.mark.parametrize("service, region, signs_as, words", [
    ("iam", "eu-west-1", "iam", "Credential should be scoped to a valid region, not 'eu-west-1'."),
    ("iam", "us-east-1", "sts", "Credential should be scoped to correct service: 'iam'."),
    ("sts", "us-east-1", "iam", "Credential should be scoped to correct service: 'sts'."),
    ("sts", "eu-west-1", "sts", None),
])
def test_region_and_service_of_the_scope(fake, service, region, signs_as, words):
    action = {"iam": "GetUser", "sts": "GetCallerIdentity"}[service]
    with Caller(fake.http, region=region) as caller:
        reply = caller.send(*caller.signed(action, service, signs_as))
    assert reply.code == ("SignatureDoesNotMatch" if words else None)
    assert not words or words in reply.get("Message")


def test_the_region_asked_for_is_the_worlds(fake, call):
    fake.control("set_region", service="iam", region="cn-north-1")
    assert call.call("GetUser").code == "SignatureDoesNotMatch"
    with Caller(fake.http, region="cn-north-1") as caller:
        assert caller.call("GetUser").status == 200


@pytest.mark.parametrize("offset, words", [
    (880, None), (-880, None), (920, "Signature expired: "), (-920, "Signature not yet current: ")])
def test_a_quarter_of_an_hour_either_way(fake, call, offset, words):
    fake.control("clock", offset=offset)
    reply = call.call("GetUser")
    assert reply.code == ("SignatureDoesNotMatch" if words else None)
    assert not words or reply.get("Message").startswith(words)


def test_session_tokens(fake):
    session = fake.control("state")["keys"]["ASIAIOSFODNN7EXAMPLE"]

    def code(token):
        with Caller(fake.http, "ASIAIOSFODNN7EXAMPLE", session["secret"], token) as caller:
            return caller.call("GetCallerIdentity", "sts").code

    assert code(session["token"]) is None
    assert code(None) == code("stale") == "InvalidClientTokenId"
    fake.control("set_key", key="ASIAIOSFODNN7EXAMPLE", expired=True)
    assert code(session["token"]) == "ExpiredToken"


NOT_ALLOWED = ("User: arn:aws:iam::123456789012:user/host is not authorized to perform: iam:{0} on"
               " resource: user {1} because no identity-based policy allows the iam:{0} action")


@pytest.mark.parametrize("action, user, allowed", [
    ("GetUser", ALICE, True),
    ("GetUser", "Erin.Elsewhere@example.com", False),  # another path
    ("GetUser", "nobody", False),                      # missing: not NoSuchEntity
    ("CreateLoginProfile", ALICE, True),
    ("CreateLoginProfile", "Frank.Untagged@example.com", False),
    ("UpdateLoginProfile", ALICE, False),
])
def test_what_a_hosts_key_may(fake, action, user, allowed):
    extra = {"Password": "Correct-Horse-7"} if "Create" in action else {}
    with Caller(fake.http, *HOST_KEY) as caller:
        reply = caller.call(action, UserName=user, **extra)
    if allowed:
        assert reply.status == 200
    else:
        assert (reply.status, reply.code) == (403, "AccessDenied")
        assert reply.get("Message") == NOT_ALLOWED.format(action, user)
    assert bool(fake.requests()[0]["acted"]) == allowed


def test_a_deny_wins_and_a_tag_decides(fake):
    fake.control("set_key", key=HOST_KEY[0], deny=[{"actions": ["iam:Get*"], "resource": "*"}])
    with Caller(fake.http, *HOST_KEY) as caller:
        assert "with an explicit deny" in caller.call("GetUser", UserName=ALICE).get("Message")
        fake.control("set_user", user=ALICE, tags={"iamlp:state": "other"})
        reply = caller.call("CreateLoginProfile", UserName=ALICE, Password="Correct-Horse-7")
        assert reply.code == "AccessDenied"


def test_a_role_must_name_the_user(fake):
    session = fake.control("state")["keys"]["ASIAIOSFODNN7EXAMPLE"]
    with Caller(fake.http, "ASIAIOSFODNN7EXAMPLE", session["secret"], session["token"]) as caller:
        reply = caller.call("GetUser")
        assert reply.code == "ValidationError" and "non-User credentials" in reply.get("Message")
        assert caller.call("GetCallerIdentity", "sts").get("Arn").startswith(
            "arn:aws:sts::123456789012:assumed-role/iamlp-host/")
