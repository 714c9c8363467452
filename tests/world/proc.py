"""Processes and keys as the kernel lists them under /proc, and waiting for what they come to."""

import os
import time
from collections import namedtuple

Key = namedtuple("Key", "serial permissions uid")


def wait_for(true, what, timeout=30):
    """Until true() is; what: for the sentence of the RuntimeError."""
    end = time.monotonic() + timeout
    while not true():
        if time.monotonic() > end:
            raise RuntimeError(f"waited in vain for {what}")
        time.sleep(0.01)


def children(pid):
    """The pids of its children; none where it has ended."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def descendants(pid):
    """The pids of its children, of theirs, and so on."""
    return [one for child in children(pid) for one in (child, *descendants(child))]


def is_traced(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return "TracerPid:\t0\n" not in file.read()


def become(uid, gid, loginuid=None):
    """In a forked child: a process of this user, and of that login where loginuid is given."""
    if loginuid is not None:
        with open("/proc/self/loginuid", "w", encoding="ascii") as file:
            file.write(str(loginuid))
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def keys(start):
    """{description: Key} of the valid keys in the kernel whose description begins so. The keyring
    is the machine's: other tests have keys in it, too."""
    with open("/proc/keys", encoding="utf-8") as file:
        fields = [line.split(None, 8) for line in file]
    # Flags: R is revoked, D dead, i invalidated. The description ends in ": SIZE".
    return {f[8].rpartition(": ")[0]: Key("0x" + f[0], f[4], int(f[5])) for f in fields
            if f[7] == "user" and f[8].startswith(start) and not set(f[1]) & set("RDi")}
