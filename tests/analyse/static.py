#!/usr/bin/python3
"""static.py [gcc] [clang-tidy] [cppcheck]: what analysers of the source find.

Each that is here runs, gcc in each version that is. A finding that known.py has is none; one that
it has and that is not found is one. Exit status 1 where there is a finding.
"""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from known import KNOWN

TOP = Path(__file__).resolve().parents[2]
DEFINES = """-D_GNU_SOURCE -DIAMLP_VERSION="" -DIAMLP_LIBEXECDIR="" -DIAMLP_SYSCONFDIR=""
    -DIAMLP_PAMDIR="" -Isrc""".split()

# What it calls a leak is dup2 onto 0, 1 and 2, and a descriptor that the caller closes; what
# remains open in earnest is for tests/torture/leftover.py, which fails each call once.
GCC = ["-fanalyzer", "-Wno-analyzer-fd-leak", "-fdiagnostics-plain-output", "-std=c11", "-O0", "-c",
       "-o", "/dev/null"]

# Without "style": other words for what .clang-format, the compilers and reviewers look at. System
# headers are not read: what is asked of them is said here.
CPPCHECK = ["--quiet", "--std=c11", "--enable=warning,performance,portability",
            "--template={file}:{line}: {id}: {message}", "--suppress=missingIncludeSystem",
            "--suppress=normalCheckLevelMaxBranches", "-DLIBCURL_VERSION_NUM=0x080000",
            "-D__has_include(x)=1"]

FINDINGS = {
    "gcc": re.compile(r"^(\S+?):(\d+):\d+: warning: (.*) \[-W([\w-]+)\]$", re.M),
    "clang-tidy": re.compile(r"^(\S+?):(\d+):\d+: (?:warning|error): (.*) \[([\w.-]+).*\]$", re.M),
    "cppcheck": re.compile(r"^(\S+?):(\d+): (?P<id>\w+): (.*)$", re.M),
}


def sources():
    return ["pam_iamlp.c", *sorted(str(p.relative_to(TOP)) for p in TOP.glob("src/*/*.c"))]


def output(*command):
    run = subprocess.run(command, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True, check=False)
    return run.stdout


def each_source(command, *behind):
    """The command once a file, as many at a time as there are processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return "".join(pool.map(lambda source: output(*command, source, *behind), sources()))


def version(tool):
    return re.search(r"(\d+)\.(\d+)", output(tool, "--version"))


def runs(wanted):
    """(tool, its version, what it says)"""
    seen = set()
    for name in ("gcc", *(f"gcc-{n}" for n in range(12, 20))):
        if "gcc" not in wanted or shutil.which(name) is None:
            continue
        number = version(name).group(1)
        if number not in seen:
            seen.add(number)
            yield "gcc", number, each_source([name, *GCC, *DEFINES])
    if "clang-tidy" in wanted and shutil.which("clang-tidy"):
        yield "clang-tidy", version("clang-tidy").group(1), each_source(
            ["clang-tidy", "--quiet"], "--", "-std=c11", *DEFINES)
    if "cppcheck" in wanted and shutil.which("cppcheck"):
        yield "cppcheck", version("cppcheck").group(), output(
            "cppcheck", *CPPCHECK, *DEFINES, *sources())


def function_at(path, line):
    """The function that the line is in: a name at the beginning of a line, as our style has it."""
    lines = (TOP / path).read_text(encoding="utf-8").splitlines()
    for text in reversed(lines[:line]):
        begins = re.match(r"(\w+)\(", text)
        if begins:
            return begins.group(1)
    return "-"


def findings(tool, said):
    for match in FINDINGS[tool].finditer(said):
        path, line, *rest = match.groups()
        path = os.path.relpath(TOP / path, TOP)
        what, why = rest if tool == "cppcheck" else rest[::-1]
        yield path, int(line), what, why


def main():
    wanted = sys.argv[1:] or list(FINDINGS)
    faults = 0
    for tool, number, said in runs(wanted):
        before = faults
        known = {key[1:]: False for key, (versions, _) in KNOWN.items()
                 if key[0] == tool and number in versions.split()}
        found = sorted(set(findings(tool, said)))
        for path, line, what, why in found:
            key = (path, function_at(path, line), what)
            if key in known:
                known[key] = True
                continue
            faults += 1
            print(f"{path}:{line}: {why} [{tool} {number}, {key[1]}, {what}]")
        for key in [k for k, needed in known.items() if not needed]:
            faults += 1
            print(f"tests/analyse/known.py: {tool} {number} does not say {key}: remove it")
        print(f"{tool} {number}: {len(found)} said, {faults - before} findings", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
