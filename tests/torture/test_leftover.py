"""A sample of what ./dev torture looks for with leftover.py, in a build with sanitizers."""

import os
import re
import sys

import pytest
from world.host import TOP
from world.needs import NEEDS_WORLD, with_its_own_keyring

BUILD = "build-san/leftover"
HERE = os.path.dirname(os.path.abspath(__file__))

pytestmark = [NEEDS_WORLD, pytest.mark.skipif(
    not os.path.exists(os.path.join(TOP, BUILD)),
    reason="skipped: needs programs with sanitizers (make SANITIZE=1 tests)")]


@pytest.mark.parametrize("options", [
    ["--part", "0/300"], ["--only", "claim:iamlp-helper", "--call", "fsync"],
    ["--only", "claim:iamlp-helper", "--call", "add_key"], ["--only", "login:host", "--call", "clone3"],
    ["--only", "listen", "--call", "fork"]],
    ids=lambda options: " ".join(options[1::2]))
def test_nothing_is_left(options):
    """In a world of its own: syslog and the plan belong to one."""
    said = with_its_own_keyring(sys.executable, os.path.join(HERE, "leftover.py"), *options, BUILD=BUILD)
    assert re.search(r"^\S+:left: points [1-9]", said, re.M), said
