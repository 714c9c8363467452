#!/usr/bin/python3
"""Functions that a program running as root on other people's hosts does without."""

import re

from tree import blank, finish, line_of, sources, text

BANNED = {
    "strcpy": "snprintf, memcpy or base/buf, which know the size",
    "strncpy": "snprintf: strncpy leaves the NUL out",
    "strcat": "base/buf",
    "strncat": "base/buf",
    "sprintf": "snprintf or base/buf",
    "vsprintf": "vsnprintf or base/buf",
    "gets": "read",
    "strtok": "strcspn: strtok keeps its place in a static variable",
    "atoi": "strtol: atoi takes rubbish for 0",
    "atol": "strtol: atol takes rubbish for 0",
    "system": "execve: system runs a shell",
    "popen": "execve: popen runs a shell",
    "alloca": "a fixed buffer or base/buf",
    "mktemp": "mkstemp: mktemp leaves a gap",
    "tmpnam": "mkstemp: tmpnam leaves a gap",
    "getenv": "an argument: nothing comes from the environment",
    "secure_getenv": "an argument: nothing comes from the environment",
    "setenv": "execve with an environment of its own",
    "putenv": "execve with an environment of its own",
    "signal": "sigaction: what signal does differs between systems",
    "rand": "pwgen_system_random",
    "srand": "pwgen_system_random",
}

# Whoever types `iamlp` asks for what the AWS CLI takes from the environment.
ENVIRONMENT_ALLOWED = "src/cli/"

# "path: word": why. The list only shrinks: an entry that is not needed is an error.
EXCEPTIONS = {
}

# A call: a member or a variable may have such a name.
CALL = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")[ \t\n]*\(")


def faults():
    used = set()
    for path in sources():
        code = blank(text(path), "comment", "string", "include")
        for match in CALL.finditer(code):
            word = match.group(1)
            if word == "getenv" and str(path).startswith(ENVIRONMENT_ALLOWED):
                continue
            if f"{path}: {word}" in EXCEPTIONS:
                used.add(f"{path}: {word}")
                continue
            yield path, line_of(code, match.start()), f"{word} is banned; use {BANNED[word]}"
    for stale in EXCEPTIONS.keys() - used:
        yield "tests/check/banned.py", 1, f'the exception "{stale}" is no longer needed: remove it'


finish(list(faults()))
