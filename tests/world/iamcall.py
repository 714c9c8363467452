"""build/tests/e2e/iamcall: cred and iam alone, without root, a configuration or a second process."""

import os
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
IAMCALL = os.path.join(TOP, os.environ.get("BUILD", "build"), "tests/e2e/iamcall")

# Keys of the fake's world: one that may everything, and a host's.
ALL = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
HOST = ("AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY")


def iamcall(*arguments):
    """(exit status, what it printed as a dict; Tags as a list)."""
    done = subprocess.run([IAMCALL, *arguments], capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.returncode in (0, 1), done.stderr
    said = {"Tags": []}
    for line in done.stdout.splitlines():
        name, _, value = line.partition("=")
        if name == "Tags":
            said["Tags"].append(value)
        else:
            said[name] = value
    return done.returncode, said
