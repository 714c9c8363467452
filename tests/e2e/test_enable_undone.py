"""iamlp disable --all, before the module goes: what libpam still calls it for must be named."""

import os
import subprocess

import pytest

from world.host import TOP
from world.needs import NEEDS_WORLD

pytestmark = NEEDS_WORLD

PERMIT = "session required pam_permit.so\n"
HAND = "session required pam_iamlp.so\n"
LINE = "-session optional pam_iamlp.so # added by iamlp enable\n"
LONG = HAND.replace("\n", " services=" + ",".join(f"svc{n:03}" for n in range(150)) + "\n")


@pytest.fixture
def pamd(tmp_path):
    from world.pamd import PamD
    os.chmod(tmp_path, 0o755)
    folder = PamD(str(tmp_path))
    folder.write("sshd", PERMIT)
    yield folder
    folder.close()


@pytest.fixture
def aside(tmp_path):
    """A file of that text, outside of /etc/pam.d."""
    def write(text, name="site-session"):
        path = tmp_path / name
        path.write_text(text)
        return str(path)
    return write


def stays(pamd, path, number):
    """It is named, once, and nothing is said of what needs nothing."""
    run = pamd.disable("--all")
    assert run.returncode == 1, (run.stdout, run.stderr)
    assert f"{path} line {number} calls pam_iamlp.so" in run.stderr
    assert run.stderr.count("\n") == 1 and run.stdout == ""


@pytest.mark.parametrize("name", ["Site-session", "site@home", "x" * 200])
def test_a_file_that_is_no_service(pamd, name):
    pamd.write(name, PERMIT + HAND)
    pamd.write("sshd", PERMIT + f"@include {name}\n")
    stays(pamd, f"/etc/pam.d/{name}", 2)


@pytest.mark.parametrize("line, number", [
    (LONG, 2), (HAND.replace("required", "mandatory"), 2), ("session \\\n\n" + HAND, 4),
    ("session required pam_env.so \\\n\nx pam_iamlp.so\n", 4), ("sesion required pam_iamlp.so\n", 2),
], ids=["long", "control", "continued", "rest", "typing error"])
def test_a_line_that_is_a_fault(pamd, line, number):
    pamd.write("sshd", PERMIT + line)
    stays(pamd, "/etc/pam.d/sshd", number)


def deb_script():
    with open(os.path.join(TOP, "packaging/deb/libpam-iamlp.prerm"), encoding="utf-8") as file:
        return file.read(), "remove"


def rpm_script():
    with open(os.path.join(TOP, "packaging/rpm/pam_iamlp.spec"), encoding="utf-8") as file:
        return "set -e\n" + file.read().partition("\n%preun\n")[2].partition("\n%")[0], "0"


@pytest.mark.parametrize("script", [deb_script, rpm_script])
@pytest.mark.parametrize("text, folder, command, goes", [
    (PERMIT, 0o755, True, True),
    (PERMIT + LINE, 0o755, True, True),
    (PERMIT + HAND, 0o755, True, False),
    (PERMIT + LONG, 0o755, True, False),
    (PERMIT + "# " + HAND, 0o777, True, True),
    (PERMIT + LINE, 0o777, True, False),
    (PERMIT + "# " + HAND, 0o755, False, True),
    (PERMIT + LINE, 0o755, False, False),
], ids=["none", "ours", "by hand", "long", "no trust, none", "no trust", "no command, none", "no command"])
def test_the_packages_removal(pamd, script, text, folder, command, goes):
    pamd.write("sshd", text)
    os.chmod("/etc/pam.d", folder)
    body, word = script()
    path = os.path.dirname(pamd.command("x")[0]) + ":" if command else ""
    run = subprocess.run(["sh", "-c", body, "script", word], capture_output=True, text=True,
                         check=False, env={"PATH": path + "/usr/bin:/bin"})
    assert (run.returncode == 0) == goes, run.stdout + run.stderr
    assert ("not removed while /etc/pam.d" in run.stderr) == (not goes)
    if goes:
        assert "pam_iamlp.so" not in pamd.read("sshd").replace("# " + HAND, "")


def test_a_file_elsewhere(pamd, aside):
    path = aside(PERMIT + "session optional pam_iamlp.so\n")
    pamd.write("sshd", PERMIT + f"illegal\n@include {path}\n")
    pamd.write("login", f"session substack {path}\n")
    stays(pamd, path, 2)


def test_a_file_elsewhere_by_way_of_another(pamd, aside):
    path = aside(HAND)
    pamd.write("part", f"session include {aside(f'session include {path}', 'between')}\n")
    pamd.write("sshd", PERMIT + "session include part\n")
    stays(pamd, path, 1)


def test_a_link_to_a_tools_file(pamd, aside):
    os.symlink(aside(PERMIT + HAND), pamd.path("system-auth"))
    stays(pamd, "/etc/pam.d/system-auth", 2)


def test_what_is_appended_behind_our_line(pamd):
    """To a file that had no newline at its end: it stays a line of its own."""
    more = "account required pam_access.so\n"
    pamd.write("sshd", PERMIT.rstrip("\n"))
    run = pamd.enable("sshd")
    assert pamd.read("sshd") == PERMIT + run.stdout.partition(": ")[2]
    pamd.write("sshd", pamd.read("sshd") + more)
    assert pamd.disable("sshd").returncode == 0
    assert pamd.read("sshd") == PERMIT + more


@pytest.fixture
def read_only(pamd):
    """/etc/pam.d as on a host whose /etc cannot be written."""
    def remount(mode):
        subprocess.run(["mount", "-o", f"remount,bind,{mode}", pamd.path("")], check=True)
    yield lambda: remount("ro")
    remount("rw")


@pytest.mark.parametrize("words, said", [(["--all"], "no service is enabled\n"),
                                         (["sshd"], "sshd is not enabled\n")])
def test_nothing_to_take_out_where_nothing_can_be_written(pamd, read_only, words, said):
    read_only()
    run = pamd.disable(*words)
    assert (run.returncode, run.stdout) == (0, said), run.stderr


def test_a_line_that_cannot_be_taken_out(pamd, read_only):
    pamd.write("sshd", PERMIT + LINE)
    read_only()
    run = pamd.disable("--all")
    assert (run.returncode, run.stdout) == (255, "") and "Read-only file system" in run.stderr, run
    assert pamd.read("sshd") == PERMIT + LINE


def test_a_circle_comes_to_an_end(pamd):
    pamd.write("a", "session include b\nsession include b\n")
    pamd.write("b", "session include a\nsession include a\n" + HAND)
    stays(pamd, "/etc/pam.d/b", 3)


@pytest.mark.parametrize("alias", ["ssh", "tunnel"])
def test_an_alias(pamd, alias):
    """Before its file in the order of names, and behind it."""
    os.symlink("sshd", pamd.path(alias))
    assert pamd.enable("sshd").returncode == 0
    run = pamd.disable("--all")
    assert (run.returncode, run.stdout) == (0, "/etc/pam.d/sshd: 1 line taken out\n"), run.stderr
    assert pamd.read("sshd") == PERMIT and os.path.islink(pamd.path(alias))


@pytest.mark.parametrize("end", [".dpkg-old", ".dpkg-dist", ".ucf-dist", ".rpmsave", ".rpmnew", ".bak",
                                 ".orig", "~"])
def test_what_libpam_is_never_asked_for(pamd, end):
    pamd.write("sshd" + end, PERMIT + LINE + HAND)
    run = pamd.disable("--all")
    assert (run.returncode, run.stdout) == (0, "no service is enabled\n"), run.stderr
    assert pamd.read("sshd" + end) == PERMIT + LINE + HAND


def test_but_what_a_service_includes(pamd):
    pamd.write("sshd.bak", HAND)
    pamd.write("sshd", "@include sshd.bak\n")
    stays(pamd, "/etc/pam.d/sshd.bak", 1)


def test_comments_need_nothing(pamd, aside):
    text = PERMIT + "# pam_iamlp.so was here\nsession required pam_env.so # not pam_iamlp.so\n#" + LONG
    pamd.write("sshd", text)
    os.symlink(aside(text), pamd.path("system-auth"))
    run = pamd.disable("--all")
    assert (run.returncode, run.stdout) == (0, "no service is enabled\n"), run.stderr
    assert pamd.read("sshd") == text


def test_a_line_that_stays_outweighs_a_file_that_cannot_be_changed(pamd, aside):
    """Whoever removes the package looks for the line where it knows of, unless it is told."""
    pamd.write("atd", LINE)
    os.chown(pamd.path("atd"), 64001, 64000)
    pamd.write("login", f"session include {aside(HAND)}\n")
    run = pamd.disable("--all")
    assert run.returncode == 1 and "/etc/pam.d/atd" in run.stderr and "site-session" in run.stderr, run


def row(tmp_path, last):
    """Files that include one another in a row, the last of which calls the module."""
    for n in range(last):
        (tmp_path / str(n)).write_text(f"session include {tmp_path}/{n + 1}\n", encoding="ascii")
    (tmp_path / str(last)).write_text(HAND, encoding="ascii")


def test_a_row_of_includes(pamd, tmp_path):
    row(tmp_path, 98)
    pamd.write("login", f"session include {tmp_path}/0\n")
    stays(pamd, f"{tmp_path}/98", 1)


def test_a_row_without_end(pamd, tmp_path):
    """It takes no stack without bounds, and is not taken for one without our line."""
    row(tmp_path, 3000)
    pamd.write("login", f"session include {tmp_path}/0\n")
    run = subprocess.run(["prlimit", "--stack=1048576", *pamd.command("disable", "--all")],
                         capture_output=True, text=True, check=False)
    assert run.returncode == 1 and run.stdout == "", run
    assert f"{tmp_path}/99 and 100 others include one another in a row" in run.stderr


def test_more_files_than_are_remembered(pamd, aside):
    """The module stays where not all of them could be looked into."""
    for n in range(6):
        target = aside(PERMIT, f"{n}-" + "x" * 150)
        os.link(target, target + "-0")
        for k in range(1, 900):
            os.symlink(target, f"{target}-{k}")
        pamd.write(f"a{n}", "".join(f"session include {target}-{k}\n" for k in range(900)))
    pamd.write("login", f"session include {aside(HAND)}\n")
    run = pamd.disable("--all")
    assert run.returncode == 1 and "the list of files that libpam comes to" in run.stderr, run
