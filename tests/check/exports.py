#!/usr/bin/python3
"""exports.py [BUILD]: foo.c exports only foo_* or, for a room of several files
with one subject, ROOM_*; and the programs link what they may and nothing else.

Run it after `make tests`: what is not built cannot be judged, and is an error.
"""

import re
import subprocess
import sys
from pathlib import Path

from tree import finish

BUILD = Path(sys.argv[1] if len(sys.argv) > 1 else "build")

# Libraries that must not be in a program, directly or through another library.
NEVER = {
    "iamlp-helper": "libcurl libcrypto libssl libexpat libjansson libseccomp",
    "iamlp-net": "libiniparser",
    "iamlp": "libseccomp",
    "pam_iamlp.so": "libseccomp",
}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def exported():
    for source in sorted(Path("src").glob("*/*.c")):
        room, name = source.parts[1], source.stem
        built = BUILD / "obj" / room / f"{name}.o"
        if not built.exists():
            yield source, 1, f"{built} is missing: run make tests"
            continue
        for line in run("nm", "-gP", "--defined-only", built).splitlines():
            symbol = line.split()[0]
            # Two underscores belong to the compiler: the sanitizers' marks.
            if symbol.startswith((f"{name}_", f"{room}_", "__")):
                continue
            if (symbol, name) == ("main", "main"):
                continue
            yield source, 1, f"exports {symbol}, which begins with neither {name}_ nor {room}_"


def linked():
    for program, libraries in NEVER.items():
        path = BUILD / program
        if not path.exists():
            if Path("src", program.removeprefix("iamlp-")).is_dir():
                yield path, 1, "is missing: run make"
            continue
        needed = re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", path))
        all_of_them = [line.split()[0] for line in run("ldd", path).splitlines() if line.split()]
        for library in libraries.split():
            how = [n for n in needed if n.startswith(library + ".")]
            through = [n for n in all_of_them if Path(n).name.startswith(library + ".")]
            if how:
                yield path, 1, f"links {how[0]}, which must not be in this program"
            elif through:
                yield path, 1, f"links {through[0]} through another library"


finish([*exported(), *linked()])
