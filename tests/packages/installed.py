"""A booted Debian on which the packages come and go."""

import hashlib
import os
import shutil
import stat
import threading

from booted import Booted
from world.client import Client
from world.terminal import Saw

PAM_D = "/etc/pam.d"
LOGIN = Saw(7, b"out\n", b"err\n")  # of Client.command()

# What any package leaves, or what goes on by itself on a booted Debian.
OTHERS = ("/var/lib/dpkg", "/var/lib/apt", "/var/cache", "/var/log", "/var/lib/systemd",
          "/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-", "/etc/.pwd.lock",
          "/tmp", "/var/tmp", "/home")
OURS = ("/var/lib/dpkg/info", "/var/lib/systemd/deb-systemd-helper-enabled",
        "/var/lib/systemd/deb-systemd-user-helper-enabled")  # but of these, all that is new
USERS = ("/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow")


class Host(Booted):
    """build: a Build. Nothing of ours is installed when it is up."""

    def __init__(self, folder, build, fake):
        self.build = build
        super().__init__(folder, build.source, fake)

    def _install(self):
        """That is what is tested."""

    def configure(self, **how):
        """Where there is a folder for it."""
        if os.path.isdir(self.path("/etc/iamlp")):
            super().configure(**{"users": "alice = Alice.Smith@example.com\n"
                                 "bob = Bob.Jones@example.com\n"
                                 "grace = Erin.Elsewhere@example.com\n", **how})

    # ---- packages -----------------------------------------------------------------------

    def apt_words(self, *words):
        return ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y",
                "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", "-o",
                "Dpkg::Use-Pty=0", *words]

    def apt(self, *words):
        return self.run(*self.apt_words(*words), text=True, timeout=300)

    def put(self, folder):
        """The packages of a Build's folder, as files of this system."""
        shutil.rmtree(self.path("/run/debs"), ignore_errors=True)
        os.mkdir(self.path("/run/debs"))
        return ["/run/debs/" + os.path.basename(shutil.copy(deb, self.path("/run/debs")))
                for deb in self.build.debs(folder)]

    def install(self, folder):
        """Install, or upgrade to, the packages of that folder; what apt-get says."""
        run = self.apt("install", *self.put(folder))
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def remove(self, *words):
        run = self.apt("remove", *words, "libpam-iamlp", "iamlp")
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def purge(self):
        self.remove("--purge")

    def versions(self):
        return self.text("dpkg-query", "-W", "-f", "${Package} ${Version} ${db:Status-Status}\n",
                         "iamlp", "libpam-iamlp").splitlines()

    def set_up(self, folder):
        """Installed, configured and enabled: the next login is a first one."""
        self.install(folder)
        self.configure()
        self.enable()

    def enable(self):
        run = self.run("iamlp", "enable", "sshd", text=True)
        assert run.returncode == 0, run.stderr

    def disable(self):
        run = self.run("iamlp", "disable", "sshd", text=True)
        assert run.returncode == 0, run.stderr

    def forget(self):
        """As if nobody had ever logged in."""
        self.run("sh", "-c", "rm -rf /var/lib/iamlp/* /run/iamlp/pending/*")

    def module(self):
        return self.text("sh", "-c", "echo /usr/lib/*/security/pam_iamlp.so").strip()

    # ---- files --------------------------------------------------------------------------

    def files(self):
        """Every file but OTHERS: its mode, owner and content, by name."""
        return {name: what for name, what in self._walk("/")
                if not name.startswith(OTHERS) or name.startswith(OURS)}

    def _walk(self, folder):
        root = os.stat(self.path("/")).st_dev
        for entry in os.scandir(self.path(folder)):
            name, st = os.path.join(folder, entry.name), entry.stat(follow_symlinks=False)
            content = ""
            if entry.is_symlink():
                content = os.readlink(entry.path)
            elif stat.S_ISREG(st.st_mode):
                with open(entry.path, "rb") as file:
                    content = hashlib.sha1(file.read()).hexdigest()
            yield name, (oct(st.st_mode), st.st_uid, st.st_gid, content)
            if entry.is_dir(follow_symlinks=False) and st.st_dev == root:
                yield from self._walk(name)

    def stacks(self):
        """/etc/pam.d."""
        return {name: what for name, what in self._walk(PAM_D)}


class Logins(threading.Thread):
    """Somebody who logs in by ssh again and again, for as long as the context lives, and each
    time sees what there is to see without us."""

    def __init__(self, host, user="grace"):
        super().__init__()
        self._client, self._over = Client(host, user), threading.Event()
        self.good, self.bad = 0, []

    def run(self):
        while not self._over.is_set():
            saw = self._client.command()
            if saw == LOGIN:
                self.good += 1
            else:
                self.bad.append(saw)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, *_):
        self._over.set()
        self.join()
        if kind is None:
            assert self.good > 0 and self.bad == []
            print(f"{self.good} logins meanwhile")
