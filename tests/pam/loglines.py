"""The lines of syslog that belong to one login."""

import socket
import time

from world.syslog import Syslog, parse


class Line:
    """severity (a number), text without the header, pairs (empty where it has no event)."""

    def __init__(self, priority, text):
        self.severity, self.text = priority & 7, text
        event = text.find("event=")
        self.pairs = parse(text[event:]) if event >= 0 else []


class Log:
    """mark() before a login, since_mark() after it."""

    def __init__(self):
        self._syslog, self._count, self._from = Syslog(), 0, 0

    def mark(self):
        self._from = self._reached()

    def since_mark(self):
        end = self._reached()
        return [Line(*line) for line in self._syslog.lines[self._from:end - 1]]

    def _reached(self):
        """What was sent before this call has been collected: our own line comes behind it.
        Returns the number of lines, that one included."""
        self._count += 1
        line = (6, f"up to here {self._count}")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.connect(Syslog.PATH)
            sender.send(f"<6>Nov 23 00:00:00 {line[1]}".encode())
        end = time.monotonic() + 10
        while line not in self._syslog.lines:
            if time.monotonic() > end:
                raise RuntimeError("the lines of syslog are not collected")
            time.sleep(0.001)
        return self._syslog.lines.index(line) + 1
