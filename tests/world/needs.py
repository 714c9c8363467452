"""What a test needs of its surroundings."""

import os
import subprocess

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
OWN_KEYRING = os.path.join(HERE, "own_keyring")

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


def with_its_own_keyring(*words, **environment):
    """Run a command as root of a keyring, and of a world, that no other test has. Returns what it
    printed; fails unless it succeeded."""
    env = {k: v for k, v in dict(os.environ, **environment).items() if k != "IAMLP_WORLD"}
    run = subprocess.run([OWN_KEYRING, os.path.join(HERE, "enter"), *words], env=env,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True, timeout=300, check=False)
    if run.returncode == 77 and run.stdout.startswith("no user namespace"):
        pytest.skip("skipped: " + run.stdout.strip())
    assert run.returncode == 0, run.stdout
    return run.stdout
