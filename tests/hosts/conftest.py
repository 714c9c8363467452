"""Real logins on machines of their own, side by side with the same logins without us."""

from pathlib import Path

import pytest

from fake.fixture import fake, server  # noqa: F401
from world.needs import no_machine

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    why = no_machine()
    for item in items:
        if why and item.path.parent == HERE and "anywhere" not in item.keywords:
            item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    from world.machine import install
    return install(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def new_machine(installed, fake, tmp_path_factory):  # noqa: F811
    """A function that gives another machine, which ends with the test."""
    from world.machine import Machine
    machines = []

    def make():
        machines.append(Machine(tmp_path_factory.mktemp("machine"), installed, fake))
        return machines[-1]
    yield make
    for one in machines:
        one.close()


@pytest.fixture
def machine(new_machine):
    return new_machine()
