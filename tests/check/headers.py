#!/usr/bin/python3
"""Each header compiles alone, twice in a row, with each compiler that is here."""

import shutil
import subprocess
from pathlib import Path

from tree import finish, sources

FLAGS = "-std=c11 -D_GNU_SOURCE -Isrc -Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror".split()


def faults():
    compilers = [c for c in ("gcc", "clang") if shutil.which(c) is not None]
    if not compilers:
        yield "tests/check/headers.py", 1, "needs gcc or clang"
    for header in (s for s in sources() if s.suffix == ".h"):
        name = header.relative_to("src") if header.parts[0] == "src" else Path("..") / header
        for compiler in compilers:
            run = subprocess.run(
                [compiler, *FLAGS, "-fsyntax-only", "-x", "c", "-"],
                input=f'#include "{name}"\n' * 2, capture_output=True, text=True, check=False)
            if run.returncode != 0:
                first = next((s for s in run.stderr.splitlines() if "error" in s), run.stderr)
                yield header, 1, f"does not compile alone with {compiler}: {first}"


finish(list(faults()))
