#!/usr/bin/python3
"""iamlp(1) names the verbs and options that iamlp has, and no others."""

import re
from pathlib import Path

from tree import finish, text

PAGE = Path("man/iamlp.1")


def faults():
    page = text(PAGE)
    verbs = set(re.findall(r'^    \{"([a-z-]+)", ', text(Path("src/cli/verb.c")), re.M))
    said = set(re.findall(r"^\.It Cm (\S+)", page, re.M))
    for verb in sorted(verbs - said):
        yield PAGE, 1, f"says nothing of {verb}"
    for verb in sorted(said - verbs):
        yield PAGE, 1, f"speaks of {verb}, which src/cli/verb.c has not"
    known = set()
    for source in Path("src/cli").glob("*.c"):
        known |= set(re.findall(r'\{"([a-z-]+)", (?:required|no)_argument', text(source)))
    told = set(re.findall(r"\bFl -([a-z-]+)", page))
    for option in sorted(known - told):
        yield PAGE, 1, f"says nothing of --{option}"
    for option in sorted(told - known):
        yield PAGE, 1, f"speaks of --{option}, which no verb has"


finish(list(faults()))
