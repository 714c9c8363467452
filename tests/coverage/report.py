#!/usr/bin/python3
"""What ./dev coverage says: lines that the tests reach, and ways to an error that they do not: of
these there is to be none.

    report.py begin BUILD FOLDER    before the tests: in FOLDER a file for each program
    report.py end BUILD             after them; exit status 1 where that is not enough
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import count

ENOUGH = 90.0  # percent of all lines

LABEL = re.compile(r"^\w+:$")
JUMP = re.compile(r"\bgoto \w+;")


def counted(build, source):
    """{line: how often} of one source."""
    data = build / "obj" / source.relative_to("src" if source.parts[0] == "src" else ".")
    done = subprocess.run(["gcov", "--json-format", "--stdout", str(data.with_suffix(".gcda"))],
                          cwd=count.TOP, capture_output=True, text=True, check=True)
    found = {}
    for file in json.loads(done.stdout)["files"]:
        if file["file"] == str(source):
            for line in file["lines"]:
                n = line["line_number"]
                found[n] = max(found.get(n, 0), line["count"])
    return found


def ways(source, found):
    """(line, text, how often) of each label and each jump to one."""
    for n, line in enumerate((count.TOP / source).read_text().splitlines(), 1):
        if LABEL.match(line):
            yield n, line, found[min(m for m in found if m > n)]
        elif JUMP.search(line):
            yield n, line.strip(), found.get(n, 0)


def percent(reached, of):
    return f"{reached:6} of {of:6}  {100 * reached / max(of, 1):5.1f} %"


def report(build):
    rooms, untried = {}, []
    sources = [count.TOP / "pam_iamlp.c", *sorted((count.TOP / "src").glob("*/*.c"))]
    for source in [path.relative_to(count.TOP) for path in sources]:
        found = counted(build, source)
        reached, of = sum(1 for n in found.values() if n), len(found)
        rooms.setdefault(str(source.parent), []).append((reached, of, source))
        for n, text, times in ways(source, found):
            if not times:
                untried.append(f"{source}:{n}: {text}")
    for room, files in rooms.items():
        print(f"{room:28}", percent(sum(f[0] for f in files), sum(f[1] for f in files)))
        for reached, of, source in files:
            print(f"    {source.name:24}", percent(reached, of))
    reached, of = (sum(f[i] for files in rooms.values() for f in files) for i in (0, 1))
    print(f"{'all':28}", percent(reached, of))
    print("ways to an error that no test goes:", len(untried) or "none")
    print("".join(f"    {line}\n" for line in untried), end="")
    few = 100 * reached / of < ENOUGH
    if few:
        print(f"coverage: less than {ENOUGH:g} % of the lines")
    return not untried and not few


if sys.argv[1] == "begin":
    count.begin(Path(sys.argv[2]).resolve(), sys.argv[3])
else:
    count.end(Path(sys.argv[2]).resolve())
    sys.exit(0 if report(Path(sys.argv[2]).resolve()) else 1)
