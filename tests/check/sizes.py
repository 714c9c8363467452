#!/usr/bin/python3
"""A function fits a screen, a file holds one thing."""

import re

from tree import finish, sources, text

FUNCTION_MAX = 80
FILE_MAX = 350

# "path" or "path: function": its lines. Where the longer one is the clearer one,
# it may stay, and must not grow: the number is exact, so that the list only shrinks.
EXCEPTIONS = {
}

# The house style puts the name at the start of the line and the braces, too.
FUNCTION = re.compile(r"^(\w+)\([^;]*?^\{\n.*?^\}$", re.M | re.S)


def measured():
    """Every thing that has a size: path, line, name in EXCEPTIONS, lines, ceiling."""
    for path in sources():
        code = text(path)
        yield path, 1, str(path), code.count("\n"), FILE_MAX
        for match in FUNCTION.finditer(code):
            lines = match.group().count("\n") + 1
            first = code.count("\n", 0, match.start()) + 1
            yield path, first, f"{path}: {match.group(1)}", lines, FUNCTION_MAX


def faults():
    seen = set()
    for path, line, name, lines, ceiling in measured():
        allowed = EXCEPTIONS.get(name, ceiling)
        seen.add(name)
        if lines > allowed:
            what = name.rpartition(": ")[2] if ": " in name else "the file"
            yield path, line, f"{what} has {lines} lines, more than {allowed}; split it"
        elif name in EXCEPTIONS and lines < allowed:
            new = f"{lines}" if lines > ceiling else "nothing: remove it"
            yield "tests/check/sizes.py", 1, f'lower the exception "{name}" to {new}'
    for stale in EXCEPTIONS.keys() - seen:
        yield "tests/check/sizes.py", 1, f'the exception "{stale}" names nothing: remove it'


finish(list(faults()))
