"""Whatever lies where we open a path as root: refused in a sentence or harmless, never followed,
never waited for, and the login goes on.

Our folders are root's and closed, so most of this takes a mistake of an administrator first. The
files of /etc/pam.d are tests/e2e/test_enable.py's, the rules themselves tests/unit/base/fdio.c's.
"""

import os
import shutil
import socket
import stat
import subprocess

import pytest
from world.needs import NEEDS_WORLD
from isolated import BOB, GID, IAM_USER, UID
from world import frames

pytestmark = NEEDS_WORLD

CANARY = "canary-4711"
SOMEBODY = 64003  # carol, who has nothing to do with it


@pytest.fixture
def place(new_host, tmp_path):
    """A host with create = login, a file that is root's alone and one of carol's, and somewhere else
    to put what was in the way."""
    host = new_host()
    host.aws["config_file"] = host.write("config", "[default]\nregion = us-east-1\n", 0o600)
    host.aws["ca_bundle"] = shutil.copy(host.fake.ca, host.folder)
    host.aws["endpoint_url"] = host.fake.https
    host.configure()
    host.secret = host.write("secret", CANARY + "\n", 0o600)
    host.theirs = os.path.join(host.door, "theirs")
    with open(host.theirs, "w", encoding="utf-8") as file:
        file.write(CANARY + "\n")
    os.chown(host.theirs, SOMEBODY, GID)
    os.chmod(host.theirs, 0o644)
    return host


# ---- what is opened: (path, is it a folder, what the login does without an attack) ---------------


PATHS = {
    "configuration": lambda h: h.conf,
    "credentials_file": lambda h: h.credentials,
    "config_file": lambda h: h.aws["config_file"],
    "ca_bundle": lambda h: h.aws["ca_bundle"],
    "STATE": lambda h: h.state,
    "STATE/<uid>": lambda h: f"{h.state}/{UID}",
    "STATE/<uid>.new": lambda h: f"{h.state}/{UID}.new",
    "STATE/lock": lambda h: f"{h.state}/lock",
    "STATE/lock/<uid>": lambda h: f"{h.state}/lock/{UID}",
    "STATE/lock/breaker": lambda h: f"{h.state}/lock/breaker",
    "STATE/breaker": lambda h: f"{h.state}/breaker",
    "RUN": lambda h: h.run,
    "RUN/pending": lambda h: f"{h.run}/pending",
    "RUN/pending/<uid>": lambda h: f"{h.run}/pending/{UID}",
    "RUN/refused": lambda h: f"{h.run}/refused",
    "RUN/refused/<uid>": lambda h: f"{h.run}/refused/0",
    "helper": lambda h: f"{h.door}/iamlp-helper",
    "iamlp-net": lambda h: f"{h.door}/iamlp-net",
}
MADE_BY_US = {name for name in PATHS if name.startswith(("STATE/", "RUN"))}

# ---- what lies there instead -----------------------------------------------------------------


def _link(target):
    def put(host, path):
        os.symlink(target(host, path), path)
    return put


def _itself_by_link(host, path):
    """What belongs there, by a link: good files, and still somebody else's choice."""
    aside = path + ".aside"
    if os.path.lexists(host.moved):
        os.rename(host.moved, aside)
    else:
        os.mkdir(aside, 0o755)
    os.symlink(aside, path)


def _socket(_host, path):
    with socket.socket(socket.AF_UNIX) as one:
        folder = os.open(os.path.dirname(path), os.O_PATH)
        one.bind(f"/proc/self/fd/{folder}/{os.path.basename(path)}")
        os.close(folder)


def _device(name):
    def put(_host, path):
        st = os.stat(f"/dev/{name}")
        os.mknod(path, stat.S_IFCHR | 0o600, st.st_rdev)
    return put


def _back(host, path):
    if os.path.lexists(host.moved):
        os.rename(host.moved, path)
    elif path.endswith(("STATE", "lock", "run", "pending", "refused")):
        os.mkdir(path, 0o755)
    else:
        with open(path, "w", encoding="utf-8"):
            pass


def _owner(host, path):
    _back(host, path)
    os.chown(path, SOMEBODY, GID)


def _writable(host, path):
    _back(host, path)
    os.chmod(path, os.stat(path).st_mode | 0o022)


def _hard_link(host, path):
    """A second name of a file that is root's alone."""
    os.link(host.secret, path)


def _parent(mode):
    def put(host, path):
        _back(host, path)
        folder = os.path.dirname(path)
        host.folder_was = os.stat(folder).st_mode & 0o7777, folder
        os.chmod(folder, mode)
    return put


KINDS = {
    "link to a secret": _link(lambda host, path: host.secret),
    "link to carol's file": _link(lambda host, path: host.theirs),
    "link to a folder": _link(lambda host, path: host.door),
    "link to nothing": _link(lambda host, path: os.path.join(host.door, "made-by-root")),
    "link to itself": _link(lambda host, path: path),
    "link to what belongs there": _itself_by_link,
    "fifo": lambda host, path: os.mkfifo(path),
    "folder": lambda host, path: os.mkdir(path, 0o755),
    "socket": _socket,
    "zero": _device("zero"),
    "full": _device("full"),
    "hard link": _hard_link,
    "carol's": _owner,
    "writable": _writable,
    "in a folder that all may write": _parent(0o777),
    "in a sticky folder": _parent(0o1777),
}

EVERYDAY = {"link to a secret", "fifo", "writable"}
PARENTS = {"in a folder that all may write", "in a sticky folder"}
# Where the password is given all the same, because what lies there is not read, is made anew or
# taken away, lies in a folder that nobody else can enter, or is no more than a mark that is missing.
# Everything else is refused.
GOES_ON = {
    "STATE/<uid>.new": set(KINDS) - PARENTS - {"folder"},
    "STATE/lock": {"carol's", "folder", "writable"},
    "STATE/lock/<uid>": {"hard link", "writable"} | PARENTS,
    "STATE/lock/breaker": set(KINDS),
    "STATE/breaker": set(KINDS) - PARENTS,
    "RUN": set(KINDS) - PARENTS,
    "RUN/pending": set(KINDS),
    "RUN/pending/<uid>": set(KINDS),
    "RUN/refused": set(KINDS),
    "RUN/refused/<uid>": set(KINDS),
    "iamlp-net": {"link to what belongs there"},
}
# Set aside, so that the next try begins anew: which of the two tries it is differs.
EITHER = {"STATE/<uid>"}


def tree(host):
    """What must stay as it is."""
    def facts(path):
        st = os.lstat(path)
        with open(path, "rb") as file:
            return st.st_mode, st.st_uid, st.st_size, st.st_mtime_ns, file.read()
    return facts(host.secret), facts(host.theirs), sorted(os.listdir(host.door))


def refused_claim(host):
    """Root asks for a password of its own, which is remembered so that it is logged once."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        subprocess.run(host.helper("claim"), stdin=theirs, env={}, timeout=30, check=False)
        theirs.close()
        kind, fields = frames.receive(ours)
    assert kind == frames.END
    return fields[frames.TEXT].decode()


def attempt(host, name):
    """A login, which always succeeds and ends; what the hook would do where it finds no record; a
    claim; and a claim that is refused. Returns what was said."""
    host.pam(host.stack())
    if name in ("helper", "iamlp-net"):  # the module's own, in the door
        return ""
    said = [host.hook(BOB)[1], refused_claim(host)]
    return " ".join([*said, host.claim().plain])


def mend(host, path, right):
    """right: the mode and owner of what belongs there, or None where nothing does."""
    if host.folder_was:
        os.chmod(host.folder_was[1], host.folder_was[0])
    if os.path.lexists(host.moved):
        remove(path)
        os.rename(host.moved, path)
    elif os.path.islink(path) and os.path.lexists(path + ".aside"):
        os.unlink(path)
        os.rename(path + ".aside", path)
    elif right is None:
        remove(path)
    if right and os.path.lexists(path):
        os.chown(path, right.st_uid, right.st_gid)
        os.chmod(path, right.st_mode & 0o7777)


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


@pytest.mark.parametrize("kind", [pytest.param(k, marks=() if k in EVERYDAY else pytest.mark.slow)
                                  for k in KINDS])
@pytest.mark.parametrize("name", PATHS)
def test_path(place, log, name, kind):
    host, path = place, PATHS[name](place)
    host.moved, host.folder_was, right = path + ".moved", None, None
    if name in MADE_BY_US:
        host.login(verb="mark")
        for folder in (f"{host.state}/lock", f"{host.run}/refused"):
            os.makedirs(folder, 0o700, exist_ok=True)
    host.configure(rest="[login]\ncreate = login\n")
    if os.path.lexists(path):
        right = os.lstat(path)
        os.rename(path, host.moved)
    KINDS[kind](host, path)
    if kind == "fifo":
        os.utime(path, (0, 0))  # or a refusal is taken for one that has just been logged
    before = tree(host)
    log.lines.clear()

    told = attempt(host, name)

    after = tree(host)
    assert after[:2] == before[:2] and "made-by-root" not in after[2]
    assert CANARY not in " ".join(line for _, line in log.lines) + told
    went = host.fake.profile(IAM_USER) is not None
    if name not in EITHER:
        assert went == (kind in GOES_ON.get(name, ())), told
    if not went or name in EITHER:
        assert [event for event in log.events() if event.get("msg") and event["severity"] == 3
                or event.get("code") == "helper"], log.lines

    mend(host, path, right)
    host.pam(host.stack())
    host.claim()
    assert host.fake.profile(IAM_USER) and host.record(UID)["phase"] == "done"


def test_a_folder_of_ours_is_judged_before_it_is_opened_to_others(place, log):
    """Made where others could put a link in its place, it is not touched by name again."""
    host = place
    folder = os.path.join(host.door, "open")
    os.mkdir(folder)
    os.chmod(folder, 0o777)
    host.run = os.path.join(folder, "run")
    host.hook(BOB)
    assert os.stat(host.run).st_mode & 0o7777 == 0o700 and os.listdir(host.run) == []
    assert any("chmod go-w" in event.get("msg", "") for event in log.events())
