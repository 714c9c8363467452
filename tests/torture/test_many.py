"""Ten thousand people: `iamlp provision --apply` killed again and again, throttled, and with one
answer in a hundred that fails. Each gets one password, and it is the one that was delivered."""

import collections
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from fake.client import Fake
from world import crowd as crowds
from world.host import KEY
from world.needs import NEEDS_WORLD
from world.proc import descendants

pytestmark = NEEDS_WORLD

JOBS, RUNS_MAX = 4, 60


@pytest.fixture(params=[pytest.param(150, id="150"),
                        pytest.param(10000, id="10000", marks=pytest.mark.slow)])
def crowd(request, tmp_path, log):
    with Fake.start(str(tmp_path / "aws"), crowds.aws(request.param), timeout=120) as fake, \
            crowds.Crowd(tmp_path, fake, request.param) as found:
        # Also SimulatePrincipalPolicy, so that it, too, meets the faults.
        fake.control("set_key", key=KEY, allow=[{"actions": ["*"], "resource": "*"}])
        yield found


def programs(pid):
    """Our own of the run: not the command that delivers."""
    found = []
    for one in [pid, *descendants(pid)]:
        try:
            with open(f"/proc/{one}/comm", encoding="utf-8") as file:
                found += [one] if file.read().startswith("iamlp") else []
        except OSError:
            pass
    return found


def attack(crowd, chance, limit):
    """One run in which somebody of it is killed at random moments, in the end all of it. Returns
    its exit status, or None where it was killed; and how many kills there were."""
    with open(os.path.join(crowd.host.folder, "err"), "w", encoding="utf-8") as errors:
        run = subprocess.Popen(crowd.command("--apply", "--deliver", crowd.deliver(), "--output",
                                             "csv", "--jobs", str(JOBS)),
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
    end, kills = time.monotonic() + limit, 0
    while run.poll() is None and time.monotonic() < end:
        time.sleep(chance.uniform(0.05, limit / 8))
        found = programs(run.pid)
        # Of a child that was not reaped yet the number cannot have been given away.
        if run.poll() is None and len(found) > 1:
            try:
                os.kill(chance.choice(found[1:]), signal.SIGKILL)
                kills += 1
            except ProcessLookupError:
                pass
    if run.poll() is None:
        run.kill()
        run.wait()
        return None, kills + 1
    return run.returncode, kills


def test_everybody_gets_one_whatever_happens(crowd):
    seed = int.from_bytes(os.urandom(4), "big")
    chance, fake = random.Random(seed), crowd.fake
    fake.fault("drop_after", every=300, after=100, times=-1)
    fake.fault("html_503", every=300, after=200, times=-1)
    fake.fault("drop_before", every=300, after=299, times=-1)
    fake.fault("throttle", above=100 + crowd.count // 100, times=-1)
    kills = stops = 0
    status = None
    for number in range(RUNS_MAX):
        if number == RUNS_MAX // 2:
            fake.clear_faults()
        status, more = attack(crowd, chance, 2 + crowd.count / 400 * (1 + number / 4))
        kills, stops = kills + more, stops + (status is None)
        if status == 0:
            break
    print(f"seed {seed}: {number + 1} runs, {stops} killed as a whole, {kills} kills", file=sys.stderr)
    assert status == 0, f"seed {seed}"
    judge(crowd, kills, f"seed {seed}")


def judge(crowd, kills, why):
    acted = collections.Counter()
    for entry in crowd.fake.requests():
        if entry["action"] == "CreateLoginProfile" and entry["acted"]:
            acted[entry["params"]["UserName"]] += 1
    assert set(acted.values()) == {1} and len(acted) == crowd.count, why
    twice = 0
    for number in range(1, crowd.count + 1):
        passwords, record = crowd.delivered(number), crowd.record(number)
        assert passwords and len(set(passwords)) == 1, (why, number, passwords)
        assert (record["phase"], record["how"]) == ("done", "bulk"), (why, number, record)
        assert crowd.fake.sign_in(crowds.iam_user(number), passwords[0])["ok"], (why, number)
        twice += len(passwords) - 1
    # Only what was just being delivered when somebody was killed can have come twice.
    assert twice <= JOBS * kills, why
