"""Debian's own `aws` against the fake's STS: roles and tokens."""

import json
import shutil
import subprocess

import pytest



AWS = "/usr/bin/aws"
PEOPLE = "111122223333"
ROLE = f"arn:aws:iam::{PEOPLE}:role/iamlp-provision"
WEB = f"arn:aws:iam::{PEOPLE}:role/service/iamlp-web"

pytestmark = pytest.mark.skipif(not shutil.which(AWS), reason="skipped: awscli not installed")

CREDENTIALS = """\
[host]
aws_access_key_id = AKIAI44QH8DHBEXAMPLE
aws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY
"""


@pytest.fixture
def aws(fake, tmp_path):
    """aws(*arguments) -> (exit code, stdout as JSON or None, stderr), with the files above."""
    def write(name, text):
        (tmp_path / name).write_text(text, encoding="ascii")
        return str(tmp_path / name)

    environment = {
        "PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8",
        "AWS_SHARED_CREDENTIALS_FILE": write("credentials", CREDENTIALS),
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true"}

    def run(*arguments, **more):
        done = subprocess.run([AWS, *arguments], env={**environment, **more}, capture_output=True,
                              text=True, timeout=60, check=False)
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    return run


def test_assume_role(fake, aws):
    code, out, err = aws(
        "--endpoint-url", fake.http, "--profile", "host", "sts", "assume-role", "--role-arn", ROLE,
        "--role-session-name", "host1.alice", "--external-id", "Example987",
        "--source-identity", "alice", "--duration-seconds", "900")
    assert (code, err) == (0, "")
    assert out["SourceIdentity"] == "alice" and out["AssumedRoleUser"]["Arn"] == (
        f"arn:aws:sts::{PEOPLE}:assumed-role/iamlp-provision/host1.alice")
    keys = out["Credentials"]
    code, out, err = aws("--endpoint-url", fake.http, "sts", "get-caller-identity",
                         AWS_ACCESS_KEY_ID=keys["AccessKeyId"],
                         AWS_SECRET_ACCESS_KEY=keys["SecretAccessKey"],
                         AWS_SESSION_TOKEN=keys["SessionToken"])
    assert (code, err, out["Account"]) == (0, "", PEOPLE)


def test_a_refusal_reaches_stderr_word_for_word(fake, aws):
    code, out, err = aws(
        "--endpoint-url", fake.http, "--profile", "host", "sts", "assume-role", "--role-arn", ROLE,
        "--role-session-name", "host1.alice")
    assert (code, out) == (254, None)
    assert err.endswith(
        "An error occurred (AccessDenied) when calling the AssumeRole operation: User:"
        " arn:aws:iam::123456789012:user/host is not authorized to perform: sts:AssumeRole on"
        f" resource: {ROLE}\n")


def test_assume_role_with_web_identity(fake, aws):
    token = fake.control("set_web_token")
    arguments = ("--endpoint-url", fake.http, "sts", "assume-role-with-web-identity", "--role-arn",
                 WEB, "--role-session-name", "host1.alice", "--web-identity-token")
    code, out, err = aws(*arguments, token)
    assert (code, err) == (0, "") and out["SubjectFromWebIdentityToken"] == "host:web-1"
    assert out["Credentials"]["AccessKeyId"].startswith("ASIA")
    code, _, err = aws(*arguments, fake.control("set_web_token", expires=-1))
    assert code == 254 and "(ExpiredTokenException)" in err
    assert fake.requests()[0]["key"] is None
