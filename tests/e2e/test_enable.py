"""iamlp enable and disable, on a scratch /etc/pam.d in the private world."""

import fcntl
import os
import re
import shutil
import signal
import struct
import subprocess

import pytest

from world.needs import NEEDS_WORLD
from world.proc import children, wait_for

pytestmark = NEEDS_WORLD

LINE = "-session optional pam_iamlp.so # added by iamlp enable\n"

# The leak sanitizer does not work under ptrace.
UNDER_STRACE = dict(os.environ, ASAN_OPTIONS="detect_leaks=0")

COMMON = {
    "common-session": "session [default=1] pam_permit.so\nsession requisite pam_deny.so\n"
                      "session required pam_permit.so\n",
    "common-account": "account [success=1 new_authtok_reqd=done default=ignore] pam_permit.so\n"
                      "account requisite pam_deny.so\naccount required pam_permit.so\n",
    "common-password": "password [success=1 default=ignore] pam_unix.so\n"
                       "password requisite pam_deny.so\npassword required pam_permit.so\n",
}

SSHD = """\
# PAM of the secure shell
account    required     pam_nologin.so
@include common-account
session [success=ok ignore=ignore module_unknown=ignore default=bad]   pam_selinux.so close
@include common-session
session    optional     pam_motd.so noupdate
session    required     pam_limits.so  # the end
"""


@pytest.fixture
def pamd(tmp_path):
    from world.pamd import PamD
    os.chmod(tmp_path, 0o755)
    folder = PamD(str(tmp_path))
    for name, text in COMMON.items():
        folder.write(name, text)
    folder.write("sshd", SSHD)
    folder.write("passwd", "@include common-password\n")
    yield folder
    folder.close()


def test_one_line_is_added_and_taken_out(pamd):
    first = pamd.enable("sshd")
    assert (first.returncode, first.stdout.count("\n")) == (0, 1)
    assert f"/etc/pam.d/sshd line 8 is new: {LINE}" in first.stdout
    assert pamd.read("sshd") == SSHD + LINE
    again = pamd.enable("sshd")
    assert (again.returncode, pamd.read("sshd")) == (0, SSHD + LINE)
    assert again.stdout == "sshd is enabled already: /etc/pam.d/sshd line 8\n"
    out = pamd.disable("sshd")
    assert (out.returncode, out.stdout) == (0, "/etc/pam.d/sshd: 1 line taken out\n")
    assert pamd.read("sshd") == SSHD
    out = pamd.disable("sshd")
    assert (out.returncode, out.stdout) == (0, "sshd is not enabled\n")


def test_stacks_and_services(pamd):
    pamd.write("doors", "account required pam_permit.so\nsession required pam_permit.so")
    assert pamd.enable("sshd", "--account").returncode == 0
    assert pamd.enable("passwd", "--password").returncode == 0
    assert pamd.enable("doors").returncode == 0
    assert pamd.enable("--account", "doors").returncode == 0
    assert pamd.read("sshd") == SSHD + LINE.replace("session", "account")
    assert pamd.read("passwd").endswith("\n" + LINE.replace("session", "password"))
    # The hook passes over a service that it does not know and its line does not list.
    assert pamd.read("doors").split("\n")[2:] == [
        "-session optional pam_iamlp.so services=doors # added by iamlp enable, with the newline above",
        "-account optional pam_iamlp.so services=doors # added by iamlp enable", ""]
    out = pamd.disable("--all")
    assert out.returncode == 0 and "doors: 2 lines taken out" in out.stdout
    assert pamd.read("doors") == "account required pam_permit.so\nsession required pam_permit.so"
    assert pamd.read("sshd") == SSHD and pamd.read("passwd") == "@include common-password\n"
    assert pamd.disable("--all").stdout == "no service is enabled\n"


def test_services_that_the_module_knows(pamd):
    """What it looks at without being told needs no argument, and nothing else does without."""
    known = {"--session": ["sshd", "login", "gdm-password"], "--password": ["passwd"]}
    text = "session required pam_permit.so\npassword requisite pam_unix.so\n"
    for option, services in known.items():
        for service in ["sshd", "login", "passwd", "gdm-password", "gdm", "su", "cron", "vsftpd"]:
            pamd.write(service, text)
            assert pamd.enable(option, service).returncode == 0
            told = f"services={service} " in pamd.read(service)
            assert told == (service not in services), (service, option)


def test_owner_mode_attributes_and_access_list_stay(pamd):
    path = pamd.path("sshd")
    os.chown(path, 0, 64000)
    os.chmod(path, 0o640)
    os.setxattr(path, "trusted.iamlp", b"kept")
    entries = [(1, 6, -1), (2, 4, 64001), (4, 4, -1), (16, 4, -1), (32, 0, -1)]
    acl = struct.pack("<I", 2) + b"".join(
        struct.pack("<HHI", tag, bits, uid & 0xffffffff) for tag, bits, uid in entries)
    os.setxattr(path, "system.posix_acl_access", acl)
    before = os.stat(path)
    assert pamd.enable("sshd").returncode == 0 and pamd.read("sshd") == SSHD + LINE
    after = os.stat(path)
    assert after.st_ino != before.st_ino
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, 0, 64000)
    assert os.getxattr(path, "trusted.iamlp") == b"kept"
    assert os.getxattr(path, "system.posix_acl_access") == acl
    assert pamd.disable("sshd").returncode == 0
    assert os.stat(path).st_mode == before.st_mode and os.getxattr(path, "trusted.iamlp") == b"kept"


def test_a_copy_is_kept_for_root(pamd):
    assert pamd.enable("sshd").returncode == 0
    copy = os.path.join(pamd.state, "pam.d", "sshd")
    with open(copy, encoding="utf-8") as file:
        assert file.read() == SSHD
    assert os.stat(copy).st_mode & 0o7777 == 0o600
    assert os.stat(os.path.dirname(copy)).st_mode & 0o7777 == 0o700
    assert pamd.names() == sorted([*COMMON, "other", "passwd", "sshd"])


def test_without_a_place_for_the_copy_nothing_is_changed(pamd):
    os.rmdir(pamd.state)
    run = pamd.enable("sshd")
    assert run.returncode == 255 and pamd.state in run.stderr and pamd.read("sshd") == SSHD


def refused(pamd, run, *says, status=1, name="sshd", text=SSHD):
    assert run.returncode == status, run.stderr
    assert run.stdout == "" and run.stderr.count("\n") == 1
    assert run.stderr.endswith("; nothing was changed\n")
    for words in says:
        assert words in run.stderr, run.stderr
    if text is not None:
        assert pamd.read(name) == text
    assert not any("iamlp" in n for n in pamd.names())


@pytest.mark.parametrize("name", ["other", "common-session", "common-account"])
def test_what_others_share_is_refused(pamd, name):
    refused(pamd, pamd.enable(name), "enable one service", text=None)


@pytest.mark.parametrize("line", ["@include sshd", "session include sshd",
                                  "session substack /etc/pam.d/sshd"])
def test_what_another_service_includes_is_refused(pamd, line):
    pamd.write("tunnel", f"auth required pam_deny.so\n{line}\n")
    refused(pamd, pamd.enable("sshd"), "tunnel includes sshd")
    if not line.startswith("@"):
        assert pamd.enable("sshd", "--account").returncode == 0


@pytest.mark.parametrize("target", ["alias", "/etc/pam.d/alias", "/etc/pam.d/../pam.d/sshd"])
def test_what_another_service_includes_by_another_name_is_refused(pamd, target):
    os.symlink("sshd", pamd.path("alias"))
    pamd.write("tunnel", f"session include {target}\n")
    refused(pamd, pamd.enable("sshd"), "tunnel includes sshd")


def test_an_empty_stack_is_refused(pamd):
    refused(pamd, pamd.enable("passwd"), "passwd has no session lines", "refuse everybody",
            "enable passwd --password", name="passwd", text="@include common-password\n")


def test_a_jump_beyond_the_end_is_refused(pamd):
    text = "session required pam_permit.so\nsession [success=1 default=ignore] pam_permit.so\n"
    pamd.write("sshd", text)
    refused(pamd, pamd.enable("sshd"), "/etc/pam.d/sshd line 2 jumps beyond the end",
            "[success=1 default=ignore]", text=text)


@pytest.mark.parametrize("text, says", [
    ("session required pam_permit.so \\\n", "line 1 is continued, but nothing follows"),
    ("session required pam_permit.so\nsesion required pam_permit.so\n", "line 2 does not begin"),
    ("session required pam_permit.so\n@include missing\n", "libpam finds no file missing"),
    ("session required pam_permit.so\nsession include sshd2\n", "line 2"),
    ("session required pam_permit.so\n" + "#" * 300000, "larger than"),
], ids=["continued", "typing error", "missing include", "include of a fifo", "large"])
def test_what_libpam_would_not_read_is_refused(pamd, text, says):
    pamd.write("sshd", text)
    os.mkfifo(pamd.path("sshd2"))
    run = pamd.enable("sshd")
    assert run.returncode in (1, 255) and says in run.stderr and pamd.read("sshd") == text


def test_a_circle_of_includes_is_refused(pamd):
    pamd.write("a", "session include b\n")
    pamd.write("b", "session include a\n")
    pamd.write("sshd", "session include a\n")
    run = pamd.enable("sshd")
    assert run.returncode == 255 and "too deep" in run.stderr


def test_a_link_a_fifo_and_a_folder_are_refused(pamd, tmp_path):
    target = tmp_path / "authselect"
    target.write_text(SSHD)
    os.unlink(pamd.path("sshd"))
    os.symlink(target, pamd.path("sshd"))
    refused(pamd, pamd.enable("sshd"), f"symbolic link to {target}", "authselect", status=255)
    assert target.read_text() == SSHD and os.path.islink(pamd.path("sshd"))
    os.unlink(pamd.path("sshd"))
    os.mkfifo(pamd.path("sshd"))
    refused(pamd, pamd.enable("sshd"), "not a regular file", status=255, text=None)
    assert pamd.disable("sshd").returncode == 255
    os.unlink(pamd.path("sshd"))
    os.mkdir(pamd.path("sshd"))
    refused(pamd, pamd.enable("sshd"), "not a regular file", status=255, text=None)


def test_files_that_others_could_write_are_refused(pamd):
    os.chmod(pamd.path("sshd"), 0o664)
    refused(pamd, pamd.enable("sshd"), "chmod go-w", status=255)
    os.chmod(pamd.path("sshd"), 0o644)
    os.chown(pamd.path("sshd"), 64001, 0)
    refused(pamd, pamd.enable("sshd"), "belongs to uid 64001", "chown root", status=255)
    os.chown(pamd.path("sshd"), 0, 0)
    os.chmod("/etc/pam.d", 0o777)
    refused(pamd, pamd.enable("sshd"), "/etc/pam.d", status=255)


def test_services_that_are_not_there(pamd):
    refused(pamd, pamd.enable("nosuch"), "no file /etc/pam.d/nosuch", status=255)
    vendors = [n for n in os.listdir("/usr/lib/pam.d")] if os.path.isdir("/usr/lib/pam.d") else []
    for name in vendors[:1]:
        refused(pamd, pamd.enable(name), f"cp /usr/lib/pam.d/{name} /etc/pam.d/{name}", status=255)
        assert name not in pamd.names()


@pytest.mark.parametrize("name", ["../x", "a/b", "", "sshd\n", "SSHD", ".", "..", "-x", "--", "ss hd",
                                  "x" * 64, "..sshd", "/etc/pam.d/sshd", "sshd#", "\x1b[31m"])
@pytest.mark.parametrize("verb", ["enable", "disable"])
def test_names_that_are_none(pamd, verb, name):
    for words in ([name], ["--", name]):
        run = pamd.run(verb, *words)
        assert run.returncode == 252 and run.stdout == "", (words, run)
        assert "\x1b" not in run.stderr
    assert pamd.read("sshd") == SSHD


@pytest.mark.parametrize("words", [[], ["sshd", "login"], ["--account", "--password", "sshd"],
                                   ["--frobnicate", "sshd"], ["sshd", "--state"]])
def test_usage(pamd, words):
    run = pamd.enable(*words)
    assert run.returncode == 252 and "usage: iamlp enable" in run.stderr
    assert pamd.read("sshd") == SSHD


def test_usage_of_disable(pamd):
    for words in ([], ["sshd", "login"], ["--all", "sshd"], ["--al", "--frobnicate"]):
        run = pamd.disable(*words)
        assert run.returncode == 252 and "usage: iamlp disable" in run.stderr


def test_a_line_by_hand_is_somebody_elses(pamd):
    hand = SSHD + "session optional pam_iamlp.so debug\n"
    pamd.write("sshd", hand)
    run = pamd.enable("sshd")
    assert run.returncode == 0 and "line 8, which iamlp enable has not written" in run.stdout
    run = pamd.disable("sshd")
    assert run.returncode == 1 and "/etc/pam.d/sshd line 8" in run.stderr and "by hand" in run.stderr
    assert pamd.read("sshd") == hand
    pamd.write("sshd", hand + LINE)
    run = pamd.disable("sshd")
    assert run.returncode == 1 and pamd.read("sshd") == hand
    pamd.write("common-session", COMMON["common-session"] + "session optional pam_iamlp.so\n")
    pamd.write("sshd", SSHD)
    run = pamd.enable("sshd")
    assert run.returncode == 0 and "common-session line 4" in run.stdout
    assert pamd.read("sshd") == SSHD


def test_a_jump_that_counts_our_line_keeps_it(pamd):
    assert pamd.enable("sshd").returncode == 0
    text = pamd.read("sshd").replace("optional     pam_motd.so noupdate",
                                     "[success=1 default=ignore] pam_motd.so")
    text += "session required pam_permit.so\n"
    pamd.write("sshd", text)
    run = pamd.disable("sshd")
    assert run.returncode == 0, "that one lands on our line, not behind it"
    pamd.write("sshd", text.replace("success=1", "success=2"))
    run = pamd.disable("sshd")
    assert run.returncode == 1 and "line 6 counts our line" in run.stderr
    assert LINE in pamd.read("sshd")


def test_warnings(pamd):
    run = pamd.enable("sshd")
    assert run.stderr.count("warning") == run.stderr.count("is missing") <= 2
    pamd.write("local", "account sufficient pam_localuser.so\naccount required pam_permit.so\n")
    pamd.write("login", "account include local\n")
    run = pamd.enable("login", "--account")
    assert run.returncode == 0
    assert "local line 1 (sufficient pam_localuser.so) ends the account stack" in run.stderr


def test_nobody_can_hold_root_up(pamd):
    """Whoever may read a folder may lock it: a package could not be removed."""
    for lock in (fcntl.LOCK_EX, fcntl.LOCK_SH):
        fd = os.open("/etc/pam.d", os.O_RDONLY)
        fcntl.flock(fd, lock)
        assert pamd.enable("sshd").returncode == 0
        assert pamd.disable("--all").returncode == 0
        os.close(fd)


def test_two_at_once(pamd):
    """One temporary file, written by two, would be renamed half."""
    path = "/etc/pam.d/.iamlp-lock"
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(fd, fcntl.LOCK_EX)
    for run in (pamd.enable("sshd"), pamd.disable("--all")):
        assert run.returncode == 255 and "another iamlp is at work" in run.stderr
    assert pamd.read("sshd") == SSHD and os.path.exists(path)
    os.close(fd)
    assert pamd.enable("sshd").returncode == 0 and not os.path.exists(path)


def test_needs_root(pamd):
    for words in (["enable", "sshd"], ["disable", "sshd"]):
        run = subprocess.run(["setpriv", "--reuid", "64001", "--regid", "64000", "--clear-groups",
                              shutil.copy(pamd.command("x")[0], "/dev/shm/iamlp"), *words],
                             capture_output=True, text=True, check=False)
        assert run.returncode == 255 and "needs root" in run.stderr, run


@pytest.mark.skipif(not shutil.which("strace"), reason="skipped: no strace")
@pytest.mark.parametrize("verb", ["enable", "disable"])
def test_killed_anywhere(pamd, verb, tmp_path):
    """The file is the old one or the new one, and the next run goes through."""
    states = {"enable": (SSHD, SSHD + LINE), "disable": (SSHD + LINE, SSHD)}
    before, after = states[verb]
    trace = str(tmp_path / "trace")

    def run(*options):
        pamd.write("sshd", before)
        subprocess.run(["strace", "-qq", *options, *pamd.command(verb, "sshd")],
                       capture_output=True, env=UNDER_STRACE, check=False)
        return pamd.read("sshd")

    assert run("-o", trace) == after
    with open(trace, encoding="utf-8") as file:
        found = [(m.group(1), line) for line in file if (m := re.match(r"(\w+)\(", line))]
    calls, seen = [call for call, _ in found], set()
    first = next(at for at, (_, line) in enumerate(found) if "pam.d" in line)
    for at in range(first, len(calls)):
        nth = calls[:at + 1].count(calls[at])
        text = run("-o", "/dev/null", "-e", f"inject={calls[at]}:signal=SIGKILL:when={nth}")
        assert text in (before, after), f"killed at {calls[at]} number {nth}"
        seen.add(text)
        assert pamd.run(verb, "sshd").returncode == 0 and pamd.read("sshd") == after
        assert not any("iamlp" in n for n in pamd.names())
    assert seen == {before, after}


@pytest.mark.skipif(not shutil.which("strace"), reason="skipped: no strace")
@pytest.mark.parametrize("call", ["fsync", "?rename,?renameat,?renameat2", "fchown", "fchmod",
                                  "fsetxattr", "write"])
def test_a_failing_disk_changes_nothing(pamd, call):
    os.setxattr(pamd.path("sshd"), "trusted.iamlp", b"kept")
    run = subprocess.run(["strace", "-qq", "-o", "/dev/null", "-e", f"inject={call}:error=EIO",
                          *pamd.command("enable", "sshd")], capture_output=True, text=True,
                         env=UNDER_STRACE, check=False)
    assert run.returncode == 255
    assert pamd.read("sshd") == SSHD and not any("iamlp" in n for n in pamd.names())


@pytest.mark.skipif(not shutil.which("strace"), reason="skipped: no strace")
def test_somebody_else_writes_meanwhile(pamd):
    """Stopped while it makes its copy, after it has read the file."""
    tracer = subprocess.Popen(["strace", "-qq", "-o", "/dev/null", "-e",
                               "inject=mkdirat:signal=SIGSTOP", *pamd.command("enable", "sshd")],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=UNDER_STRACE)
    wait_for(lambda: os.path.isdir(os.path.join(pamd.state, "pam.d")) and stopped(tracer.pid),
             "iamlp to be stopped")
    pamd.write("sshd", SSHD + "session required pam_env.so\n")
    os.kill(stopped(tracer.pid), signal.SIGCONT)
    _, err = tracer.communicate(timeout=30)
    assert tracer.returncode == 255 and "somebody has just changed /etc/pam.d/sshd" in err
    assert pamd.read("sshd") == SSHD + "session required pam_env.so\n"


def stopped(tracer):
    """The stopped child of strace, or None."""
    for child in children(tracer):
        with open(f"/proc/{child}/stat", encoding="ascii") as file:
            if file.read().rpartition(")")[2].split()[0] in "tT":
                return child
    return None


def test_the_files_of_this_machine(pamd, tmp_path):
    """Whatever stands in them: refused and unchanged, or a line in and out again."""
    from world.pamd import PAM_D
    real = tmp_path / "real"
    pamd.close()
    shutil.copytree(PAM_D, real)
    subprocess.run(["mount", "--bind", str(real), PAM_D], check=True)
    enabled = 0
    for name in sorted(os.listdir(PAM_D)):
        text = pamd.read(name)
        for option in ("--session", "--account", "--password"):
            run = pamd.enable(name, option)
            assert run.returncode in (0, 1, 252), run.stderr
            assert (run.returncode == 0) == (pamd.read(name) != text)
            if run.returncode == 0:
                enabled += 1
                assert pamd.disable(name).returncode == 0
            assert pamd.read(name) == text
    assert enabled > 0
