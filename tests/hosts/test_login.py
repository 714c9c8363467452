"""login, su, sudo and cron: the real programs, as without us."""

import os
import re

import pytest
from rows import same

from world.machine import UNIX_PASSWORD
from world.proc import wait_for
from world.terminal import PROMPT, at_terminal

PASSWORD = (rb"Password: ", UNIX_PASSWORD)
SHELL = (PROMPT, "echo in; exit")


def test_login(machine):
    """On a terminal of its own, as getty starts it."""
    def act():
        machine.empty_logins()
        return at_terminal(machine.inside("login", "alice"), [PASSWORD, SHELL], err=False)
    saw = same(machine, "login", "login", act)
    assert saw.status == 0 and b"in\r\nlogout" in saw.out
    assert machine.record("alice")["service"] == "login"


@pytest.mark.parametrize("row, why", [("login_hushed_account", None),
                                      ("login_hushed_session", "PAM_SILENT")])
def test_login_of_the_hushed(machine, row, why):
    """login opens their session with PAM_SILENT, and asks for the account aloud."""
    machine.write("/home/alice/.hushlogin", "", owner="alice")

    def act():
        machine.empty_logins()
        return at_terminal(machine.inside("login", "alice"), [PASSWORD, SHELL], err=False)
    saw = same(machine, "login", row, act, arguments="debug" if why else "", why=why)
    assert b"in\r\nlogout" in saw.out


SU = {"-": ["-", "alice"], "plain": ["alice"], "- -c": ["-", "alice", "-c", "echo in"],
      "-c": ["alice", "-c", "echo in"]}
LISTED = "services=su,su-l,sudo,sudo-i,cron debug"


@pytest.mark.parametrize("how", SU)
def test_su_by_root(machine, how):
    """su alone is not served. Where it is listed, PAM_RUSER tells that it is not alice's login."""
    says = [] if "-c" in how else [SHELL]

    def act():
        return at_terminal(machine.inside("su", *SU[how]), says, err=False)
    assert b"in\r\n" in same(machine, "su", "su_root", act).out
    same(machine, "su", "su_root", act, arguments=LISTED, why="PAM_RUSER is somebody else")


@pytest.mark.parametrize("how", SU)
def test_su_by_a_user(machine, how):
    says = [PASSWORD] if "-c" in how else [PASSWORD, SHELL]

    def act():
        return at_terminal(machine.inside("su", *SU[how], user="bob"), says, err=False)
    assert b"in\r\n" in same(machine, "su", "su_user", act).out
    same(machine, "su", "su_user", act, arguments=LISTED, why="PAM_RUSER is somebody else")
    assert machine.record("bob") is None


@pytest.mark.parametrize("service, words, says", [
    ("sudo", ["-u", "bob", "echo", "in"], []), ("sudo-i", ["-i", "-u", "bob"], [SHELL])])
def test_sudo(machine, service, words, says):
    """The account stack sees alice, the session stack bob: neither is marked."""
    def act():
        return at_terminal(machine.inside("sudo", *words, user="alice"), says, err=False)
    assert b"in\r\n" in same(machine, service, "sudo", act).out
    for user in ("alice", "bob"):
        machine.stack(service, f"account optional pam_iamlp.so {LISTED}",
                      f"session optional pam_iamlp.so {LISTED}")
        machine.forget()
        act()
        assert machine.record(user) is None and not machine.marked(user)
    assert {e["msg"] for e in machine.log.events()} == (  # sudo -i opens its session aloud
        {"ignored: PAM_SILENT"} if service == "sudo" else
        {"ignored: PAM_SILENT", "ignored: PAM_RUSER is somebody else"})
    assert machine.helpers() == 0


def test_cron(machine):
    """Debian's cron has no conversation at all. Jobs of @reboot run as all others, but at once;
    what they leave and what cron logs is compared."""
    machine.write("/etc/cron.d/job", "@reboot alice (env; echo in) >/home/alice/ran 2>&1\n")
    machine.write("/var/spool/cron/crontabs/bob", "@reboot echo in >/home/bob/ran\n", 0o600, "bob")

    def act():
        for name in ("/run/crond.reboot", "/run/crond.pid", "/home/alice/ran", "/home/bob/ran"):
            if os.path.exists(machine.path(name)):
                os.unlink(machine.path(name))
        del machine.log.lines[:]
        cron = machine.start("cron", "-f", "-L", "15")
        wait_for(lambda: sum("session closed" in text for _, text in machine.log.lines) == 2,
                 "the jobs of cron")
        machine.stop(cron)
        told = sorted(re.sub(r"\[\d+", "[N", text) for _, text in machine.log.lines
                      if not text.startswith("pam_iamlp["))
        return machine.read("/home/alice/ran"), machine.read("/home/bob/ran"), told
    for arguments, why in (("", None), (LISTED, "PAM_SILENT")):
        ran, _, told = same(machine, "cron", "cron", act, arguments=arguments, why=why)
        assert ran.endswith("in\n") and any("(bob) CMD" in line for line in told)
