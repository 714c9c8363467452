"""passwd and chpasswd work whatever is wrong with us: the real programs on a machine of its own.

The local password is changed and the exit status is 0, or both are as without us.
"""

import os
import shutil
import socket

import pytest
from world.needs import needs_machine
from world.machine import UNIX_PASSWORD
from world.terminal import at_terminal, without_terminal

pytestmark = needs_machine()

LINE = "password optional pam_iamlp.so"
MODULE = "/usr/lib/security/pam_iamlp.so"
HELPER = "/usr/libexec/iamlp/iamlp-helper"
NEW = "aNother-Pass-77"
NOT_SET = b"The AWS console password was not set"
SAYS = [(rb"Current password: ", UNIX_PASSWORD), (rb"New password: ", NEW),
        (rb"Retype new password: ", NEW)]


# ---- what is wrong: a function of the machine, which returns the line of the stack or None


def unconfigured(machine):
    os.unlink(machine.path("/etc/iamlp/iamlp.conf"))


def misconfigured(machine):
    machine.write("/etc/iamlp/iamlp.conf", "[nonsense]\ncolour = blue\n")


def not_trusted(machine):
    os.chmod(machine.path("/etc/iamlp/iamlp.conf"), 0o666)


def offline(machine):
    machine.configure(endpoint="https://127.0.0.1:1")


def unserved(machine):
    machine.configure(users="")


def helper_missing(machine):
    os.unlink(machine.path(HELPER))


def helper_is_no_program(machine):
    machine.write(HELPER, "\x7fELF", 0o755)


def helper_may_not_run(machine):
    os.chmod(machine.path(HELPER), 0o644)


def helper_dies(machine):
    machine.write(HELPER, "#!/bin/sh\nkill -SEGV $$\n", 0o755)


def helper_hangs(machine):
    machine.write(HELPER, "#!/bin/sh\nexec sleep 600\n", 0o755)
    return LINE + " timeout=1"


def helper_ignores_signals(machine):
    machine.write(HELPER, "#!/bin/sh\ntrap '' TERM HUP INT CHLD\nwhile :; do sleep 1; done\n",
                  0o755)
    return LINE + " timeout=1"


def net_missing(machine):
    os.unlink(machine.path("/usr/libexec/iamlp/iamlp-net"))


def state_missing(machine):
    os.rmdir(machine.path("/var/lib/iamlp"))


def state_is_a_file(machine):
    state_missing(machine)
    machine.write("/var/lib/iamlp", "")


def state_read_only(machine):
    machine.run("mount", "-t", "tmpfs", "-o", "mode=0700,ro", "x", "/var/lib/iamlp")


def state_full(machine):
    machine.run("mount", "-t", "tmpfs", "-o", "mode=0700,size=4k,nr_inodes=2", "x",
                "/var/lib/iamlp")


def run_is_a_file(machine):
    shutil.rmtree(machine.path("/run/iamlp"), ignore_errors=True)
    machine.write("/run/iamlp", "")


def no_system_user(machine):
    text = machine.read("/etc/passwd")
    machine.write("/etc/passwd", "".join(line for line in text.splitlines(True)
                                         if not line.startswith("iamlp:")))


def arguments_unknown(machine):
    return LINE + " colour=blue timeout=never"


def silent_server(machine):
    machine.silent = socket.socket()
    machine.silent.bind(("127.0.0.1", 0))
    machine.silent.listen(8)
    machine.configure(endpoint="https://127.0.0.1:%d" % machine.silent.getsockname()[1])
    return LINE + " timeout=1"


WRONG = [unconfigured, misconfigured, not_trusted, offline, unserved, helper_missing,
         helper_is_no_program, helper_may_not_run, helper_dies, helper_hangs,
         helper_ignores_signals, net_missing, state_missing, state_is_a_file, state_read_only,
         state_full, run_is_a_file, no_system_user, arguments_unknown, silent_server]
EVERYDAY = {unconfigured, offline, helper_missing, state_missing, helper_hangs}

# Not in the way of a create.
CREATES = {run_is_a_file, arguments_unknown}
# Where the person has asked for it and it cannot be, one sentence says so; else nothing is said.
SAID = {offline, net_missing, no_system_user, silent_server}
# The record cannot be written: then nothing is asked of AWS. It is said, too, as the person waits.
SAID |= {state_read_only, state_full}


def run_passwd(machine, says=SAYS):
    return at_terminal(machine.inside("passwd", user="alice"), says, err=False)


def run_chpasswd(machine, _says=SAYS):
    return without_terminal(machine.run("chpasswd", input=f"alice:{NEW}\n".encode()))


PROGRAMS = {"passwd": run_passwd, "chpasswd": run_chpasswd}


def shadow(machine):
    """alice's entry, but for the salt: whether her password is the new one, and the rest."""
    entry = next(line for line in machine.read("/etc/shadow").splitlines()
                 if line.startswith("alice:")).split(":")
    return entry[1], entry[2:]


def without_us(machine, program):
    """What is seen, and the machine is as before."""
    before = machine.read("/etc/shadow")
    saw = PROGRAMS[program](machine)
    assert saw.status == 0
    machine.write("/etc/shadow", before, 0o640)
    return saw


def changed(machine, before):
    """The local password is the new one: su asks for it."""
    assert shadow(machine)[0] != before[0]
    saw = at_terminal(machine.inside("su", "alice", "-c", "echo in", user="bob"),
                      [(rb"Password: ", NEW)], err=False)
    assert saw.status == 0 and b"in\r\n" in saw.out


@pytest.mark.parametrize("program, wrong", [
    pytest.param(p, w, id=f"{p}-{w.__name__}",
                 marks=() if w in EVERYDAY and (p == "passwd" or w == helper_missing)
                 else pytest.mark.slow) for p in PROGRAMS for w in WRONG])
def test_works(machine, program, wrong):
    plain = without_us(machine, program)
    before = shadow(machine)
    machine.stack(program, wrong(machine) or LINE)
    saw = PROGRAMS[program](machine)
    assert saw.status == 0, saw
    changed(machine, before)
    more = [line for line in saw.out.split(b"\r\n") if line not in plain.out.split(b"\r\n")]
    if program == "passwd" and wrong in SAID | CREATES:
        assert len(more) == 1 and more[0].startswith(NOT_SET if wrong in SAID else b"IAM user"), saw
    else:
        assert saw == plain
    assert NEW not in "".join(text for _, text in machine.log.lines)
    if program == "chpasswd" or wrong not in CREATES:
        assert machine.fake.requests() == []
    if hasattr(machine, "silent"):
        machine.silent.close()


@pytest.mark.parametrize("program, dash", [
    ("passwd", "-"), pytest.param("passwd", "", marks=pytest.mark.slow), ("chpasswd", "-"),
    ("chpasswd", "")])
def test_module_half_removed(machine, program, dash):
    """The line is there, pam_iamlp.so is not.

    libpam goes on as if the module had returned PAM_MODULE_UNKNOWN: an `optional` line does no
    harm, a `required` one refuses everybody and nothing is changed. A leading "-" (pam.d(5)) alters
    nothing but that libpam does not complain in the log. So our lines are `-TYPE optional`.
    """
    plain = without_us(machine, program)
    os.unlink(machine.path(MODULE))
    for control in ("optional", "required"):
        kept, before = machine.read("/etc/shadow"), shadow(machine)
        machine.log.lines.clear()
        machine.stack(program, f"{dash}password {control} pam_iamlp.so")
        if control == "optional":
            assert PROGRAMS[program](machine) == plain
            changed(machine, before)
        else:
            saw = PROGRAMS[program](machine, SAYS[:1])
            assert saw.status != 0 and b"Module is unknown" in saw.out + saw.err
            assert shadow(machine) == before
        complaints = [text for _, text in machine.log.lines if "pam_iamlp.so" in text]
        assert bool(complaints) == (dash == ""), complaints
        machine.write("/etc/shadow", kept, 0o640)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [state_missing, helper_missing])
def test_fails_as_without_us(machine, wrong):
    """A wrong current password is refused in the same words."""
    def act():
        return at_terminal(machine.inside("passwd", user="alice"),
                           [(rb"Current password: ", "wrong")], err=False)
    plain, before = act(), shadow(machine)
    assert plain.status != 0
    machine.stack("passwd", wrong(machine) or LINE)
    assert act() == plain and shadow(machine) == before
