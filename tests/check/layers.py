#!/usr/bin/python3
"""A room includes only its own headers and those of the rooms below it; a header
from elsewhere has one home. A room is linked with what it may use, not more."""

import fnmatch
import re
from pathlib import Path

from tree import blank, finish, line_of, sources, text

MAY_INCLUDE = {
    "base": "",
    "wire": "base",
    "state": "base",
    "pwgen": "base",
    "conf": "base",
    "aws": "base",
    "cred": "base aws",
    "iam": "base aws pwgen",
    "core": "base wire conf pwgen state",
    "helper": "base wire conf state core",
    "net": "base wire aws cred iam",
    "dropin": "base aws pwgen cred iam",
    "pamd": "base",
    "cli": "base wire conf state pamd",
    "direct": "base wire conf pwgen state aws cred iam dropin cli",
    "pam": "base wire state",
    "pam_iamlp.c": "base pam",
}

# A third-party header, and the files it may be included in; what stands in
# ONE_FILE may be included in one of them.
HOMES = {
    "curl/*": "src/aws/transfer.c src/aws/store.c",
    "openssl/*": "src/aws/sigv4.c",
    "expat*": "src/aws/xml.c",
    "jansson*": "src/aws/json.c",
    "*iniparser*": "src/conf/*.c",
    "security/*": "src/pam/* pam_iamlp.c",
    "*seccomp*": "src/net/sandbox.c",
    # core keeps keys there; iamlp-net is started with a session keyring of its own; check
    # asks the kernel whether there is one.
    "linux/keyctl.h": "src/base/proc.c src/core/keyring.c src/cli/check_host.c",
}
ONE_FILE = ("*iniparser*",)

# The C library's and the kernel's.
SYSTEM_FOLDERS = ("arpa", "asm", "linux", "net", "netinet", "sys")
SYSTEM = """
assert complex ctype errno float inttypes iso646 limits locale math setjmp signal stdalign stdarg
stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string strings time wchar wctype

byteswap dirent dlfcn endian err fcntl fnmatch ftw getopt glob grp langinfo libgen mntent netdb
paths poll pthread pty pwd regex sched search shadow spawn sysexits syslog termios ucontext unistd
utmpx wordexp
""".split()

INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]*([<\"])([^>\"\n]*)[>\"]", re.M)


def room_of(path):
    return path.parts[1] if path.parts[0] == "src" else path.name


def third_party(path, header):
    """Why this file may not include <header>; None where it may."""
    for pattern, homes in HOMES.items():
        if fnmatch.fnmatch(header, pattern):
            if any(fnmatch.fnmatch(str(path), home) for home in homes.split()):
                return None
            return f"<{header}> has its home in {homes}"
    folder, _, name = header.rpartition("/")
    if folder.split("/")[0] in SYSTEM_FOLDERS or (not folder and name[:-2] in SYSTEM):
        return None
    return f"<{header}> is neither the C library's nor given a home in tests/check/layers.py"


def own(path, header):
    """Why this file may not include "header"; None where it may."""
    room, allowed = room_of(path), MAY_INCLUDE[room_of(path)].split()
    target = Path(header).parts[0]
    if not Path("src", header).is_file():
        return f'"{header}" is no header of a room; write "room/file.h"'
    if target != room and target not in allowed:
        return f"{room} may not include {target}, only {' '.join(allowed) or 'itself'}"
    return None


def includes():
    homes = {}
    for path in sources():
        if room_of(path) not in MAY_INCLUDE:
            yield path, 1, f"the room {room_of(path)} has no row in tests/check/layers.py"
            continue
        code = blank(text(path), "comment")
        for match in INCLUDE.finditer(code):
            header, line = match.group(2), line_of(code, match.start())
            why = third_party(path, header) if match.group(1) == "<" else own(path, header)
            if why is not None:
                yield path, line, why
            for pattern in ONE_FILE:
                if why is None and fnmatch.fnmatch(header, pattern):
                    if homes.setdefault(pattern, path) != path:
                        yield path, line, f"<{header}> has its home in {homes[pattern]} already"


def closure(room):
    seen, todo = set(), [room]
    while todo:
        one = todo.pop()
        if one not in seen:
            seen.add(one)
            todo += MAY_INCLUDE[one].split()
    return seen


def linked():
    for number, line in enumerate(text(Path("Makefile")).splitlines(), 1):
        match = re.match(r"USES_(\w+) *= *(.*)", line)
        if match is None:
            continue
        room, uses = match.group(1), set(match.group(2).split())
        if room not in MAY_INCLUDE:
            yield "Makefile", number, f"the room {room} has no row in tests/check/layers.py"
        elif uses != closure(room):
            yield ("Makefile", number,
                   f"{room} and the rooms it stands on are {' '.join(sorted(closure(room)))}")


finish([*includes(), *linked()])
