"""How the packages are built, and what is in them."""

import glob
import hashlib
import os
import re
import subprocess

PROGRAMS = ("usr/bin/iamlp", "usr/libexec/iamlp/iamlp-aws", "usr/libexec/iamlp/iamlp-helper",
            "usr/libexec/iamlp/iamlp-net")
HARDENED = ("Stack protected", "Fortify Source functions", "Read-only relocations",
            "Immediate binding")


def digests(folder):
    """Of all that is uploaded and does not tell of its build."""
    found = {}
    for path in glob.glob(folder + "/*"):
        if path.endswith((".deb", ".dsc", ".tar.xz")):
            with open(path, "rb") as file:
                found[os.path.basename(path)] = hashlib.sha256(file.read()).hexdigest()
    return found


def test_the_same_tree_gives_the_same_bytes(built):
    """Elsewhere, by another user, at another umask, in another time zone, without the tests."""
    again = built.package("/srv/another/place", umask="002", user="65534:65534", TZ="Asia/Tokyo",
                          HOME="/srv/another", DEB_BUILD_OPTIONS="nocheck")
    first = digests(built.new)
    assert digests(again) == first
    assert sorted(re.sub(r"_\d+(\.\d+)*(-\d+)?(_\w+)?\.", ".", name) for name in first) == [
        "iamlp-dbgsym.deb", "iamlp.deb", "libpam-iamlp-dbgsym.deb", "libpam-iamlp.deb",
        "pam-iamlp.debian.tar.xz", "pam-iamlp.dsc", "pam-iamlp.orig.tar.xz"]


def test_lintian(built):
    built.install("lintian")
    said = built.run("cd /build/new/build-deb; lintian --info --display-info --pedantic "
                     "--fail-on=error,warning *.changes", user="65534:65534", HOME="/tmp")
    assert not re.search(r"^[EW]: ", said, re.M), said


def test_hardening(built):
    built.install("devscripts")
    for deb in built.debs(built.new):
        subprocess.run(["dpkg-deb", "--extract", deb, built.path("/srv/extracted")], check=True)
    module = glob.glob(built.path("/srv/extracted/usr/lib/*/security/pam_iamlp.so"))[0]
    for program in (*PROGRAMS, os.path.relpath(module, built.path("/srv/extracted"))):
        said = built.run(f"hardening-check /srv/extracted/{program} || :")
        features = dict(re.findall(r"^ ([^:]+): (\w+)", said, re.M))
        assert {features[name] for name in HARDENED} == {"yes"}, said
        assert program not in PROGRAMS or features["Position Independent Executable"] == "yes", said


def test_the_version_has_one_home(built):
    built.copy_tree("/srv/two-versions")
    built.run("sed -i 's/^VERSION = .*/VERSION = 7.8.9/' /srv/two-versions/Makefile")
    said = built.run("! /srv/two-versions/dev package deb")
    assert re.search(r"packaging/deb/changelog begins with \S+, Makefile has VERSION 7.8.9", said)


def test_autopkgtest(built):
    """The test that comes with the packages, in a chroot without systemd."""
    built.install("autopkgtest")
    said = built.run(
        "cp /build/new/build-deb/*.deb /build/new/build-deb/*.xz /build/new/build-deb/*.dsc /srv;"
        "cd /srv; autopkgtest --ignore-restrictions=isolation-container,breaks-testbed"
        " libpam-iamlp_*.deb iamlp_*.deb *.dsc -- null")
    assert re.search(r"^first-login +PASS$", said, re.M), said
    assert "ok: the first shell shows a password" in said
