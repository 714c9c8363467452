"""Debian's own `aws` against the fake: it reads every answer as it reads AWS's."""

import json
import shutil
import subprocess

import pytest

from fake.caller import KEY, SECRET

AWS = "/usr/bin/aws"
ALICE = "Alice.Smith@example.com"
GOOD = "Correct-Horse-7"

pytestmark = pytest.mark.skipif(not shutil.which(AWS), reason="skipped: awscli not installed")


def aws(fake, *arguments, tls=False, ca=None, key=KEY, secret=SECRET, token=None):
    """(exit code, stdout as JSON or None, stderr). key=None: it asks the fake's IMDS for keys."""
    environment = {
        "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "AWS_ACCESS_KEY_ID": key or "",
        "AWS_SECRET_ACCESS_KEY": secret, "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true", "LC_ALL": "C.UTF-8"}
    if token is not None:
        environment["AWS_SESSION_TOKEN"] = token
    if key is None:
        del environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
        environment["AWS_EC2_METADATA_DISABLED"] = "false"
        environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = fake.imds + "/"
    where = ["--endpoint-url", fake.https, "--ca-bundle", ca or fake.ca] if tls else \
            ["--endpoint-url", fake.http]
    done = subprocess.run([AWS, *where, *arguments], env=environment, capture_output=True,
                          text=True, timeout=30, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def error(code, operation, message):
    return f"An error occurred ({code}) when calling the {operation} operation: {message}\n"


def test_a_profile_from_create_to_delete_over_tls(fake):
    code, out, err = aws(fake, "iam", "create-login-profile", "--user-name", ALICE, "--password",
                         GOOD, "--password-reset-required", tls=True)
    assert (code, err) == (0, "")
    made = out["LoginProfile"]
    assert made["UserName"] == ALICE and made["PasswordResetRequired"] is True
    assert made["CreateDate"].replace("+00:00", "Z") == fake.profile(ALICE)["create_date"]
    assert fake.sign_in(ALICE, GOOD) == {"ok": True, "must_change": True}

    assert aws(fake, "iam", "update-login-profile", "--user-name", ALICE,
               "--no-password-reset-required", tls=True) == (0, None, "")
    code, out, _ = aws(fake, "iam", "get-login-profile", "--user-name", ALICE, tls=True)
    assert (code, out["LoginProfile"]["PasswordResetRequired"]) == (0, False)

    assert aws(fake, "iam", "delete-login-profile", "--user-name", ALICE, tls=True) == (0, None, "")
    code, out, err = aws(fake, "iam", "get-login-profile", "--user-name", ALICE)
    assert (code, out) == (254, None)
    assert err.endswith(error("NoSuchEntity", "GetLoginProfile",
                              f"Login Profile for User {ALICE} cannot be found."))
    assert [r["tls"] for r in fake.requests()] == [True] * 4 + [False]


@pytest.mark.parametrize("arguments, kind, operation, message", [
    (("create-login-profile", "--user-name", "Carol.Diaz@example.com", "--password", GOOD),
     "EntityAlreadyExists", "CreateLoginProfile",
     "Login Profile for user Carol.Diaz@example.com already exists."),
    (("get-user", "--user-name", "nobody"), "NoSuchEntity", "GetUser",
     "The user with name nobody cannot be found."),
    (("create-login-profile", "--user-name", ALICE, "--password", "short1A"),
     "PasswordPolicyViolation", "CreateLoginProfile", "Password should have a minimum length of 8"),
    (("get-login-profile", "--user-name", "x" * 65), "ValidationError", "GetLoginProfile",
     f"1 validation error detected: Value '{'x' * 65}' at 'userName' failed to satisfy constraint:"
     " Member must have length less than or equal to 64"),
    (("get-account-password-policy",), "NoSuchEntity", "GetAccountPasswordPolicy",
     "The Password Policy with domain name 123456789012 cannot be found."),
    (("list-groups",), "InvalidAction", "ListGroups",
     "Could not find operation ListGroups for version 2010-05-08"),
])
def test_refusals_reach_stderr_word_for_word(fake, arguments, kind, operation, message):
    code, out, err = aws(fake, "iam", *arguments)
    assert (code, out) == (254, None)
    assert err.endswith(error(kind, operation, message))


def test_a_wrong_secret_and_a_wrong_token(fake):
    code, _, err = aws(fake, "iam", "get-user", secret=SECRET[:-1] + "Z")
    assert code == 254
    assert "(SignatureDoesNotMatch)" in err and "The request signature we calculated" in err
    session = fake.control("state")["keys"]["ASIAIOSFODNN7EXAMPLE"]
    for token, expected in ((session["token"], 0), ("another", 254)):
        code, _, err = aws(fake, "sts", "get-caller-identity", key="ASIAIOSFODNN7EXAMPLE",
                           secret=session["secret"], token=token)
        assert code == expected
    assert "(InvalidClientTokenId)" in err


def test_the_fakes_clock_decides_about_signatures(fake):
    fake.control("clock", offset=3600)
    code, _, err = aws(fake, "iam", "get-user")
    assert code == 254 and "(SignatureDoesNotMatch)" in err and "Signature expired: 2" in err


def test_another_ca_is_not_trusted(fake):
    code, _, err = aws(fake, "iam", "get-user", tls=True, ca=fake.wrong_ca)
    assert code != 0 and "CERTIFICATE_VERIFY_FAILED" in err
    assert fake.requests() == []


def test_policy_aliases_identity_and_tags(fake):
    assert aws(fake, "iam", "update-account-password-policy", "--minimum-password-length", "16",
               "--require-symbols", "--max-password-age", "90") == (0, None, "")
    code, out, _ = aws(fake, "iam", "get-account-password-policy")
    assert code == 0 and out["PasswordPolicy"] == {
        "MinimumPasswordLength": 16, "RequireSymbols": True, "RequireNumbers": False,
        "RequireUppercaseCharacters": False, "RequireLowercaseCharacters": False,
        "AllowUsersToChangePassword": False, "ExpirePasswords": True, "MaxPasswordAge": 90}
    assert aws(fake, "iam", "list-account-aliases")[1] == {"AccountAliases": ["example"]}
    code, out, _ = aws(fake, "sts", "get-caller-identity")
    assert (out["Account"], out["Arn"]) == (
        "123456789012", "arn:aws:iam::123456789012:user/provisioner")
    assert aws(fake, "iam", "tag-user", "--user-name", ALICE, "--tags",
               "Key=iamlp:state,Value=done") == (0, None, "")
    user = aws(fake, "iam", "get-user", "--user-name", ALICE)[1]["User"]
    assert user["Tags"] == [{"Key": "iamlp:state", "Value": "done"}]
    assert user["Path"] == "/people/" and "PasswordLastUsed" not in user


def test_keys_from_the_metadata_service(fake):
    code, out, err = aws(fake, "sts", "get-caller-identity", key=None)
    assert (code, err) == (0, "") and ":assumed-role/iamlp-host/" in out["Arn"]
    assert fake.actions() == ["imds:token", "imds:role", "imds:keys", "GetCallerIdentity"]
    assert fake.requests()[-1]["key"] == "ASIAIOSFODNN7EXAMPLE"


def test_a_client_that_retries_is_told_that_its_own_profile_exists(fake):
    fake.fault("drop_after", action="CreateLoginProfile")
    code, _, err = aws(fake, "iam", "create-login-profile", "--user-name", ALICE, "--password",
                       GOOD)
    assert code == 254 and "(EntityAlreadyExists)" in err
    assert [r["acted"] for r in fake.requests()] == [True, False]
    assert fake.sign_in(ALICE, GOOD)["ok"]
