"""Debian's packages, built in the release they are for, and installed in one that is booted.

IAMLP_PACKAGE_ROOTS names a folder with what tests/nspawn/prepare has made of each release, by
its name: tests/packages/run sees to that.
"""

import os
import shutil
import sys

import pytest

from fake.fixture import fake, server  # noqa: F401
from world.needs import OUTSIDE

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "nspawn"))
ROOTS = os.environ.get("IAMLP_PACKAGE_ROOTS", "")
SUITES = sorted(os.listdir(ROOTS)) if ROOTS else ["bookworm"]


def unable():
    if not ROOTS:
        return "skipped: IAMLP_PACKAGE_ROOTS names no folder of Debians: tests/packages/run makes one"
    if OUTSIDE:
        return OUTSIDE
    return None if shutil.which("systemd-nspawn") else "skipped: needs systemd-nspawn"


def pytest_collection_modifyitems(items):
    for item in items:
        if str(item.path).startswith(HERE + os.sep):
            item.add_marker(pytest.mark.slow)
            if unable():
                item.add_marker(pytest.mark.skip(reason=unable()))


@pytest.fixture(scope="session", params=SUITES)
def built(request, tmp_path_factory):
    """The packages of one release."""
    from build import Build
    with Build(tmp_path_factory.mktemp(request.param), os.path.join(ROOTS, request.param)) as done:
        yield done


@pytest.fixture(scope="session", params=SUITES)
def debian(request, tmp_path_factory):
    """A release to build and look at other things in; with this tree in /build/tree."""
    from chroot import Chroot
    with Chroot(str(tmp_path_factory.mktemp("other-" + request.param)),
                os.path.join(ROOTS, request.param)) as one:
        one.name, one.base = request.param, os.path.join(ROOTS, request.param)
        one.copy_tree("/build/tree")
        yield one
