"""The lists of files in packaging: what `make install` installs is in exactly one package of each
kind, and no list names what is not installed. tests/packages builds them."""

import os
import re
import subprocess

import pytest

from world.host import BUILD, TOP

# What a package gets from elsewhere than `make install`.
OTHERS = {"/etc/iamlp/iamlp.conf"}


def text(name):
    with open(os.path.join(TOP, "packaging", name), encoding="utf-8") as file:
        return file.read()


def installed(folder, *settings):
    subprocess.run(["make", "-s", "-C", TOP, f"BUILD={os.path.basename(BUILD)}",
                    f"DESTDIR={folder}", *settings, "install"], check=True,
                   stdout=subprocess.DEVNULL)
    return {os.path.join(at, name).removeprefix(str(folder))
            for at, _, names in os.walk(folder) for name in names}


def of_deb(package):
    """A source of the tree's own with its folder, else what is under DESTDIR."""
    for line in text(f"deb/{package}.install").splitlines():
        source, _, folder = line.replace("${env:UNITDIR}", "usr/lib/systemd/system").partition(" ")
        yield "/" + (os.path.join(folder, os.path.basename(source)) if folder else source)


def macros():
    spec, known = text("rpm/pam_iamlp.spec"), {}
    for name, value in re.findall(r"(?m)^%(_\w+) (.*)", text("rpm/macros.elsewhere")):
        known[name] = value
    known["name"] = re.search(r"(?m)^Name: *(.*)", spec).group(1)
    known.update(_bindir="%{_prefix}/bin", _datadir="%{_prefix}/share")
    return known


def expand(line, known):
    while (name := re.search(r"%\{(\w+)\}", line)):
        line = line.replace(name.group(), known[name.group(1)])
    return line


def of_rpm(section):
    """The lines of %files, but folders, and what does not come from `make install`."""
    known = macros()
    body = text("rpm/pam_iamlp.spec").split(f"\n%files{section}\n")[1]
    for line in re.split(r"\n%(?:files|changelog|if|endif)", body)[0].splitlines():
        words = expand(re.sub(r"%(config|attr|doc)(?![a-z])(\([^)]*\))?", "", line), known).split()
        if words and not re.match(r"#|%(dir|license|ghost)$", words[0]):
            yield words[0]


LISTS = {
    "deb": ({"iamlp": lambda: of_deb("iamlp"), "libpam-iamlp": lambda: of_deb("libpam-iamlp")},
            ["PAMDIR=/usr/lib/x86_64-linux-gnu/security",
             "DOCDIR=/usr/share/doc/libpam-iamlp/examples"]),
    "rpm": ({"iamlp": lambda: of_rpm(" -n iamlp"), "pam_iamlp": lambda: of_rpm("")},
            ["PAMDIR=/usr/lib64/security", "DOCDIR=/usr/share/doc/pam_iamlp"]),
}


def covers(entry, path):
    """Itself, or the folder it is in; * stands for anything within one name."""
    return re.fullmatch(re.escape(entry).replace(r"\*", "[^/]*") + "(/.*)?", path)


def test_rpms_examples_are_where_the_manual_says():
    spec = expand(re.search(r"DOCDIR='(.*)'", text("rpm/pam_iamlp.spec")).group(1), macros())
    with open(os.path.join(TOP, "man/pam_iamlp.8"), encoding="utf-8") as file:
        assert f".It Pa {spec}/iam\n" in file.read()


def test_uninstall_leaves_nothing(tmp_path):
    there = installed(tmp_path)
    assert len(there) > 30
    (tmp_path / "etc/iamlp/iamlp.conf").write_text("[users]\n")
    command = ["make", "-s", "-C", TOP, f"BUILD={os.path.basename(BUILD)}", f"DESTDIR={tmp_path}"]
    run = subprocess.run([*command, "uninstall"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    left = {os.path.join(at, name) for at, _, names in os.walk(tmp_path) for name in names}
    assert left == {str(tmp_path / "etc/iamlp/iamlp.conf")}
    assert not {at for at, _, _ in os.walk(tmp_path) if at.endswith("iamlp")} - {
        str(tmp_path / "etc/iamlp")}


@pytest.mark.parametrize("kind", LISTS)
def test_each_file_is_in_one_package(kind, tmp_path):
    lists, settings = LISTS[kind]
    there = installed(tmp_path, *settings)
    entries = [(package, entry) for package, listed in lists.items() for entry in listed()]
    assert len(entries) > 10
    homes = {path: [entry for entry in entries if covers(entry[1], path)] for path in there}
    assert {path: home for path, home in homes.items() if len(home) != 1} == {}
    used = {entry for home in homes.values() for entry in home}
    assert {entry for _, entry in set(entries) - used} == OTHERS
