"""iamlp hands the verbs that talk to AWS over to iamlp-aws, and starts without its libraries."""

import os
import shutil
import subprocess

import pytest

from world.host import BUILD

VERSION = ("get-login-profile", "--version")


def run(folder, *words):
    done = subprocess.run([os.path.join(folder, "iamlp"), *words], capture_output=True, text=True,
                          timeout=30, check=False, env={})
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(name="alone")
def _alone(tmp_path):
    """A folder where iamlp is without iamlp-aws, as in bin."""
    shutil.copy(os.path.join(BUILD, "iamlp"), tmp_path)
    return tmp_path


def installed(folder):
    """iamlp-aws where iamlp looks for it when none is beside it."""
    with open(os.path.join(folder, "iamlp"), "rb") as file:
        program = file.read()
    end = program.index(b"/iamlp-aws\0") + len(b"/iamlp-aws")
    return program[program.rindex(b"\0", 0, end) + 1:end].decode()


def test_it_takes_the_one_beside_it(alone):
    (alone / "iamlp-aws").write_text('#!/bin/sh\necho "$@"\nexit 7\n')
    (alone / "iamlp-aws").chmod(0o755)
    assert run(alone, *VERSION) == (7, "get-login-profile --version\n", "")
    assert run(alone, "--debug", "get-user") == (7, "--debug get-user\n", "")
    assert run(alone, "reset", "alice") == (7, "reset alice\n", "")


@pytest.mark.parametrize("words", [VERSION, ("reset", "alice")])
def test_who_has_none_is_told(alone, words):
    path = installed(alone)
    if os.path.exists(path):
        pytest.skip(f"{path} is installed here")
    assert run(alone, *words) == (
        255, "", f"iamlp: {path}: No such file or directory; install iamlp again\n")


def test_all_other_verbs_do_without(alone):
    status, out, _ = run(alone, "--help")
    assert status == 0 and "\n  create-login-profile " in out
    assert run(alone, "--version")[0] == 0
    assert run(alone, "nonsense") == (
        252, "", "iamlp: there is no verb nonsense; try: iamlp --help\n")


def test_by_hand():
    done = subprocess.run([os.path.join(BUILD, "iamlp-aws")], capture_output=True, text=True,
                          timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (
        252, "", "iamlp-aws is started by iamlp, not by hand\n")
