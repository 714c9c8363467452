"""What a test needs of its surroundings."""

import os

import pytest

NEEDS_WORLD = pytest.mark.skipif(
    os.environ.get("IAMLP_WORLD") != "inside",
    reason="skipped: needs root and a private mount namespace (tests/world/enter)")
