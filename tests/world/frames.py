"""Channel 1 of src/wire/wire.h from the helper's side, for a test that plays iamlp-helper."""

import os
import re
import socket

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def _enum(name):
    with open(os.path.join(TOP, "src/wire/wire.h"), encoding="utf-8") as file:
        body = re.search(r"enum " + name + r" \{(.*?)\};", file.read(), re.S).group(1)
    found, number = {}, -1
    for word, value in re.findall(r"WIRE_(\w+)(?: = (\d+))?",
                                  re.sub(r"/\*.*?\*/", "", body, flags=re.S)):
        number = int(value) if value else number + 1
        found[word] = number
    return found


TYPE, FIELD = _enum("wire_type"), _enum("wire_field")
NAME = {number: name for name, number in TYPE.items()}
FIELD_NAME = {number: name.removeprefix("F_").lower() for name, number in FIELD.items()}
ASK, HINT, QUIET = 0, 1, 2
NO, YES, LATER = 0, 1, 2
OK, EXISTS, PENDING, ERROR = 0, 1, 3, 12


def pack(kind, version=1, **fields):
    """A frame; numbers as such, texts as str or bytes."""
    payload = b""
    for name, value in fields.items():
        if isinstance(value, int):
            value = value.to_bytes(8, "big")
        value = value.encode() if isinstance(value, str) else value
        payload += bytes([FIELD["F_" + name.upper()]]) + len(value).to_bytes(4, "big") + value
    return b"IL" + bytes([version, TYPE.get(kind, kind)]) + len(payload).to_bytes(4, "big") + payload


class Line:
    """One connection of a client."""

    def __init__(self, sock):
        self.sock = sock
        sock.settimeout(20)

    def send(self, kind, **fields):
        self.sock.sendall(pack(kind, **fields))

    def _read(self, size):
        data = b""
        while len(data) < size:
            more = self.sock.recv(size - len(data))
            if not more:
                raise EOFError("the client left")
            data += more
        return data

    def receive(self, kind):
        """The fields of the next frame, which must be of this kind; texts stay bytes."""
        header = self._read(8)
        payload = self._read(int.from_bytes(header[4:], "big"))
        assert header[:3] == b"IL\x01" and NAME[header[3]] == kind
        fields = {}
        while payload:
            size = int.from_bytes(payload[1:5], "big")
            fields[FIELD_NAME[payload[0]]] = payload[5:5 + size]
            payload = payload[5 + size:]
        return fields

    def left(self):
        """True once the client says no more."""
        return self.sock.recv(1) == b""

    def close(self):
        self.sock.close()


class Helper:
    """Listens where `iamlp claim --socket PATH` calls; the test says what it answers."""

    def __init__(self, path):
        self.path = str(path)
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.bind(self.path)
        self.sock.listen(8)
        self.sock.settimeout(20)

    def accept(self):
        return Line(self.sock.accept()[0])

    def greeted(self, mode=ASK, **fields):
        """Accept a client, read its CLAIM, greet it."""
        line = self.accept()
        line.claim = line.receive("CLAIM")
        line.send("GREET", mode=mode, **fields)
        return line

    def close(self):
        self.sock.close()
