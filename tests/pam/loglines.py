"""The lines of syslog that belong to one login."""

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
        self._syslog, self._from = Syslog.here(), 0

    def mark(self):
        self._from = len(self._syslog.lines)

    def since_mark(self):
        return [Line(*line) for line in self._syslog.lines[self._from:]]

