"""Each scenario under scenarios/ is a test, in each of the two stacks (README.md)."""

import os
from pathlib import Path

import pytest

from fake.fixture import fake, server  # noqa: F401
from scenario import Scenario, Wrong
from stage import STACKS, play
from world.host import BUILD
from world.needs import NEEDS_WORLD

HERE = Path(__file__).resolve().parent
SCENARIOS = sorted((HERE / "scenarios").rglob("*.pam"))
PROGRAMS = {"host": "tests/pam/host", "before": "tests/pam/before.so", "module": "pam_iamlp.so",
            "helper": "iamlp-helper"}


@pytest.fixture(scope="module")
def log():
    from loglines import Log
    return Log()


@pytest.fixture(scope="module")
def programs():
    return {name: os.path.join(BUILD, path) for name, path in PROGRAMS.items()}


def name_of(path):
    return str(path.relative_to(HERE / "scenarios").with_suffix(""))


@pytest.mark.parametrize("path", SCENARIOS, ids=name_of)
def test_can_be_read(path):
    Scenario(path)


@NEEDS_WORLD
@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("path", SCENARIOS, ids=name_of)
def test_scenario(path, stack, tmp_path, fake, log, programs):  # noqa: F811
    said = None
    try:
        play(Scenario(os.path.relpath(path)), stack, tmp_path, fake, log, programs)
    except Wrong as wrong:
        said = str(wrong)
    if said:
        pytest.fail(said, pytrace=False)
