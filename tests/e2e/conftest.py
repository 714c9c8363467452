"""End to end: the built programs against the fake AWS, in the private world."""

import pytest

from fake.fixture import fake, server  # noqa: F401
from world.fixture import log  # noqa: F401


@pytest.fixture
def host(fake, log, tmp_path):  # noqa: F811
    from world.host import Host
    return Host(tmp_path, fake)
