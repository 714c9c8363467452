"""Fedora's packages, as far as a Debian can tell: built by rpmbuild, judged by rpmlint, and
installed, installed anew and erased by rpm on a booted Debian, whose PAM finds the module.

What they require is not resolved (--nodeps), and no Fedora or EL has seen them.
"""

import os
import re

import pytest

from installed import LOGIN, Logins
from rpms import RpmHost, Rpms
from world.client import Client
from world.terminal import CLAIM

ALICE = "Alice.Smith@example.com"


@pytest.fixture(scope="module")
def rpms(debian):
    return Rpms(debian, debian.base)


@pytest.fixture(scope="module")
def host(rpms, server, tmp_path_factory):
    one = RpmHost(tmp_path_factory.mktemp("host"), rpms, server)
    yield one
    one.close()


def test_rpmlint(rpms):
    rpms.debian.install("rpmlint")
    said = rpms.debian.run("cd /build/tree/build-rpm; rpmlint -r ../packaging/rpm/rpmlintrc "
                           "../packaging/rpm/pam_iamlp.spec RPMS/*/*.rpm SRPMS/*.rpm || :")
    assert re.search(r"^ 4 packages and 1 specfiles checked; 0 errors, 0 warnings,", said, re.M), said


def test_what_is_in_them(rpms):
    files = {name: (mode, owner, flags) for mode, owner, flags, name in rpms.listed()}
    assert {name for name, (_, _, flags) in files.items() if "c" in flags} == {
        "/etc/iamlp/iamlp.conf", "/etc/profile.d/iamlp.sh", "/etc/xdg/autostart/iamlp-claim.desktop"}
    assert all("n" in files[name][2] for name in files if "c" in files[name][2])
    assert files["/usr/libexec/iamlp/iamlp-net"][:2] == ("-rwx--x--x", "root")
    assert files["/usr/lib64/security/pam_iamlp.so"][:2] == ("-rw-r--r--", "root")
    assert files["/var/lib/iamlp"][:2] == ("drwx------", "root")
    assert {owner for _, owner, _ in files.values()} == {"root"}
    assert not [name for name in files if name.startswith("/etc/pam.d")]


def test_the_same_as_debians(rpms, built):
    """But for places, and what each system wants on top."""
    elsewhere = ((r"^/lib/", "/usr/lib/"), (r"^/usr/lib/[^/]+-linux-[^/]+/|^/usr/lib64/", "/LIB/"),
                 (r"/zsh/vendor-completions/", "/zsh/site-functions/"), (r"\.gz$", ""))

    def usual_name(name):
        for there, here in elsewhere:
            name = re.sub(there, here, name)
        return name

    def usual(names):
        return {usual_name(name)
                for name in names
                if not re.search(r"/share/(doc|lintian|licenses|selinux)/|/\.build-id|/var/lib/", name)}

    debs = set()
    for deb in built.debs(built.new):
        inside = "/build/new/build-deb/" + os.path.basename(deb)
        debs |= {line.split(None, 5)[5].removeprefix(".") for line in
                 built.run(f"dpkg-deb --contents {inside}").splitlines() if line[0] == "-"}
    rpm = {name for mode, _, _, name in rpms.listed() if mode[0] == "-" and "selinux" not in name}
    assert usual(rpm) == usual(debs)


def test_from_installation_to_erasure(host):
    stacks, alice = host.stacks(), Client(host)
    with Logins(host):
        host.install()
        assert host.stacks() == stacks
        assert "iamlp:" in host.read("/etc/passwd")
        assert host.text("stat", "-c", "%a %U", "/run/iamlp/pending") == "755 root\n"
        host.run("systemctl", "enable", "--now", "iamlp-claim.socket")
        host.configure()
        host.enable()
        shell = alice.shell(says=CLAIM)
        assert host.fake.sign_in(ALICE, shell.password or "") == {"ok": True, "must_change": True}
        kept, enabled = host.record("alice"), host.stacks()

        host.install("--force")  # as an upgrade does
        assert host.active("iamlp-claim.socket") and host.stacks() == enabled
        assert host.record("alice") == kept and alice.shell().password is None

        run = host.erase()
        assert run.returncode == 0 and "1 line taken out" in run.stdout, run.stdout + run.stderr
        assert host.stacks() == stacks and host.record("alice") == kept
        assert not os.path.exists(host.path("/run/iamlp"))
        assert not host.active("iamlp-claim.socket")
        assert alice.command() == LOGIN


def test_a_line_by_hand_keeps_the_module(host):
    host.install()
    host.stack("sshd", "session required pam_iamlp.so")
    run = host.erase()
    assert run.returncode != 0 and "not removed while /etc/pam.d" in run.stderr, run.stderr
    assert os.path.exists(host.path("/usr/lib64/security/pam_iamlp.so"))
    # The command may have gone: what is left goes without it.
    assert host.run("rpm", "-q", "pam_iamlp").returncode == 0
    assert Client(host).command() == LOGIN
    host.stack("sshd")
    run = host.rpm("-e", "pam_iamlp")
    assert run.returncode == 0, run.stderr
