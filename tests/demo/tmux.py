"""A terminal that can be looked at while something runs in it: a session of a tmux of its own."""

import os
import re
import subprocess
import time

WIDE, HIGH = 96, 40


class Tmux:
    """Runs words in a window of so many columns; env is what they find there."""

    def __init__(self, folder, words, env, wide=WIDE):
        self._socket = os.path.join(folder, "tmux")
        self._env = {**os.environ, **env}
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(wide), "-y", str(HIGH),
                   *(f"-e{name}={value}" for name, value in env.items()), *words)

    def _tmux(self, *words):
        return subprocess.run(["tmux", "-S", self._socket, *words], env=self._env, check=True,
                              capture_output=True, text=True, timeout=30).stdout

    def screen(self):
        """Its lines, with the colours as escape sequences, and no empty ones at the end."""
        return self._tmux("capture-pane", "-p", "-e").rstrip("\n").split("\n")

    def until(self, pattern, timeout=60):
        """Wait until this stands on the screen."""
        end = time.monotonic() + timeout
        while not re.search(pattern, "\n".join(self.screen())):
            if time.monotonic() > end:
                raise RuntimeError(f"waited in vain for {pattern}: {self.screen()}")
            time.sleep(0.05)

    def type(self, text):
        """As a person would, and Enter."""
        self._tmux("send-keys", "-l", text)
        self._tmux("send-keys", "Enter")

    def close(self):
        self._tmux("kill-server")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
