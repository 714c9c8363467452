"""iamlp check: green on a host that is well, and thirty ways in which one is not."""
import pytest


@pytest.fixture
def machine_(machine): return machine
