"""iamlp-helper played by a test, frame by frame, for `iamlp claim --socket PATH`."""

import socket

from . import frames


def pack(kind, **fields):
    """A frame; kind and the fields by their names in src/wire/wire.h."""
    return frames.frame(getattr(frames, kind),
                        *((getattr(frames, name.upper()), value) for name, value in fields.items()))


class Line:
    """One connection of a client."""

    def __init__(self, sock):
        self.sock = sock
        sock.settimeout(20)

    def send(self, kind, **fields):
        self.sock.sendall(pack(kind, **fields))

    def receive(self, kind):
        """The fields of the next frame, which must be of this kind."""
        found, fields = frames.receive(self.sock)
        assert found == getattr(frames, kind)
        return fields

    def left(self):
        """True once the client says no more."""
        return self.sock.recv(1) == b""

    def close(self):
        self.sock.close()


class Played:
    """The listening side."""

    def __init__(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.bind(path)
        self.sock.listen(8)
        self.sock.settimeout(20)

    def accept(self):
        return Line(self.sock.accept()[0])

    def greeted(self, mode=frames.MODE_ASK, **fields):
        """Accept a client, keep its CLAIM, greet it."""
        line = self.accept()
        line.claim = line.receive("CLAIM")
        line.send("GREET", mode=mode, **fields)
        return line

    def close(self):
        self.sock.close()
