"""The request log: DIR/requests.jsonl, one line a request, in the order in which they were decided.

A line is written before its answer is sent, so whoever has an answer finds its line. Passwords
stand in it as sha256:HEX and nowhere in clear.
"""

import hashlib
import json
import threading
import time

from .params import SECRETS


class Journal:
    """received counts requests as they arrive, logged as they are decided. Safe for threads."""

    def __init__(self, path):
        self._path = path
        self._changed = threading.Condition()
        self.reset()

    def reset(self):
        """An empty log; numbers begin again at 1."""
        with self._changed:
            open(self._path, "w", encoding="utf-8").close()
            self.received = self.logged = 0

    def arrive(self):
        """A request has come in whole."""
        with self._changed:
            self.received += 1
            self._changed.notify_all()

    def write(self, entry):
        """Add a line. entry: everything but n; its params are cleared of secrets here."""
        params = {k: "sha256:" + hashlib.sha256(v.encode()).hexdigest() if k in SECRETS else v
                  for k, v in entry["params"].items()}
        with self._changed:
            self.logged += 1
            line = json.dumps({"n": self.logged, **entry, "params": params})
            with open(self._path, "a", encoding="utf-8") as file:
                file.write(line + "\n")
            self._changed.notify_all()

    def wait(self, received, logged, timeout):
        """Until so many have arrived and so many are decided. False if that takes too long."""
        end = time.monotonic() + timeout
        with self._changed:
            while self.received < received or self.logged < logged:
                left = end - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    return self.received >= received and self.logged >= logged
            return True
