"""build/tests/e2e/iamcall: any action of iam's table, against the fake or whoever listens.

A test file imports NEEDS_IAMCALL and the fixture `call`.
"""

import os
import subprocess

import pytest

from .host import BUILD
from .keys import ALL, shared_file

IAMCALL = os.path.join(BUILD, "tests/e2e/iamcall")
NEEDS_IAMCALL = pytest.mark.skipif(not os.path.exists(IAMCALL),
                                   reason=f"skipped: {IAMCALL} is not built (make tests)")
MANY = ("Tags", "slept")


def iamcall(*arguments):
    """(exit status, what it printed as a dict; a list for each name in MANY)."""
    done = subprocess.run([IAMCALL, *arguments], capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.returncode in (0, 1), done.stderr
    said = {name: [] for name in MANY}
    for line in done.stdout.splitlines():
        name, _, value = line.partition("=")
        if name in MANY:
            said[name].append(value)
        else:
            said[name] = value
    return done.returncode, said


def key_file(path, key=ALL):
    """A shared credentials file with this key; returns its name."""
    path.write_text(shared_file(key))
    return str(path)


@pytest.fixture
def call(fake, tmp_path):
    """call(ACTION, TAG..., options=[...], key=(id, secret), url=URL, MEMBER=VALUE...): what
    iamcall printed. Without a url the fake's https."""
    def run(action, *tags, options=(), key=ALL, url=None, **members):
        given = [f"{name}={value}" for name, value in members.items()]
        given += [f"Tags={tag}" for tag in tags]
        status, said = iamcall("--url", url or fake.https, "--ca", fake.ca, "--credentials",
                               key_file(tmp_path / "credentials", key), *options, action, *given)
        assert status == 0, said
        return said
    return run
