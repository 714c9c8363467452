"""What a test needs of its surroundings."""

import os

import pytest

OUTSIDE = None if os.environ.get("IAMLP_WORLD") == "inside" else \
    "skipped: needs root and a private mount namespace (tests/world/enter)"

NEEDS_WORLD = pytest.mark.skipif(OUTSIDE is not None, reason=str(OUTSIDE))


def no_machine():
    """Why a test can have no world.machine.Machine here; None where it can."""
    if OUTSIDE:
        return OUTSIDE
    from .machine import overlays
    return None if overlays() else "skipped: needs overlayfs"


def needs_machine():
    why = no_machine()
    return pytest.mark.skipif(why is not None, reason=str(why))
