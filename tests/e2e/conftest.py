"""End to end: the built programs against the fake AWS, in the private world."""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from fake.fixture import fake, server  # noqa: E402,F401
from world.fixture import log  # noqa: E402,F401


@pytest.fixture
def host(fake, log, tmp_path):  # noqa: F811
    from world.host import Host
    return Host(tmp_path, fake)
