"""What ./dev package deb leaves, in a Debian of its own."""

import glob
import re

from chroot import Chroot

OLD = "0.0.9"
ENTRY = """pam-iamlp ({version}-1) unstable; urgency=medium

  * Before the first release.

 -- pam_iamlp authors <pam-iamlp@pam-iamlp.invalid>  Sun, 22 Nov 2026 12:00:00 +0000
"""


class Build(Chroot):
    """source: the Debian, whose copy it works in. new, old: the folders with this release and an
    earlier one, as seen from outside."""

    def __init__(self, folder, source):
        super().__init__(str(folder), source)
        self.source = source
        self.new = self.package("/build/new")
        self.version = re.search(r"_([^_]+)\.dsc$", glob.glob(self.new + "/*.dsc")[0]).group(1)
        self.old = self.package("/build/old", self._age, DEB_BUILD_OPTIONS="nocheck")

    def package(self, tree, change=None, umask="022", **how):
        """./dev package deb in a copy of this tree; the folder of what it made."""
        self.copy_tree(tree)
        if change:
            change(tree)
        if "user" in how:
            self.run(f"chown -R {how['user']} {tree}")
        self.run(f"umask {umask}; cd {tree}; ./dev package deb", **how)
        return self.path(tree + "/build-deb")

    def _age(self, tree):
        """An earlier release, which had another sample of the configuration."""
        self.write(tree + "/Makefile", re.sub(r"(?m)^VERSION = .*", f"VERSION = {OLD}",
                                              self.read(tree + "/Makefile")))
        self.write(tree + "/packaging/deb/changelog", ENTRY.format(version=OLD))
        self.write(tree + "/config/iamlp.conf", "# Once upon a time.\n"
                   + self.read(tree + "/config/iamlp.conf"))

    def debs(self, folder):
        """The binary packages, without their debug symbols."""
        return sorted(d for d in glob.glob(folder + "/*.deb") if "dbgsym" not in d)
