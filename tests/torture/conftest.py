"""What is attacked on purpose. The long runs are `slow`: ./dev torture."""

import os

import pytest

from fake.fixture import fake, server  # noqa: F401
from world.fixture import log  # noqa: F401


@pytest.fixture
def new_host(fake, log, tmp_path):  # noqa: F811
    """A function that gives another host (isolated.IsolatedHost), which ends with the test."""
    from isolated import IsolatedHost
    hosts = []

    def make(**more):
        hosts.append(IsolatedHost(str(tmp_path / f"host{len(hosts)}"), fake, **more))
        return hosts[-1]
    os.chmod(tmp_path, 0o755)
    yield make
    for one in hosts:
        one.close()


@pytest.fixture
def host(new_host):
    """With a keyring of its own."""
    return new_host(machine="")


@pytest.fixture
def passwd():
    """/etc/passwd of the private world (isolated.Passwd), as it was after the test."""
    from isolated import Passwd
    one = Passwd()
    yield one
    one.restore()


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    from world.machine import install
    return install(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def machine(installed, fake, tmp_path):  # noqa: F811
    from world.machine import Machine
    with Machine(tmp_path, installed, fake) as one:
        yield one
