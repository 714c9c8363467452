"""What the kernel counts by uid: somebody who was iamlp once has used up as much as they can of it."""

import os
import subprocess
import time

import pytest

from world.needs import NEEDS_WORLD

pytestmark = NEEDS_WORLD

UID = 64777
HOSTS = "/etc/hosts"
FILL = """
i=0
while [ $i -lt 5000 ] && keyctl add user "crowd$$-$i" x @u; do i=$((i + 1)); done
"""


def as_iamlp(*words):
    return ["setpriv", "--reuid", str(UID), "--regid", "64990", "--clear-groups", *words]


@pytest.fixture(name="alone")
def _alone():
    """The user iamlp has a uid that no other test is counted by."""
    with open("/etc/passwd", encoding="utf-8") as file:
        before = file.read()
    with open("/etc/passwd", "w", encoding="utf-8") as file:
        file.write(before.replace("iamlp:x:64990:", f"iamlp:x:{UID}:"))
    yield
    with open("/etc/passwd", "w", encoding="utf-8") as file:
        file.write(before)


def shell(script, session=True):
    words = ["keyctl", "session", "-"] if session else []
    return subprocess.run(as_iamlp(*words, "sh", "-c", script), capture_output=True, text=True,
                          check=False)


@pytest.fixture(name="full")
def _full(alone):
    """A user iamlp that may have no key more: those in its keyring outlive whoever put them there."""
    shell(FILL)
    # The kernel gives back late what the session of that one held.
    for _ in range(100):
        filled = shell(FILL, session=False)
        if shell("keyctl session - true").returncode != 0:
            break
        time.sleep(0.1)
    else:
        pytest.skip("skipped: keyctl cannot fill a keyring here: " + filled.stderr[-200:])
    yield
    shell("keyctl clear @u", session=False)
    for _ in range(600):
        if shell("keyctl add user crowd x @u && keyctl clear @u").returncode == 0:
            break
        time.sleep(0.1)


def test_a_full_keyring_keeps_nobody_out(host, full):
    assert host.provision("alice").password


@pytest.fixture(name="name")
def _name(tmp_path):
    """A host name, to be looked up by a thread; libcurl knows localhost by itself."""
    if not os.path.exists(HOSTS):
        pytest.skip(f"skipped: no {HOSTS} here")
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost iamlp.test\n", encoding="utf-8")
    hosts.chmod(0o644)
    subprocess.run(["mount", "--bind", str(hosts), HOSTS], check=True)
    yield "iamlp.test"
    subprocess.run(["umount", HOSTS], check=True)


def test_a_hundred_processes_leave_room_for_a_name(host, alone, name):
    host.aws["endpoint_url"] = host.aws["endpoint_url"].replace("127.0.0.1", name)
    host.configure()
    crowd = [subprocess.Popen(as_iamlp("sleep", "600"), cwd="/") for _ in range(100)]
    try:
        text = " ".join(host.provision("alice").text.split())
    finally:
        for process in crowd:
            process.kill()
            process.wait()
    assert "the certificate is for another name" in text
