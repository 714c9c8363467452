"""sshd: three methods, every kind of session, two factors; byte for byte as without us."""

import os
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from rows import LINES, same

from world.client import METHODS, Client
from world.machine import UIDS, Machine
from world.proc import children, is_traced, wait_for
from world.terminal import PROMPT

STATUS = {"command": 7, "command_with_terminal": 7, "shell_without_terminal": 7,
          "no_command": 255}
KINDS = ("shell", "hushlogin", "quiet", "command", "command_with_terminal",
         "shell_without_terminal", "sftp", "scp", "no_command", "forward", "forced")


def measure(folder, installed, fake, method):
    """Every kind of session by one method: what same() found wrong, or None."""
    wrong = {}
    with Machine(folder, installed, fake) as machine:
        machine.start_sshd()
        client = Client(machine, "alice", method)
        for kind in KINDS:
            try:
                saw = same(machine, "sshd", kind, getattr(client, kind))
                assert saw.status == STATUS.get(kind, 0)
                wrong[kind] = None
            except (AssertionError, RuntimeError) as fault:
                wrong[kind] = fault
    return wrong


@pytest.fixture(scope="module")
def measured(installed, server, tmp_path_factory):
    """By method, all at the same time: they mostly wait."""
    with ThreadPoolExecutor(len(METHODS)) as pool:
        began = {method: pool.submit(measure, tmp_path_factory.mktemp(method), installed, server,
                                     method) for method in METHODS}
        return {method: future.result() for method, future in began.items()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_session(measured, method, kind):
    if measured[method][kind]:
        raise measured[method][kind]


@pytest.fixture
def sshd(machine):
    machine.start_sshd()
    return machine


def test_two_factors(sshd):
    """In both orders; a client without the second factor is refused as without us. Before the
    key, the account hook has run for somebody who is not let in: marked, and nothing else."""
    key, both = "publickey", "publickey,keyboard-interactive"
    password = "keyboard-interactive"
    for row, port, methods, status in (
            ("key_first_both", "key_first", both, 0),
            ("key_first_one", "key_first", key, 255),
            ("key_last_both", "key_last", both, 0),
            ("key_last_one_account", "key_last", password, 255),
            ("key_last_one_session", "key_last", password, 255)):
        client = Client(sshd, "alice", methods, port)
        saw = same(sshd, "sshd", row, lambda c=client: c.ssh("host", "echo in"))
        assert saw.status == status, row
        assert (b"Permission denied" in saw.err) == (status == 255), row


@pytest.mark.parametrize("gate", ["pam_nologin.so", "pam_deny.so"])
def test_denied_by_an_earlier_line(sshd, gate):
    """`required` goes on to the lines that follow: the account hook runs, and harms nobody."""
    sshd.write("/etc/nologin", "Closed for the day.\n")
    sshd.gate("sshd", f"account required {gate}")
    client = Client(sshd)
    for row in ("denied_account", "denied_session"):
        saw = same(sshd, "sshd", row, lambda: client.ssh("host", "echo in"))
        assert saw.status in (254, 255) and saw.out == b""


def test_line_in_the_auth_stack(sshd):
    """It locks nobody out, and says in the log where it belongs."""
    client = Client(sshd, "alice", "password")
    assert same(sshd, "sshd", "auth", client.command).status == 7


def test_service_that_is_not_listed(sshd):
    assert same(sshd, "sshd", "unlisted", Client(sshd).command, arguments="services=login debug",
                why="the service is not listed").status == 7


def test_comparison_sees_a_module_that_speaks(sshd):
    """What the table says of silence is worth something only if words would have been seen."""
    client, say = Client(sshd), sshd.probe("pam_say.so")
    seen = {}
    for line in (None, "account", "session"):
        sshd.stack("sshd", *([f"{line} optional {say} {line}-text"] if line else []))
        seen[line] = client.command(), client.shell()
    assert b"account-text" in seen["account"][0].err
    assert b"account-text" in seen["account"][1].out + seen["account"][1].err
    assert b"session-text" in seen["session"][1].out
    assert seen["session"][0] == seen[None][0]  # sshd drops it without a word


def test_a_session_line_and_an_account_line(sshd):
    """With both lines the second finds nothing to do."""
    sshd.stack("sshd", *(LINES[line] for line in ("account", "session")))
    assert Client(sshd).command().status == 7
    assert sshd.helpers() == 1 and sshd.record("alice")["phase"] == "pending"


def test_somebody_who_is_not_served(sshd):
    """The first login maps, the second reads the record; there is never a mark."""
    sshd.stack("sshd", LINES["account"], LINES["session"])
    client = Client(sshd, "grace")
    assert client.terminal("host", says=[(PROMPT, "exit")]).status == 0
    assert sshd.record("grace")["phase"] == "unmapped" and sshd.helpers() == 1
    assert client.command().status == 7
    assert sshd.helpers() == 1 and not sshd.marked("grace") and not sshd.fake.requests()


def traced(machine, act):
    """The system calls of sshd and its children, about processes and names, while act() runs:
    (counts of those that begin or replace a process, lines that name us)."""
    out = os.path.join(machine.folder, "trace")
    tracer = machine.start("strace", "-f", "-qq", "-o", out, "-e", "trace=%process,%file,connect",
                           "-p", str(machine.sshd.pid))
    wait_for(lambda: is_traced(machine.sshd.pid), "strace")
    act()
    wait_for(lambda: not children(machine.sshd.pid), "the session to close")
    machine.stop(tracer)
    with open(out, encoding="utf-8") as file:
        calls = [line.split(None, 1)[1] for line in file]
    os.unlink(out)
    begun = Counter(re.match(r'\w+\([^"]{,5}("[^"]*)?', call).group() for call in calls
                    if re.match(r"(clone3?|v?fork|execve(at)?)\(", call))
    return begun, [call for call in calls
                   if "/iamlp" in call and "security/" not in call]


@pytest.mark.parametrize("user, phase, asked", [
    ("alice", "pending", "/run/iamlp/pending/64001"),
    ("grace", "unmapped", "/etc/iamlp/iamlp.conf")])
@pytest.mark.parametrize("line", ["account", "session"])
def test_second_login_reads_one_record(sshd, line, user, phase, asked):
    """Served or not: one record read, one name looked up, no process more than without us."""
    client = Client(sshd, user)
    sshd.stack("sshd")
    without, named = traced(sshd, client.command)
    assert sum(without.values()) > 1 and named == []
    sshd.stack("sshd", LINES[line])
    assert client.command().status == 7 and sshd.record(user)["phase"] == phase
    begun, named = traced(sshd, client.command)
    assert begun == without
    assert [re.match(r'(\w+)\([^"]*"([^"]*)', call).groups() for call in named] == [
        ("openat", f"/var/lib/iamlp/{UIDS[user]}"), ("newfstatat", asked)]
