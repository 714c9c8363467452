"""A Debian to build in: a chroot over what tests/nspawn/prepare has made, which stays as it is."""

import os
import subprocess

from world import files
from world.machine import CLEAN, TOP

LEFT_OUT = ["--exclude-vcs", "--exclude=./build", "--exclude=./build-*", "--exclude=./.cache",
            "--exclude=.pytest_cache", "--exclude=__pycache__"]


class Chroot:
    """Inside tests/world/enter only; a context manager. root: its top, from outside."""

    def __init__(self, folder, source):
        layers, self.root = os.path.join(folder, "layers"), os.path.join(folder, "root")
        self._mounted = []
        for name in (layers, self.root):
            os.makedirs(name)
        self._mount("-t", "tmpfs", "-o", "mode=0755", "x", layers)
        for name in ("upper", "work"):
            os.mkdir(os.path.join(layers, name))
        self._mount("-t", "overlay", "x", "-o", f"lowerdir={source},upperdir={layers}/upper,"
                    f"workdir={layers}/work", self.root)
        self._mount("-t", "proc", "proc", self.path("/proc"))
        self._mount("-t", "tmpfs", "-o", "mode=1777", "x", self.path("/dev/shm"))
        self._mount("-t", "devpts", "-o", "newinstance,ptmxmode=0666", "x", self.path("/dev/pts"))
        os.unlink(self.path("/dev/ptmx"))
        os.symlink("pts/ptmx", self.path("/dev/ptmx"))
        # As sbuild and pbuilder have it.
        for name in ("/etc/hosts", "/etc/resolv.conf"):
            self.write(name, files.read(name))
        # No package starts anything in here.
        self.write("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0o755)

    def _mount(self, *words):
        subprocess.run(["mount", *words], check=True)
        self._mounted.append(words[-1])

    def path(self, inside):
        return self.root + inside

    def read(self, inside):
        return files.read(self.path(inside))

    def write(self, inside, text, mode=0o644):
        if os.path.lexists(self.path(inside)):
            os.unlink(self.path(inside))
        files.write(self.path(inside), text, mode)

    def words(self, *words, user=None):
        return ["chroot", *([f"--userspec={user}"] if user else []), self.root, *words]

    def run(self, script, user=None, **env):
        """A shell script; what it prints. AssertionError with that where it fails."""
        done = subprocess.run(self.words("sh", "-euc", script, user=user),
                              env={**CLEAN, "DEBIAN_FRONTEND": "noninteractive", **env}, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        assert done.returncode == 0, f"{script}: {done.returncode}\n{done.stdout}"
        return done.stdout

    def install(self, *packages):
        self.run(f"apt-get -q update; apt-get -q -y --no-install-recommends install "
                 f"{' '.join(packages)}")

    def copy_tree(self, inside):
        """This tree, without what was built in it."""
        os.makedirs(self.path(inside))
        with subprocess.Popen(["tar", "-C", TOP, *LEFT_OUT, "-c", "."],
                              stdout=subprocess.PIPE) as packed:
            subprocess.run(["tar", "-C", self.path(inside), "--no-same-owner", "-x"],
                           stdin=packed.stdout, check=True)
        assert packed.returncode == 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for path in reversed(self._mounted):
            subprocess.run(["umount", path], check=True)
