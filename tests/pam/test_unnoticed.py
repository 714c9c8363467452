"""The host before the module and after it is the same, whatever happens in between.

A probe (probe.c) stands on both sides of our line in each of the four stacks, in every
combination of what the module comes upon and of what kind of host it is in.
"""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from world.host import BUILD
from world.needs import NEEDS_WORLD

HERE = Path(__file__).resolve().parent

pytestmark = NEEDS_WORLD

ALICE = 64001
PASSWORD = "correct horse battery"
RHOST = "192.0.2.7"

STACK = """\
auth     required {probe} before
auth     [default=die ignore=ignore] {ours}
auth     required {probe} after out={out}
account  required {probe} before
account  [default=die ignore=ignore] {ours}
account  required {probe} after out={out}
session  required {probe} before
session  [default=die ignore=ignore] {ours}
session  required {probe} after out={out}
password required {before} [authtok={password}]
password required {probe} before
password [default=die ignore=ignore] {ours}
password required {probe} after out={out}
"""

# As the stacks are called; the password stack has two rounds.
HOOKS = ["authenticate", "setcred", "acct_mgmt", "open_session", "chauthtok", "chauthtok",
         "close_session"]

# What a host may be like, as commands of host.c.
WAYS = {
    "plain": [],
    "handler": ["sigchld handler"],
    "ignore": ["sigchld ignore"],
    "thread": ["sigchld thread"],
    "no-new-privs": ["no-new-privs"],
    "no-clone3": ["no-new-privs", "refuse clone3"],
    "thread-no-clone3": ["sigchld thread", "no-new-privs", "refuse clone3"],
    "handler-no-clone3": ["sigchld handler", "no-new-privs", "refuse clone3"],
}


class Case:
    """What the module comes upon; what it is to start and log in account, session, password."""

    def __init__(self, record=None, mark=False, state=True, helper="mute", arguments="",
                 started=("mark", "mark", "accept"), logged=(), says=None):
        self.record, self.mark, self.state, self.helper = record, mark, state, helper
        self.arguments, self.started, self.says = arguments, list(started), says
        self.logged = list(logged)


FAILED = [("error", "helper")] * 3
KILLED = [("timeout", "timeout")] * 3

PATHS = {
    "done": Case("done", started=()),
    "unmapped": Case("unmapped", started=()),
    "marked": Case("pending", mark=True, started=["accept"]),
    "pending": Case("pending"),
    "first": Case(),
    "no-state": Case(state=False, started=()),
    "not-listed": Case(arguments="services=cron password_services=cron", started=()),
    "missing": Case(helper="/nonexistent/iamlp-helper", started=(), logged=FAILED),
    "hangs": Case(helper="hangs", arguments="timeout=1", logged=KILLED),
    "crashes": Case(helper="crashes", logged=FAILED),
    "fails": Case(helper="fails"),
    "early": Case(helper="early"),
    "babbles": Case(helper="babbles"),
    "says": Case(helper="says", says=("info", "Your AWS password is this one, too.")),
    "refuses": Case(helper="refuses", says=("error", "AWS says ?[2Jno?and more.")),
    "bad-arguments": Case(arguments="timeout=0 nonsense",
                           logged=[("error", "arguments")] * 3),
    "debug": Case(arguments="debug", logged=[("ok", "debug")] * 6),
}


@pytest.fixture(name="log", scope="module")
def _log():
    from loglines import Log
    return Log()


# Under the name that tells it how to behave. A link would not be started.
STAND_IN = f"""#!/usr/bin/python3
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, {str(HERE)!r})
import helper  # which runs
"""


class Stage:
    """Files for one host program."""

    def __init__(self, folder, path):
        self.folder, self.path = str(folder), path
        os.chmod(self.folder, 0o755)
        self.out = self.at("probe.out")
        self.write("iamlp.conf", "[users]\n")
        os.makedirs(self.at("run/pending"))
        if path.state:
            os.mkdir(self.at("state"), 0o700)
        if path.record:
            self.record(path.record)
        if path.mark:
            self.write(f"run/pending/{ALICE}", "")
        helper = path.helper
        if not helper.startswith("/"):
            helper = self.at(f"helper-{path.helper}")
            self.write(f"helper-{path.helper}", STAND_IN)
            os.chmod(helper, 0o755)
        ours = (f"{BUILD}/pam_iamlp.so conf={self.at('iamlp.conf')} state={self.at('state')} "
                f"run={self.at('run')} helper={helper} services=probe password_services=probe "
                f"timeout=60 {path.arguments}")
        os.mkdir(self.at("pam.d"))
        self.write("pam.d/other", "auth required pam_deny.so\n")
        self.write("pam.d/probe", STACK.format(
            probe=f"{BUILD}/tests/pam/probe.so", before=f"{BUILD}/tests/pam/before.so",
            password=PASSWORD, out=self.out, ours=ours))

    def at(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.at(name), "w", encoding="utf-8") as file:
            file.write(text)

    def record(self, phase):
        st = os.stat(self.at("iamlp.conf"))
        seconds, nanoseconds = divmod(st.st_mtime_ns, 10**9)
        self.write(f"state/{ALICE}", f"v=1\nphase={phase}\nname=alice\nmachine=none\nservice=sshd\n"
                   f"changed={int(time.time()) - 60}\n"
                   f"fingerprint={st.st_ino}-{st.st_size}-{seconds}.{nanoseconds:09d}\n")

    def run(self, commands):
        """The host's answers."""
        done = subprocess.run(
            [f"{BUILD}/tests/pam/host", self.at("pam.d"), "probe", "alice"],
            input="\n".join(commands) + "\n", capture_output=True, text=True, check=False,
            timeout=120, env={"LANG": "C", "SSLKEYLOGFILE": self.at("keys")})
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return [json.loads(line) for line in done.stdout.splitlines()]

    def probed(self):
        with open(self.out, encoding="utf-8") as file:
            return file.read().splitlines()

    def seen(self, verb):
        """What helpers with that verb have noted."""
        try:
            with open(self.at(f"state/seen.{verb}"), encoding="utf-8") as file:
                return [json.loads(line) for line in file]
        except FileNotFoundError:
            return []


CALLS = ["item rhost " + RHOST, "call authenticate", "call setcred", "call account",
         "call open_session", f"real {ALICE}", "call chauthtok", "real 0", "call close_session"]


def pairs(line):
    return dict(line.pairs)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("path", PATHS)
def test_the_host_is_as_it_was(path, way, tmp_path, log):
    stage, path = Stage(tmp_path, PATHS[path]), PATHS[path]
    log.mark()
    said = stage.run(["odd", "openlog host-of-ours", *WAYS[way], *CALLS, "log the host goes on"])
    lines = log.since_mark()
    assert stage.probed() == [f"{hook} same" for hook in HOOKS]
    assert [entry["code"] for entry in said if "call" in entry] == [0] * 6
    assert said[-1] == {"left": {"descriptors": 0, "children": 0}}
    for entry in said:
        assert {entry.get("handled", 0), entry.get("stolen", 0)} == {0}
    messages = [(entry["style"], entry["text"]) for entry in said if "style" in entry]
    assert messages == ([path.says] if path.says else [])
    check_started(stage, path)
    check_log(lines, path)


def check_started(stage, path):
    """Whom the helper was started for, with what, and that none of it is left."""
    found = stage.seen("mark"), stage.seen("accept")
    notes = [one for each in found for one in each]
    starts = [note for note in notes if note["type"] is not None or path.helper == "early"]
    verbs = sorted(note["arguments"][0] for note in starts)
    if path.helper != "hangs":  # which may be killed before it has said a word
        assert verbs == sorted(path.started)
    for note in starts:
        assert note["environment"].keys() <= {"LC_CTYPE"}  # Python's own
        assert note["arguments"][1:] == [
            "--conf", stage.at("iamlp.conf"), "--state", stage.at("state"), "--run",
            stage.at("run"), "--timeout", "1" if path.helper == "hangs" else "60"]
        if note["type"] is not None:
            secret = {"8": PASSWORD} if note["arguments"][0] == "accept" else {}
            assert (note["type"], note["fields"]) == (
                24, {"3": "alice", "12": "probe", "13": RHOST, **secret})
    # A group that was killed may need a moment to be gone.
    end = time.monotonic() + 30
    while any(alive(note["pid"]) for note in notes):
        assert time.monotonic() < end, notes
        time.sleep(0.01)


def alive(pid):
    """A killed process may be a zombie until init has reaped it."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def check_log(lines, path):
    ours = [line for line in lines if line.text.startswith("pam_iamlp[")]
    wrong, rest = ours[0], ours[1:]
    assert (wrong.severity, pairs(wrong)["event"], pairs(wrong)["code"]) == (3, "config", "stack")
    found = [(pairs(line)["result"], pairs(line)["code"]) for line in rest]
    assert found == path.logged
    for line in rest:
        got = pairs(line)
        assert (got["user"], got["service"]) == ("alice", "probe")
        assert line.severity == {"debug": 7, "timeout": 5}.get(got["code"], 3)
        assert PASSWORD not in line.text
    others = [line.text for line in lines if not line.text.startswith("pam_iamlp[")]
    assert len(others) == 1 and others[0].startswith("host-of-ours["), others
    assert others[0].endswith("]: the host goes on")


def test_without_a_conversation(tmp_path):
    """As in Debian's cron."""
    stage = Stage(tmp_path, PATHS["refuses"])
    said = stage.run(["conversation null", *CALLS])
    assert stage.probed() == [f"{hook} same" for hook in HOOKS]
    assert [entry["code"] for entry in said if "call" in entry] == [0] * 6
    assert len(stage.seen("accept")) == 1


def test_without_a_log(tmp_path, log):
    stage = Stage(tmp_path, PATHS["missing"])
    os.rename("/dev/log", "/dev/log.away")
    try:
        said = stage.run(CALLS)
    finally:
        os.rename("/dev/log.away", "/dev/log")
    assert stage.probed() == [f"{hook} same" for hook in HOOKS]
    assert [entry["code"] for entry in said if "call" in entry] == [0] * 6


def refused(tmp_path, log, commands, started=(), arguments=""):
    stage = Stage(tmp_path, Case(arguments=arguments))
    log.mark()
    stage.run(commands)
    # A helper that could not be started is no refusal.
    assert not [line.text for line in log.since_mark() if "code=stack" not in line.text]
    assert [one["arguments"][0] for verb in ("mark", "accept")
            for one in stage.seen(verb)] == list(started)
    assert Path(stage.out).exists() != any("effective" in command for command in commands)


@pytest.mark.parametrize("commands, started", [
    (["call account"], ["mark"]),
    (["call account silent"], []),
    (["call open_session silent"], []),
    (["item ruser alice", "call account"], ["mark"]),
    (["item ruser ", "call account"], ["mark"]),
    (["item ruser root", "call account"], []),
    (["item ruser alic", "call account"], []),
    (["effective 64002", "call account"], []),
    (["call authenticate", "call setcred", "call close_session"], []),
    (["call chauthtok"], []),
    ([f"real {ALICE}", "call chauthtok"], ["accept"]),
    ([f"real {ALICE}", "call chauthtok silent"], []),
    ([f"real {ALICE}", "item ruser bob", "call chauthtok"], []),
    (["real 64002", "call chauthtok"], []),
    ([f"real {ALICE}", "effective 64002", "call chauthtok"], []),
])
def test_refusals(tmp_path, log, commands, started):
    refused(tmp_path, log, commands, started)


@pytest.mark.parametrize("arguments, started", [
    ("services=login", ["accept"]),
    ("password_services=sshd", ["mark"]),
    ("services=login,probe,sshd password_services=passwd,probe", ["mark", "accept"]),
])
def test_services(tmp_path, log, arguments, started):
    refused(tmp_path, log, ["call account", f"real {ALICE}", "call chauthtok"], started, arguments)


def test_without_a_password_nothing_is_accepted(tmp_path):
    stage = Stage(tmp_path, Case())
    text = Path(stage.at("pam.d/probe")).read_text(encoding="utf-8")
    stage.write("pam.d/probe", text.replace(f" [authtok={PASSWORD}]", ""))
    stage.run([f"real {ALICE}", "call chauthtok"])
    assert stage.seen("accept") == []


@pytest.mark.parametrize("user", ["", "nobody-of-that-name", "alice\\nbob", "a" * 200])
def test_users_that_cannot_be(tmp_path, user, log):
    stage = Stage(tmp_path, Case())
    done = subprocess.run([f"{BUILD}/tests/pam/host", stage.at("pam.d"), "probe",
                           user.replace("\\n", "\n")], input="call account\n",
                          capture_output=True, text=True, check=False, timeout=60)
    assert json.loads(done.stdout.splitlines()[0]) == {"call": "account", "code": 0}
    assert stage.seen("mark") == []


def test_a_host_that_is_killed_leaves_no_helper(tmp_path):
    """The helper has its own deadline; here only: nothing of the host's is kept open by it."""
    stage = Stage(tmp_path, PATHS["hangs"])
    with subprocess.Popen([f"{BUILD}/tests/pam/host", stage.at("pam.d"), "probe", "alice"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as host:
        host.stdin.write(b"call account\n")
        host.stdin.close()
        end = time.monotonic() + 30
        while len(stage.seen("mark")) < 2 and time.monotonic() < end:
            time.sleep(0.01)
        host.kill()
        # The pipe ends with its last holder: neither watcher nor helper is one.
        assert host.stdout.read() == b""
    for note in stage.seen("mark"):
        if alive(note["pid"]):
            os.kill(note["pid"], signal.SIGKILL)
