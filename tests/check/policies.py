#!/usr/bin/python3
"""What the IAM policies grant is what the programs call: no action more, none less."""

import json
import re
from pathlib import Path

from tree import blank, finish, text

FOLDER = Path("config/iam")
WRITERS = (Path("src/cli/grant.c"), Path("src/cli/trust.c"))

# For the people and for the guard, not for the programs.
OTHERS = {"guard-scp.json", "user-first-sign-in.json", "user-mfa.json"}

# Only iamlp policy prints it: who has a token has an issuer of tokens, which no example can name.
NO_EXAMPLE = {"sts:AssumeRoleWithWebIdentity"}


def calls():
    """The actions that iamlp-net can be told to call, and those it needs to come to keys."""
    names = dict(re.findall(r'\[IAM_(\w+)\] = \{"(\w+)"', text(Path("src/iam/action.c"))))
    served = dict(re.findall(r"\{WIRE_(\w+), IAM_(\w+)\}", text(Path("src/net/serve.c"))))
    wire = blank(text(Path("src/wire/wire.h")), "comment")
    for word in re.findall(r"^ +WIRE_([A-Z_]+)\b(?! = 1,)", wire, re.M):
        row = served.get(word, word)
        if row in names:
            yield f"iam:{names[row]}"
    for path in Path("src/cred").glob("sts.[ch]"):
        for name in re.findall(r"\bAssumeRole\w*", text(path)):
            yield f"sts:{name}"
        if "source_identity" in text(path):
            yield "sts:SetSourceIdentity"


def actions(document):
    for statement in document["Statement"]:
        named = statement.get("Action", [])
        yield from [named] if isinstance(named, str) else named


def differences(path, have, want):
    for name in sorted(want - have):
        yield path, 1, f"lacks {name}, which the programs call"
    for name in sorted(have - want):
        yield path, 1, f"has {name}, which no program calls"


def faults():
    wanted = set(calls())
    written = set()
    for path in WRITERS:
        written |= set(re.findall(r'"((?:iam|sts):[A-Z]\w+)"', text(path))) - {
            "sts:ExternalId", "sts:RoleSessionName", "sts:SourceIdentity"}
    yield from differences(WRITERS[0], written, wanted)

    shown = set()
    readme = text(FOLDER / "README.md")
    told = set(re.findall(r"^\| `([\w-]+\.json)` \|", readme, re.M))
    there = {path.name for path in FOLDER.glob("*.json")}
    for name in sorted(there - told):
        yield FOLDER / "README.md", 1, f"has no line for {name}"
    for name in sorted(told - there):
        yield FOLDER / "README.md", 1, f"has a line for {name}, which is not there"
    for name in sorted(there):
        try:
            document = json.loads(text(FOLDER / name))
        except ValueError as fault:
            yield FOLDER / name, 1, f"is no JSON: {fault}"
            continue
        if document.get("Version") != "2012-10-17":
            yield FOLDER / name, 1, "has not the Version 2012-10-17"
        if name not in OTHERS:
            shown |= set(actions(document))
    yield from differences(FOLDER / "README.md", shown, wanted - NO_EXAMPLE)


finish(list(faults()))
