"""iamlp status: the host's parts, and a row for each user."""

import json
import os
import shutil
import socket
import subprocess
import time

import pexpect
import pytest

from world.needs import NEEDS_WORLD
from world.proc import wait_for

pytestmark = NEEDS_WORLD


class Status:
    """A host with state, run and configuration of its own, and what iamlp says of it."""

    def __init__(self, host):
        from world.host import BUILD
        self.host, self.now = host, int(time.time())
        self.run_folder = os.path.join(host.folder, "run")
        os.makedirs(self.run_folder, 0o755)
        self.words = [os.path.join(BUILD, "iamlp"), "status", "--conf", host.conf, "--state",
                      host.state, "--run", self.run_folder]

    def run(self):
        self.last = subprocess.run(self.words, capture_output=True, text=True, timeout=30,
                                   check=False)
        head, _, table = self.last.stdout.partition("\n\n")
        self.parts = {line[:14].strip(): line[15:] for line in head.split("\n")}
        self.rows = [line.split() for line in table.split("\n")[1:-1]]
        return self

    def record(self, uid, name, phase, age, **keys):
        self.host.write_record(uid, phase=phase, name=name, machine="none", service="sshd",
                               changed=self.now - age, **keys)


@pytest.fixture
def status(host):
    return Status(host)


@pytest.fixture
def pamd(tmp_path):
    from world.pamd import PamD
    folder = PamD(str(tmp_path))
    yield folder
    folder.close()


def test_rows_by_name(status):
    who = {"account": "123456789012", "iam_user": "Alice.Smith@example.com"}
    hour = 3600
    status.record(64003, "carol", "later", hour * 3, not_before=status.now + hour * 20 + 60, **who)
    status.record(64001, "alice", "done", hour * 24 * 9, how="operator", **who)
    status.record(64002, "bob", "pending", 300, section="prod", iam_user="Bob.Jones@example.com")
    status.record(64004, "dave", "failed", 60, code="AccessDenied", failures="2",
                  not_before=status.now - 1, **who)
    status.record(64005, "erin", "unmapped", hour)
    status.record(64006, "frank", "lost", hour, told="1", **who)
    rows = status.run().rows
    assert [r[0] for r in rows] == ["alice", "bob", "carol", "dave", "erin", "frank"]
    assert rows[0] == ["alice", "done,", "operator", "9d", "-", *who.values()]
    assert rows[1] == ["bob", "pending", "5m", "claim", "prod", "Bob.Jones@example.com"]
    assert rows[2] == ["carol", "later", "3h", "20h", *who.values()]
    assert rows[3][1:3] == ["failed,", "AccessDenied"] and rows[3][4] == "claim"
    assert rows[4] == ["erin", "unmapped", "60m", "-", "-", "-"]
    assert rows[5][1:4] == ["lost", "60m", "-"]


def test_nobody_yet(status):
    assert "Nobody has logged in or been provisioned here yet." in status.run().last.stdout


def test_what_somebody_has_to_look_at(status):
    status.record(64001, "alice", "pending", 5)
    for name, text in (("64002", "v=1\nphase=done\n"), ("64001.aside.0", "anything"),
                       ("4000000000", "v=2\n")):
        path = os.path.join(status.host.state, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o600)
    os.makedirs(os.path.join(status.host.state, "lock"))
    os.makedirs(os.path.join(status.host.state, "pam.d"))
    rows = status.run().rows[:-2]
    assert "\n\n! 3 of these cannot be read or were set aside" in status.last.stdout
    assert [r[:2] for r in rows] == [["4000000000", "unreadable"], ["alice", "pending"],
                                     ["alice", "set"], ["bob", "unreadable"]]
    assert status.last.returncode == 1


def test_no_control_characters(status):
    status.record(64001, "al%1Bice", "pending", 5, iam_user="A%0AB%1B[2J")
    out = status.run().last.stdout
    assert "al?ice" in out and "A?B?[2J" in out and "\x1b" not in out


def test_a_terminal_has_80_columns(status):
    name, iam_user = "a-name-that-is-longer-than-others", "x" * 64
    status.record(64001, name, "failed", 5, code="EntityTemporarilyUnmodifiable",
                  section="a-section-with-a-long-name", iam_user=iam_user)
    child = pexpect.spawn(status.words[0], status.words[1:], encoding="utf-8", timeout=30,
                          dimensions=(24, 80))
    child.expect(pexpect.EOF)
    child.close()
    table = child.before.partition("\r\n\r\n")[2].split("\r\n")
    assert max(map(len, table)) == 80 and table[1].startswith("a-name-that~ failed, Entity~")
    piped = status.run().last.stdout
    assert name in piped and iam_user in piped and "~" not in piped


def test_no_character_is_cut_in_two(status):
    status.record(64001, "a" * 10 + "\u00e9bc", "pending", 5)
    table = pexpect.spawn(status.words[0], status.words[1:], encoding="utf-8", timeout=30,
                          dimensions=(24, 80)).read()
    assert "\n" + "a" * 10 + "~ " in table, table


def test_the_parts(status, pamd):
    pamd.write("sshd", "account required pam_permit.so\nsession required pam_permit.so\n")
    pamd.write("login", "session optional pam_iamlp.so\n")
    parts = status.run().parts
    assert parts["services"] == "login (session, by hand)"
    assert parts["claim socket"].startswith("! nobody listens")
    assert parts["system user"] == "iamlp" and parts["keyring"] == "usable"
    assert parts["state folder"] == status.host.state and parts["run folder"] == status.run_folder
    assert parts["configuration"].startswith(status.host.conf + ", 6 users")
    pamd.enable("sshd")
    pamd.enable("sshd", "--account")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.join(status.run_folder, "claim.sock"))
        assert status.run().parts["claim socket"].startswith("! nobody listens")
        listener.listen()
        assert "is closed to the people" in status.run().parts["claim socket"]
        os.chmod(listener.getsockname(), 0o666)
        parts = status.run().parts
    assert parts["claim socket"] == os.path.join(status.run_folder, "claim.sock")
    assert parts["services"] == "login (session, by hand), sshd (session), sshd (account)"


@pytest.fixture
def overlaid(status, tmp_path):
    """The run folder on an overlay of two file systems, which numbers files otherwise than it
    tells."""
    layers, lower = tmp_path / "layers", tmp_path / "lower"
    lower.mkdir()
    layers.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0755", "x", layers], check=True)
    for name in ("upper", "work"):
        (layers / name).mkdir()
    subprocess.run(["mount", "-t", "overlay", "x", "-o", f"lowerdir={lower},upperdir={layers}"
                    f"/upper,workdir={layers}/work", status.run_folder], check=True)
    yield
    for path in (status.run_folder, layers):
        subprocess.run(["umount", path], check=True)


@pytest.mark.parametrize("where", ["plain", "overlaid"])
def test_a_helper_that_listens_by_itself(request, status, where):
    if where == "overlaid":
        request.getfixturevalue(where)
    path = os.path.join(status.run_folder, "claim.sock")
    helper = subprocess.Popen(status.host.helper("--listen", path))
    try:
        wait_for(lambda: os.path.exists(path), "iamlp-helper to listen")
        assert status.run().parts["claim socket"] == path
    finally:
        helper.terminate()
        helper.wait(20)
    assert status.run().parts["claim socket"].startswith("! nobody listens")


def test_what_is_amiss(status):
    assert status.run().last.returncode == 1  # nobody listens
    status.host.write("iamlp.conf", "[nosuch]\n")
    os.chmod(status.run_folder, 0o777)
    parts = status.run().parts
    assert parts["configuration"].startswith(f"! {status.host.conf}:1: unknown section [nosuch]")
    assert parts["run folder"].startswith("! ") and "chmod go-w" in parts["run folder"]
    os.chmod(status.host.state, 0o755)
    status.run()
    assert status.last.returncode == 1 and "! " in status.parts["state folder"]
    assert "chmod go-rwx" in status.parts["state folder"]


def test_in_json(status):
    status.record(64001, "alice", "done", 60, how="exists", account="123456789012",
                  iam_user="Alice.Smith@example.com")
    status.record(64002, "bob", "failed", 60, code="AccessDenied", section="prod",
                  not_before=status.now + 60)
    status.host.write_text("64003", "v=2\n")
    status.record(64004, "dave", "pending", 5)
    status.words.append("--json")
    said = json.loads(status.run().last.stdout)
    parts = {p["area"]: p for p in said["parts"]}
    assert parts["keyring"] == {"level": "ok", "area": "keyring", "what": "usable"}
    assert parts["claim socket"]["level"] == "fail"
    assert parts["claim socket"]["mend"].startswith("mend with: systemctl enable")
    alice, bob, carol, dave = said["users"]
    assert dave == {"local_user": "dave", "uid": 64004, "phase": "pending", "next": "claim",
                    "since": status.now - 5}
    assert carol == {"local_user": "carol", "uid": 64003, "phase": "unreadable"}
    assert alice == {"local_user": "alice", "uid": 64001, "phase": "done", "how": "exists",
                     "since": status.now - 60, "account": "123456789012",
                     "iam_user": "Alice.Smith@example.com"}
    assert bob == {"local_user": "bob", "uid": 64002, "phase": "failed", "code": "AccessDenied",
                   "since": status.now - 60, "not_before": status.now + 60, "section": "prod"}
    assert status.last.returncode == 1


def test_usage_and_root(status):
    for words in (["alice"], ["--nosuch"], ["--state"]):
        run = subprocess.run([*status.words[:2], *words], capture_output=True, text=True,
                             check=False)
        assert run.returncode == 252 and "usage: iamlp status" in run.stderr
    run = subprocess.run(["setpriv", "--reuid", "64001", "--regid", "64000", "--clear-groups",
                          shutil.copy(status.words[0], "/dev/shm/iamlp"), "status"],
                         capture_output=True, text=True, check=False)
    assert run.returncode == 255 and "needs root" in run.stderr
