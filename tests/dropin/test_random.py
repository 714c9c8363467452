"""Command lines put together at random: iamlp and the AWS CLI agree on what is printed, returned
and sent. The seed is said where they do not."""

import json
import random
import subprocess

import pytest

from .play import ENVIRONMENT, asked, settle
from .table import ALICE, CAROL, GOOD
from .test_live import pytestmark  # noqa: F401
from .test_recorded import IAMLP

VERBS = ("create-login-profile", "get-login-profile", "update-login-profile",
         "delete-login-profile", "update-account-password-policy", "get-account-password-policy")
NAMES = ("--user-name", "--password", "--password-reset-required", "--no-password-reset-required",
         "--cli-input-json", "--generate-cli-skeleton", "--output", "--region", "--no-paginate",
         "--minimum-password-length", "--require-symbols", "--no-hard-expiry", "--max-password-age",
         "--no-cli-pager", "--color", "--cli-read-timeout", "--nothing")
VALUES = (ALICE, CAROL, GOOD, "nobody", "-5", "-1.5", "-", "--", "-x", "a b", "-a b", "", "12", "90",
          "{}", '{"UserName": "%s"}' % CAROL, '{"Password": "%s", "PasswordResetRequired": true}' % GOOD,
          "input", "output", "json", "text", "us-east-1", "off", "30", "file://pw", "help-me", "=", "a=b")
ROUNDS = 100
ENV = {**ENVIRONMENT, "HOME": "/nonexistent"}


def line(dice):
    """Words that often mean something."""
    def option():
        name = dice.choice(NAMES)
        if dice.random() < 0.15:
            name = name[:dice.randint(3, len(name))]
        shape = dice.random()
        if shape < 0.15:
            return [f"{name}={dice.choice(VALUES)}"]
        return [name] if shape < 0.25 else [name, dice.choice(VALUES)]

    verb = dice.choice(VERBS)
    words = [["--user-name", dice.choice((ALICE, CAROL))]] if dice.random() < 0.7 else []
    words += [["--password", GOOD]] if dice.random() < 0.5 else []
    words += [option() for _ in range(dice.randint(0, 3))]
    dice.shuffle(words)
    words.insert(dice.randint(0, len(words)) if dice.random() < 0.2 else 0, [verb])
    return [word for group in words for word in group]


# The AWS CLI in a process of its own, which has not imported another botocore; one for all lines,
# since it takes a second to begin.
AWS = """
import contextlib, io, json, os, sys
from awscli import clidriver
lines, sys.stdin = sys.stdin, open(os.devnull)
for line in lines:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = clidriver.AWSCLIEntryPoint().main(json.loads(line))
    print(json.dumps([status or 0, out.getvalue(), err.getvalue()]), flush=True)
"""


@pytest.fixture(name="aws")
def _aws(tmp_path):
    with subprocess.Popen(["/usr/bin/python3", "-c", AWS], cwd=tmp_path, env=ENV, text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process


def by_aws(words, fake, aws):
    print(json.dumps(["iam", "--endpoint-url", fake.http, *words]), file=aws.stdin, flush=True)
    status, out, err = json.loads(aws.stdout.readline())
    return status, settle(out), asked(fake), err


def by_iamlp(words, fake, folder):
    done = subprocess.run([IAMLP, "--endpoint-url", fake.http, *words], cwd=folder, timeout=60,
                          env=ENV, stdin=subprocess.DEVNULL,
                          capture_output=True, check=False)
    return done.returncode, settle(done.stdout.decode()), asked(fake)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_they_agree(fake, tmp_path, aws, seed):
    (tmp_path / "pw").write_text(GOOD)
    dice = random.Random(seed)
    for number in range(ROUNDS):
        words = line(dice)
        fake.reset()
        *theirs, said = by_aws(words, fake, aws)
        fake.reset()
        ours = by_iamlp(words, fake, tmp_path)
        assert list(ours) == theirs, f"{seed} {number} {words}\n{said}"
