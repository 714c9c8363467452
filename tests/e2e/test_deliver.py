"""The commands of config/deliver, with the tools of Debian's packages."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time

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


def ssh_key(crowd, name, kind="ed25519"):
    """(path of the private key, its public half)."""
    key = os.path.join(crowd.host.folder, name)
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", key], check=True)
    with open(key + ".pub", encoding="utf-8") as file:
        return key, file.read()


def authorized_keys(crowd, number, text):
    folder = os.path.join(home(crowd, number), ".ssh")
    os.mkdir(folder)
    with open(os.path.join(folder, "authorized_keys"), "w", encoding="utf-8") as file:
        file.write(text)


def age_decrypt(key, path):
    return subprocess.run(["age", "-d", "-i", key, path], capture_output=True, text=True,
                          check=False)


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_age(crowd, kind):
    needs("age", "ssh-keygen", "setpriv")
    key, public = ssh_key(crowd, "key", kind)
    authorized_keys(crowd, 1, "# mine\n" + public)
    run = crowd.apply(deliver=f"{EXAMPLES}/age {crowd.out}")
    rows = crowds.results(run)
    assert rows["p00001"]["result"] == "created", run.stderr
    # Who has no key gets nothing, and has a password that waits.
    assert rows["p00002"]["result"] == "undelivered" and "no ssh key" in run.stderr
    assert os.listdir(crowd.out) == ["p00001.age"]
    path = os.path.join(crowd.out, "p00001.age")
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert sign_in(crowd, 1, age_decrypt(key, path).stdout)


def test_age_takes_a_users_own_keys_only(crowd):
    """Neither one that is revoked by a comment, nor those of an authority or of a program."""
    needs("age", "ssh-keygen", "setpriv")
    lines = {"own": "", "revoked": "# stolen: ", "authority": "cert-authority ",
             "program": 'restrict,command="backup" '}
    made = {name: ssh_key(crowd, name) for name in lines}
    authorized_keys(crowd, 1, "".join(lines[name] + made[name][1] for name in lines))
    run = crowd.apply(deliver=f"{EXAMPLES}/age {crowd.out}")
    assert crowds.results(run)["p00001"]["result"] == "created", run.stderr
    path = os.path.join(crowd.out, "p00001.age")
    assert [name for name in lines if age_decrypt(made[name][0], path).returncode == 0] == ["own"]


def test_age_does_not_read_for_the_user(crowd):
    """A link to a file of root's: it is read as the user."""
    needs("age", "setpriv")
    folder = os.path.join(home(crowd, 1), ".ssh")
    os.mkdir(folder)
    secret = crowd.host.write("roots", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBrootsownkey\n", 0o600)
    os.symlink(secret, os.path.join(folder, "authorized_keys"))
    run = crowd.apply(deliver=f"{EXAMPLES}/age {crowd.out}")
    assert crowds.results(run)["p00001"]["result"] == "undelivered"
    assert os.listdir(crowd.out) == []


def reader_of(fifo, uid):
    """The process of that uid that opens that FIFO, as /proc shows it to the user."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
                words = file.read().split("\0")
            if os.stat(f"/proc/{pid}").st_uid == uid and fifo in words:
                return pid
        except OSError:
            continue
    return None


def test_age_shows_the_user_nothing(crowd):
    """A FIFO holds the process that reads it for the user, who may look into it."""
    needs("age", "ssh-keygen", "setpriv")
    key, public = ssh_key(crowd, "key")
    fifo = os.path.join(home(crowd, 1), ".ssh", "authorized_keys")
    os.mkdir(os.path.dirname(fifo))
    os.mkfifo(fifo)
    uid = crowds.FIRST
    secret = {"AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
    run = subprocess.Popen(crowd.command("--apply", "--deliver", f"{EXAMPLES}/age {crowd.out}",
                                         "--output", "json"),
                           env={**os.environ, **secret}, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        pid = None
        while pid is None:
            assert run.poll() is None, run.communicate()
            time.sleep(0.01)
            pid = reader_of(fifo, uid)
        with open(f"/proc/{pid}/environ", encoding="utf-8") as file:
            assert file.read() == "PATH=/usr/sbin:/usr/bin:/sbin:/bin\0"
        assert [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in (0, 2)] == ["/dev/null"] * 2
        with open(fifo, "w", encoding="utf-8") as file:
            file.write(public)
    finally:
        out, err = run.communicate(timeout=120)
    assert '"created"' in out, err
    assert sign_in(crowd, 1, age_decrypt(key, os.path.join(crowd.out, "p00001.age")).stdout)


def gpg_keys(crowd, count):
    """So many keys, each in a home of its own; by number: the words of a gpg that has it."""
    found = {}
    for number in range(1, count + 1):
        ring = os.path.join(crowd.host.folder, f"gnupg{number}")
        os.mkdir(ring, 0o700)
        found[number] = ["gpg", "--homedir", ring, "--batch", "--quiet"]
        subprocess.run([*found[number], "--passphrase", "", "--quick-generate-key",
                        f"Somebody <{crowds.iam_user(number)}>", "rsa2048", "encrypt"], check=True)
    return found


def test_gpg(crowd):
    needs("gpg")
    keys = os.path.join(crowd.host.folder, "keys")
    os.mkdir(keys, 0o700)
    ring = {}
    try:
        ring = gpg_keys(crowd, 2)
        # That the one's key has the other's address, too, gives it nothing.
        subprocess.run([*ring[2], "--passphrase", "", "--quick-generate-key",
                        f"x <{crowds.iam_user(1)}>", "rsa2048", "encrypt"], check=True)
        with open(os.path.join(keys, "p00001.asc"), "wb") as file:
            subprocess.run([*ring[1], "--armor", "--export"], check=True, stdout=file)
        run = crowd.apply(deliver=f"{EXAMPLES}/gpg {crowd.out} {keys}")
        rows = crowds.results(run)
        assert rows["p00001"]["result"] == "created", run.stderr
        assert rows["p00002"]["result"] == "undelivered" and "p00002.asc" in run.stderr
        assert os.listdir(crowd.out) == ["p00001.gpg"]
        path = os.path.join(crowd.out, "p00001.gpg")
        assert os.stat(path).st_mode & 0o777 == 0o600
        clear = subprocess.run([*ring[1], "--decrypt", path], capture_output=True, text=True,
                               check=True).stdout
        assert sign_in(crowd, 1, clear)
        assert subprocess.run([*ring[2], "--decrypt", path], capture_output=True,
                              check=False).returncode != 0
    finally:
        for words in ring.values():
            subprocess.run(["gpgconf", "--homedir", words[2], "--kill", "all"], check=False)


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


@pytest.mark.parametrize("command", ["age {}", "gpg {} /root", "gpg /root {}"])
def test_a_folder_of_others_is_refused(crowd, command):
    """There is a link in the place of the file that is written, sooner or later."""
    shared = os.path.join(crowd.host.folder, "shared")
    os.mkdir(shared)
    os.chmod(shared, 0o1777)
    run = crowd.apply(deliver=f"{EXAMPLES}/{command.format(shared)}")
    assert run.returncode == 1 and "nobody else's to write" in run.stderr
    assert crowds.summary(run)["not-tried"] == 2 and crowd.fake.requests() == []


@pytest.mark.parametrize("command", ["age /nonexistent", "gpg /nonexistent /tmp",
                                     "gpg /tmp /nonexistent",
                                     "SENDMAIL=/nonexistent {}/mail example.com"])
def test_what_cannot_work_is_found_before_the_first_user(crowd, command):
    command = command.format(EXAMPLES) if "{}" in command else f"{EXAMPLES}/{command}"
    run = crowd.apply(deliver=command)
    assert run.returncode == 1 and crowds.summary(run)["not-tried"] == 2
    assert crowd.fake.requests() == []
