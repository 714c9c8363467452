#!/usr/bin/python3
"""What is not finished stands in an issue, not in the tree."""

import re
from pathlib import Path

from tree import files, finish, line_of, text

WORDS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def faults():
    for path in files():
        if path == Path("tests/check/unfinished.py"):
            continue
        content = text(path)
        for match in WORDS.finditer(content):
            yield path, line_of(content, match.start()), f"{match.group()}: finish it or drop it"


finish(list(faults()))
