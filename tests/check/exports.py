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
    "iamlp-aws": "libseccomp",
    "iamlp": "libcurl libcrypto libssl libexpat libjansson libseccomp",
    "pam_iamlp.so": "libseccomp",
}

# The module lives in other people's programs: all that it links, all that it exports, and
# what it must not call, because it would change its host or believe whoever logs in.
MODULE = "pam_iamlp.so"
MODULE_LINKS = ("libc.", "libpam.", "ld-linux", "ld64.")
MODULE_EXPORTS = ("pam_sm_authenticate", "pam_sm_setcred", "pam_sm_acct_mgmt",
                  "pam_sm_open_session", "pam_sm_close_session", "pam_sm_chauthtok")
MODULE_NEVER = """
abort alarm atexit chdir clearenv clone closelog dlopen execv execve exit fork getenv getpwnam
initgroups localtime localtime_r openlog pam_info pam_prompt pam_syslog pam_vsyslog popen
posix_spawn prctl pthread_create pthread_sigmask putenv secure_getenv setegid setenv seteuid
setgid setgroups setlocale setresgid setresuid setrlimit setuid sigaction signal sigprocmask
strerror strtok syslog system tzset umask unsetenv uselocale vsyslog wait wait4 waitpid
""".split()


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


def module():
    path = BUILD / MODULE
    if not path.exists():
        if Path("pam_iamlp.c").exists():
            yield path, 1, "is missing: run make"
        return
    for library in re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", path)):
        if not library.startswith(MODULE_LINKS):
            yield path, 1, f"links {library}; the module links libc and libpam only"
    for line in run("nm", "-DP", path).splitlines():
        symbol, kind = re.sub("@.*", "", line.split()[0]), line.split()[1]
        if kind not in "Uvw" and symbol not in MODULE_EXPORTS:
            yield path, 1, f"exports {symbol}, which is no entry point of PAM"
        # The C library's checked variants: __syslog_chk.
        called = re.sub("^__(.*)_chk$", r"\1", symbol)
        if kind == "U" and called in MODULE_NEVER:
            yield path, 1, f"calls {called}, which is not for a module: see MODULE_NEVER"


finish([*exported(), *linked(), *module()])
