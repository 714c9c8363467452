"""A hostile local user starts a program with root's rights in which our hook runs.

su, sudo and passwd of a machine of its own, with create = login, so that iamlp-helper and iamlp-net
run for somebody who has chosen their environment, limits and signals, and watches them.
SECURITY.md has a paragraph for each. Connections are in test_hostile_claim.py, files in
test_hostile_paths.py, names in test_hostile_names.py; what odd hosts do to the module itself is in
tests/pam/test_unnoticed.py.
"""

import os
import random
import re
import shutil
import socket
import subprocess
import sys

import pytest
from world.needs import needs_machine
from phases import creates
from world.machine import UIDS, UNIX_PASSWORD
from world.proc import descendants, wait_for
from world.terminal import at_terminal

pytestmark = needs_machine()

ALICE, UID = "Alice.Smith@example.com", UIDS["alice"]
STORY = ["GetUser", "GetLoginProfile", "CreateLoginProfile"]
HELPER = "/usr/libexec/iamlp/iamlp-helper"
NEW = "aNother-Pass-77"
# The account stack: pam_limits, which sets some limits, comes in the session stack.
LINE = "account optional pam_iamlp.so services=su,su-l,sudo timeout=30"

ASKED = [(rb"Password: ", UNIX_PASSWORD)]
CHANGED = [(rb"Current password: ", UNIX_PASSWORD), (rb"New password: ", NEW),
           (rb"Retype new password: ", NEW)]
# What alice starts: the words, what is typed, the phase and way of her record afterwards.
PROGRAMS = {
    "su": (["su", "alice", "-c", "true"], ASKED, "created"),
    "su -": (["su", "-", "alice", "-c", "true"], ASKED, "created"),
    "sudo": (["sudo", "-u", "alice", "true"], [], None),  # it says PAM_SILENT
    "passwd": (["passwd"], CHANGED, "done"),
}
AS_ALICE = ["setpriv", f"--reuid={UID}", "--regid=64000", "--init-groups", "--"]


@pytest.fixture
def host(machine):
    """The machine, with the helper itself in the place of the one that counts."""
    shutil.copy2(machine.path(HELPER + ".real"), machine.path(HELPER))
    machine.configure(login="create = login")
    for service in ("su", "su-l", "sudo"):
        machine.stack(service, LINE)
    machine.stack("passwd", "password optional pam_iamlp.so timeout=30")
    machine.shadow = machine.read("/etc/shadow")
    return machine


def begin(machine):
    """As if nothing had happened."""
    machine.forget()
    machine.write("/etc/shadow", machine.shadow, 0o640)
    machine.fake.reset()


def start(machine, program, *before, trace=()):
    """alice runs before..., PROGRAM on a terminal."""
    words, says, _ = PROGRAMS[program]
    return at_terminal(machine.inside(*trace, *AS_ALICE, *before, *words), says, err=False)


def untouched(machine):
    """Nobody else can write what is ours, and nothing has left a core."""
    for top in ("/var/lib/iamlp", "/run/iamlp"):
        for folder, folders, files in os.walk(machine.path(top)):
            for name in folders + files:
                path = os.path.join(folder, name)
                st = os.lstat(path)
                assert st.st_uid == 0 and (st.st_mode & 0o022 == 0 or name == "claim.sock"), path
                assert top == "/run/iamlp" or st.st_mode & 0o077 == 0, path
    for folder in ("/", "/home/alice", "/var/lib/iamlp"):
        assert [n for n in os.listdir(machine.path(folder)) if re.match(r"core(\.|$)", n)] == []


def whole(machine):
    """The next one without the attack goes through: one create, and a password that works."""
    machine.write("/etc/shadow", machine.shadow, 0o640)
    start(machine, "su")
    record = machine.record("alice")
    if record["phase"] == "done":
        assert record["how"] == "typed" and machine.fake.sign_in(ALICE, NEW)["ok"]
    else:
        assert record["phase"] in ("created", "failed"), record
        says = [(rb"Handed over\? \[y/N\] ", "y")]
        if record["phase"] == "failed":  # not tried again for a while
            says.insert(0, (rb"\[y/N\] ", "y"))
        saw = at_terminal(machine.inside("iamlp", "provision", "alice"), says, err=False)
        assert machine.fake.sign_in(ALICE, saw.password)["ok"]
        assert machine.record("alice")["phase"] == "done", saw
    assert creates(machine.fake, ALICE) == 1
    untouched(machine)


# ---- environment --------------------------------------------------------------------------


def variables(trap, port):
    proxy = f"http://127.0.0.1:{port}"
    env = {name: proxy for name in (
        "http_proxy https_proxy HTTPS_PROXY ALL_PROXY all_proxy AWS_ENDPOINT_URL "
        "AWS_ENDPOINT_URL_IAM AWS_CONTAINER_CREDENTIALS_FULL_URI "
        "AWS_EC2_METADATA_SERVICE_ENDPOINT").split()}
    env.update({name: f"{trap}/{name}" for name in (
        "SSLKEYLOGFILE LD_PRELOAD LD_AUDIT LD_LIBRARY_PATH LD_DEBUG_OUTPUT LD_PROFILE_OUTPUT "
        "GCONV_PATH LOCPATH NLSPATH MALLOC_TRACE TZDIR HOSTALIASES RESOLV_HOST_CONF HOME NETRC "
        "CURL_HOME CURL_CA_BUNDLE OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES SSL_CERT_FILE "
        "SSL_CERT_DIR TMPDIR XDG_CONFIG_HOME AWS_SHARED_CREDENTIALS_FILE AWS_CONFIG_FILE "
        "AWS_CA_BUNDLE AWS_WEB_IDENTITY_TOKEN_FILE PATH KRB5_CONFIG").split()})
    env.update({
        "PATH": f"{trap}/PATH:/usr/bin:/bin", "TZ": f":{trap}/TZ", "LANGUAGE": "xx", "LC_ALL": "xx",
        "LD_DEBUG": "all", "LD_PROFILE": "libc.so.6", "MALLOC_PERTURB_": "165",
        "MALLOC_CHECK_": "3", "GLIBC_TUNABLES": "glibc.malloc.check=3", "no_proxy": "",
        "LOCALDOMAIN": "evil.example", "RES_OPTIONS": "ndots:9 use-vc", "AWS_PROFILE": "evil",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_REGION": "evil-1",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "CREDENTIALS_DIRECTORY": trap, "LISTEN_FDS": "1", "NOTIFY_SOCKET": f"{trap}/notify",
    })
    return env


def ours(path):
    """The lines of a trace that helper and iamlp-net have written. A child may write before the
    call that made it has returned."""
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = [re.match(r"(\d+) +(.*)", line).groups() for line in file]
    made = [(pid, re.search(r"(?:clone|clone3|fork|vfork)\b.*= (\d+)$", rest))
            for pid, rest in lines]
    pids = {pid for pid, rest in lines if f'execve("{HELPER}"' in rest}
    for parent, child in made * 2:
        if child and parent in pids:
            pids.add(child.group(1))
    return [rest for pid, rest in lines if pid in pids]


@pytest.mark.skipif(not shutil.which("strace"), reason="skipped: no strace")
@pytest.mark.parametrize("program", PROGRAMS)
def test_environment(host, tmp_path, program):
    """The request is the same; nothing of it is opened, connected to or handed on."""
    phase = PROGRAMS[program][2]
    start(host, program)
    assert host.fake.actions() == (STORY if phase else [])
    begin(host)
    trap = host.path("/home/alice/trap")
    os.mkdir(trap)
    os.chown(trap, UID, 64000)
    for name in ("LD_PRELOAD", "LD_AUDIT"):  # else nobody would see that it is tried
        shutil.copy(host.path("/usr/lib/security/pam_iamlp.so"), f"{trap}/{name}")
    before, trace = sorted(os.listdir(trap)), str(tmp_path / "trace")
    with socket.socket() as proxy:
        proxy.bind(("127.0.0.1", 0))
        proxy.listen()
        proxy.setblocking(False)
        env = variables("/home/alice/trap", proxy.getsockname()[1])
        saw = start(host, program, "env", *(f"{k}={v}" for k, v in env.items()),
                    trace=["strace", "-qq", "-f", "-s", "4096", "-e",
                           "trace=%file,%network,%process", "-o", trace])
        assert saw.status == 0
        with pytest.raises(BlockingIOError):
            proxy.accept()
    lines = ours(trace)
    assert sorted(os.listdir(trap)) == before
    if not phase:
        assert lines == [] and host.record("alice") is None and host.fake.requests() == []
        return
    assert host.fake.actions() == STORY and host.record("alice")["phase"] == phase
    started = [line for line in lines if re.match(r"execve(at)?\(", line)]
    assert len(started) == 2, started  # the helper, iamlp-net
    assert all("/* 0 vars */" in line for line in started), started
    assert any("connect(" in line for line in lines)
    assert [line for line in lines if "trap" in line or "evil" in line] == []
    whole(host)


# ---- limits -------------------------------------------------------------------------------

PYTHON = "import os, signal, sys\n{}\nos.execvp(sys.argv[1], sys.argv[1:])"


def python(text):
    return [sys.executable, "-c", PYTHON.format(text)]


LIMITS = {
    "softly, no file may grow": ["prlimit", "--fsize=0:"],
    "softly, no process": ["prlimit", "--nproc=0:"],
    "softly, little memory": ["prlimit", "--as=67108864:", "--data=1048576:", "--memlock=0:"],
    "no file may grow": ["prlimit", "--fsize=0"],
    "16 descriptors": ["prlimit", "--nofile=16"],
    "8 descriptors": ["prlimit", "--nofile=8"],
    "5 descriptors": ["prlimit", "--nofile=5"],
    "64 MiB of addresses": ["prlimit", "--as=67108864"],
    "24 MiB of addresses": ["prlimit", "--as=25165824"],
    "1 MiB of data": ["prlimit", "--data=1048576"],
    "a second of CPU": ["prlimit", "--cpu=1"],
    "a small stack": ["prlimit", "--stack=131072"],
    "no process": ["prlimit", "--nproc=0"],
    "cores": ["prlimit", "--core=unlimited"],
    "no locked memory": ["prlimit", "--memlock=0"],
    "no signal queue": ["prlimit", "--sigpending=0", "--msgqueue=0"],
    "nice": ["nice", "-n", "19"],
    "idle": ["chrt", "-i", "0"],
    "idle disk": ["ionice", "-c", "3"],
    "one processor": ["taskset", "-c", "0"],
    "slack": python("import ctypes; ctypes.CDLL(None).prctl(29, ctypes.c_ulong(10**9))"),
    "umask 000": python("os.umask(0)"),
    "umask 777": python("os.umask(0o777)"),
    "ignored": python("for n in set(range(1, 65)) - {9, 19, 32, 33}: "
                      "signal.signal(n, signal.SIG_IGN)"),
    "blocked": python("signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))"),
    "an alarm": python("signal.setitimer(signal.ITIMER_REAL, 0.1, 0.01); "
                       "signal.signal(signal.SIGALRM, signal.SIG_IGN)"),
    "in a folder that is gone": python("os.mkdir('/home/alice/x'); os.chdir('/home/alice/x'); "
                                       "os.rmdir('/home/alice/x')"),
}
# Root may not raise a hard limit again without it, as in some containers: then what is started has
# the limit, the try may fail, and nothing else is different.
with open("/proc/self/status", encoding="ascii") as own:
    RAISES = int(re.search(r"CapEff:\s*(\w+)", own.read()).group(1), 16) >> 24 & 1
EVERYDAY = {"softly, no file may grow", "softly, no process", "no file may grow", "8 descriptors",
            "no process", "umask 000", "blocked"}


@pytest.mark.parametrize("program", ["su", "passwd"])
@pytest.mark.parametrize("how", [pytest.param(h, marks=() if h in EVERYDAY else pytest.mark.slow)
                                 for h in LIMITS])
def test_limits(host, program, how):
    """Whether the program itself goes through is its own matter, and the same as without us."""
    lines = {name: host.read(f"/etc/pam.d/{name}") for name in ("su", "passwd")}
    for name, text in lines.items():
        host.write(f"/etc/pam.d/{name}", text.replace("optional pam_iamlp.so",
                                                      "optional pam_permit.so"))
    plain = outcome(host, program, how)
    for name, text in lines.items():
        host.write(f"/etc/pam.d/{name}", text)
    begin(host)
    assert outcome(host, program, how) == plain
    if plain == 0 and (RAISES or how.startswith("softly") or LIMITS[how][0] != "prlimit"):
        assert {event["result"] for event in host.log.events()} <= {"ok", "pending"}
        assert host.record("alice")["phase"] == PROGRAMS[program][2]
    whole(host)


def outcome(machine, program, how):
    """Its exit status, or how it failed."""
    words, says, _ = PROGRAMS[program]
    try:
        return start(machine, program, *LIMITS[how]).status
    except AssertionError:
        run = subprocess.run(machine.inside(*AS_ALICE, *LIMITS[how], *words), check=False,
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        return run.returncode, says and "asks for nothing"


# ---- signals ------------------------------------------------------------------------------

# The first process of a pid namespace: alice starts PROGRAM, and after so many seconds sends
# a signal to everything that she may send one to. Ends with the last process.
ATTACK = r"""
import os, pty, signal, sys, time
after, how, says, words = float(sys.argv[1]), sys.argv[2], eval(sys.argv[3]), sys.argv[4:]

def everything(number):
    pid = os.fork()
    if pid == 0:
        os.setgroups([]); os.setresgid(64000, 64000, 64000); os.setresuid(UID, UID, UID)
        os.kill(-1, number)
        os._exit(0)
    os.waitpid(pid, 0)

pid, terminal = pty.fork()
if pid == 0:
    os.setgroups([]); os.setresgid(64000, 64000, 64000); os.setresuid(UID, UID, UID)
    os.execvp(words[0], words)
for question, answer in says:
    text = b""
    while question not in text:
        try:
            more = os.read(terminal, 1024)
        except OSError:
            break
        if not more:
            break
        text += more
    os.write(terminal, answer.encode() + b"\n")
time.sleep(after)
if how == "hang up":
    os.close(terminal)
elif how == "stop":
    everything(signal.SIGSTOP)
    time.sleep(0.3)
else:
    everything(signal.Signals[how])
    time.sleep(0.1)
everything(signal.SIGKILL)
while True:
    try:
        os.waitpid(-1, 0)
    except ChildProcessError:
        break
""".replace("UID", str(UID))

HOWS = ["SIGKILL", "SIGKILL", "stop", "SIGTSTP", "SIGTERM", "SIGQUIT", "SIGSEGV", "hang up"]


@pytest.mark.parametrize("program, count", [
    ("su", 3), ("passwd", 3), pytest.param("su", 60, marks=pytest.mark.slow),
    pytest.param("passwd", 60, marks=pytest.mark.slow)])
def test_signals(host, program, count):
    """At random moments of the hook: the record is right, and the next try goes through."""
    chance = random.Random(f"{program} {count}")
    words, says, _ = PROGRAMS[program]
    says = [(question.replace(b"\\", b""), answer) for question, answer in says]
    phases = []
    for turn in range(count):
        begin(host)
        host.fake.fault("delay_before", action="*", seconds=0.05, times=-1)
        how, after = HOWS[turn % len(HOWS)], chance.uniform(0, 0.3)
        host.run("unshare", "--pid", "--fork", "--mount-proc", "--kill-child", sys.executable, "-c",
                 ATTACK, str(after), how, repr(says), *words, check=True)
        record = host.record("alice")
        phases.append(record and record["phase"])
        assert phases[-1] in (None, "pending", "intent", "created", "done"), (how, after, record)
        untouched(host)
        host.fake.clear_faults()
        whole(host)
    print(phases)


# ---- watching -----------------------------------------------------------------------------

# Run by alice with the numbers of processes: prints what she can do to each.
SPY = r"""
import ctypes, os, resource, signal, sys
ptrace = ctypes.CDLL(None, use_errno=True).ptrace

def tries(pid):
    def opened(name):
        def act():
            with open(f"/proc/{pid}/{name}", "rb") as file:
                file.seek(0 if name != "mem" else 0x400000)
                if not file.read(1) and name != "mem":
                    raise OSError("empty")
        return act
    for name in ("mem", "environ", "maps", "auxv", "stack", "syscall"):
        yield name, opened(name)
    for name in ("exe", "cwd", "root"):
        yield name, lambda name=name: os.readlink(f"/proc/{pid}/{name}")
    yield "fd", lambda: os.listdir(f"/proc/{pid}/fd")
    yield "limits", lambda: resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
    yield "affinity", lambda: os.sched_setaffinity(pid, {0})
    yield "nice", lambda: os.setpriority(os.PRIO_PROCESS, pid, 19)
    yield "pidfd_getfd", lambda: getfd(pid)
    yield "seize", lambda: seize(pid)
    yield "signal", lambda: os.kill(pid, signal.SIGCONT)

def getfd(pid):
    if ctypes.CDLL(None, use_errno=True).syscall(438, os.pidfd_open(pid), 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "pidfd_getfd")

def seize(pid):
    if ptrace(0x4206, pid, None, None) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")

for pid in map(int, sys.argv[1:]):
    can = []
    for name, act in tries(pid):
        try:
            act()
            can.append(name)
        except OSError:
            pass
    print(pid, *can, flush=True)
"""


def identity(pid):
    """(name, uid) of a process."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        text = status.read()
    return text.split()[1], re.search(r"Uid:\t(\d+)", text).group(1)


def order(pid):
    """Its place in the queues."""
    disk = subprocess.run(["ionice", "-p", str(pid)], capture_output=True, text=True, check=True)
    with open(f"/proc/{pid}/timerslack_ns", encoding="ascii") as slack:
        return (os.sched_getscheduler(pid), os.getpriority(os.PRIO_PROCESS, pid),
                disk.stdout.strip(), frozenset(os.sched_getaffinity(pid)), int(slack.read()))


def test_watched(host):
    """Neither the helper nor iamlp-net is hers to look into, to stop or to slow down, before or
    while it runs, nor is what waits for them."""
    host.fake.fault("stall", action="CreateLoginProfile")
    mine, theirs = os.openpty()
    person = subprocess.Popen(["setsid", "--ctty", *host.inside(
        *AS_ALICE, "nice", "-n", "19", "ionice", "-c", "3", "chrt", "-i", "0", *LIMITS["one processor"],
        *LIMITS["slack"], "su", "alice", "-c", "true")], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    try:
        wait_for(lambda: b"Password" in os.read(mine, 100), "su to ask")
        os.write(mine, UNIX_PASSWORD.encode() + b"\n")
        assert host.fake.wait(received=3)
        below = {pid: identity(pid) for pid in descendants(person.pid)}
        start_order = {order(person.pid)}
        run = host.run(sys.executable, "-c", SPY, str(person.pid), *map(str, below), user="alice",
                       check=True, text=True)
        orders = {order(pid) for pid in below}
    finally:
        host.fake.clear_faults()
        person.kill()
        person.wait()
        os.close(mine)
    can = {int(line.split()[0]): line.split()[1:] for line in run.stdout.splitlines()}
    assert sorted(uid for _, uid in below.values()) == ["0", "0", "64990"], below
    assert {pid: can[pid] for pid in below} == {pid: [] for pid in below}, below
    assert not start_order & orders and orders == {
        (os.SCHED_OTHER, 0, "none: prio 0", frozenset(os.sched_getaffinity(1)), 50000)}
    # The control: what is said of su is true of any program that she starts with root's rights.
    assert "signal" in can[person.pid] and not {"mem", "fd", "environ"} & set(can[person.pid])

