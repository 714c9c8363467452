"""The packages from their installation to their purge, and the logins meanwhile."""

import os
import subprocess

import pytest

from installed import LOGIN, USERS, Host, Logins
from world.client import Client
from world.machine import UIDS
from world.proc import keys, wait_for
from world.terminal import CLAIM, CONFIRM, OFFER, PROMPT

ALICE, BOB = "Alice.Smith@example.com", "Bob.Jones@example.com"
CONF, STATE = "/etc/iamlp/iamlp.conf", "/var/lib/iamlp"


@pytest.fixture(scope="module")
def host(built, server, tmp_path_factory):
    one = Host(tmp_path_factory.mktemp("host"), built, server)
    yield one
    one.close()


@pytest.fixture
def machine(host, fake):
    """Nothing of ours is there."""
    yield host
    host.run("rm", "-f", "/run/hold")
    if host.versions():
        host.purge()
    host.run("userdel", "iamlp")


def changes(before, after):
    return {name: (before.get(name), after.get(name)) for name in {*before, *after}
            if before.get(name) != after.get(name)}


def may_sign_in(machine, user, saw):
    return machine.fake.sign_in(user, saw.password or "") == {"ok": True, "must_change": True}


def as_without_us(client):
    """A command, and a shell that comes to its prompt and offers nothing."""
    shell = client.shell()
    return client.command() == LOGIN and shell.status == 0 and shell.password is None


def gets_in(client):
    """A shell that comes to its prompt, whatever is offered on the way, and a command."""
    shell = client.terminal("host", says=[(OFFER + b"|" + PROMPT, ""), (PROMPT, "exit")])
    return shell.status == 0 and client.command() == LOGIN


# ---- all of it ----------------------------------------------------------------------


def test_from_installation_to_purge(machine):
    before, users = machine.files(), {name: machine.read(name) for name in USERS}
    stacks = machine.stacks()
    alice, bob = Client(machine), Client(machine, "bob")
    with Logins(machine):
        assert "2 newly installed, 0 to remove" in machine.install(machine.build.old)
        assert machine.stacks() == stacks and machine.active("iamlp-claim.socket")
        assert machine.run("iamlp", "status").returncode == 0
        assert as_without_us(alice) and machine.record("alice") is None

        machine.configure()
        machine.enable()
        assert may_sign_in(machine, ALICE, alice.shell(says=CLAIM))
        kept = machine.read(CONF), machine.record("alice")
        assert kept[1]["phase"] == "done"

        assert "2 upgraded, 0 newly installed, 0 to remove" in machine.install(machine.build.new)
        assert machine.versions() == [f"{name} {machine.build.version} installed"
                                      for name in ("iamlp", "libpam-iamlp")]
        assert (machine.read(CONF), machine.record("alice")) == kept
        assert "Once upon a time" not in machine.read(CONF + ".dpkg-dist")
        assert as_without_us(alice)
        assert may_sign_in(machine, BOB, bob.shell(says=CLAIM))

        machine.disable()
        assert machine.stacks() == stacks
        machine.enable()
        assert "1 line taken out" in machine.remove()
        assert machine.stacks() == stacks and machine.read(CONF) == kept[0]
        assert machine.record("alice") == kept[1]
        assert not os.path.exists(machine.path("/run/iamlp"))
        machine.purge()
    assert machine.versions() == []
    assert {name: (set(machine.read(name).splitlines()) - set(users[name].splitlines())).pop()
            .split(":")[0] for name in USERS} == dict.fromkeys(USERS, "iamlp")
    assert set(changes(before, machine.files())) == set(USERS)


def test_what_was_removed_goes_on_when_it_is_back(machine):
    machine.set_up(machine.build.new)
    Client(machine).command()
    assert machine.marked("alice")
    machine.remove()
    assert as_without_us(Client(machine))
    machine.install(machine.build.new)
    machine.enable()
    assert may_sign_in(machine, ALICE, Client(machine).shell(says=CLAIM))


def test_the_configuration_as_it_comes_serves_nobody(machine):
    machine.install(machine.build.new)
    machine.enable()
    begun = len(machine.log_lines())
    assert as_without_us(Client(machine)) and as_without_us(Client(machine))
    assert machine.record("alice")["phase"] == "unmapped"
    assert [line.split(" user=")[0] for line in machine.log_lines()[begun:]] == [
        "event=mark result=unmapped"]


def test_purge_leaves_no_password_in_the_kernel(machine):
    """Of this system's: what another one of the same kernel holds stays."""
    machine.set_up(machine.build.new)
    machine.configure(login="create = login")
    machine.write(CONF, machine.read(CONF).replace("[aws]\n", (
        f"[aws]\nsts_endpoint_url = {machine.fake.https}\n"
        "role_arn = arn:aws:iam::111122223333:role/iamlp-plain\n")))
    names = {}
    for user in ("alice", "bob"):
        assert Client(machine, user).command() == LOGIN
        assert machine.record(user)["phase"] == "created"
        names[user] = f"iamlp:{UIDS[user]}:{machine.record(user)['nonce']}"
    machine.remove()
    session = f"iamlp-role:{machine.record('alice')['fingerprint']}:"
    assert set(names.values()) <= set(keys("iamlp:")) and keys(session)
    machine.run("rm", f"{STATE}/{UIDS['bob']}")
    # As after a login since the configuration was changed: no record names what is kept.
    machine.run("sed", "-i", "s/^fingerprint=.*/fingerprint=1-2-3.4/", f"{STATE}/{UIDS['alice']}")
    machine.purge()
    left = keys("iamlp:")
    assert names["alice"] not in left and names["bob"] in left
    subprocess.run(["keyctl", "invalidate", left[names["bob"]].serial], check=True)
    assert not keys(session)


def test_the_unit_is_hardened(machine):
    machine.install(machine.build.new)
    run = machine.run("systemd-analyze", "security", "--no-pager", "--threshold=25",
                      "iamlp-claim.service", text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    print(run.stdout.splitlines()[-1])


def test_a_socket_that_was_switched_off_stays_off(machine):
    machine.install(machine.build.old)
    machine.run("systemctl", "disable", "--now", "iamlp-claim.socket")
    machine.install(machine.build.new)
    assert not machine.active("iamlp-claim.socket")
    assert machine.text("systemctl", "is-enabled", "iamlp-claim.socket") == "disabled\n"


def test_a_claim_goes_on_while_the_package_is_upgraded(machine):
    machine.set_up(machine.build.old)

    def talk():
        yield OFFER, None
        machine.install(machine.build.new)
        yield b"", "yes"
        yield CONFIRM, "yes"
        yield PROMPT, "exit"
    assert may_sign_in(machine, ALICE, Client(machine).terminal("host", says=talk()))
    assert machine.record("alice")["how"] == "shown"


# ---- half of it ---------------------------------------------------------------------

PARTS = ("MODULE", "/usr/libexec/iamlp/iamlp-helper", "/usr/libexec/iamlp/iamlp-net",
         "/usr/bin/iamlp", "/usr/libexec/iamlp", "/etc/iamlp", "/var/lib/iamlp", "/run/iamlp")


def test_any_part_may_be_gone(machine):
    machine.set_up(machine.build.new)
    alice = Client(machine)
    for marked in (False, True):
        for part in PARTS:
            machine.forget()
            if marked:
                assert alice.command() == LOGIN and machine.marked("alice")
            path = machine.module() if part == "MODULE" else part
            machine.run("systemctl", "stop", "iamlp-claim.service")
            machine.run("mv", path, path + ".away")
            assert gets_in(alice), (part, marked)
            machine.run("rm", "-rf", path)
            machine.run("mv", path + ".away", path)
            machine.run("systemctl", "reset-failed")
            machine.run("systemctl", "restart", "iamlp-claim.socket")
    machine.forget()
    assert may_sign_in(machine, ALICE, alice.shell(says=CLAIM))


# Where dpkg is held up: the script of what is installed, and whether before or after its work.
MOMENTS = [("remove", "prerm", "before"), ("remove", "prerm", "after"),
           ("remove", "postrm", "before"), ("remove", "postrm", "after"),
           ("upgrade", "prerm", "before"), ("upgrade", "postrm", "before")]
HOLD = "touch /run/held; while [ -e /run/hold ]; do sleep 0.1; done\n"


@pytest.mark.parametrize("what, script, when", MOMENTS)
def test_a_login_in_the_middle(machine, what, script, when):
    stacks = machine.stacks()
    machine.set_up(machine.build.old)
    alice, bob = Client(machine), Client(machine, "bob")
    assert bob.command() == LOGIN and machine.marked("bob")
    path = f"/var/lib/dpkg/info/libpam-iamlp.{script}"
    text = machine.read(path)
    machine.write(path, text.replace("set -e\n", "set -e\n" + HOLD, 1) if when == "before"
                  else text + HOLD, 0o755)
    machine.run("sh", "-c", "rm -f /run/held; touch /run/hold")
    words = ["remove", "libpam-iamlp"] if what == "remove" else [
        "install", *machine.put(machine.build.new)]
    with Logins(machine):
        work = machine.start(*machine.apt_words(*words))
        wait_for(lambda: os.path.exists(machine.path("/run/held")), f"{script} to be held", 60)
        assert os.path.exists(machine.path(machine.module())) == (
            (what, script) != ("remove", "postrm"))
        assert alice.command() == LOGIN and bob.command() == LOGIN
        if what == "remove" and (script, when) != ("prerm", "before"):
            assert machine.stacks() == stacks
        if what == "upgrade":
            assert may_sign_in(machine, ALICE, alice.shell(says=CLAIM))
        elif script == "postrm":
            assert as_without_us(alice)
        machine.run("rm", "/run/hold")
        assert work.wait(60) == 0
    assert (machine.stacks() == stacks) == (what == "remove")


def test_a_line_by_hand_keeps_the_package(machine):
    """Without its module, such a line refuses every login."""
    shipped, stacks = machine.read("/etc/pam.d/sshd"), machine.stacks()
    machine.set_up(machine.build.new)
    line = "session required pam_iamlp.so\n"
    machine.write("/etc/pam.d/sshd", machine.read("/etc/pam.d/sshd") + line)
    run = machine.apt("remove", "libpam-iamlp")
    assert run.returncode != 0 and "pam_iamlp.so" in run.stderr + run.stdout
    assert os.path.exists(machine.path(machine.module()))
    assert machine.read("/etc/pam.d/sshd") == shipped + line
    assert gets_in(Client(machine))
    machine.write("/etc/pam.d/sshd", shipped)
    machine.remove()
    assert machine.stacks() == stacks
