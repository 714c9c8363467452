"""HTTP/1.1 on one connection: read a request, have it answered, send the answer, and so on.

Written on the bare socket, because the faults need what a server library does not let one do: end a
connection without a byte, reset it in the middle of a body, keep it open and silent.
"""

import http.client
import socket
import struct
import time
import traceback

from .message import Answer, Request

HEAD_MAX = 64 * 1024
BODY_MAX = 4 * 1024 * 1024
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: on, no time to linger


class Broken(Exception):
    """The client sent no HTTP that we know; .status is the answer."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


class Connection:
    """answer: function from Request to Answer. context: an SSLContext, or None for plain HTTP."""

    def __init__(self, sock, peer, number, answer, context):
        self._sock = sock
        self._peer = peer
        self._number = number
        self._answer = answer
        self._context = context
        self._rest = b""

    def serve(self):
        """Until the client or a fault ends it. The socket is closed afterwards."""
        try:
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._context:
                self._sock = self._context.wrap_socket(self._sock, server_side=True)
            while self._exchange():
                pass
        except OSError:
            pass  # the client has gone or knows no TLS, which it may at any time
        finally:
            self._sock.close()

    def _exchange(self):
        """One request and its answer. False when the connection is to end."""
        try:
            request = self._read()
        except Broken as broken:
            self._sock.sendall(b"HTTP/1.1 %d Bad Request\r\nContent-Length: 0\r\n"
                               b"Connection: close\r\n\r\n" % broken.status)
            return False
        if request is None:
            return False
        try:
            answer = self._answer(request)
        except Exception:
            # A broken world or a bug must not look like one of the faults on the wire.
            traceback.print_exc()
            answer = Answer(500, b"InternalFailure: see the fake's stderr\n", "text/plain")
        if answer.wait:
            time.sleep(answer.wait)
        keep = (request.header("connection") or "").lower() != "close"
        return STYLES[answer.style](self, answer, keep) and keep

    def _read(self):
        """The next request, None at the end of the connection."""
        while b"\r\n\r\n" not in self._rest:
            if len(self._rest) > HEAD_MAX:
                raise Broken(431)
            more = self._sock.recv(65536)
            if not more:
                return None
            self._rest += more
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        parts = line.split(" ")
        if len(parts) != 3 or not parts[2].startswith("HTTP/1.") or not parts[1].startswith("/"):
            raise Broken(400)
        headers = []
        for field in fields:
            name, colon, value = field.partition(":")
            if not colon:
                raise Broken(400)
            headers.append((name, value.strip()))
        request = Request(parts[0], parts[1], headers, b"", self._peer, self._number,
                          bool(self._context), time.time())
        request.body = self._body(request)
        return request

    def _body(self, request):
        length = request.header("content-length") or "0"
        if request.header("transfer-encoding") or not length.isdigit():
            raise Broken(411)
        if int(length) > BODY_MAX:
            raise Broken(413)
        if (request.header("expect") or "").lower() == "100-continue":
            self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        while len(self._rest) < int(length):
            more = self._sock.recv(65536)
            if not more:
                raise OSError("the client went in the middle of its body")
            self._rest += more
        body, self._rest = self._rest[:int(length)], self._rest[int(length):]
        return body

    def _whole(self, answer, keep):
        self._sock.sendall(_head(answer, keep, len(answer.body)) + answer.body)
        return True

    def _drop(self, _answer, _keep):
        return False

    def _rst(self, answer, keep):
        self._sock.sendall(_head(answer, keep, len(answer.body))
                           + answer.body[:len(answer.body) // 2])
        # A reset overtakes what the client has not read, so let it read the half first.
        time.sleep(0.05)
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        return False

    def _stall(self, _answer, _keep):
        while self._sock.recv(65536):
            pass
        return False

    def _trickle(self, answer, keep):
        self._sock.sendall(_head(answer, keep, len(answer.body)))
        for byte in answer.body:
            self._sock.sendall(bytes([byte]))
            time.sleep(answer.amount)
        return True

    def _huge(self, answer, keep):
        """The start of the document, then text without end in chunks: no length to be warned by."""
        self._sock.sendall(_head(answer, keep, None))
        start, left = answer.body.split(b">")[0] + b"><Padding>", int(answer.amount)
        while left > 0:
            piece = (start or b"A" * 65536)[:left]
            self._sock.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            left, start = left - len(piece), b""
        self._sock.sendall(b"0\r\n\r\n")
        return True


STYLES = {
    "whole": Connection._whole, "drop": Connection._drop, "rst": Connection._rst,
    "stall": Connection._stall, "trickle": Connection._trickle, "huge": Connection._huge,
}


def _head(answer, keep, length):
    reason = http.client.responses.get(answer.status, "Unknown")
    lines = [f"HTTP/1.1 {answer.status} {reason}"]
    if answer.date is not None:
        lines.append(f"Date: {answer.date}")
    lines.append(f"Content-Type: {answer.type}")
    lines.append("Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}")
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    if not keep:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
