"""Debian's own `aws` with profiles of roles. For those it asks STS by AWS's own names, whatever
--endpoint-url says, so here it comes through the fake's proxy, to a server that has those names."""

import json
import shutil
import subprocess

import pytest

from fake.client import Fake

AWS = "/usr/bin/aws"
PEOPLE, OTHER = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{PEOPLE}:role/iamlp-provision"
ALICE = "Alice.Smith@example.com"
SAN = "DNS:iam.amazonaws.com, DNS:*.amazonaws.com, DNS:*.eu-west-1.amazonaws.com, IP:127.0.0.1"

pytestmark = pytest.mark.skipif(not shutil.which(AWS), reason="skipped: awscli not installed")

CONFIG = f"""\
[profile people]
role_arn = {ROLE}
source_profile = host
external_id = Example987
role_session_name = host1.alice
duration_seconds = 1800
[profile chained]
role_arn = arn:aws:iam::{OTHER}:role/iamlp-chained
source_profile = people
role_session_name = second
[profile stranger]
role_arn = {ROLE}
source_profile = host
[profile instance]
role_arn = {ROLE}
credential_source = Ec2InstanceMetadata
external_id = Example987
role_session_name = third
[profile container]
role_arn = {ROLE}
credential_source = EcsContainer
external_id = Example987
role_session_name = fourth
[profile web]
role_arn = arn:aws:iam::{PEOPLE}:role/service/iamlp-web
role_session_name = fifth
web_identity_token_file = TOKEN
"""
CREDENTIALS = """\
[host]
aws_access_key_id = AKIAI44QH8DHBEXAMPLE
aws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Fake.start(str(tmp_path_factory.mktemp("fake")), san=SAN) as started:
        yield started


@pytest.fixture
def fake(server):
    server.reset()
    server.control("set_proxy", map={"*.amazonaws.com:443": "https"})
    return server


@pytest.fixture
def aws(fake, tmp_path):
    """aws(profile, *arguments) -> (exit code, stdout as JSON or None, stderr)"""
    def write(name, text):
        (tmp_path / name).write_text(text, encoding="ascii")
        return str(tmp_path / name)

    token = write("token", fake.control("set_web_token"))
    environment = {
        "PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8",
        "AWS_CONFIG_FILE": write("config", CONFIG.replace("TOKEN", token)),
        "AWS_SHARED_CREDENTIALS_FILE": write("credentials", CREDENTIALS),
        "AWS_CA_BUNDLE": fake.ca, "HTTPS_PROXY": fake.proxy, "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": fake.http + "/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "authorization-token-EXAMPLE",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": fake.imds + "/"}

    def run(profile, *arguments, **more):
        done = subprocess.run([AWS, "--profile", profile, *arguments], timeout=60, text=True,
                              env={**environment, **more}, capture_output=True, check=False)
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    return run


def assumed(role, session, account=PEOPLE):
    return f"arn:aws:sts::{account}:assumed-role/{role}/{session}"


def test_a_role_on_top_of_keys(fake, aws):
    code, out, err = aws("people", "iam", "get-user", "--user-name", ALICE)
    assert (code, err) == (0, "")
    assert out["User"]["Arn"] == f"arn:aws:iam::{PEOPLE}:user/people/{ALICE}"
    assert [(r["action"], r["host"], r["region"], r["arn"]) for r in fake.requests()] == [
        ("AssumeRole", "sts.eu-west-1.amazonaws.com", "eu-west-1",
         "arn:aws:iam::123456789012:user/host"),
        ("GetUser", "iam.amazonaws.com", "us-east-1", assumed("iamlp-provision", "host1.alice"))]
    assert fake.requests()[0]["params"]["DurationSeconds"] == "1800"
    assert [c["target"] for c in fake.connects()] == [
        "sts.eu-west-1.amazonaws.com:443", "iam.amazonaws.com:443"]


@pytest.mark.parametrize("profile, actions, arn", [
    ("chained", ["AssumeRole", "AssumeRole"], assumed("iamlp-chained", "second", OTHER)),
    ("instance", ["imds:token", "imds:role", "imds:keys", "AssumeRole"],
     assumed("iamlp-provision", "third")),
    ("container", ["container:keys", "AssumeRole"], assumed("iamlp-provision", "fourth")),
    ("web", ["AssumeRoleWithWebIdentity"], assumed("iamlp-web", "fifth")),
])
def test_the_other_ways_to_a_role(fake, aws, profile, actions, arn):
    code, out, err = aws(profile, "sts", "get-caller-identity")
    assert (code, err) == (0, "") and out["Arn"] == arn
    assert fake.actions() == [*actions, "GetCallerIdentity"]


def test_a_role_that_is_refused(fake, aws):
    code, out, err = aws("stranger", "iam", "get-user", "--user-name", ALICE)
    assert (code, out) == (254, None)
    assert err.endswith(
        "An error occurred (AccessDenied) when calling the AssumeRole operation: User:"
        " arn:aws:iam::123456789012:user/host is not authorized to perform: sts:AssumeRole on"
        f" resource: {ROLE}\n")


def test_a_proxy_that_asks_who_it_is(fake, aws):
    fake.control("set_proxy", user="host", password="Proxy-Secret-1")
    code, _, err = aws("people", "sts", "get-caller-identity", AWS_MAX_ATTEMPTS="1")
    assert code != 0 and "Failed to connect to proxy" in err and fake.requests() == []
    assert {c["code"] for c in fake.connects()} == {"credentials"}
    at = fake.proxy.replace("//", "//host:Proxy-Secret-1@")
    code, out, err = aws("people", "sts", "get-caller-identity", HTTPS_PROXY=at)
    assert (code, err, out["Account"]) == (0, "", PEOPLE)
