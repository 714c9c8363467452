"""iamlp reset: what the operator is told before, and what is true when it ends half way."""

import json
import os
import signal

import pexpect
import pytest

from world.needs import NEEDS_WORLD
from world.proc import children
from world.resets import ALICE, ASKED, OPERATOR, UID, at_a_terminal, deliver, env, words

pytestmark = NEEDS_WORLD

ELSEWHERE = {**OPERATOR, "AWS_ACCESS_KEY_ID": "AKIAADMIN1111EXAMPLE",
             "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYAdmnEXAMPLE"}


def begin(host, *more):
    """At the question, which is answered with yes."""
    line = words(host, *more)
    child = pexpect.spawn(line[0], line[1:], encoding="utf-8", timeout=60, dimensions=(24, 1000),
                          env=env(OPERATOR))
    child.expect(ASKED)
    child.sendline("y")
    return child


def test_the_account_is_said_where_this_host_does_not_know_it(fake, host):
    status, text, _ = at_a_terminal(host, "n", keys=ELSEWHERE)
    assert status == 1 and "Account:     111122223333, by your credentials" in text
    assert "UpdateLoginProfile" not in fake.actions()
    run = deliver(host, "cat", keys=ELSEWHERE, known=False)
    assert run.returncode == 1 and "set id in" in run.stderr and "nothing was changed" in run.stderr
    assert "UpdateLoginProfile" not in fake.actions()


@pytest.mark.parametrize("user, asked", [
    ("alice", "has no console password"), ("bob", "stops working"), ("dave", "was taken away")])
def test_what_there_is_is_said(fake, host, user, asked):
    fake.control("put_profile", user="Bob.Jones@example.com", password="Another-Horse-8")
    line = [user if word == "alice" else word for word in words(host)]
    child = pexpect.spawn(line[0], line[1:], encoding="utf-8", timeout=60, dimensions=(24, 1000),
                          env=env(OPERATOR))
    child.expect(ASKED)
    assert asked in child.before
    child.sendline("n")
    child.expect(pexpect.EOF)


def test_the_sign_in_page_is_the_configured_one(host, tmp_path):
    host.configure(id="123456789012", signin_url="https://acme.example.com/console")
    run = deliver(host, f'echo "$IAMLP_SIGNIN_URL" >{tmp_path}/url; cat >/dev/null', known=False)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "url").read_text() == "https://acme.example.com/console\n"


def test_killed_while_it_is_set(fake, host):
    """No claim and no provision shows a password that may be no good any more."""
    first = host.provision("alice", confirm=False).password
    fake.reset_requests()
    fake.fault("delay_after", action="UpdateLoginProfile", seconds=60)
    child = begin(host)
    assert fake.wait(logged=4, timeout=60)
    assert host.record(UID)["phase"] == "lost"
    child.kill(signal.SIGKILL)
    child.expect(pexpect.EOF)
    assert not fake.sign_in(ALICE, first)["ok"]
    seen = host.provision("alice")
    assert seen.password is None and "no longer held" in seen.text
    assert host.record(UID)["phase"] == "lost"


def test_interrupted_while_it_is_set(fake, host):
    fake.fault("delay_after", action="CreateLoginProfile", seconds=60)
    child = begin(host)
    assert fake.wait(logged=5, timeout=60)
    child.sendintr()
    assert child.expect(r"if it was set, it is this one:\r\nPassword:    (\S+)\r\n") == 0
    password = child.match[1]
    child.expect(pexpect.EOF)
    child.close()
    assert child.signalstatus == signal.SIGINT and fake.sign_in(ALICE, password)["ok"]
    assert host.record(UID)["phase"] == "lost"


def test_signals_end_it_while_nothing_has_been_changed(fake, host):
    fake.fault("stall", action="GetAccountPasswordPolicy")
    child = begin(host)
    assert fake.wait(received=3, timeout=60)
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert child.signalstatus == signal.SIGINT and host.record(UID) is None


@pytest.mark.parametrize("phase", [None, "created"])
def test_what_was_not_changed_is_put_back(fake, host, phase):
    if phase:
        host.provision("alice", confirm=False)
    before = host.record(UID)
    for action in ("UpdateLoginProfile", "CreateLoginProfile"):
        fake.fault("error", action=action, status=403, code="AccessDenied", message="no", times=-1)
    status, text, _ = at_a_terminal(host)
    assert status == 1 and "AccessDenied: no; nothing was changed" in text
    assert host.record(UID) == before and (before or {}).get("phase") == phase


def test_without_an_answer_nobody_is_said_to_have_it(fake, host):
    host.provision("alice", confirm=False)
    fake.fault("drop_after", action="UpdateLoginProfile", times=-1)
    status, text, password = at_a_terminal(host)
    assert status == 1 and "AWS has not answered" in text and fake.sign_in(ALICE, password)["ok"]
    assert host.record(UID)["phase"] == "lost" and not host.marked(UID)


def test_while_somebody_else_is_at_work(fake, host):
    line = words(host)
    child = pexpect.spawn(line[0], line[1:], encoding="utf-8", timeout=60, env=env(OPERATOR))
    child.expect(ASKED)
    run = deliver(host, "cat >/dev/null")
    assert run.returncode == 1 and f"update-login-profile --user-name {ALICE}" in run.stderr
    child.close(force=True)


def test_a_host_that_is_not_ready_any_more(fake, host):
    """As after five minutes at the question: the helper has let go of the record."""
    line = words(host)
    child = pexpect.spawn(line[0], line[1:], encoding="utf-8", timeout=60, dimensions=(24, 1000),
                          env=env(OPERATOR))
    child.expect(ASKED)
    for pid in children(child.pid):
        os.kill(pid, signal.SIGKILL)
    child.sendline("y")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1 and "nothing was changed" in child.before
    assert fake.profile(ALICE) is None and host.record(UID) is None


@pytest.mark.parametrize("owner, more, runs", [
    (0, {}, True), (64001, {}, False), (64001, {"SUDO_UID": "64001"}, True),
    (64001, {"SUDO_UID": "64002"}, False)])
def test_whose_programs_root_runs(fake, host, tmp_path, owner, more, runs):
    """HOME may have been kept by sudo or su."""
    keys = json.dumps({"Version": 1, "AccessKeyId": OPERATOR["AWS_ACCESS_KEY_ID"],
                       "SecretAccessKey": OPERATOR["AWS_SECRET_ACCESS_KEY"]})
    (tmp_path / "keys").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\necho '{keys}'\n")
    (tmp_path / "keys").chmod(0o755)
    config = tmp_path / "config"
    config.write_text(f"[default]\nregion = us-east-1\ncredential_process = {tmp_path}/keys\n")
    os.chown(config, owner, owner)
    run = deliver(host, "cat >/dev/null", keys={"AWS_CONFIG_FILE": str(config), **more})
    assert (run.returncode == 0) == runs == (tmp_path / "ran").exists(), run.stderr
    assert runs or "root does not run" in run.stderr
