"""Command lines put together at random: iamlp and the AWS CLI, in this very process, agree on
what is printed, returned and sent. The seed is said where they do not."""

import contextlib
import io
import os
import random
import subprocess

import pytest

from .play import ENVIRONMENT, asked, settle
from .table import ALICE, CAROL, GOOD
from .test_recorded import IAMLP

clidriver = pytest.importorskip("awscli.clidriver", reason="skipped: needs awscli")

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


def by_aws(words, fake):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = clidriver.AWSCLIEntryPoint().main(["iam", "--endpoint-url", fake.http, *words])
    return status or 0, settle(out.getvalue()), asked(fake), err.getvalue()


def by_iamlp(words, fake, folder):
    done = subprocess.run([IAMLP, "--endpoint-url", fake.http, *words], cwd=folder, timeout=60,
                          env={**ENVIRONMENT, "HOME": "/nonexistent"}, stdin=subprocess.DEVNULL,
                          capture_output=True, check=False)
    return done.returncode, settle(done.stdout.decode()), asked(fake)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4, 10))
def test_they_agree(fake, tmp_path, monkeypatch, seed):
    (tmp_path / "pw").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("AWS_") and name != "AWS_DATA_PATH":  # awscli's own
            monkeypatch.delenv(name)
    for name, value in {**ENVIRONMENT, "HOME": "/nonexistent"}.items():
        monkeypatch.setenv(name, value)
    dice = random.Random(seed)
    for number in range(ROUNDS):
        words = line(dice)
        fake.reset()
        *theirs, said = by_aws(words, fake)
        fake.reset()
        ours = by_iamlp(words, fake, tmp_path)
        assert list(ours) == theirs, f"{seed} {number} {words}\n{said}"
