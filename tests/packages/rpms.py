"""What ./dev package rpm leaves, on a Debian: rpm is there, Fedora's packages are not."""

import glob
import os
import shutil

from installed import Host


class Rpms:
    """debian: a Chroot with the tree; source: what that is a copy of."""

    def __init__(self, debian, source):
        self.debian, self.source = debian, source
        debian.run("cd /build/tree; ./dev package rpm")
        self.files = sorted(glob.glob(debian.path("/build/tree/build-rpm/RPMS/*/*.rpm")))

    def listed(self):
        """[(mode, owner, flags, name)] of all of them."""
        query = r"[%{FILEMODES:perms}\t%{FILEUSERNAME}\t%{FILEFLAGS:fflags}\t%{FILENAMES}\n]"
        said = self.debian.run("cd /build/tree/build-rpm/RPMS; rpm -qp --qf "
                               f"'{query}' */*.rpm")
        return [tuple(line.split("\t")) for line in said.splitlines()]


class RpmHost(Host):
    """A Host of which rpm knows these packages; Debian's PAM finds the module by a link."""

    def __init__(self, folder, rpms, fake):
        super().__init__(folder, rpms, fake)
        assert self.apt("install", "rpm").returncode == 0
        stacks = os.path.dirname(self.text("sh", "-c", "echo /usr/lib/*/security/pam_unix.so"))
        # Debian 12's rpm wants to be told.
        self._force = ["--force-debian"] if "force-debian" in self.text("rpm", "--help") else []
        self.run("ln", "-s", "/usr/lib64/security/pam_iamlp.so", stacks)

    def rpm(self, *words):
        return self.run("rpm", *self._force, "--nodeps", *words, text=True, timeout=120)

    def install(self, *options):
        os.makedirs(self.path("/run/rpms"), exist_ok=True)
        names = ["/run/rpms/" + os.path.basename(shutil.copy(file, self.path("/run/rpms")))
                 for file in self.build.files if "selinux" not in file]
        run = self.rpm("-U", *options, *names)
        assert run.returncode == 0, run.stdout + run.stderr

    def erase(self):
        return self.rpm("-e", "pam_iamlp", "iamlp")
