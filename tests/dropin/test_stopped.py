"""Ctrl-C and other signals, at each place where a command that stands in for aws waits."""

import os
import signal
import subprocess

import pexpect
import pytest

from world.terminal import at_terminal

from .play import ENVIRONMENT
from .table import ALICE, GOOD
from .test_recorded import IAMLP

CREATE = ("create-login-profile", "--user-name", ALICE)


def spawn(fake, *words):
    return pexpect.spawn(IAMLP, [*CREATE, *words, "--endpoint-url", fake.http], timeout=60,
                         env={**ENVIRONMENT, "HOME": "/nonexistent"}, encoding="utf-8")


def ended(child):
    """How: an exit status, or minus a signal."""
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus if child.signalstatus is None else -child.signalstatus


@pytest.mark.parametrize("kind", ["delay_after", "stall"])
@pytest.mark.parametrize("sig, status", [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM),
                                         (signal.SIGHUP, -signal.SIGHUP)])
def test_a_generated_one_that_may_be_in_force_is_shown(fake, sig, status, kind):
    fake.fault(kind, action="CreateLoginProfile", times=-1,
               **({"seconds": 60} if kind == "delay_after" else {}))
    child = spawn(fake, "--generate-password")
    assert fake.wait(received=2, logged=2 if kind == "delay_after" else 1, timeout=60)
    child.kill(sig)
    assert child.expect(r"if it was set, it is this one:\r\nPassword:    (\S+)\r\n") == 0
    password = child.match[1]
    assert ended(child) == status
    if kind == "delay_after":
        assert fake.sign_in(ALICE, password)["ok"]


@pytest.mark.parametrize("sig, status", [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_behind_a_question_signals_end_it_again(fake, sig, status):
    fake.fault("stall", action="CreateLoginProfile", times=-1)
    child = spawn(fake)
    for question in ("New password: ", "New password again: "):
        child.expect(question)
        child.sendline(GOOD)
    assert fake.wait(received=1, timeout=60)
    child.kill(sig)
    assert ended(child) == status


def test_a_credential_process_behind_a_question_can_be_ended(fake, tmp_path):
    """It would inherit what is blocked."""
    (tmp_path / "config").write_text(
        "[default]\nregion = us-east-1\ncredential_process = /bin/sh -c "
        f"'grep -E \"^Sig(Blk|Ign)\" /proc/self/status >{tmp_path}/seen; exit 1'\n")
    env = {k: v for k, v in ENVIRONMENT.items() if "KEY" not in k}
    done = at_terminal([IAMLP, *CREATE, "--endpoint-url", fake.http], err=False,
                       says=[(b"New password: ", GOOD), (b"New password again: ", GOOD)],
                       env={**env, "HOME": "/nonexistent", "AWS_CONFIG_FILE": f"{tmp_path}/config"})
    assert done.status == 255
    blocked, ignored = [int(line.split()[1], 16)
                        for line in (tmp_path / "seen").read_text().splitlines()]
    assert blocked == 0 and not ignored & 1 << (signal.SIGTSTP - 1)


@pytest.mark.parametrize("verb", ["create-login-profile", "update-login-profile"])
def test_a_password_for_standard_input_is_typed_without_echo(fake, verb):
    if verb.startswith("update"):
        fake.control("put_profile", user=ALICE, password="Another-Horse-8")
    saw = at_terminal([IAMLP, verb, "--user-name", ALICE, "--password-stdin", "--endpoint-url",
                       fake.http], env={**ENVIRONMENT, "HOME": "/nonexistent"}, err=False,
                      says=[(b"New password: ", GOOD), (b"New password again: ", GOOD)])
    assert saw.status == 0 and GOOD.encode() not in saw.out and fake.sign_in(ALICE, GOOD)["ok"]


def test_nor_is_one_read_where_it_cannot_be_asked_for(fake):
    master, slave = os.openpty()
    with os.fdopen(master, "wb", 0), os.fdopen(slave, "rb", 0) as terminal:
        done = subprocess.run([IAMLP, *CREATE, "--password-stdin", "--endpoint-url", fake.http],
                              env={**ENVIRONMENT, "HOME": "/nonexistent"}, stdin=terminal,
                              capture_output=True, timeout=60, check=False)
    assert done.returncode == 252 and b"is a terminal" in done.stderr and fake.requests() == []
