"""A sample of what ./dev torture attacks: around the calls that a password hangs on."""

import os
import re
import sys
import tempfile

import pytest

from fake.client import Fake
from world.needs import NEEDS_WORLD, with_its_own_keyring

pytestmark = NEEDS_WORLD

# (flow, where killat stands, program, kind): the calls, of which each one is a point; with an
# errno only that one.
SAMPLE = {
    ("mark", "host", "iamlp-helper", "kill"): ["write", "fsync", "renameat", "sendto"],
    ("mark", "host", "host", "fault"): ["clone3", "poll", "mmap", "sendto"],
    ("claim", "client", "iamlp", "kill"): ["sendto", "write", "recvfrom"],
    ("claim", "client", "iamlp", "fault"): ["sendto ENOBUFS", "write ENOSPC", "poll ENOMEM"],
    ("claim", "helper", "iamlp-helper", "kill"): [
        "fsync", "renameat", "sendto", "add_key", "keyctl", "clone", "exit_group"],
    ("claim", "helper", "iamlp-helper", "fault"): ["fsync EIO", "flock ENOLCK"],
    ("claim", "helper", "iamlp-net", "kill"): ["sendto", "connect"],
    ("login", "host", "iamlp-helper", "kill"): ["write", "fsync", "renameat", "add_key", "exit_group"],
    ("login", "host", "iamlp-helper", "fault"): ["write ENOSPC", "renameat EROFS", "getrandom EIO", "clone"],
    ("typed", "host", "iamlp-helper", "kill"): ["fsync", "renameat", "exit_group"],
    ("typed", "host", "iamlp-net", "kill"): ["connect"],
    ("provision", "operator", "iamlp-helper", "kill"): ["renameat", "add_key"],
}


@pytest.fixture(scope="module")
def attacks():
    """Begins an Attack on a flow."""
    from attack import Attack
    from world.syslog import Syslog
    log = Syslog.here()
    # Not pytest's folder: that is root's alone, and the person has to get to the socket.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with Fake.start(os.path.join(folder, "aws")) as fake:
            def begin(flow):
                return Attack(tempfile.mkdtemp(dir=folder), fake, log, "frank", flow)
            yield begin


@pytest.mark.parametrize("flow, at, program, kind", SAMPLE)
def test_sample(attacks, flow, at, program, kind):
    from attack import points
    wanted, attack, done, wrongs = SAMPLE[flow, at, program, kind], attacks(flow), set(), []
    for point in points(attack, at, program, kind):
        as_said = f"{point.name} {point.word}"
        as_said = as_said if as_said in wanted else point.name
        if as_said not in wanted:
            continue
        call, _, _, wrong, said = attack.point(at, program, kind, point)
        done.add(as_said if call == point.name else None)
        if wrong:
            wrongs.append(f"{point.name} {point.word} number {point.n}: {wrong} {said}")
    assert not wrongs, "\n".join(wrongs)
    assert done >= set(wanted), "not every call of the sample is made any more"


def test_no_place_for_a_password():
    """The kernel refuses to keep it, in each way it can; a full keyring drops what others keep."""
    said = with_its_own_keyring(sys.executable, os.path.join(os.path.dirname(__file__), "run.py"),
                                "--only", "login:iamlp-helper", "--kinds", "fault", "--call", "add_key")
    assert re.search(r"^login:iamlp-helper:fault: points 4, at once 4\b", said, re.M), said
