"""The system's certificates: the folder first, and the file for whom the folder does not vouch."""

import os
import shutil
import subprocess

import pytest

from world.needs import NEEDS_WORLD

pytestmark = NEEDS_WORLD

STORE = "/etc/ssl/certs"
BUNDLE = "ca-certificates.crt"


def openssl(*words):
    return subprocess.run(["openssl", *words], check=True, capture_output=True, text=True).stdout


@pytest.fixture(name="stranger", scope="module")
def _stranger(tmp_path_factory):
    """The certificate of an authority that nobody has asked for anything."""
    folder = tmp_path_factory.mktemp("stranger")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=stranger",
            "-keyout", str(folder / "key.pem"), "-out", str(folder / "ca.pem"))
    return str(folder / "ca.pem")


@pytest.fixture(name="store")
def _store(tmp_path):
    """An empty store in the place of the system's."""
    if not os.path.isdir(STORE):
        pytest.skip(f"no {STORE} here")
    folder = tmp_path / "certs"
    folder.mkdir()
    tmp_path.chmod(0o755)
    subprocess.run(["mount", "--bind", str(folder), STORE], check=True)
    yield str(folder)
    subprocess.run(["umount", STORE], check=True)


def by_hash(store, certificate):
    name = openssl("x509", "-noout", "-hash", "-in", certificate).strip() + ".0"
    os.chmod(shutil.copyfile(certificate, os.path.join(store, name)), 0o644)


def as_file(store, certificate):
    os.chmod(shutil.copyfile(certificate, os.path.join(store, BUNDLE)), 0o644)


def provision(host):
    host.configure(ca_bundle=None)
    return host.provision("alice")


def test_the_file_is_not_read_when_the_folder_is_enough(host, store):
    by_hash(store, host.fake.ca)
    with open(os.path.join(store, BUNDLE), "w", encoding="utf-8") as file:
        file.write("no certificate; whoever reads this has to say so\n")
    assert provision(host).password
    assert len({e["connection"] for e in host.fake.requests()}) == 1


@pytest.mark.parametrize("folder", ["empty", "of others"])
def test_what_the_file_alone_has_counts(host, store, stranger, folder):
    as_file(store, host.fake.ca)
    if folder == "of others":
        by_hash(store, stranger)
    assert provision(host).password
    assert [e["action"] for e in host.fake.requests()] == [
        "GetUser", "GetLoginProfile", "CreateLoginProfile"]


def test_whom_neither_knows_is_refused(host, store, stranger):
    by_hash(store, stranger)
    as_file(store, stranger)
    seen = provision(host)
    assert seen.password is None and host.fake.requests() == []
    assert "not signed by a trusted authority" in " ".join(seen.text.split())
