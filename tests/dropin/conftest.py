"""iamlp in the place of `aws iam`."""

import pytest

from dropin.play import SAN
from fake.client import Fake
from fake.fixture import fake  # noqa: F401


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Fake.start(str(tmp_path_factory.mktemp("fake")), san=SAN) as started:
        yield started
