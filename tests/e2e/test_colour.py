"""What is sent to a terminal that is to have no colours, or can show none, and to what is none."""

import re
import subprocess

import pytest

from fake.client import Fake
from world.crowd import GROUP, Crowd, aws
from world.needs import NEEDS_WORLD
from world.tables import IAMLP
from world.terminal import at_terminal

pytestmark = NEEDS_WORLD

PLAIN = {"NO_COLOR": {"TERM": "xterm-256color", "NO_COLOR": "1"}, "dumb": {"TERM": "dumb"},
         "no TERM": {"TERM": ""}}
COUNT = 20


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Fake.start(str(tmp_path_factory.mktemp("fake")), aws(COUNT)) as started:
        yield started


@pytest.fixture
def crowd(fake, log, tmp_path):
    with Crowd(tmp_path, fake, COUNT) as found:
        yield found


def lines(crowd):
    """Every verb that writes more than a sentence."""
    host = crowd.host
    keys = ["/usr/bin/env", "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"]
    own = host.command("explain")[2:]
    return {
        "help": [IAMLP, "--help"],
        "check": [IAMLP, "check", *own],
        "status": [IAMLP, "status", *own],
        "explain": [IAMLP, "explain", "alice", *own],
        "plan": [IAMLP, "provision", "--group", GROUP, *own],
        "apply": [IAMLP, "provision", "--group", GROUP, "--apply", "--deliver", crowd.deliver(), *own],
        "drop-in": [*keys, IAMLP, "get-login-profile", "--user-name", "Carol.Diaz@example.com",
                    "--endpoint-url", crowd.fake.http, "--region", "us-east-1", "--color", "on"],
    }


@pytest.mark.parametrize("why", PLAIN)
def test_plain(crowd, why):
    for verb, words in lines(crowd).items():
        saw = at_terminal(words, env=PLAIN[why], err=False)
        assert saw.out and b"\x1b" not in saw.out, (verb, saw.out)
        # Nor is a line written over where that cannot be done.
        if why != "NO_COLOR":
            assert not re.search(rb"\r(?!\n)", saw.out), (verb, saw.out)


def test_no_terminal(crowd):
    for verb, words in lines(crowd).items():
        run = subprocess.run(words, env={"TERM": "xterm", "PATH": "/usr/bin:/bin"},
                             capture_output=True, stdin=subprocess.DEVNULL, check=False)
        said = run.stdout + run.stderr
        assert said and b"\x1b" not in said and b"\r" not in said, (verb, said)


@pytest.mark.parametrize("env", [{"TERM": "xterm"}, {"TERM": "xterm", "NO_COLOR": ""}])
def test_coloured(crowd, env):
    """What the others are held against: check has colours, progress is written over."""
    of = lines(crowd)
    assert b"\x1b[" in at_terminal(of["check"], env=env, err=False).out
    assert re.search(rb"\rasking \[#+\] 20 of 20", at_terminal(of["plan"], env=env, err=False).out)


def test_colours_of_the_drop_in_have_three_values(crowd):
    words = lines(crowd)["drop-in"]
    for value, status in (("on", 0), ("off", 0), ("auto", 0), ("blue", 252)):
        saw = at_terminal([*words[:-1], value], err=False)
        assert saw.status == status and b"\x1b" not in saw.out, saw
