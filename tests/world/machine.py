"""A machine for people to log in to: real programs, our module in their stacks, nothing shared."""

import os
import re
import shutil
import socket
import subprocess

from . import files, keys
from .host import BUILD, KEY, SECRET, TOP  # noqa: F401  (for those who import them from here)
from .proc import wait_for
from .syslog import Syslog

HERE = os.path.dirname(os.path.abspath(__file__))

UNIX_PASSWORD = "Unix-Pass-1"  # of everybody; tests/world/machine has its hash
UIDS = {name: 64001 + n for n, name in
        enumerate(("alice", "bob", "carol", "dave", "erin", "frank", "grace"))}

CLEAN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
         "LANG": "C.UTF-8", "TERM": "vt100", "HOME": "/"}

CLAIM_SOCKET = "/run/iamlp/claim.sock"

SSHD = """
LogLevel {level}
HostKey {folder}/host_key
PidFile none
UsePAM yes
PrintLastLog no
PrintMotd no
AuthorizedKeysFile .ssh/authorized_keys
PubkeyAuthentication yes
PasswordAuthentication yes
KbdInteractiveAuthentication yes
MaxStartups 100
Subsystem sftp internal-sftp
Match LocalPort {forced}
    ForceCommand echo forced
Match LocalPort {key_first}
    AuthenticationMethods publickey,keyboard-interactive
Match LocalPort {key_last}
    AuthenticationMethods keyboard-interactive,publickey
"""


COUNTED = """#!/bin/sh
echo "$*" >>/run/helper-started
exec /usr/libexec/iamlp/iamlp-helper.real "$@"
"""

PENALTIES = "PerSourcePenalties no\n"  # we all come from one address, and fail on purpose

OVERLAY = """mount -t tmpfs x /mnt && mkdir /mnt/up /mnt/work &&
mount -t overlay x -o lowerdir=/usr,upperdir=/mnt/up,workdir=/mnt/work /usr"""


def overlays():
    """Can there be machines on this one?"""
    run = subprocess.run(["unshare", "--mount", "--propagation", "private", "sh", "-c", OVERLAY],
                         capture_output=True, check=False)
    return run.returncode == 0


def install(folder, top=TOP):
    """make install DESTDIR=folder, with a helper that counts its starts; returns folder."""
    subprocess.run(["make", "-s", "-C", top, f"BUILD={os.path.basename(BUILD)}",
                    f"DESTDIR={folder}", "install"], check=True, stdout=subprocess.DEVNULL)
    helper = os.path.join(folder, "usr/libexec/iamlp/iamlp-helper")
    os.rename(helper, helper + ".real")
    files.write(helper, COUNTED, 0o755)
    return str(folder)


def ssh_version():
    told = subprocess.run(["ssh", "-V"], capture_output=True, text=True, check=True).stderr
    return tuple(int(n) for n in re.match(r"OpenSSH_(\d+)\.(\d+)", told).groups())


def free_ports(count):
    taken = [socket.socket() for _ in range(count)]
    for one in taken:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return ports


class Machine:
    """One mount namespace of its own (tests/world/machine).

    folder: empty, the test's own. installed: from install(). fake: where iamlp.conf
    points. log: the machine's own /dev/log, a Syslog. ports: after start_sshd(), by name.
    """

    def __init__(self, folder, installed, fake):
        self.folder = str(folder)
        root = os.path.join(self.folder, "machine")
        os.makedirs(root)
        self._started, self._stacks = [], {}
        self._keeper = subprocess.Popen([os.path.join(HERE, "machine"), root, installed],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._keeper.stdout.readline() != b"ready\n":
            raise RuntimeError("tests/world/machine did not start")
        self.log = Syslog(self.path("/dev/log"))
        self.fake = fake
        self.configure()
        os.mkdir(self.path("/run/iamlp"), 0o755)
        self.listener = self.start("/usr/libexec/iamlp/iamlp-helper.real", "--listen",
                                   CLAIM_SOCKET)
        wait_for(lambda: os.path.exists(self.path(CLAIM_SOCKET)), "iamlp-helper to listen")

    def path(self, inside):
        """A file of the machine, as seen from outside."""
        return f"/proc/{self._keeper.pid}/root{inside}"

    def inside(self, *words, user=None):
        """The words that run `words` on the machine; user: as that person (setpriv)."""
        if user:
            words = ("setpriv", f"--reuid={user}", "--regid=people", "--init-groups", *words)
        keeper = f"/proc/{self._keeper.pid}"  # its root: it may be in a chroot, as we are
        return ["nsenter", f"--mount={keeper}/ns/mnt", f"--root={keeper}/root", "--wdns=/", "--",
                *words]

    def run(self, *words, user=None, env=None, **more):
        """subprocess.run of words on the machine, with an environment that is always the same."""
        more = {"capture_output": True, "timeout": 60, "check": False, **more}
        if "input" not in more:
            more["stdin"] = subprocess.DEVNULL
        return subprocess.run(self.inside(*words, user=user), env=dict(CLEAN, **(env or {})),
                              **more)

    def start(self, *words, **more):
        """A program that runs until close(); it is the process itself, no shell around it."""
        more = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL,
                "stderr": subprocess.DEVNULL, **more}
        process = subprocess.Popen(self.inside(*words), env=CLEAN, **more)
        self._started.append(process)
        return process

    def running(self):
        """The pids of what start() has started."""
        return [process.pid for process in self._started]

    def stop(self, process):
        """End what start() has started."""
        self._started.remove(process)
        process.terminate()
        process.wait(10)

    def close(self):
        for process in self._started[:]:
            self.stop(process)
        self._keeper.stdin.close()
        self._keeper.wait(10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # ---- files -------------------------------------------------------------------------

    def read(self, inside):
        return files.read(self.path(inside))

    def write(self, inside, text, mode=0o644, owner=None):
        path = files.write(self.path(inside), text, mode)
        if owner:
            os.chown(path, UIDS[owner], 64000)

    def configure(self, login="", password="", users="alice = Alice.Smith@example.com\n"
                  "bob = Bob.Jones@example.com\ncarol = Carol.Diaz@example.com\n",
                  endpoint=None):
        """Write /etc/iamlp/iamlp.conf."""
        os.makedirs(self.path("/etc/iamlp"), exist_ok=True)
        shutil.copy(self.fake.ca, self.path("/etc/iamlp/ca.pem"))
        self.write("/etc/iamlp/credentials", keys.shared_file(), 0o600)
        self.write("/etc/iamlp/iamlp.conf", f"[login]\n{login}\n[aws]\n"
                   f"endpoint_url = {endpoint or self.fake.https}\ncredentials = file\n"
                   "credentials_file = /etc/iamlp/credentials\nca_bundle = /etc/iamlp/ca.pem\n"
                   f"[password]\n{password}\n[users]\n{users}\n")

    def record(self, user):
        """The record of a person as a dictionary, or None."""
        return files.record(self.path(f"/var/lib/iamlp/{UIDS[user]}"))

    def marked(self, user):
        return os.path.exists(self.path(f"/run/iamlp/pending/{UIDS[user]}"))

    def helpers(self):
        """How often iamlp-helper was started, but for claims."""
        path = "/run/helper-started"
        return self.read(path).count("\n") if os.path.exists(self.path(path)) else 0

    def forget(self):
        """As if nobody had ever logged in."""
        for folder in ("/var/lib/iamlp", "/run/iamlp/pending"):
            for name in os.listdir(self.path(folder)) if os.path.isdir(self.path(folder)) else ():
                path = os.path.join(self.path(folder), name)
                shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
        if self.helpers():
            os.unlink(self.path("/run/helper-started"))
        self.log.lines.clear()

    def snippet(self, there):
        """Do login shells run `iamlp claim`? They do at first."""
        here, away = self.path("/etc/profile.d/iamlp.sh"), self.path("/etc/iamlp.sh")
        if there != os.path.exists(here):
            os.rename(*((away, here) if there else (here, away)))

    def empty_logins(self):
        """login tells when the last one was."""
        with open(self.path("/var/log/lastlog"), "w", encoding="utf-8"):
            pass

    def stack(self, service, *lines, first=False):
        """Debian's own /etc/pam.d/SERVICE with these lines at its end, or at its begin."""
        path = f"/etc/pam.d/{service}"
        kept = self._stacks.setdefault(service, self.read(path))
        added = "".join(line + "\n" for line in lines)
        self.write(path, added + kept if first else kept.rstrip("\n") + "\n" + added)

    def gate(self, service, line):
        """Put a line in front of all others, for good."""
        self.stack(service, line, first=True)
        del self._stacks[service]

    def probe(self, name):
        """The path on the machine of a module that `make tests` built for the tests."""
        shutil.copy(os.path.join(BUILD, "tests/world", name), self.path("/usr/lib"))
        return "/usr/lib/" + name

    # ---- sshd --------------------------------------------------------------------------

    def start_sshd(self, level="VERBOSE"):
        """The installed sshd on loopback. Ports: plain, forced (ForceCommand), key_first and
        key_last (two factors, in both orders)."""
        names = ("plain", "forced", "key_first", "key_last")
        self.ports = dict(zip(names, free_ports(len(names))))
        for name in ("host_key", "user_key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f",
                            os.path.join(self.folder, name)], check=True,
                           stdin=subprocess.DEVNULL)
        public = files.read(os.path.join(self.folder, "user_key.pub"))
        for name in UIDS:
            self.write(f"/home/{name}/.ssh/authorized_keys", public, 0o600, name)
        config = files.write(
            os.path.join(self.folder, "sshd_config"),
            "".join(f"ListenAddress 127.0.0.1:{p}\n" for p in self.ports.values())
            + PENALTIES * (ssh_version() >= (9, 8))
            + SSHD.format(folder=self.folder, level=level, **self.ports))
        self.sshd_log = os.path.join(self.folder, "sshd.log")
        self.sshd = self.start("/usr/sbin/sshd", "-D", "-f", config, "-E", self.sshd_log)
        wait_for(lambda: self._sshd_says("Server listening on") == len(names), "sshd to listen")

    def _sshd_says(self, text):
        return files.read(self.sshd_log).count(text) if os.path.exists(self.sshd_log) else 0

    def sessions(self):
        """How many sessions sshd has opened."""
        return self._sshd_says("User child is on pid")
