"""Run the cmocka programs, one test each.

BUILD names the build (default: build); BUILDS names several, as "build build-san".
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
BUILDS = os.environ.get("BUILDS", os.environ.get("BUILD", "build")).split()
SOURCES = sorted((TOP / "tests/unit").glob("*/*.c"))


def programs():
    """By source, so that one which was not built fails instead of being forgotten."""
    for build in BUILDS:
        for source in SOURCES:
            name = f"{source.parent.name}/{source.stem}"
            label = f"{build}/{name}" if len(BUILDS) > 1 else name
            yield pytest.param(TOP / build / "tests/unit" / name, id=label)


def environment():
    """Leaks are errors under the sanitizers; cmocka's output is the one read here."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("CMOCKA_")}
    env.setdefault("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0")
    return env


def test_there_are_unit_tests():
    assert BUILDS and SOURCES


@pytest.mark.parametrize("program", programs())
def test_unit(program):
    assert program.is_file(), f"{program} is missing: run make tests"
    done = subprocess.run([program], cwd=TOP, env=environment(), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False, timeout=300)
    print(done.stdout)
    if done.returncode != 0:
        pytest.fail(f"exit status {done.returncode}\n{done.stdout}", pytrace=False)
    passed = re.findall(r"^\[ +OK \] ", done.stdout, re.M)
    skipped = re.findall(r"^skipped: .*", done.stdout, re.M)
    if not passed and skipped:
        pytest.skip("; ".join(sorted(set(skipped))).replace("skipped: ", ""))
    assert passed, f"no test ran:\n{done.stdout}"
