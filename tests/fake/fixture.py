"""The pytest fixture `fake`: one fake for a test file, back at its first state before each test.

A conftest.py imports it, with the `server` that it needs.
"""

import pytest

from .client import Fake


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Fake.start(str(tmp_path_factory.mktemp("fake"))) as started:
        yield started


@pytest.fixture
def fake(server):
    server.reset()
    return server
