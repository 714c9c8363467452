"""The page by which a program is told which of its calls is to fail, and says what came of it."""

import os
import struct


class Page:
    """A file in /dev/shm that failalloc.c or failcall.c maps. layout: of their struct plan, as
    Python's struct has it; fields: its first values."""

    def __init__(self, path, layout, *fields):
        self._path, self._layout, self._first = path, layout, struct.pack(layout, *fields)

    def __enter__(self):
        with open(self._path, "wb") as file:
            file.write(self._first)
        os.chmod(self._path, 0o666)
        return self

    def fields(self):
        """Its values now."""
        with open(self._path, "rb") as file:
            return struct.unpack(self._layout, file.read())

    def __exit__(self, *_):
        os.unlink(self._path)
