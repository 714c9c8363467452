"""How the demos write on a screen."""

import sys


def title(text):
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n-- {text}", flush=True)


def check(what, true):
    print(f"{'ok  ' if true else 'FAIL'}  {what}")
    return bool(true)


def show(saw):
    """What somebody saw (tests/world/terminal.py)."""
    text = (saw.out + saw.err).decode().replace("\r", "").replace("\x1b[?2004h", "")
    print("    " + text.replace("\x1b[?2004l", "").strip().replace("\n", "\n    ")
          if text.strip() else "    (nothing)")
