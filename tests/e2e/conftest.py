"""End to end: the built programs against the fake AWS, in the private world."""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from fake.fixture import fake, server  # noqa: E402,F401


@pytest.fixture(scope="session")
def _syslog():
    from world.syslog import Syslog
    return Syslog.here()


@pytest.fixture
def log(_syslog):
    """The syslog of this test only."""
    _syslog.lines.clear()
    return _syslog


@pytest.fixture
def host(fake, log, tmp_path):  # noqa: F811
    from world.host import Host
    return Host(tmp_path, fake)
