"""STS in the fake: keys of roles across accounts, for callers and for tokens, and their end."""

import pytest

from fake.caller import Caller
from fake.clock import parse
from world.keys import HOST as HOST_KEY

PEOPLE, OTHER = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{PEOPLE}:role/iamlp-provision"
PLAIN = f"arn:aws:iam::{PEOPLE}:role/iamlp-plain"
HERE = "arn:aws:iam::123456789012:role/iamlp-here"
CHAINED = f"arn:aws:iam::{OTHER}:role/iamlp-chained"
WEB = f"arn:aws:iam::{PEOPLE}:role/service/iamlp-web"
HOST = "arn:aws:iam::123456789012:user/host"
ALICE = "Alice.Smith@example.com"
GIVEN = {"RoleSessionName": "host1.alice", "ExternalId": "Example987"}


@pytest.fixture
def host(fake):
    """The caller with the host's key."""
    with Caller(fake.http, *HOST_KEY) as caller:
        yield caller


@pytest.fixture
def imds(fake):
    """The caller with the keys that IMDS hands out: a role's, of the host's account."""
    key = fake.control("state")["keys"]["ASIAIOSFODNN7EXAMPLE"]
    with Caller(fake.http, "ASIAIOSFODNN7EXAMPLE", key["secret"], key["token"]) as caller:
        yield caller


def assume(caller, role=ROLE, **more):
    """The Reply; what is None is left out."""
    given = {"RoleArn": role, **GIVEN, **more}
    return caller.call("AssumeRole", "sts", **{k: v for k, v in given.items() if v is not None})


def session(fake, reply):
    """A caller with the keys in this reply."""
    assert reply.status == 200, reply.body
    return Caller(fake.http, reply.get("AccessKeyId"), reply.get("SecretAccessKey"),
                  reply.get("SessionToken"))


def test_a_role_of_another_account_acts_there(fake, host):
    reply = assume(host, SourceIdentity="alice")
    made = fake.requests()[0]
    assert (made["arn"], made["session"], made["acted"]) == (HOST, None, True)
    assert made["params"]["RoleArn"] == ROLE and made["params"]["SourceIdentity"] == "alice"
    assert reply.get("SourceIdentity") == "alice"
    assert reply.get("AccessKeyId")[:4] == "ASIA" and len(reply.get("AccessKeyId")) == 20
    assert len(reply.get("SecretAccessKey")) == 40
    assert abs(made["time"] + 3600 - parse(reply.get("Expiration"))) < 60
    arn = f"arn:aws:sts::{PEOPLE}:assumed-role/iamlp-provision/host1.alice"
    with session(fake, reply) as caller:
        who = caller.call("GetCallerIdentity", "sts")
        assert (who.get("Arn"), who.get("Account")) == (arn, PEOPLE)
        assert who.get("UserId") == reply.get("AssumedRoleId")
        assert caller.call("GetUser", UserName=ALICE).get("Arn") == (
            f"arn:aws:iam::{PEOPLE}:user/people/{ALICE}")
        assert caller.call("CreateLoginProfile", UserName=ALICE,
                           Password="Correct-Horse-7").status == 200
        assert caller.call("UpdateLoginProfile", UserName=ALICE).code == "AccessDenied"
    assert fake.control("profile", account=PEOPLE, user=ALICE)
    assert fake.profile(ALICE) is None  # the one of the host's account
    for line in fake.requests()[1:]:
        assert (line["arn"], line["session"], line["source_identity"], line["key"]) == (
            arn, "host1.alice", "alice", reply.get("AccessKeyId"))


def denied(action="AssumeRole", role=ROLE, who=HOST):
    return f"User: {who} is not authorized to perform: sts:{action} on resource: {role}"


@pytest.mark.parametrize("role, more, message", [
    (ROLE, {"ExternalId": None}, denied()),
    (ROLE, {"ExternalId": "Example988"}, denied()),
    (ROLE + "s", {}, denied(role=ROLE + "s")),
    (CHAINED, {}, denied(role=CHAINED)),                 # trusts somebody else
    (PLAIN, {"SourceIdentity": "alice"}, denied("SetSourceIdentity", PLAIN)),
    (WEB, {}, denied(role=WEB)),                         # by token only
])
def test_who_may_not(fake, host, role, more, message):
    reply = assume(host, role, **more)
    assert (reply.status, reply.code, reply.get("Message")) == (403, "AccessDenied", message)
    assert not fake.requests()[0]["acted"]


def test_an_external_id_that_nobody_asks_for_is_no_fault(host):
    assert assume(host, PLAIN).status == 200
    assert assume(host, PLAIN, ExternalId=None).status == 200


def test_the_callers_own_permission_counts_across_accounts(fake, host):
    fake.control("set_key", key=HOST_KEY[0], allow=[{"actions": ["iam:*", "ec2:AssumeRole"]}])
    assert assume(host).get("Message") == denied()
    assert assume(host, PLAIN).get("Message") == denied(role=PLAIN)
    assert assume(host, HERE, SourceIdentity="alice").status == 200  # its own account names it
    fake.control("set_key", key=HOST_KEY[0],
                 allow=[{"actions": ["sts:AssumeRole"], "resource": ROLE}])
    assert assume(host).status == 200
    assert assume(host, SourceIdentity="alice").get("Message") == denied("SetSourceIdentity")
    fake.control("set_key", key=HOST_KEY[0], deny=[{"actions": ["sts:*"]}])
    assert assume(host, HERE).get("Message") == denied(role=HERE)


def test_what_a_trust_policy_can_ask_for(fake, host):
    def trust(**trust):
        fake.control("set_role", account=PEOPLE, role="iamlp-provision", trust=trust)

    trust(require_source_identity=True)
    assert assume(host).get("Message") == denied()
    assert assume(host, SourceIdentity="alice").status == 200
    trust(source_identity="al*")
    assert assume(host, SourceIdentity="bob").get("Message") == denied("SetSourceIdentity")
    assert assume(host, SourceIdentity="alice").status == 200
    trust(session_name="host2.*")
    assert assume(host, SourceIdentity="alice").get("Message") == denied()
    assert assume(host, SourceIdentity="alice", RoleSessionName="host2.a").status == 200
    trust(session_name=None, principals=["123456789012"])
    assert assume(host, SourceIdentity="alice").status == 200
    trust(principals=[f"arn:aws:iam::{OTHER}:root"])
    assert assume(host, SourceIdentity="alice").get("Message") == denied()
    assert fake.control("remove_role", account=PEOPLE, role="iamlp-provision") is True
    assert assume(host, SourceIdentity="alice").get("Message") == denied()


@pytest.mark.parametrize("name, value, words", [
    ("RoleSessionName", "a", "length greater than or equal to 2"),
    ("RoleSessionName", "a" * 65, "length less than or equal to 64"),
    ("RoleSessionName", "a b", r"regular expression pattern: [\w+=,.@-]*"),
    ("RoleSessionName", "\u00e4\u00e4", r"regular expression pattern: [\w+=,.@-]*"),
    ("RoleSessionName", None, "Member must not be null"),
    ("SourceIdentity", "a", "length greater than or equal to 2"),
    ("SourceIdentity", "a" * 65, "length less than or equal to 64"),
    ("SourceIdentity", "a/b", r"regular expression pattern: [\w+=,.@-]*"),
    ("SourceIdentity", "aws:alice", r"regular expression pattern: [\w+=,.@-]*"),
    ("ExternalId", "a", "length greater than or equal to 2"),
    ("ExternalId", "a;b", r"regular expression pattern: [\w+=,.@:\/-]*"),
    ("DurationSeconds", "899", "value greater than or equal to 900"),
    ("DurationSeconds", "43201", "value less than or equal to 43200"),
    ("DurationSeconds", "7201", "exceeds the MaxSessionDuration set for this role."),
    ("RoleArn", "arn:aws:iam::1:role/x", "is invalid"),
    ("RoleArn", "short", "length greater than or equal to 20"),
])
def test_parameters(host, name, value, words):
    reply = assume(host, **{name: value})
    assert (reply.status, reply.code) == (400, "ValidationError")
    assert words in reply.get("Message")


@pytest.mark.parametrize("name, value", [
    ("RoleSessionName", "a="), ("RoleSessionName", "_+=,.@-9" * 8), ("SourceIdentity", "a" * 64),
    ("DurationSeconds", "900"), ("DurationSeconds", "7200")])
def test_parameters_at_their_limits(host, name, value):
    assert assume(host, **{name: value}).status == 200


def test_a_chain_lasts_an_hour_and_keeps_its_source_identity(fake, imds):
    reply = assume(imds, DurationSeconds="3601")
    assert reply.code == "ValidationError" and "1 hour session limit" in reply.get("Message")
    first = assume(imds, DurationSeconds="3600", SourceIdentity="alice")
    assert first.status == 200
    arn = f"arn:aws:sts::{PEOPLE}:assumed-role/iamlp-provision/host1.alice"
    with session(fake, first) as caller:
        assert assume(caller, CHAINED, SourceIdentity="mallory").get("Message") == denied(
            "SetSourceIdentity", CHAINED, arn)
        assert assume(caller, CHAINED, SourceIdentity="alice").get("SourceIdentity") == "alice"
        second = assume(caller, CHAINED, RoleSessionName="second")
        assert second.get("SourceIdentity") == "alice"
        fake.control("set_role", account=OTHER, role="iamlp-chained",
                     trust={"source_identity": False})
        assert assume(caller, CHAINED).get("Message") == denied("SetSourceIdentity", CHAINED, arn)
    with session(fake, second) as caller:
        assert caller.call("GetUser", UserName="Heidi.Weber@example.com").status == 200
    last = fake.requests()[-1]
    assert (last["session"], last["source_identity"]) == ("second", "alice")


def test_keys_run_out_on_the_fakes_clock(fake, host):
    with session(fake, assume(host, DurationSeconds="900")) as caller:
        assert caller.call("GetUser", UserName=ALICE).status == 200
        # Shifted so that the signature stays within its quarter of an hour.
        fake.control("clock", offset=890)
        assert caller.call("GetUser", UserName=ALICE).status == 200
        key = caller.credentials.access_key
        fake.control("set_key", key=key, expires=0)
        reply = caller.call("GetUser", UserName=ALICE)
        assert (reply.status, reply.code) == (403, "ExpiredToken")
        fake.control("set_key", key=key, expires=60)
        assert caller.call("GetUser", UserName=ALICE).status == 200


def test_revoked_and_changed(fake, host):
    first, second = assume(host), assume(host)
    with session(fake, first) as one, session(fake, second) as two:
        assert fake.control("revoke", key=first.get("AccessKeyId")) == [first.get("AccessKeyId")]
        assert "explicit deny" in one.call("GetUser", UserName=ALICE).get("Message")
        assert one.call("GetCallerIdentity", "sts").status == 200
        assert two.call("GetUser", UserName=ALICE).status == 200
        fake.control("set_role", account=PEOPLE, role="iamlp-provision", allow=[])
        assert "no identity-based policy" in two.call("GetUser", UserName=ALICE).get("Message")
        assert len(fake.control("revoke", role=ROLE)) == 2
        assert "explicit deny" in two.call("GetUser", UserName=ALICE).get("Message")
    fake.reset()
    with session(fake, second) as caller:
        assert caller.call("GetUser", UserName=ALICE).code == "InvalidClientTokenId"


def test_a_token_of_the_wrong_session_is_no_token(fake, host):
    first, second = assume(host), assume(host)
    with Caller(fake.http, first.get("AccessKeyId"), first.get("SecretAccessKey"),
                second.get("SessionToken")) as caller:
        assert caller.call("GetCallerIdentity", "sts").code == "InvalidClientTokenId"


def test_an_accounts_root_user(fake):
    key = fake.control("state")["keys"]["AKIAROOT11111EXAMPLE"]
    with Caller(fake.http, "AKIAROOT11111EXAMPLE", key["secret"]) as caller:
        who = caller.call("GetCallerIdentity", "sts")
        assert (who.get("Arn"), who.get("UserId"), who.get("Account")) == (
            f"arn:aws:iam::{PEOPLE}:root", PEOPLE, PEOPLE)
        assert caller.call("GetUser", UserName=ALICE).status == 200
        reply = assume(caller)
        assert (reply.code, reply.get("Message")) == (
            "AccessDenied", "Roles may not be assumed by root accounts.")


@pytest.mark.parametrize("name, region, allowed", [
    ("sts.eu-west-1.amazonaws.com", "eu-west-1", True),
    ("sts.eu-west-1.amazonaws.com", "us-east-1", False),
    ("sts.amazonaws.com", "us-east-1", True),
    ("sts.amazonaws.com", "eu-west-1", False),
    ("sts-fips.us-west-2.amazonaws.com:443", "us-west-2", True),
    ("sts.eu-central-1.api.aws", "eu-central-1", True),
    ("sts.cn-north-1.amazonaws.com.cn", "us-east-1", False),
])
def test_a_regional_name_wants_its_region(fake, name, region, allowed):
    with Caller(f"http://{name}", *HOST_KEY, region=region) as signer:
        body, headers = signer.signed("AssumeRole", "sts", RoleArn=ROLE, **GIVEN)
    with Caller(fake.http) as caller:
        reply = caller.send(body, {**headers, "Host": name})
    assert reply.code == (None if allowed else "SignatureDoesNotMatch")
    assert fake.requests()[0]["region"] == region


def test_several_regions(fake):
    fake.control("set_region", service="sts", region=["eu-west-1", "eu-west-3"])
    for region, code in (("eu-west-1", None), ("eu-west-3", None),
                         ("eu-west-2", "SignatureDoesNotMatch")):
        with Caller(fake.http, *HOST_KEY, region=region) as caller:
            assert assume(caller).code == code


def test_faults_reach_sts(fake, host):
    fake.fault("error", action="AssumeRole", code="RegionDisabledException")
    reply = assume(host)
    assert (reply.status, reply.code) == (403, "RegionDisabledException")
    assert host.call("GetUser", UserName=ALICE).code is None
