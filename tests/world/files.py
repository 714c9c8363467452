"""Files as tests write them, and records read back."""

import os


def write(path, text, mode=0o644):
    """Returns the path."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def record(path):
    """A record (src/state/record.h) as a dictionary, or None."""
    if not os.path.exists(path):
        return None
    return dict(line.split("=", 1) for line in read(path).splitlines())
