"""build/tests/e2e/iamcall: any action of iam's table, against the fake or whoever listens.

    from world.iamcall import NEEDS_IAMCALL, call  # noqa: F401
"""

import os
import subprocess

import pytest

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
IAMCALL = os.path.join(TOP, os.environ.get("BUILD", "build"), "tests/e2e/iamcall")
# Of the fake's world: all rights, and those of a host.
ALL = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
HOST = ("AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY")

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
    path.write_text(f"[default]\naws_access_key_id = {key[0]}\n"
                    f"aws_secret_access_key = {key[1]}\n")
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
