"""What the checks share: the files of the tree, and C without its comments.

Each check runs alone from the top of the repository, says nothing and exits 0
where all is well, else prints "file:line: sentence" and exits 1.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

IGNORED = re.compile(r"(build|build-.*|\.git|\.cache|\.pytest_cache|__pycache__)$")

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      |(?P<include>^[ \t]*\#[ \t]*include[ \t]*[<"][^\n>"]*[>"])
      |(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""",
    re.X | re.S | re.M,
)


def files():
    """Every file that is tracked or could be; all files where git cannot tell,
    as in an unpacked release."""
    git = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=False,
    ) if Path(".git").exists() else None
    if git is not None and git.returncode == 0:
        names = {Path(os.fsdecode(n)) for n in git.stdout.split(b"\0") if n}
        return sorted(n for n in names if n.is_file())
    found = []
    for folder, subfolders, names in os.walk("."):
        subfolders[:] = [s for s in subfolders if not IGNORED.match(s)]
        found += [Path(folder, n) for n in names]
    return sorted(found)


def sources():
    """The C files and headers that are shipped."""
    return [f for f in files() if f.suffix in (".c", ".h") and
            (f.parts[0] == "src" or f == Path("pam_iamlp.c"))]


def text(path):
    return path.read_text(encoding="utf-8", errors="replace")


def blank(code, *kinds):
    """The code with these kinds of tokens as spaces; lines stay where they are."""

    def spaces(match):
        if match.lastgroup not in kinds:
            return match.group()
        return re.sub(r"[^\n]", " ", match.group())

    return TOKEN.sub(spaces, code)


def line_of(code, offset):
    return code.count("\n", 0, offset) + 1


def finish(faults):
    """Print what was found and leave."""
    for path, line, sentence in faults:
        print(f"{path}:{line}: {sentence}")
    sys.exit(1 if faults else 0)
