"""The record is still what Debian's aws does: a sample of it, and with -m slow all of it."""

import shutil
import subprocess

import pytest

from .differences import DIFFERENT
from .play import AWS, play
from .test_recorded import RECORDED, TABLE

SAMPLE = {
    "create-login-profile: skeleton", "get-login-profile: skeleton output, text",
    "create, reset, json", "change, json", "policy, text", "policy of few words, json",
    "set policy: all", "create: exists", "throttled once", "password: every symbol",
    "short: --password-r", "two dashes in the middle", "file: ends its line", "JSON: whole",
    "keys: none", "profile: option", "process: gives keys",
}
NAMES = {one.name for one in TABLE}


def version():
    if not shutil.which(AWS):
        return None
    return subprocess.run([AWS, "--version"], capture_output=True, text=True,
                          check=False).stdout.split()[0]


pytestmark = pytest.mark.skipif(version() != "aws-cli/2.9.19",
                                reason="skipped: needs Debian 12's awscli, 2.9.19")


def hold(one, fake, folder):
    found, said = play([AWS, "iam"], one, fake, folder)
    assert found == RECORDED[one.name], said


@pytest.mark.parametrize("one", [o for o in TABLE if o.name in SAMPLE], ids=lambda o: o.name)
def test_a_sample(fake, tmp_path, one):
    hold(one, fake, str(tmp_path / "at"))


@pytest.mark.slow
@pytest.mark.parametrize("one", TABLE, ids=lambda o: o.name)
def test_all(fake, tmp_path, one):
    hold(one, fake, str(tmp_path / "at"))


def test_the_names_are_of_this_table():
    assert SAMPLE <= NAMES and set(DIFFERENT) <= NAMES
