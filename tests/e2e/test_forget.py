"""iamlp forget USER: the record, the mark and the hold of this host go, and nothing else does."""

import json
import os
import subprocess

import pytest

from world.needs import NEEDS_WORLD
from world.proc import keys

pytestmark = NEEDS_WORLD

UID = 64001


def forget(host, *words):
    return subprocess.run(host.command("forget", *words), capture_output=True, text=True,
                          timeout=30, check=False)


def held(nonce):
    """Is there such a key, not revoked? The keyring is the machine's."""
    return f"iamlp:{UID}:{nonce}" in keys("iamlp:")


def mark(host):
    assert host.hook("alice")[0] in (0, 3)
    assert host.marked(UID)


def test_hired_again(fake, host, log):
    first = host.provision("alice").password
    fake.control("remove_profile", user="Alice.Smith@example.com")
    assert not host.provision("alice").asked  # it is done
    run = forget(host, "alice")
    assert run.returncode == 0 and "Forgotten: alice was done, operator;" in run.stdout
    assert host.record(UID) is None
    event = log.events()[-1]
    assert (event["event"], event["result"], event["code"]) == ("forget", "ok", "done")
    assert event["iam_user"] == "Alice.Smith@example.com" and event["via"] == "operator"
    again = host.provision("alice")
    assert again.status == 0 and again.password not in (None, first)


def test_the_mark_goes_too(fake, host):
    mark(host)
    assert forget(host, "alice").returncode == 0
    assert not host.marked(UID) and host.record(UID) is None and fake.requests() == []
    mark(host)


def test_a_password_that_waits_is_not_forgotten_by_accident(host, log):
    password = host.provision("alice", confirm=False).password
    nonce = host.record(UID)["nonce"]
    assert held(nonce)
    run = forget(host, "alice")
    assert run.returncode == 1 and "not confirmed as seen" in run.stderr
    assert "--force" in run.stderr and log.events()[-1]["result"] == "denied"
    assert host.provision("alice", confirm=False).password == password
    run = forget(host, "alice", "--force")
    assert run.returncode == 0 and "alice was created" in run.stdout
    assert host.record(UID) is None and not held(nonce)


@pytest.mark.parametrize("text", ["v=1\nphase=intent\nname=alice\n", "rubbish"])
def test_what_may_have_been_sent_needs_force(host, text):
    host.write_text(str(UID), text)
    assert forget(host, "alice").returncode == 1
    assert os.path.exists(os.path.join(host.state, str(UID)))
    assert forget(host, "alice", "--force").returncode == 0
    assert host.record(UID) is None


def test_an_account_that_is_gone(host):
    host.write_record(65432, phase="done", name="gone", machine="none", how="shown")
    run = forget(host, "gone")
    assert run.returncode == 1 and "give the uid" in run.stderr
    assert forget(host, "4294967295").returncode == 1
    assert forget(host, "65432").returncode == 0 and host.record(65432) is None


def test_nothing_to_forget(host, log):
    run = forget(host, "alice")
    assert run.returncode == 0 and "remembers nothing of alice" in run.stdout
    assert log.events() == []


def test_without_a_usable_configuration(host):
    host.write_record(UID, phase="done", name="alice", machine="none", how="exists")
    host.write("iamlp.conf", "[nosuch]\n")
    assert forget(host, "alice").returncode == 0 and host.record(UID) is None


def test_somebody_is_at_it(host):
    host.write_record(UID, phase="done", name="alice", machine="none", how="exists")
    os.makedirs(os.path.join(host.state, "lock"), 0o700)
    lock = os.path.join(host.state, "lock", str(UID))
    with subprocess.Popen(["flock", lock, "sh", "-c", "echo held; read x"], text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == "held\n"
        run = forget(host, "alice")
        holder.communicate("\n")
    assert run.returncode == 1 and "somebody else is at work" in run.stderr
    assert host.record(UID) is not None


def test_explain_in_json(host):
    words = host.command("explain", "alice")
    run = subprocess.run([*words, "--json"], capture_output=True, text=True, check=False)
    facts = json.loads(run.stdout)
    assert run.returncode == 0 and facts["result"] == "ok"
    plain = {line[:16].strip().lower().replace(" ", "_"): line[17:]
             for line in subprocess.run(words, capture_output=True, text=True,
                                        check=False).stdout.splitlines()}
    assert plain["iam_user"] == "Alice.Smith@example.com"
    assert {k: v for k, v in facts.items() if k != "result"} == plain
    run = subprocess.run([*host.command("explain", "nosuch"), "--json"], capture_output=True,
                         text=True, check=False)
    assert run.returncode == 1 and "no local user" in json.loads(run.stdout)["message"]
