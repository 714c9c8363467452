"""Every fuzz target holds its promises for what it begins with: the seeds, and each input
that has once been a finding.

BUILD names the build (default: build); BUILDS names several, as "build build-san".
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from seeds import HERE, TOP, dictionary, seeds, targets  # noqa: E402

BUILDS = os.environ.get("BUILDS", os.environ.get("BUILD", "build")).split()
SEEDS_MAX = 200 * 1024  # bytes of all seeds: a repository is no place for a corpus


def programs():
    for build in BUILDS:
        for target in targets():
            label = f"{build}/{target}" if len(BUILDS) > 1 else target
            yield pytest.param(build, target, id=label)


@pytest.mark.parametrize("build, target", programs())
def test_replay(build, target):
    program = TOP / build / "tests/fuzz" / target
    assert program.is_file(), f"{program} is missing: run make tests"
    done = subprocess.run([program, *seeds(target)], cwd=TOP, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                          env={"ASAN_OPTIONS": "detect_leaks=1"}, timeout=300)
    said = done.stderr.decode(errors="replace")
    assert done.returncode == 0, said[-4000:]
    assert f"{len(seeds(target))} replayed" in said


@pytest.mark.parametrize("target", targets())
def test_a_target_has_seeds_and_a_room(target):
    assert seeds(target)
    assert f"\nROOM_{target} " in (TOP / "Makefile").read_text()


def test_seeds_are_small_and_of_a_target():
    folders = {p.name for p in (HERE / "seeds").iterdir()}
    assert folders == set(targets())
    assert {p.stem for p in HERE.glob("*.dict")} <= set(targets())
    assert sum(p.stat().st_size for p in (HERE / "seeds").rglob("*") if p.is_file()) <= SEEDS_MAX


def test_dictionaries_are_what_the_fuzzers_read():
    for target in targets():
        path = dictionary(target)
        for line in path.read_text().splitlines() if path else []:
            assert not line or line.startswith("#") or (line[0] == line[-1] == '"'), (path, line)
