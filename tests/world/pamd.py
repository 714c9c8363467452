"""A scratch /etc/pam.d, and what the real libpam decides by it.

Only inside tests/world/enter: folders of the machine are covered, for as long as the
test runs and for nobody else.
"""

import ctypes
import glob
import os
import shutil
import subprocess

from world.host import BUILD

PAM_D = "/etc/pam.d"
REACHED = b"IAMLP_REACHED"

# What libpam and its modules call the results of a module.
RESULTS = ("success", "ignore", "perm_denied")

# A module as ours is to libpam: it ignores, and leaves word that it was called. In the password
# stack both act in the second round alone, PAM_UPDATE_AUTHTOK.
STAND_IN = """
int pam_putenv(void *pamh, const char *pair);
static int called(void *pamh) { pam_putenv(pamh, "IAMLP_REACHED=1"); return 25; }
int pam_sm_open_session(void *p, int f, int c, const char **v) { return called(p); }
int pam_sm_close_session(void *p, int f, int c, const char **v) { return called(p); }
int pam_sm_acct_mgmt(void *p, int f, int c, const char **v) { return called(p); }
int pam_sm_chauthtok(void *p, int f, int c, const char **v) { return f & 0x2000 ? called(p) : 25; }
"""


CONVERSE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p,
                            ctypes.c_void_p)


class Conversation(ctypes.Structure):
    _fields_ = [("converse", CONVERSE), ("data", ctypes.c_void_p)]


def module_folder():
    """Where this machine's libpam keeps its modules."""
    for pattern in ("/usr/lib/*/security", "/usr/lib64/security", "/usr/lib/security"):
        for folder in glob.glob(pattern):
            if os.path.exists(os.path.join(folder, "pam_debug.so")):
                return folder
    raise RuntimeError("no pam_debug.so: is libpam-modules installed?")


def mount(*words):
    subprocess.run(["mount", *words], check=True)


class Libpam:
    """The real libpam, with a stand-in for our module among its own."""

    CALLS = {"session": ("pam_open_session", "pam_close_session"), "account": ("pam_acct_mgmt",),
             "password": ("pam_chauthtok",)}

    def __init__(self, folder):
        modules = module_folder()
        copy = os.path.join(folder, "security")
        shutil.copytree(modules, copy, symlinks=True)
        source = os.path.join(folder, "stand-in.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(STAND_IN)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", os.path.join(copy, "pam_iamlp.so"), source,
                        "-l:libpam.so.0"], check=True)
        mount("--bind", copy, modules)
        self._lib = ctypes.CDLL("libpam.so.0")
        # Kept loaded, so that a transaction costs a tenth.
        self._loaded = [ctypes.CDLL(os.path.join(modules, f"pam_{name}.so"))
                        for name in ("debug", "permit", "deny", "iamlp")]
        self._lib.pam_getenv.restype = ctypes.c_char_p
        self._conversation = Conversation(CONVERSE(lambda n, m, r, d: 0), None)

    def decide(self, service, kind):
        """(the codes that the application gets, whether our module was called)"""
        handle = ctypes.c_void_p()
        started = self._lib.pam_start(service.encode(), b"alice",
                                      ctypes.byref(self._conversation), ctypes.byref(handle))
        assert started == 0, started
        codes = [getattr(self._lib, call)(handle, 0) for call in self.CALLS[kind]]
        reached = self._lib.pam_getenv(handle, REACHED) is not None
        self._lib.pam_end(handle, codes[-1])
        return codes, reached


class PamD:
    """A scratch folder in the place of /etc/pam.d, and iamlp at work in it."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "pam.d")
        self.state = os.path.join(folder, "pamd-state")
        os.makedirs(self.folder, 0o755)
        os.makedirs(self.state, 0o700)
        mount("--bind", self.folder, PAM_D)
        self.write("other", "auth required pam_deny.so\naccount required pam_deny.so\n"
                   "session required pam_deny.so\npassword required pam_deny.so\n")

    def close(self):
        subprocess.run(["umount", PAM_D], check=True)

    def path(self, name):
        return os.path.join(PAM_D, name)

    def write(self, name, text, mode=0o644):
        with open(self.path(name), "wb") as file:
            file.write(text.encode())
        os.chmod(self.path(name), mode)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read().decode()

    def names(self):
        return sorted(os.listdir(PAM_D))

    def command(self, verb, *words):
        return [os.path.join(BUILD, "iamlp"), verb,
                *(["--state", self.state] if verb == "enable" else []), *words]

    def run(self, verb, *words):
        return subprocess.run(self.command(verb, *words), capture_output=True, text=True,
                              timeout=30, check=False)

    def enable(self, *words):
        return self.run("enable", *words)

    def disable(self, *words):
        return self.run("disable", *words)
