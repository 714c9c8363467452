"""Claims on a real systemd: the socket unit, login sessions, the hold."""

import os
import re
import shutil
import subprocess

import pytest

from booted import Booted
from fake.fixture import fake, server  # noqa: F401
from world.client import Client
from world.machine import CLEAN, UIDS
from world.needs import OUTSIDE
from world.terminal import CLAIM, CONFIRM, OFFER

SOURCE = os.environ.get("IAMLP_NSPAWN_ROOT", "")
ALICE = "Alice.Smith@example.com"


def unable():
    if not SOURCE:
        return "skipped: IAMLP_NSPAWN_ROOT names no Debian with systemd: tests/nspawn/run makes one"
    if OUTSIDE:
        return OUTSIDE
    return None if shutil.which("systemd-nspawn") else "skipped: needs systemd-nspawn"


pytestmark = [pytest.mark.slow,
              pytest.mark.skipif(unable() is not None, reason=str(unable()))]


@pytest.fixture(scope="module")
def booted(server, tmp_path_factory):  # noqa: F811
    machine = Booted(tmp_path_factory.mktemp("booted"), SOURCE, server)
    yield machine
    machine.close()


@pytest.fixture
def machine(booted, fake):  # noqa: F811
    """Nobody has logged in before, and IAM is as it was."""
    booted.configure()
    for name in UIDS:
        for path in (f"/var/lib/iamlp/{UIDS[name]}", f"/run/iamlp/pending/{UIDS[name]}"):
            if os.path.exists(booted.path(path)):
                os.unlink(booted.path(path))
    return booted


def ssh(machine, user, command, says=()):
    """A command on a terminal of that user's ssh login."""
    return Client(machine, user).terminal("-t", "host", command, says=says)


# ---- what is installed


def test_units_are_as_installed(machine):
    assert machine.active("iamlp-claim.socket")
    modes = {path: os.stat(machine.path(path)).st_mode & 0o7777 for path in
             ("/run/iamlp", "/run/iamlp/pending", "/run/iamlp/claim.sock", "/var/lib/iamlp")}
    assert list(modes.values()) == [0o755, 0o755, 0o666, 0o700], modes
    run = machine.run("systemd-analyze", "verify", "--man=no", "iamlp-claim.socket",
                      "iamlp-claim.service", text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_the_service_is_hardened(machine):
    run = machine.run("systemd-analyze", "security", "--offline=true", "--threshold=25",
                      "/usr/lib/systemd/system/iamlp-claim.service", text=True)
    assert run.returncode == 0, run.stdout


# ---- who may claim


def test_the_first_shell_of_an_ssh_login_shows_it(machine):
    saw = Client(machine, "alice").shell(says=CLAIM)
    assert machine.fake.sign_in(ALICE, saw.password)["must_change"]
    assert (machine.record("alice")["phase"], machine.record("alice")["how"]) == ("done", "shown")
    assert not any(saw.password in line for line in machine.log_lines())


def test_what_the_kernel_says_of_an_ssh_login(machine):
    out = ssh(machine, "alice", "cat /proc/self/loginuid; echo; cat /proc/self/cgroup").out
    assert out.startswith(b"64001\r\n")
    assert re.search(rb"^0::/user\.slice/user-64001\.slice/session-\w+\.scope\r$", out, re.M)


@pytest.mark.parametrize("command", [
    "iamlp claim",
    "tmux -f /dev/null new-session 'iamlp claim'",
    "systemd-run --user --quiet --pty --wait iamlp claim",
    "systemd-run --user --quiet --scope iamlp claim",
], ids=["ssh", "tmux", "service", "scope"])
def test_allowed(machine, command):
    saw = ssh(machine, "alice", command, says=[(OFFER, "")])
    assert b"belongs to" not in saw.out
    assert machine.record("alice")["phase"] == "later"


@pytest.mark.parametrize("command", [
    "sudo su - alice -c 'iamlp claim'",
    "sudo -iu alice iamlp claim",
    "sudo systemd-run --quiet --pty --wait --uid=alice iamlp claim",
    "sudo iamlp claim",
], ids=["su", "sudo", "service", "root"])
def test_refused(machine, command):
    assert ssh(machine, "alice", "true").status == 0
    before = machine.record("alice")
    saw = ssh(machine, "grace", command)
    sentence = {
        "su": rb"belongs to the login of uid 64007 \(grace\), not of alice",
        "-iu": rb"belongs to the login of uid 64007 \(grace\), not of alice",
        "systemd-run": rb"nothing shows that this program belongs to your own login",
        "iamlp": rb"below min_uid",
    }[command.split()[1]]
    assert re.search(sentence, saw.out + saw.err)
    assert ALICE.encode() not in saw.out
    assert machine.record("alice") == before and machine.fake.requests() == []


FLOOD = """
import os, socket, sys
print("begun", flush=True)
kept, count = [], 0
while True:
    s = socket.socket(socket.AF_UNIX)
    s.connect("/run/iamlp/claim.sock")
    kept = kept[-20:] + [s]
    count += 1
    if count == 1000:
        print("flooded", flush=True)
"""


def test_a_flood_by_one_leaves_it_usable_for_another(machine):
    """And a login is what it always is: PID 1 has time to make its session."""
    Client(machine, "bob").shell(says=[(OFFER, "")])
    machine.write("/usr/local/bin/flood", "#!/usr/bin/python3\n" + FLOOD, 0o755)
    with subprocess.Popen(Client(machine, "bob").words("-tt", "host", "flood"), env=CLEAN,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as flood:
        try:
            assert flood.stdout.readline() == b"begun\r\n"
            assert flood.stdout.readline() == b"flooded\r\n"
            saw = ssh(machine, "alice", "cat /proc/self/cgroup; iamlp claim", says=CLAIM)
        finally:
            flood.kill()
    assert b"0::/user.slice/user-64001.slice/session-" in saw.out
    assert machine.fake.sign_in(ALICE, saw.password)["ok"]
    assert machine.active("iamlp-claim.socket")
    assert "iamlp-claim" not in machine.text("systemctl", "--failed", "--plain", "--no-legend")


# ---- the hold


def test_what_the_hook_in_sshd_held_is_shown_by_the_unit(machine):
    machine.configure(login="create = login")
    assert machine.text("systemctl", "show", "--property=KeyringMode", "--value",
                        "iamlp-claim.service") == "private\n"
    assert Client(machine, "alice").ssh("host", "true").status == 0
    assert machine.record("alice")["phase"] == "created"
    # It outlives the login, sshd, the socket and PID 1's memory.
    assert machine.run("systemctl", "daemon-reexec").returncode == 0
    assert machine.run("systemctl", "restart", "ssh", "iamlp-claim.socket").returncode == 0
    machine.wait_for_sshd()
    saw = ssh(machine, "alice", "iamlp claim", says=[(CONFIRM, "yes")])
    assert machine.fake.sign_in(ALICE, saw.password) == {"ok": True, "must_change": True}
    assert machine.fake.actions().count("CreateLoginProfile") == 1
    assert machine.record("alice")["how"] == "shown"
