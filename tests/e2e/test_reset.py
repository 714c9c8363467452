"""iamlp reset USER: by the operator's credentials, and this host's record is settled."""

import subprocess

import pytest

from world.needs import NEEDS_WORLD
from world.resets import ALICE, OPERATOR, UID, at_a_terminal, deliver, env, words

pytestmark = NEEDS_WORLD


def test_another_password(fake, host, log):
    first = host.provision("alice", confirm=False).password
    assert host.record(UID)["phase"] == "created"
    status, text, password = at_a_terminal(host)
    assert status == 0 and f"IAM user:    {ALICE}\r\n" in text and "Record:      created" in text
    assert password not in (None, first)
    assert fake.sign_in(ALICE, password) == {"ok": True, "must_change": True}
    assert not fake.sign_in(ALICE, first)["ok"]
    record = host.record(UID)
    assert (record["phase"], record["how"]) == ("done", "operator") and "nonce" not in record
    event = log.events()[-1]
    assert (event["event"], event["result"], event["via"]) == ("reset", "ok", "operator")
    assert not any(password in line for _, line in log.lines)
    arns = {e["arn"] for e in fake.requests() if e["action"] == "UpdateLoginProfile"}
    assert arns == {"arn:aws:iam::123456789012:user/provisioner"}


def test_who_has_none_gets_one_that_fits(fake, host):
    fake.control("set_policy", policy={"MinimumPasswordLength": 40})
    status, _, password = at_a_terminal(host)
    assert status == 0 and len(password) >= 40 and fake.sign_in(ALICE, password)["must_change"]


@pytest.mark.parametrize("answer", ["n", ""])
def test_only_with_a_yes(fake, host, answer):
    before = host.provision("alice", confirm=False).password
    status, text, password = at_a_terminal(host, answer)
    assert status == 1 and password is None and "nothing was changed" in text
    assert host.record(UID)["phase"] == "created" and fake.sign_in(ALICE, before)["ok"]


def test_delivered(fake, host, tmp_path):
    run = deliver(host, f"cat >{tmp_path}/it")
    assert run.returncode == 0, run.stderr
    password = (tmp_path / "it").read_text().rstrip("\n")
    assert fake.sign_in(ALICE, password)["ok"] and password not in run.stdout + run.stderr


def test_what_the_command_knows(host, tmp_path):
    run = deliver(host, f'env >{tmp_path}/env."$IAMLP_TEST"; cat >/dev/null')
    assert run.returncode == 0, run.stderr
    real, test = [dict(line.split("=", 1) for line in (tmp_path / name).read_text().splitlines())
                  for name in ("env.", "env.1")]
    assert {k: v for k, v in real.items() if k.startswith("IAMLP_")} == {
        "IAMLP_USER": "alice", "IAMLP_IAM_USER": ALICE, "IAMLP_ACCOUNT": "123456789012",
        "IAMLP_SIGNIN_URL": "https://123456789012.signin.aws.amazon.com/console",
        "IAMLP_NOTE": ""}
    assert test["IAMLP_USER"] == "iamlp-test" and real["TERM"] == "vt100"
    assert not [name for name in (*real, *test) if name.startswith("AWS_")]


@pytest.mark.parametrize("fault, why", [
    ("cat >/dev/null; exit 3", "exited with 3"), ("true", "has not read the password"),
    ("cat >/dev/null; sleep 60", "took too long")])
def test_not_delivered(fake, host, fault, why):
    run = deliver(host, f'[ -n "$IAMLP_TEST" ] && exec cat >/dev/null; {fault}',
                  more=("--deliver-timeout", "1"))
    assert run.returncode == 1 and why in run.stderr and "reset it again" in run.stderr
    assert fake.profile(ALICE) and host.record(UID)["phase"] == "lost"
    assert not host.marked(UID)


def test_a_command_that_does_not_work_changes_nothing(fake, host):
    run = deliver(host, "cat >/dev/null; exit 3")
    assert run.returncode == 1 and "exited with 3; nothing was changed" in run.stderr
    assert fake.profile(ALICE) is None and fake.actions() == ["GetUser", "GetLoginProfile"]


def test_the_host_s_own_rights_are_not_enough(fake, host):
    keys = {**OPERATOR, "AWS_ACCESS_KEY_ID": "AKIAI44QH8DHBEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"}
    host.provision("alice")
    run = deliver(host, "cat", keys)
    assert run.returncode == 1 and "UpdateLoginProfile: AccessDenied" in run.stderr
    assert "nothing was changed" in run.stderr


def test_credentials_of_another_account(fake, host):
    keys = {**OPERATOR, "AWS_ACCESS_KEY_ID": "AKIAADMIN1111EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYAdmnEXAMPLE"}
    run = deliver(host, "cat", keys)
    assert run.returncode == 1 and "your credentials are of account 111122223333" in run.stderr
    assert fake.actions() == ["GetUser"]


def test_without_credentials(fake, host):
    run = deliver(host, "cat", {"AWS_EC2_METADATA_DISABLED": "true"})
    assert run.returncode == 1 and "nothing was changed" in run.stderr and fake.requests() == []


def test_usage(host):
    run = subprocess.run(words(host), capture_output=True, text=True, stdin=subprocess.DEVNULL,
                         check=False)
    assert run.returncode == 255 and "--deliver COMMAND" in run.stderr
    for seconds in ("241", "0", "-1", "1x", "", "9" * 30):
        run = deliver(host, "cat", more=("--deliver-timeout", seconds))
        assert run.returncode == 252 and "is 1 to 240 seconds" in run.stderr
    run = subprocess.run(host.command("explain", "alice", "--deliver", "x"), capture_output=True,
                         text=True, check=False)
    assert run.returncode == 252
    run = subprocess.run(host.command("reset", "root", "--deliver", "cat"), capture_output=True,
                         text=True, env=env(OPERATOR), check=False)
    assert run.returncode == 1 and "root is not served" in run.stderr
