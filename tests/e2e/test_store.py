"""The system's certificates: the folder first, and the file for whom the folder does not vouch."""

import os
import shutil
import socket
import ssl
import struct
import subprocess
import threading

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
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(folder / "key.pem"),
            "-out", str(folder / "ca.pem"))
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


class Forger:
    """A server with this certificate for the first connection; the next are "served" so, too, get
    a "reset", or "silence"."""

    def __init__(self, certificate, then):
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate, os.path.join(os.path.dirname(certificate), "key.pem"))
        self._then = then
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._door.getsockname()[1]}"
        self.connections = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        while True:
            connection, _ = self._door.accept()
            self.connections.append(connection)
            if self._door.fileno() < 0 or self._then == "end":
                return
            if len(self.connections) == 1 or self._then == "served":
                try:
                    self._tls.wrap_socket(connection, server_side=True).close()
                except OSError:
                    pass
            elif self._then == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()

    def close(self):
        self._then = "end"
        socket.create_connection(self._door.getsockname()).close()
        self._thread.join()
        self._door.close()
        for connection in self.connections:
            connection.close()


@pytest.mark.parametrize("then", ["served", "reset", "silence"])
def test_a_false_certificate_is_said_whatever_comes_next(host, log, store, stranger, then):
    as_file(store, host.fake.ca)
    forger = Forger(stranger, then)
    try:
        host.configure(ca_bundle=None, endpoint_url=forger.url)
        assert host.provision("alice", timeout=6).password is None
    finally:
        forger.close()
    assert len(forger.connections) == 3, "two attempts, and ours to end it"
    event = log.events()[-1]
    assert "not signed by a trusted authority" in event["msg"] and event["result"] == "error"


def test_more_authorities_do_not_mend_a_name(host, log, store, stranger):
    by_hash(store, stranger)
    as_file(store, stranger)
    forger = Forger(stranger, "served")
    try:
        host.configure(ca_bundle=None, endpoint_url=forger.url.replace("127.0.0.1", "localhost"))
        assert host.provision("alice").password is None
    finally:
        forger.close()
    assert len(forger.connections) == 2, "one attempt, and ours to end it"
    assert "the certificate is for another name" in log.events()[-1]["msg"]
