"""The group database, which may be far away, is asked where a rule of the configuration asks."""

import os
import subprocess

import pytest

from world.needs import NEEDS_WORLD

pytestmark = NEEDS_WORLD

RULE = "[rule people]\ngroups = {group}\niam_user = %u\n"


@pytest.mark.parametrize("rest, asked", [("", False), (RULE.format(group="root"), True)])
def test_who_asks(host, tmp_path, rest, asked):
    host.configure(rest=rest)
    trace = tmp_path / "trace"
    subprocess.run(["strace", "-f", "-e", "trace=openat", "-o", str(trace),
                    *host.command("explain", "alice")], stdout=subprocess.DEVNULL, check=True,
                   timeout=60, env={"PATH": os.environ["PATH"]})
    assert ('"/etc/passwd"' in trace.read_text(), '"/etc/group"' in trace.read_text()) == (
        True, asked)
