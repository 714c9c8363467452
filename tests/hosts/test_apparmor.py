"""What the AppArmor profiles allow covers what the programs open: logins and claims on a machine,
with every name that iamlp-helper and iamlp-net hand to the kernel looked up in the profiles.

No kernel here enforces them; apparmor_parser's opinion is in tests/packages.
"""

import os
import re
import shutil
import subprocess

import pytest

from world.client import Client
from world.machine import TOP
from world.proc import is_traced, wait_for
from world.terminal import CLAIM, CONFIRM

PROFILES = os.path.join(TOP, "packaging/apparmor/iamlp")
ABSTRACTIONS = "/etc/apparmor.d"

pytestmark = [
    pytest.mark.skipif(not shutil.which("strace"), reason="skipped: no strace"),
    pytest.mark.skipif(not os.path.isdir(ABSTRACTIONS + "/abstractions"),
                       reason="skipped: no abstractions of AppArmor (package apparmor)")]

VARIABLES = {"@{PROC}": "/proc", "@{run}": "/{,var/}run", "@{etc_ro}": "/etc", "@{pid}": "[0-9]*",
             "@{pids}": "[0-9]*", "@{sys}": "/sys", "@{multiarch}": "*-linux-gnu*"}
FILE_RULE = re.compile(r"^\s*(?:owner\s+)?(/\S*|@\{\S+)\s+([rwmkl]+|[a-zA-Z]*[xX])(?:\s*->.*)?,")


def pattern(glob):
    """A file rule's name as a regular expression: *, **, ?, {a,b}, [ab] and variables."""
    for name, value in VARIABLES.items():
        glob = glob.replace(name, value)
    out, depth = "", 0
    for token in re.findall(r"\*\*|\[[^]]*\]|.", glob):
        if token == "**":
            out += ".*"
        elif token == "*":
            out += "[^/]*"
        elif token == "?":
            out += "[^/]"
        elif token in "{}":
            depth += 1 if token == "{" else -1
            out += "(?:" if token == "{" else ")"
        elif token == "," and depth:
            out += "|"
        else:
            out += token if token[0] == "[" else re.escape(token)
    return re.compile(out)


def rules(lines):
    """(name, permissions) of file rules, with those of what is included."""
    for line in lines:
        include = re.match(r"\s*include <(abstractions/[\w./-]+)>", line)
        found = FILE_RULE.match(line)
        if include:
            with open(os.path.join(ABSTRACTIONS, include.group(1)), encoding="utf-8") as file:
                yield from rules(file.read().splitlines())
        elif found:
            yield pattern(found.group(1)), found.group(2)


def profiles():
    """The rules of each profile, by its name."""
    with open(PROFILES, encoding="utf-8") as file:
        return {name: list(rules(body.splitlines())) for name, body in re.findall(
            r"^profile (\S+) [^{]*?\{\n(.*?)^\}", file.read(), re.M | re.S)}


def allowed(of, path, may):
    return any(may in permissions and name.fullmatch(path) for name, permissions in of)


def opened(trace, program_at_first):
    """(program, name, "r" or "w") of each file that was opened; programs by what each process
    has last executed."""
    program = {}
    for line in trace:
        pid, call = line.split(None, 1)
        execed = re.match(r'execve(?:at)?\((?:\d+<([^>]+)>|"([^"]+)").* = 0$', call)
        forked = re.search(r"^(?:clone|clone3|v?fork)\(.* = (\d+)$|^<\.\.\. (?:clone|v?fork).* = (\d+)$",
                           call)
        result = re.match(r"open(?:at)?\((.*) = \d+<([^>]+)>$", call)
        if execed:
            program[pid] = os.path.basename(execed.group(1) or execed.group(2))
        elif forked:
            program[forked.group(1) or forked.group(2)] = program.get(pid, program_at_first)
        elif result and "O_PATH" not in call:
            writes = re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", result.group(1))
            # A folder's name ends in a slash there.
            name = result.group(2) + ("/" if "O_DIRECTORY" in call else "")
            yield (program.get(pid, program_at_first).removesuffix(".real"), name,
                   "w" if writes else "r")


def trace(machine, pid):
    tracer = machine.start("strace", "-f", "-qq", "-y", "-o", f"{machine.folder}/trace.{pid}", "-e",
                           "trace=open,openat,execve,execveat,fork,vfork,clone,clone3", "-p",
                           str(pid))
    wait_for(lambda: is_traced(pid), "strace")
    return tracer


@pytest.mark.parametrize("login, says", [("", CLAIM), ("create = login", [(CONFIRM, "yes")])])
def test_profiles_cover_what_is_opened(machine, login, says):
    machine.configure(login=login)
    listener = machine.running()[0]
    machine.start_sshd()
    machine.stack("sshd", "session optional pam_iamlp.so")
    tracers = [trace(machine, listener), trace(machine, machine.sshd.pid)]
    assert Client(machine, "alice").command().status == 7
    assert Client(machine, "alice").shell(says=says).password
    for tracer in tracers:
        machine.stop(tracer)

    seen = {}
    for pid, program in ((listener, "iamlp-helper"), (machine.sshd.pid, "sshd")):
        with open(os.path.join(machine.folder, f"trace.{pid}"), encoding="utf-8") as file:
            for name, *what in opened(file, program):
                seen.setdefault(name, set()).add(tuple(what))
    assert ("/var/lib/iamlp/lock/64001", "w") in seen["iamlp-helper"]
    assert ("/etc/iamlp/ca.pem", "r") in seen["iamlp-helper"]
    assert ("/etc/nsswitch.conf", "r") in seen["iamlp-helper"] and len(seen["iamlp-net"]) > 3
    of = profiles()
    lacking = {(program, path, may) for program in ("iamlp-helper", "iamlp-net")
               for path, may in seen[program]
               for profile in {program, "iamlp-helper"} if not allowed(of[profile], path, may)}
    assert lacking == set()


def test_the_matcher():
    """It says no, too."""
    of = profiles()
    assert set(of) == {"iamlp-helper", "iamlp-net"}
    assert allowed(of["iamlp-helper"], "/var/lib/iamlp/64001", "w")
    assert not allowed(of["iamlp-net"], "/var/lib/iamlp/64001", "r")
    assert not allowed(of["iamlp-net"], "/etc/iamlp/iamlp.conf", "r")
    assert not allowed(of["iamlp-helper"], "/etc/shadow", "r")
    assert allowed(of["iamlp-net"], "/etc/resolv.conf", "r")
    assert not allowed(of["iamlp-net"], "/etc/resolv.conf", "w")


@pytest.mark.anywhere
@pytest.mark.skipif(not shutil.which("apparmor_parser"), reason="skipped: no apparmor_parser")
def test_the_parser():
    """It takes the profiles; iamlp-net's is stacked on iamlp-helper's: see the file."""
    run = subprocess.run(["apparmor_parser", "-Q", "-K", "-S", PROFILES], capture_output=True,
                         check=False)
    assert run.returncode == 0, run.stderr
    assert b"&iamlp-net\0" in run.stdout
