"""The counted programs of a build: begin() before the tests, end() after them."""

import os
import re
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


def programs(build):
    """What is linked with src."""
    shipped = re.search("^PROGRAMS = (.*)$", (TOP / "Makefile").read_text(), re.M)[1].split()
    yield from (build / name for name in (*shipped, "pam_iamlp.so"))
    yield from (build / "tests/e2e" / name for name in ("iamcall", "puppet", "resolve"))
    for source in sorted((TOP / "tests/unit").glob("*/*.c")):
        yield build / "tests/unit" / source.parent.name / source.stem


def tell(build, way):
    """The module as well: any program that loads it."""
    for path in programs(build):
        words, env = [str(path)], dict(os.environ, IAMLP_COVERAGE=way)
        if path.suffix == ".so":
            words, env["LD_PRELOAD"] = ["/bin/true"], str(path)
        subprocess.run(words, env=env, check=True)


def begin(build, folder):
    """In the folder, which everybody may read then, a file for each program."""
    os.chmod(folder, 0o755)
    tell(build, "begin")


def end(build):
    """The counters into the .gcda files beside the objects, whatever was there before."""
    for old in build.rglob("*.gcda"):
        old.unlink()
    tell(build, "end")
