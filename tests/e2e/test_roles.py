"""Roles against the fake's STS, through build/tests/e2e/iamcall: it verifies every signature with
botocore, those made with session tokens too, and knows who trusts whom."""

import os

import pytest

from world.iamcall import IAMCALL, iamcall
from world.keys import HOST, shared_file

pytestmark = pytest.mark.skipif(not os.path.exists(IAMCALL),
                                reason=f"skipped: {IAMCALL} is not built (make tests)")

ALICE = "Alice.Smith@example.com"
PEOPLE = "111122223333"
ROLE = f"arn:aws:iam::{PEOPLE}:role/iamlp-provision"
PLAIN = f"arn:aws:iam::{PEOPLE}:role/iamlp-plain"
HERE = "arn:aws:iam::123456789012:role/iamlp-here"
WEB = f"arn:aws:iam::{PEOPLE}:role/service/iamlp-web"


@pytest.fixture
def call(fake, tmp_path):
    """call(OPTION, VALUE..., config=TEXT, then=(ACTION, ...)): what iamcall says."""
    def run(*options, config=None, then=(), sts=True):
        files = {"--credentials": shared_file(), "--config": config}
        for option, text in files.items():
            if text is not None:
                path = tmp_path / option.strip("-")
                path.write_text(text)
                options += (option, str(path))
        options += ("--sts-url", fake.https) if sts else ()
        return iamcall("--url", fake.https, "--ca", fake.ca, "--session-name", "host1", "--choice",
                       "file", *options, *then)
    return run


GET = ("GetUser", f"UserName={ALICE}")
EXTERNAL = ("--external-id", "Example987")


def test_the_role_acts(fake, call):
    status, said = call("--role", ROLE, *EXTERNAL, then=GET)
    assert (status, said["fault"]) == (0, "none"), said
    assert said["Arn"] == f"arn:aws:iam::{PEOPLE}:user/people/{ALICE}"
    assert fake.actions() == ["AssumeRole", "GetUser"]
    assume, got = fake.requests()
    assert assume["key"] == HOST[0]
    assert got["arn"] == f"arn:aws:sts::{PEOPLE}:assumed-role/iamlp-provision/host1"


def test_without_a_role_it_is_another_account(fake, call):
    status, said = call(then=GET)
    assert (status, said["Arn"]) == (0, f"arn:aws:iam::123456789012:user/people/{ALICE}")
    assert fake.actions() == ["GetUser"]


def test_everything_the_role_is_asked_with(fake, call):
    status, said = call("--role", ROLE, *EXTERNAL, "--source-identity", "DOM=5Calice",
                        "--duration", "1800", "--region", "eu-central-1")
    assert status == 0, said
    asked = fake.requests()[0]
    assert asked["region"] == "eu-central-1"
    assert {name: asked["params"].get(name) for name in
            ("RoleSessionName", "ExternalId", "SourceIdentity", "DurationSeconds")} == {
        "RoleSessionName": "host1", "ExternalId": "Example987", "SourceIdentity": "DOM=5Calice",
        "DurationSeconds": "1800"}


REFUSALS = {
    "external id missing": ((), "it may ask for an external_id"),
    "external id wrong": (("--external-id", "Other"), "external_id has to be the one it asks for"),
    "source identity not allowed": (("--role", PLAIN, "--source-identity", "alice"),
                                    "sts:SetSourceIdentity"),
    "no such role": (("--role", f"arn:aws:iam::{PEOPLE}:role/iamlp-none"), "its trust policy has"),
    "too long": (EXTERNAL + ("--duration", "7201"), "STS does not take such"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals_name_the_role_and_the_mend(fake, call, name):
    options, mend = REFUSALS[name]
    wanted = options[options.index("--role") + 1] if "--role" in options else ROLE
    status, said = call(*options, *(() if "--role" in options else ("--role", ROLE)))
    assert (status, said["error"]) == (1, "denied")
    assert said["sentence"].startswith(f"role_arn: role {wanted}: ") and mend in said["sentence"]
    assert HOST[1] not in said["sentence"]
    assert fake.actions() == ["AssumeRole"]


def test_a_profile_of_roles_and_one_on_top(fake, call):
    """host -> iamlp-here (the profile's) is trusted by nobody else; each is asked by the one before."""
    config = f"[profile p]\nrole_arn = {HERE}\nsource_profile = default\nrole_session_name = p1\n"
    status, said = call("--profile", "p", config=config, then=GET)
    assert (status, said["fault"]) == (0, "none"), said
    assert [r["action"] for r in fake.requests()] == ["AssumeRole", "GetUser"]
    fake.control("set_role", account=PEOPLE, role="iamlp-provision", trust={"principals": [HERE], "external_id": "Example987"})
    fake.control("set_role", role="iamlp-here", allow=[{"actions": ["sts:AssumeRole"], "resource": "*"}])
    fake.control("reset_requests")
    status, said = call("--profile", "p", "--role", ROLE, *EXTERNAL, config=config, then=GET)
    assert (status, said["Arn"]) == (0, f"arn:aws:iam::{PEOPLE}:user/people/{ALICE}"), said
    asked = fake.requests()
    assert [r["action"] for r in asked] == ["AssumeRole", "AssumeRole", "GetUser"]
    assert len({r["key"] for r in asked}) == 3 and asked[0]["key"] == HOST[0]
    assert [r["params"].get("ExternalId") for r in asked] == [None, "Example987", None]


def test_a_token_and_no_role_on_top(fake, call, tmp_path):
    (tmp_path / "token").write_text(fake.control("set_web_token"))
    status, said = call("--choice", "web_identity", "--web-token", str(tmp_path / "token"),
                        "--role", WEB, then=GET)
    assert (status, said["Arn"]) == (0, f"arn:aws:iam::{PEOPLE}:user/people/{ALICE}"), said
    assert fake.actions() == ["AssumeRoleWithWebIdentity", "GetUser"]
    assert fake.requests()[0]["key"] is None


# What is set, and which of AWS's hosts is then asked for (through a proxy, which gets no further).
PLACES = [
    ((), "", "sts.us-east-1.amazonaws.com"),
    ((), "eu-west-1", "sts.eu-west-1.amazonaws.com"),
    (("--region", "us-gov-west-1"), "eu-west-1", "sts.us-gov-west-1.amazonaws.com"),
    (("--fips", "yes"), "us-west-2", "sts-fips.us-west-2.amazonaws.com"),
    (("--dualstack", "yes"), "eu-west-1", "sts.eu-west-1.api.aws"),
]


@pytest.mark.parametrize("options, region, host", PLACES)
def test_sts_is_asked_in_its_region(fake, call, options, region, host):
    fake.control("set_proxy", map={f"{host}:443": "https"})
    config = f"[default]\nregion = {region}\n"
    status, said = call("--proxy", fake.proxy, "--role", ROLE, *options, config=config, sts=False)
    assert (status, said["error"]) == (1, "network")
    assert said["sentence"].startswith(f"role_arn: role {ROLE}: not talked to ({host} through proxy")
    assert "AssumeRole" not in fake.actions()


@pytest.mark.parametrize("offset", [-7200, 7200])
def test_a_wrong_clock_is_put_right_for_the_expiry_too(fake, call, offset):
    """A session of an hour seems to be over, or to last for three, by a clock that is two off."""
    fake.control("clock", offset=offset)
    status, said = call("--role", ROLE, *EXTERNAL, "--retry", "500", then=GET)
    assert (status, said.get("fault")) == (0, "none"), said
    assert fake.actions() == ["AssumeRole", "AssumeRole", "GetUser"]
