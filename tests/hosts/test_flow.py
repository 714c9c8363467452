"""First logins from end to end: the hook in sshd or login, and the claim in the first shell."""

import re

import pytest
from rows import BY_KEY, LINES

from world.client import Client
from world.machine import UNIX_PASSWORD
from world.terminal import CLAIM, CONFIRM, OFFER, PROMPT, at_terminal

IAM_USERS = {"alice": "Alice.Smith@example.com", "bob": "Bob.Jones@example.com"}
ASKED = ["GetUser", "GetLoginProfile", "CreateLoginProfile"]


@pytest.fixture
def sshd(machine):
    """As shipped: a session line, the snippet, somebody who listens for claims."""
    machine.stack("sshd", LINES["session"])
    machine.start_sshd()
    return machine


def events(machine):
    return [(e["event"], e["result"]) for e in machine.log.events()]


def has_it(machine, user, saw):
    """The person has seen a password that is theirs, once, and has to change it."""
    assert saw.password and saw.out.count(saw.password.encode()) == 1
    assert saw.password not in "".join(text for _, text in machine.log.lines)
    fake = machine.fake
    assert fake.sign_in(IAM_USERS[user], saw.password) == {"ok": True, "must_change": True}
    assert (machine.record(user)["phase"], machine.record(user)["how"]) == ("done", "shown")
    assert not machine.marked(user)


def second_login_does_nothing(machine, client, plain):
    """plain: a shell's Saw without us."""
    machine.fake.reset_requests()
    helpers, lines = machine.helpers(), len(machine.log.events())
    assert client.shell() == plain
    assert machine.helpers() == helpers and not machine.fake.requests()
    assert len(machine.log.events()) == lines


@pytest.mark.parametrize("key", [key for key, row in BY_KEY.items()
                                 if row.seen == "the claim" and key])
def test_first_shell_shows_it(sshd, key):
    """Every row where the claim is seen; the second login is as one without us."""
    client = Client(sshd)
    if key == "login_hushed_account":
        sshd.write("/home/alice/.hushlogin", "", owner="alice")

    def act(says=()):
        if key.startswith("login"):
            sshd.empty_logins()
            return at_terminal(sshd.inside("login", "alice"), [
                (rb"Password: ", UNIX_PASSWORD), *says, (PROMPT, "echo in; exit")], err=False)
        return getattr(client, key)(says=says)
    sshd.stack("sshd")
    sshd.snippet(False)
    plain = act()
    sshd.snippet(True)
    for service in ("sshd", "login"):
        sshd.stack(service, LINES["account" if key.endswith("_account") else "session"])
    saw = act(CLAIM)
    has_it(sshd, "alice", saw)
    assert sshd.fake.actions() == ASKED
    assert events(sshd) == [("mark", "pending"), ("create", "ok"), ("show", "ok")]
    assert act() == plain and sshd.helpers() == 1 and sshd.fake.actions() == ASKED


@pytest.mark.parametrize("line", ["account", "session"])
def test_created_at_the_login(sshd, line):
    """create = login: one scp, and there is the profile; the first shell shows it."""
    client = Client(sshd, "bob")
    sshd.stack("sshd")
    plain, copied = client.shell(), client.scp()
    sshd.stack("sshd", LINES[line])
    sshd.configure(login="create = login")
    assert client.scp() == copied
    assert sshd.fake.profile(IAM_USERS["bob"])["password_reset_required"]
    assert sshd.fake.actions() == ASKED and sshd.record("bob")["phase"] == "created"
    assert ("create", "ok") in events(sshd) and sshd.marked("bob")
    line = [e for e in sshd.log.events() if e["event"] == "create"][0]
    assert (line["user"], line["service"], line["rhost"]) == ("bob", "sshd", "127.0.0.1")
    has_it(sshd, "bob", client.shell(says=[(CONFIRM, "yes")]))
    assert sshd.fake.actions() == ASKED
    second_login_does_nothing(sshd, client, plain)


def test_scp_first_then_the_claim(sshd):
    client = Client(sshd, "bob")
    sshd.stack("sshd")
    plain = client.shell()
    sshd.stack("sshd", LINES["session"])
    assert client.scp().status == 0 and sshd.marked("bob") and not sshd.fake.requests()
    has_it(sshd, "bob", client.shell(says=CLAIM))
    second_login_does_nothing(sshd, client, plain)


def test_later(sshd):
    """Enter is later: nothing is created, the next shell does not ask; a claim by hand does."""
    client = Client(sshd)
    assert client.shell(says=[(OFFER, "")]).password is None
    assert sshd.record("alice")["phase"] == "later" and not sshd.marked("alice")
    assert "CreateLoginProfile" not in sshd.fake.actions()
    assert b"console" not in client.shell().out
    saw = client.terminal("host", says=[(PROMPT, "iamlp claim"), *CLAIM, (PROMPT, "exit")])
    has_it(sshd, "alice", saw)


def test_claim_of_somebody_else(sshd):
    """An administrator who becomes bob in the own session sees nothing of bob's."""
    assert Client(sshd, "bob").command().status == 7 and sshd.marked("bob")
    for become in ("sudo -i -u bob", "su - bob"):
        says = [(PROMPT, become)] + (
            [(rb"Password: ", UNIX_PASSWORD)] if become.startswith("su ") else []) + [
            (PROMPT, "iamlp claim; exit"), (PROMPT, "exit")]
        saw = Client(sshd, "alice").terminal("host", says=[(OFFER, ""), *says]
                                             if sshd.record("alice") is None else says)
        assert saw.password is None and b"Bob.Jones" not in saw.out, become
        said = b" ".join(saw.out.split()).count(b"log in as bob yourself")
        assert said == 1  # to the claim by hand; the snippet's was quiet
    assert sshd.record("bob")["phase"] == "pending" and sshd.marked("bob")
    assert sshd.fake.profile(IAM_USERS["bob"]) is None


def test_denied_user_and_create_at_login(new_machine):
    """What the man page warns of: the account stack goes on after an earlier required line."""
    for line, made in (("account", True), ("session", False)):
        machine = new_machine()
        machine.gate("sshd", "account required pam_deny.so")
        machine.stack("sshd", LINES[line])
        machine.configure(login="create = login")
        machine.start_sshd()
        assert Client(machine, "bob").command().status != 7
        assert (machine.fake.profile(IAM_USERS["bob"]) is not None) is made
        machine.fake.reset()


@pytest.mark.parametrize("program, term", [("bash -ilc 'echo out; env'", "vt100"),
                                           ("sh -l", "dumb")])
def test_programs_that_open_a_shell(sshd, program, term):
    """Editors that ask a login shell for its environment, TRAMP in its dumb terminal: with a
    mark as without us."""
    says = [(PROMPT, "echo out; env; exit")] if program == "sh -l" else []

    def act():
        saw = Client(sshd).terminal("-t", "host", f"TERM={term} {program}", says=says)
        saw.out = re.sub(rb"(SSH_(CLIENT|CONNECTION)=127.0.0.1) \d+", rb"\1", saw.out)
        return saw
    sshd.stack("sshd")
    sshd.snippet(False)
    plain = act()
    assert b"out" in plain.out and b"HOME=/home/alice" in plain.out
    sshd.snippet(True)
    sshd.stack("sshd", LINES["session"])
    assert act() == plain and sshd.marked("alice")
    assert act() == plain and sshd.marked("alice") and not sshd.fake.requests()


def test_aws_out_of_reach(sshd):
    """create = login: the login goes on, as ever, and the shell asks again."""
    client = Client(sshd)
    sshd.stack("sshd")
    plain = client.command()
    sshd.configure(login="create = login", endpoint="https://127.0.0.1:1")
    sshd.stack("sshd", LINES["session"])
    assert client.command() == plain
    assert sshd.record("alice")["phase"] == "failed"
    assert sshd.fake.profile(IAM_USERS["alice"]) is None
