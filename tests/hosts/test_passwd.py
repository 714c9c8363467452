"""passwd and chpasswd: the real programs, with our line after the one that changes the password."""

import re

import pytest
from rows import BY_KEY, LINES, same

from world.client import Client
from world.machine import UNIX_PASSWORD
from world.terminal import at_terminal, without_terminal

NEW = "aNother-Pass-77"
AGAIN = [(rb"New password: ", NEW), (rb"Retype new password: ", NEW)]
CURRENT = (rb"Current password: ", UNIX_PASSWORD)

IAM_USER = "Alice.Smith@example.com"


@pytest.fixture
def afresh(machine):
    """A function that gives everybody their old password back, which expires if it is told to."""
    with open(machine.path("/etc/shadow"), encoding="utf-8") as file:
        shadow = file.read()

    def reset(expired=False):
        machine.write("/etc/shadow", shadow, 0o640)
        if expired:
            machine.run("chage", "-d", "0", "alice")
    return reset


def by_alice(machine):
    return at_terminal(machine.inside("passwd", user="alice"), [CURRENT, *AGAIN], err=False)


def created(machine, key, act):
    """act() changes alice's password: with us it creates, and says so in one line more."""
    row = BY_KEY[key]
    assert row.line == "password" and row.does == "creates"
    machine.stack("passwd")
    without = act()
    machine.stack("passwd", LINES["password"])
    machine.forget()
    saw = act()
    said = re.search(rb"^IAM user[^\n]*\n", saw.out, re.M)
    saw.out = saw.out.replace(said.group(), b"")
    assert saw == without
    assert IAM_USER.encode() in said.group() and NEW.encode() not in said.group()
    assert machine.fake.actions() == ["GetUser", "GetLoginProfile", "CreateLoginProfile"]
    assert machine.fake.profile(IAM_USER)["password_reset_required"]
    assert machine.fake.sign_in(IAM_USER, NEW) == {"ok": True, "must_change": True}
    assert machine.record("alice")["phase"] == "done"
    assert machine.record("alice")["how"] == "typed" and not machine.marked("alice")
    assert NEW not in "".join(text for _, text in machine.log.lines)
    machine.fake.reset_requests()
    assert act() == without
    assert machine.helpers() == 1 and not machine.fake.requests()
    return without


def test_passwd_by_the_person(machine, afresh):
    def act():
        afresh()
        return by_alice(machine)
    assert b"updated successfully" in created(machine, "passwd", act).out


def test_passwd_quietly(machine, afresh):
    """The local password is changed."""
    def act():
        afresh()
        says = [CURRENT, *AGAIN]
        return at_terminal(machine.inside("passwd", "-q", user="alice"), says, err=False)
    assert same(machine, "passwd", "passwd_quiet", act, arguments="debug",
                why="PAM_SILENT").status == 0


def test_expired_password_and_a_key(machine, afresh):
    """sshd runs passwd on the person's terminal, and lets them in the next time."""
    machine.start_sshd()

    def act():
        afresh(expired=True)
        return Client(machine).terminal("host", says=[CURRENT, *AGAIN])
    assert b"must change your password" in created(machine, "expired", act).out


def test_expired_password_that_sshd_changes(machine, afresh):
    """sshd has no real uid of the person's, so that even where it is listed nothing is done."""
    machine.start_sshd()
    client = Client(machine, "alice", "keyboard-interactive")
    client.env = {}

    def act():
        afresh(expired=True)
        return client.terminal("host", "echo in", says=[
            (rb"Password: ", UNIX_PASSWORD), (rb"Current password: ", UNIX_PASSWORD), *AGAIN])
    same(machine, "sshd", "expired_sshd", act)
    same(machine, "sshd", "expired_sshd", act, arguments="password_services=sshd debug",
         why="the real uid is not the user's")


def test_passwd_by_root(machine, afresh):
    def act():
        afresh()
        return at_terminal(machine.inside("passwd", "alice"), AGAIN, err=False)
    assert same(machine, "passwd", "passwd_root", act).status == 0
    same(machine, "passwd", "passwd_root", act, arguments="debug",
         why="the real uid is not the user's")


def test_chpasswd(machine, afresh):
    def act():
        afresh()
        return without_terminal(machine.run("chpasswd", input=f"alice:{NEW}\n".encode()))
    assert same(machine, "chpasswd", "chpasswd", act).status == 0
    same(machine, "chpasswd", "chpasswd", act, arguments="debug", why="the service is not listed")
    same(machine, "chpasswd", "chpasswd", act, arguments="password_services=chpasswd debug",
         why="the real uid is not the user's")


def test_failed_change_of_the_local_password(machine, afresh):
    """Nothing is created with a password that is not the person's."""
    afresh()
    machine.stack("passwd", LINES["password"])
    saw = at_terminal(machine.inside("passwd", user="alice"), [(CURRENT[0], "wrong")], err=False)
    assert saw.status != 0 and machine.helpers() == 0 and not machine.fake.requests()
