"""Who watches a machine while a password goes its way: strace on every process, and a relay on the
network. A Hunt (leak.py) looks for it in what they have kept."""

import os
import re
import signal
import socket
import subprocess
import threading
import urllib.parse
from collections import Counter

from leak import Find, program
from world.proc import is_traced, wait_for

UNDUMPABLE = b"prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE) = 0"


class Trace:
    """strace of processes and all that they start: every call, with its arguments."""

    FORKS = re.compile(rb"^(?:clone3?|v?fork)\(.*\) += (\d+)", re.M)
    # The person's terminal, and its other end.
    TERMINAL = re.compile(r"^(read|write)\(\d+<[^>]*?/dev/(pts/\d+|ptmx|tty|pts/ptmx)[<>]")
    OURS = re.compile(r"^(sendto|recvfrom)\(\d+<UNIX-STREAM:")
    HOLD = re.compile(r"^(add_key\(\"user\"|keyctl\(KEYCTL_READ)")

    def __init__(self, folder):
        self.prefix, self.roots, self._tracers = os.path.join(folder, "trace"), {}, []
        self.options = ["strace", "-f", "-ff", "-v", "-yy", "-xx", "-s", "65536", "-o",
                        self.prefix]

    def attach(self, *pids):
        for pid in pids:
            self.roots[pid] = program(pid)
            tracer = subprocess.Popen([*self.options, "-p", str(pid)], stderr=subprocess.DEVNULL)
            self._tracers.append(tracer)
            wait_for(lambda one=pid: is_traced(one), "strace")

    def close(self):
        for tracer in self._tracers:
            if tracer.poll() is None:
                tracer.send_signal(signal.SIGINT)
                tracer.wait(30)
        self._tracers.clear()

    def _programs(self, files):
        """pid: name, of those that have run no program of their own, too."""
        parents, own = {}, dict(self.roots)
        for pid, data in files.items():
            for child in self.FORKS.findall(data):
                parents[int(child)] = pid
            for path in re.findall(rb"^execve(?:at\(\d+<|\(\")([^\">]*)[\">].* = 0$", data, re.M):
                own[pid] = os.path.basename(plain(path)).removesuffix(".real")

        def name(pid):
            while pid not in own and pid in parents:
                pid = parents[pid]
            return own.get(pid, "?")
        return {pid: name(pid) for pid in files}

    def calls(self, hunt):
        """Finds in places that are not the terminal, a socket between two of us, or the hold."""
        files = {}
        folder, start = os.path.split(self.prefix)
        for name in os.listdir(folder):
            if name.startswith(start + "."):
                with open(os.path.join(folder, name), "rb") as file:
                    files[int(name.rsplit(".", 1)[1])] = file.read()
        names = self._programs(files)
        self.programs = Counter(names.values())
        self.undumpable = {names[pid] for pid, data in files.items() if UNDUMPABLE in data}
        escaped = {form: b"".join(b"\\x%02x" % c for c in data)
                   for form, data in hunt.forms.items()}
        self.allowed = Counter()
        for pid, data in files.items():
            hunt.places["calls"] += data.count(b"\n")
            hunt.places["execs"] += len(re.findall(rb"^execve", data, re.M))
            for line in data.split(b"\n"):
                found = [form for form in escaped if escaped[form] in line
                         or hunt.forms[form] in line]
                if not found:
                    continue
                text = plain(line)
                why = self._fine(names[pid], text)
                if why:
                    self.allowed[f"{names[pid]}: {why}"] += 1
                else:
                    yield Find(f"a call of {names[pid]}", found[0], text[:2000])

    def _fine(self, name, text):
        ours = name.startswith("iamlp")
        if self.TERMINAL.match(text):
            return "terminal"
        if self.OURS.match(text) and (ours or name == "passwd"):
            return "socket of ours"
        return "hold" if ours and self.HOLD.match(text) else None


def plain(line):
    """A line of strace -xx with its strings as they were."""
    return re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m.group(1), 16)]),
                  line).decode("utf-8", "backslashreplace")


class Relay:
    """A TCP relay to the fake that keeps what it carries. hold(n): once the fake has received n
    more requests no answer comes back until flows is set."""

    def __init__(self, fake, url):
        self.fake, self.to, self.held_at = fake, urllib.parse.urlsplit(url), 0
        self.out, self.back = bytearray(), bytearray()
        self.flows = threading.Event()
        self.flows.set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"{self.to.scheme}://{self.to.hostname}:{self._door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                near = self._door.accept()[0]
            except OSError:
                return
            far = socket.create_connection((self.to.hostname, self.to.port))
            for one in ((near, far, self.out, False), (far, near, self.back, True)):
                threading.Thread(target=self._carry, args=one, daemon=True).start()

    def _carry(self, source, sink, kept, held):
        try:
            while True:
                data = source.recv(65536)
                if held and self.held_at and self.fake.wait(received=self.held_at, timeout=0):
                    self.flows.wait()
                kept += data
                if not data:
                    break
                sink.sendall(data)
        except OSError:
            pass
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def hold(self, more):
        self.held_at = len(self.fake.requests()) + more
        self.flows.clear()

    def close(self):
        self.flows.set()
        self._door.close()

    def hunted(self, hunt):
        assert self.out and self.back
        hunt.data("bytes on the network", "the network, to AWS", bytes(self.out))
        hunt.data("bytes on the network", "the network, from AWS", bytes(self.back))
