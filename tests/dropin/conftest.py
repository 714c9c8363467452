"""iamlp in the place of `aws iam`."""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from dropin.play import SAN  # noqa: E402
from fake.client import Fake  # noqa: E402
from fake.fixture import fake  # noqa: E402,F401


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Fake.start(str(tmp_path_factory.mktemp("fake")), san=SAN) as started:
        yield started
