"""A network of the tests' own: AWS at one address, and hosts that are each at another.

The thread of the test moves to where AWS is: a network namespace of its own, which the fake and
other threads inherit. Each host is another one, at the end of a cable (a veth pair) from there. Nothing
leads out of it. The addresses are those of documentation (RFC 5737).
"""

import ctypes
import os
import shutil
import subprocess

import pytest

AWS = "198.51.100.1"
CABLE = "203.0.113.{}/30"  # its two ends
CLONE_NEWNET = 0x40000000


class Internet:
    """with Internet() as internet: ..."""

    def __enter__(self):
        if not shutil.which("ip"):
            pytest.skip("skipped: needs iproute2")
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self._cables = 0
        if self._libc.unshare(CLONE_NEWNET):
            os.close(self._before)
            pytest.skip("skipped: needs network namespaces: " + os.strerror(ctypes.get_errno()))
        try:
            _ip("link add probe type veth", "link delete probe")
        except subprocess.CalledProcessError:
            self.__exit__()
            pytest.skip("skipped: needs veth devices")
        _ip("link set lo up", f"address add {AWS}/32 dev lo")
        return self

    def __exit__(self, *_):
        assert self._libc.setns(self._before, CLONE_NEWNET) == 0
        os.close(self._before)

    def join(self, pid):
        """Connect the network namespace of this process. Returns its address."""
        ours, theirs = (CABLE.format(4 * self._cables + end) for end in (1, 2))
        cable = f"host{self._cables}"
        self._cables += 1
        _ip(f"link add {cable} type veth peer name uplink netns {pid}",
            f"address add {ours} dev {cable}", f"link set {cable} up")
        _ip("link set lo up", f"address add {theirs} dev uplink", "link set uplink up",
            f"route add default via {ours.partition('/')[0]}", inside=pid)
        return theirs.partition("/")[0]


def _ip(*lines, inside=None):
    enter = ["nsenter", f"--net=/proc/{inside}/ns/net", "--"] if inside else []
    subprocess.run([*enter, "ip", "-batch", "-"], input="\n".join(lines), text=True, check=True)
