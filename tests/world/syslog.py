"""What programs send to /dev/log, kept in a list."""

import os
import re
import socket
import threading

# syslog(3) writes it, the module does not.
TIME = re.compile(r"^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d ")


class Syslog:
    """Binds /dev/log (inside tests/world/enter only) and collects lines without their priority.

    path: the /dev/log of a machine (tests/world/machine.py) as it is seen from here.
    lines holds (priority, text); text begins with `pam_iamlp[PID]: `.
    """

    PATH = "/dev/log"
    _here = None

    def __init__(self, path=PATH):
        if os.environ.get("IAMLP_WORLD") != "inside":
            raise RuntimeError("only inside tests/world/enter: /dev/log belongs to the machine")
        if os.path.exists(path):
            os.unlink(path)
        self._lines = []
        self._seen = threading.Event()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(path)
        os.chmod(path, 0o666)
        # An address of the kernel's choice: by it our own datagram is known.
        self._self = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._self.bind("")
        self._self.connect(path)
        threading.Thread(target=self._collect, daemon=True).start()

    @classmethod
    def here(cls):
        """The one of this world: binding it a second time would leave the first one deaf."""
        if cls._here is None:
            cls._here = cls()
        return cls._here

    def _collect(self):
        while True:
            data, sender = self._socket.recvfrom(65536)
            if sender == self._self.getsockname():
                self._seen.set()
                continue
            priority, _, rest = data[1:].decode("utf-8", "replace").partition(">")
            self._lines.append((int(priority), TIME.sub("", rest)))

    @property
    def lines(self):
        """All that was sent until now: whoever has ended has sent what it had to say."""
        self._seen.clear()
        self._self.send(b"here")
        self._seen.wait(10)
        return self._lines

    def events(self):
        """The lines of pam_iamlp as dictionaries, with their syslog severity under `severity`."""
        return [dict(parse(text.split(": ", 1)[1]), severity=priority & 7)
                for priority, text in list(self.lines) if text.startswith("pam_iamlp[")]


def parse(line):
    """A line of src/base/log.h's grammar as pairs; ValueError when it does not follow it."""
    pairs, at = [], 0
    while at < len(line):
        key, _, _ = line[at:].partition("=")
        at += len(key) + 1
        if line[at:at + 1] == '"':
            end, value = at + 1, ""
            while line[end] != '"':
                if line[end] == "\\" and line[end + 1] == "x":
                    value += chr(int(line[end + 2:end + 4], 16))
                    end += 4
                elif line[end] == "\\":
                    value += line[end + 1]
                    end += 2
                else:
                    value += line[end]
                    end += 1
            at = end + 2
        else:
            value, _, _ = line[at:].partition(" ")
            at += len(value) + 1
        pairs.append((key, value))
    return pairs
