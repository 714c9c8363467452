"""A Debian with our build installed, booted with its systemd in a container."""

import glob
import os
import re
import socket
import subprocess

from world.machine import BUILD, CLEAN, TOP, UIDS, Machine, free_ports
from world.proc import children, wait_for

SSHD = """
Port {port}
ListenAddress 127.0.0.1
HostKey {key}
UsePAM yes
PrintMotd no
PrintLastLog no
MaxStartups 100
"""

# The network is the machine's, so that sshd and the fake are in reach on loopback. The system
# calls are those that a machine has and a container of nspawn's by itself has not.
NSPAWN = [*"""--quiet --register=no --keep-unit --resolv-conf=off --timezone=off --link-journal=no
--console=pipe --boot""".split(), "--system-call-filter=@keyring landlock_create_ruleset "
          "landlock_add_rule landlock_restrict_self seccomp"]

# systemd-nspawn leaves things in /run.
OWN_RUN = ["unshare", "--mount", "--propagation=private", "sh", "-c",
           'mount -t tmpfs -o mode=0755 x /run && exec "$@"', "sh"]


class Cgroups:
    """A cgroup of the container's own in each tree that systemd uses, below ours."""

    def __init__(self, name):
        with open("/proc/self/mountinfo", encoding="ascii") as file:
            mounts = re.findall(r"^\S+ \S+ \S+ \S+ (\S+) .* - (cgroup2?) \S+ (\S+)$", file.read(),
                                re.M)
        with open("/proc/self/cgroup", encoding="ascii") as file:
            own = dict(line.rstrip("\n").split(":", 2)[1:] for line in file)
        self.folders = [
            os.path.join(mount + own["" if kind == "cgroup2" else "name=systemd"], name)
            for mount, kind, options in mounts
            if kind == "cgroup2" or "name=systemd" in options.split(",")]
        for folder in self.folders:
            os.mkdir(folder)

    def enter(self):
        """For a forked child."""
        for folder in self.folders:
            with open(os.path.join(folder, "cgroup.procs"), "w", encoding="ascii") as file:
                file.write("0")

    def remove(self):
        for folder in self.folders:
            for path, _, _ in os.walk(folder, topdown=False):
                os.rmdir(path)


class Booted(Machine):
    """source: what tests/nspawn/prepare has made; it is the lower layer of an overlay.

    alice, bob and grace are there, with the key of the tests; grace is an administrator
    (sudo without a password). It is up when this returns.
    """

    def __init__(self, folder, source, fake):
        # Nothing of Machine's own start: its methods need path() and inside() only.
        self.folder, self.fake = str(folder), fake
        self._started, self._stacks, self._init = [], {}, None
        self.root = os.path.join(self.folder, "root")
        self._layer(source)
        self._install()
        self.configure()
        self._people()
        self.write("/etc/sudoers.d/grace", "grace ALL=(ALL) NOPASSWD: ALL\n", 0o440)
        self._sshd()
        self._cgroups = Cgroups(f"iamlp-nspawn-{os.getpid()}")
        self._output = open(os.path.join(self.folder, "console"), "w", encoding="utf-8")
        self._nspawn = subprocess.Popen(
            [*OWN_RUN, "systemd-nspawn", f"--directory={self.root}",
             f"--machine=iamlp-{os.getpid()}", *NSPAWN], stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.STDOUT,
            env=dict(CLEAN, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY="1"),
            preexec_fn=self._cgroups.enter)
        try:
            wait_for(self._find_init, "systemd-nspawn to start", 60)
            wait_for(lambda: self.active("multi-user.target"), "the container to boot", 120)
            self.wait_for_sshd()
        except BaseException:
            self.close()
            raise

    # ---- before it boots ----------------------------------------------------------------

    def _layer(self, source):
        layers = os.path.join(self.folder, "layers")
        for name in (layers, self.root):
            os.mkdir(name)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0755", "x", layers], check=True)
        for name in ("upper", "work"):
            os.mkdir(os.path.join(layers, name))
        subprocess.run(["mount", "-t", "overlay", "x", "-o", f"lowerdir={source},upperdir={layers}"
                        f"/upper,workdir={layers}/work", self.root], check=True)

    def _chroot(self, *words):
        subprocess.run(["chroot", self.root, *words], env=CLEAN, check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def _install(self):
        """As a package would do it."""
        stacks = os.path.dirname(glob.glob(self.path("/usr/lib/*/security/pam_unix.so"))[0])
        subprocess.run(["make", "-s", "-C", TOP, f"BUILD={os.path.basename(BUILD)}",
                        f"DESTDIR={self.root}", f"PAMDIR={stacks.removeprefix(self.root)}",
                        "install"], check=True, stdout=subprocess.DEVNULL)
        self._chroot("systemd-sysusers")
        self._chroot("systemctl", "--quiet", "enable", "iamlp-claim.socket")
        self.stack("sshd", "session optional pam_iamlp.so")

    def _people(self):
        self._chroot("groupadd", "--gid", "64000", "people")
        for name in ("alice", "bob", "grace"):
            self._chroot("useradd", "--create-home", "--shell", "/bin/bash", "--gid", "people",
                         "--uid", str(UIDS[name]), name)

    def _sshd(self):
        self.ports = {"plain": free_ports(1)[0]}
        for name in ("host_key", "user_key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f",
                            os.path.join(self.folder, name)], check=True,
                           stdin=subprocess.DEVNULL)
        with open(os.path.join(self.folder, "host_key"), encoding="utf-8") as file:
            self.write("/etc/ssh/test_key", file.read(), 0o600)
        self.write("/etc/ssh/sshd_config", SSHD.format(port=self.ports["plain"],
                                                       key="/etc/ssh/test_key"))
        with open(os.path.join(self.folder, "user_key.pub"), encoding="utf-8") as file:
            public = file.read()
        for name in ("alice", "bob", "grace"):
            os.mkdir(self.path(f"/home/{name}/.ssh"))
            os.chown(self.path(f"/home/{name}/.ssh"), UIDS[name], 64000)
            self.write(f"/home/{name}/.ssh/authorized_keys", public, 0o600, name)

    # ---- while it runs ------------------------------------------------------------------

    def _find_init(self):
        if self._nspawn.poll() is not None:
            raise RuntimeError("systemd-nspawn has ended: " + self.console())
        for pid in children(self._nspawn.pid):
            with open(f"/proc/{pid}/comm", encoding="ascii") as file:
                if file.read() == "systemd\n":
                    self._init = pid
        return self._init is not None

    def console(self):
        with open(os.path.join(self.folder, "console"), encoding="utf-8") as file:
            return file.read()

    def path(self, inside):
        if self._init is None:
            return self.root + inside
        return f"/proc/{self._init}/root{inside}"

    def inside(self, *words, user=None):
        assert user is None, "who logs in here does so by ssh"
        return ["nsenter", f"--target={self._init}", "--mount", "--uts", "--ipc", "--pid",
                "--cgroup", "--wdns=/", "--", *words]

    def text(self, *words):
        """What a command of root's prints."""
        return self.run(*words, text=True).stdout

    def active(self, unit):
        return self.text("systemctl", "is-active", unit) == "active\n"

    def wait_for_sshd(self):
        def listens():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.ports["plain"])) == 0
        wait_for(listens, "sshd to listen", 60)

    def log_lines(self):
        """What pam_iamlp has said to the journal."""
        return self.text("journalctl", "--output=cat", "--identifier=pam_iamlp").splitlines()

    def close(self):
        """Power off; the pid namespace takes with it what does not end by itself."""
        if self._nspawn.poll() is None:
            self._nspawn.terminate()
        try:
            self._nspawn.wait(60)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait()
        self._output.close()
        wait_for(self._gone, "the container's processes to end")
        self._cgroups.remove()
        for path in (self.root, os.path.join(self.folder, "layers")):
            subprocess.run(["umount", path], check=True)

    def _gone(self):
        return self._init is None or not os.path.exists(f"/proc/{self._init}")
