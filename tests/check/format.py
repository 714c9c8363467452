#!/usr/bin/python3
"""C is formatted by .clang-format.

Only where clang-format 14 is installed: later versions lay out some constructs
differently, and one of them has to be the judge. It is Debian 12's.
"""

import re
import shutil
import subprocess

from tree import files, finish

FAULT = re.compile(r"^(.*?):(\d+):\d+: error: ", re.M)


def faults():
    if shutil.which("clang-format") is None:
        return
    version = subprocess.run(["clang-format", "--version"], capture_output=True, text=True,
                             check=True).stdout
    if re.search(r"version 14\.", version) is None:
        return
    code = [f for f in files() if f.suffix in (".c", ".h")]
    run = subprocess.run(["clang-format", "--dry-run", "-Werror", *code], capture_output=True,
                         text=True, check=False)
    for path, line in dict(FAULT.findall(run.stderr)[::-1]).items():
        yield path, line, "is not formatted: run clang-format -i on it"


finish(list(faults()))
