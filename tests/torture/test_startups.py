"""Twenty parallel ssh logins at an sshd with MaxStartups 5:30:10: no fewer get in than without us."""

import contextlib
import os
import subprocess

import pytest
from world.needs import needs_machine
from outages import OUTAGES
from world.machine import CLEAN

pytestmark = [needs_machine(), pytest.mark.slow]

COUNT, ROUNDS, SECONDS = 20, 5, 2
PEOPLE = [(f"person{n:02d}", 64101 + n) for n in range(COUNT)]
STARTUPS = "MaxStartups 5:30:10"


@pytest.fixture
def machine(installed, fake, tmp_path, monkeypatch):
    from world import machine
    from world.client import Client
    monkeypatch.setattr(machine, "SSHD", machine.SSHD.replace("MaxStartups 100", STARTUPS))
    with machine.Machine(tmp_path, installed, fake) as one:
        one.start_sshd()
        key = os.path.join(one.folder, "user_key.pub")
        with open(key, encoding="utf-8") as file:
            public = file.read()
        passwd, shadow = one.read("/etc/passwd"), one.read("/etc/shadow")
        for name, uid in PEOPLE:
            os.makedirs(one.path(f"/home/{name}/.ssh"))
            one.write(f"/home/{name}/.ssh/authorized_keys", public, 0o600)
            one.run("chown", "-R", f"{uid}:64000", f"/home/{name}")
            passwd += f"{name}:x:{uid}:64000:{name}:/home/{name}:/bin/sh\n"
            shadow += f"{name}:*:19000:0:99999:7:::\n"
        one.write("/etc/passwd", passwd)
        one.write("/etc/shadow", shadow, 0o640)
        one.clients = [Client(one, name) for name, _ in PEOPLE]
        yield one


def got_in(machine):
    """How many of COUNT logins at once get in, in all rounds; each time as if for the first time."""
    count = 0
    for _ in range(ROUNDS):
        machine.forget()
        logins = [subprocess.Popen(c.words("host", "true"), env={**CLEAN, **c.env},
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL) for c in machine.clients]
        count += sum(login.wait(60) == 0 for login in logins)
    return count


USERS = "".join(f"{name} = {name}@example.com\n" for name, _ in PEOPLE)


def in_an_outage(machine, login):
    """iamlp.conf that leads into a black hole."""
    stack = contextlib.ExitStack()

    class Here:
        fake = machine.fake
    endpoint = OUTAGES["black hole"].act(Here, stack)["endpoint_url"]
    machine.configure(login=login, users=USERS, endpoint=endpoint)
    return stack


@pytest.mark.parametrize("line, create", [("account", "claim"), ("session", "claim"),
                                          ("session", "login"), ("account", "login")])
def test_twenty_at_once(machine, line, create, capsys):
    machine.stack("sshd")
    without = got_in(machine)
    with in_an_outage(machine, f"create = {create}"):
        machine.stack("sshd", f"{line} optional pam_iamlp.so timeout={SECONDS}")
        ours = got_in(machine)
    results = {(e["event"], e["result"]) for e in machine.log.events()}
    assert ("mark", "pending") in results
    assert (("create", "timeout") in results) == (create == "login"), results
    with capsys.disabled():
        print(f"\n{line}, create = {create}, black hole: of {COUNT * ROUNDS} logins {without} get in "
              f"without us, {ours} with us")
    # Whom sshd drops it draws by lot: as many as without us, but for what a lot can do.
    assert ours >= without - COUNT * ROUNDS // 10
