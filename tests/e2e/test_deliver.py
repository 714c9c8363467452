"""The commands of config/deliver, with the tools of Debian's packages."""

import os
import pwd
import shutil
import subprocess
import tempfile

import pytest

from fake.client import Fake
from world import crowd as crowds
from world.host import TOP
from world.needs import NEEDS_WORLD

pytestmark = NEEDS_WORLD

EXAMPLES = os.path.join(TOP, "config/deliver")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Fake.start(str(tmp_path_factory.mktemp("fake")), crowds.aws(2)) as started:
        yield started


@pytest.fixture
def crowd(fake, log, tmp_path):
    top = tempfile.gettempdir()
    for folder in (tmp_path, *tmp_path.parents):
        if str(folder).startswith(top + "/"):
            os.chmod(folder, 0o755)
    with crowds.Crowd(tmp_path, fake, 2) as found:
        found.out = os.path.join(found.host.folder, "out")
        os.mkdir(found.out, 0o700)
        yield found


def needs(*programs):
    missing = [p for p in programs if not shutil.which(p)]
    if missing:
        pytest.skip(f"skipped: no {', '.join(missing)}")


def home(crowd, number):
    """A home folder for that one, in this world's passwd."""
    path = os.path.join(crowd.host.folder, "home", crowds.name(number))
    os.makedirs(path)
    with open("/etc/passwd", encoding="utf-8") as file:
        lines = file.read()
    before = f"{crowds.name(number)}:x:{crowds.FIRST - 1 + number}:64000:{crowds.name(number)}:"
    with open("/etc/passwd", "w", encoding="utf-8") as file:
        file.write(lines.replace(before + "/nonexistent", before + path))
    assert pwd.getpwnam(crowds.name(number)).pw_dir == path
    return path


def sign_in(crowd, number, text):
    lines = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    assert lines["IAM user"].strip() == crowds.iam_user(number)
    assert lines["Sign-in URL"].strip().startswith("https://123456789012.signin.aws")
    return crowd.fake.sign_in(crowds.iam_user(number), lines["Password"].strip())["ok"]


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_age(crowd, kind):
    needs("age", "ssh-keygen", "runuser")
    folder = os.path.join(home(crowd, 1), ".ssh")
    os.mkdir(folder)
    key = os.path.join(crowd.host.folder, "key")
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", key], check=True)
    with open(key + ".pub", encoding="utf-8") as file:
        public = file.read()
    with open(os.path.join(folder, "authorized_keys"), "w", encoding="utf-8") as file:
        file.write("# mine\nrestrict,command=\"x\" " + public)
    run = crowd.apply(deliver=f"{EXAMPLES}/age {crowd.out}")
    rows = crowds.results(run)
    assert rows["p00001"]["result"] == "created", run.stderr
    # Who has no key gets nothing, and has a password that waits.
    assert rows["p00002"]["result"] == "undelivered" and "no ssh key" in run.stderr
    assert os.listdir(crowd.out) == ["p00001.age"]
    path = os.path.join(crowd.out, "p00001.age")
    assert os.stat(path).st_mode & 0o777 == 0o600
    clear = subprocess.run(["age", "-d", "-i", key, path], capture_output=True, text=True,
                           check=True).stdout
    assert sign_in(crowd, 1, clear)


def test_age_does_not_read_for_the_user(crowd):
    """A link to a file of root's: it is read as the user."""
    needs("age", "runuser")
    folder = os.path.join(home(crowd, 1), ".ssh")
    os.mkdir(folder)
    secret = crowd.host.write("roots", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBrootsownkey\n", 0o600)
    os.symlink(secret, os.path.join(folder, "authorized_keys"))
    run = crowd.apply(deliver=f"{EXAMPLES}/age {crowd.out}")
    assert crowds.results(run)["p00001"]["result"] == "undelivered"
    assert os.listdir(crowd.out) == []


def test_gpg(crowd):
    needs("gpg")
    rings = {}
    for number in (1, 2):
        rings[number] = os.path.join(crowd.host.folder, f"gnupg{number}")
        os.mkdir(rings[number], 0o700)
    base = ["gpg", "--homedir", rings[1], "--batch", "--quiet"]
    try:
        subprocess.run([*base, "--passphrase", "", "--quick-generate-key",
                        f"Somebody <{crowds.iam_user(1)}>", "rsa2048", "encrypt"], check=True)
        ring = os.path.join(crowd.host.folder, "ring")
        with open(ring, "wb") as file:
            subprocess.run([*base, "--export"], check=True, stdout=file)
        run = crowd.apply(deliver=f"{EXAMPLES}/gpg {crowd.out} {ring}")
        rows = crowds.results(run)
        assert rows["p00001"]["result"] == "created", run.stderr
        assert rows["p00002"]["result"] == "undelivered"
        assert os.listdir(crowd.out) == ["p00001.gpg"]
        clear = subprocess.run([*base, "--decrypt", os.path.join(crowd.out, "p00001.gpg")],
                               capture_output=True, text=True, check=True).stdout
        assert sign_in(crowd, 1, clear)
    finally:
        for path in rings.values():
            subprocess.run(["gpgconf", "--homedir", path, "--kill", "all"], check=False)


def test_mail(crowd):
    """A sendmail that keeps what it is given."""
    sendmail = crowd.host.write("sendmail", "#!/bin/sh\nfor to; do :; done\n"
                                f"exec cat >{crowd.out}/\"$to\"\n", 0o755)
    run = crowd.apply(deliver=f"SENDMAIL={sendmail} {EXAMPLES}/mail example.com")
    assert run.returncode == 0, run.stderr
    assert sorted(os.listdir(crowd.out)) == ["p00001@example.com", "p00002@example.com"]
    with open(os.path.join(crowd.out, "p00002@example.com"), encoding="utf-8") as file:
        head, _, body = file.read().partition("\n\n")
    assert "To: p00002@example.com" in head and sign_in(crowd, 2, body)


@pytest.mark.parametrize("command", ["age /nonexistent", "gpg /nonexistent /etc/passwd",
                                     "gpg /tmp /nonexistent",
                                     "SENDMAIL=/nonexistent {}/mail example.com"])
def test_what_cannot_work_is_found_before_the_first_user(crowd, command):
    command = command.format(EXAMPLES) if "{}" in command else f"{EXAMPLES}/{command}"
    run = crowd.apply(deliver=command)
    assert run.returncode == 1 and crowds.summary(run)["not-tried"] == 2
    assert crowd.fake.requests() == []
