#!/usr/bin/python3
"""Shell scripts pass shellcheck, where it is installed."""

import re
import shutil
import subprocess

from tree import files, finish

SHEBANG = re.compile(rb"#! ?(/usr/bin/env |/usr/bin/|/bin/)(sh|bash|dash)\b")


def scripts():
    for path in files():
        with path.open("rb") as f:
            if path.suffix == ".sh" or SHEBANG.match(f.readline()):
                yield path


def faults():
    found = list(scripts())
    if shutil.which("shellcheck") is None or not found:
        return
    run = subprocess.run(["shellcheck", "-f", "gcc", *found], capture_output=True, text=True,
                         check=False)
    for line in (run.stdout + run.stderr).splitlines():
        path, number, _, sentence = (line.split(":", 3) + ["", "", ""])[:4]
        yield path, number, sentence.strip()


finish(list(faults()))
