"""What iamlp does where its standard descriptors are closed, or what it prints cannot be written."""

import json
import os
import subprocess

import pytest

from world.needs import NEEDS_WORLD

pytestmark = NEEDS_WORLD

IAMLP = os.path.abspath(os.path.join(os.environ.get("BUILD", "build"), "iamlp"))
OPERATOR = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
CAROL = "Carol.Diaz@example.com"


def by_shell(words, how, env=None):
    """Run words with their descriptors as the shell's `how` says."""
    return subprocess.run(["/bin/sh", "-c", f'exec "$@" {how}', "sh", *words], text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False,
                          env=OPERATOR if env is None else env)


def test_a_closed_output_is_no_place_to_print_to(fake):
    words = [IAMLP, "get-login-profile", "--user-name", CAROL, "--endpoint-url", fake.http]
    done = by_shell(words, ">&-")
    assert done.returncode == 255 and fake.actions() == ["GetLoginProfile"]
    for how in ("2>&-", "<&-", "<&- 2>&-"):
        done = by_shell([*words, "--debug"], how)
        assert done.returncode == 0 and json.loads(done.stdout)["LoginProfile"]["UserName"] == CAROL


def test_what_a_command_says_with_closed_descriptors(fake, host):
    """It must not get into a socket of ours that took their places."""
    host.configure(id="123456789012")
    done = by_shell([*host.command("provision", f"--from={host.write('people', 'alice')}"),
                     "--apply", "--output", "json", "--deliver", "cat >/dev/null; echo hello"],
                    "<&- 2>&-")
    rows = json.loads(done.stdout)
    assert done.returncode == 0 and [row["result"] for row in rows] == ["created"]
    done = by_shell([*host.command("reset", "alice"), "--endpoint-url", fake.https, "--ca-bundle",
                     fake.ca, "--deliver", "cat >/dev/null; echo hello"], "<&- >&- 2>&-")
    assert host.record(64001)["how"] == "operator", done


@pytest.mark.parametrize("words", [
    ("--help",), ("--version",), ("explain", "alice"), ("explain", "alice", "--json"), ("check",),
    ("check", "--json"), ("status",), ("status", "--json"), ("policy",)])
@pytest.mark.parametrize("how", [">/dev/full", ">&-"])
def test_what_cannot_be_written_is_not_done(host, words, how):
    line = host.command(*words) if words[0] in ("explain", "check", "status") else \
        [IAMLP, *words] + (["--conf", host.conf] if words[0] == "policy" else [])
    done = by_shell(line, how)
    assert done.returncode == 255 and "standard output" in done.stderr, done


def test_a_status_that_is_not_known(host):
    os.chmod(host.state, 0o755)
    done = by_shell(host.command("status", "--json"), "")
    assert done.returncode == 1 and "users" not in json.loads(done.stdout)
