"""The pytest fixture `log`: syslog in this world, with the lines of this test only."""

import pytest


@pytest.fixture
def log():
    from .syslog import Syslog
    here = Syslog.here()
    here.lines.clear()
    return here
