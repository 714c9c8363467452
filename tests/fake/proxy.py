"""An HTTP proxy that knows CONNECT, on ports of its own: plain, and inside TLS.

world.proxy: user and password (null: nobody is asked), map (a target HOST:PORT or pattern of one ->
"http" or "https", the fake's own port of that kind, or a port of loopback), mood and what it
needs:
  ok       tunnels
  refuse   `status` (403) instead
  stall    no answer, ever
  garbage  an answer that is no HTTP
  endless  headers without an end
  close    the connection ends without an answer
  cut      200, and then the connection ends
  slow     the answer after `seconds` (2)
Only loopback is ever connected to: 127.0.0.0/8, ::1, localhost, and what `map` leads there. Every
request is a line in DIR/proxy.jsonl: n, tls, method, target, host (header), user_agent, user
(given), credentials (whether any came), status (null: no answer), code (why it was
refused, or null).
"""

import base64
import fnmatch
import http.client
import ipaddress
import json
import select
import socket
import threading
import time

from .wire import HEAD_MAX

MOODS = ("ok", "refuse", "stall", "garbage", "endless", "close", "cut", "slow")
FLOOD = 64 << 20


class Proxy:
    """world: a World. log: the file of the lines. ports: the fake's own, by scheme."""

    def __init__(self, world, log):
        self._world, self._log, self.ports = world, log, {}
        self._lock = threading.Lock()
        self.reset()

    def reset(self):
        """An empty log."""
        with self._lock:
            self._lines = 0
            open(self._log, "w", encoding="utf-8").close()

    def serve(self, sock, context):
        """One connection, until either side ends it. context: an SSLContext, or None."""
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if context:
                sock = context.wrap_socket(sock, server_side=True)
            self._answer(sock, bool(context))
        except OSError:
            pass  # the client has gone, which it may at any time
        finally:
            sock.close()

    def _answer(self, sock, tls):
        head, rest = _head(sock)
        line, *fields = head.decode("latin-1").split("\r\n")
        method, _, target = line.rpartition(" ")[0].partition(" ")
        headers = {name.lower(): value.strip()
                   for name, _, value in (field.partition(":") for field in fields)}
        with self._world.lock:
            settings = dict(self._world.data["proxy"])
        user, password = _credentials(headers.get("proxy-authorization"))
        mood = settings.get("mood", "ok")
        upstream, status, code = None, 200, None
        if (user, password) != (settings.get("user"), settings.get("password")) \
                and settings.get("user") is not None:
            status, code = 407, "credentials"
        elif mood == "refuse":
            status, code = settings.get("status", 403), "mood"
        elif method != "CONNECT":
            status, code = 405, "method"
        elif mood in ("ok", "slow"):
            upstream, status, code = self._connect(target, settings.get("map", {}))
        self._write({"tls": tls, "method": method, "target": target, "host": headers.get("host"),
                     "user_agent": headers.get("user-agent"), "user": user,
                     "credentials": "proxy-authorization" in headers, "code": code,
                     "status": None if mood in ("stall", "garbage", "close") else status})
        if mood == "slow":
            time.sleep(settings.get("seconds", 2))
        if status == 200 and mood not in ("ok", "slow"):
            PLAY[mood](sock)
        else:
            sock.sendall(_status(status))
        if upstream:
            _tunnel(sock, upstream, rest)

    def _connect(self, target, targets):
        """(socket or None, status, why not)"""
        host, _, port = target.rpartition(":")
        host, port = host.strip("[]"), int(port) if port.isdigit() else 0
        for pattern, to in targets.items():
            if fnmatch.fnmatchcase(target, pattern.replace("[", "[[]")):
                host, port = "127.0.0.1", self.ports.get(to, to)
                break
        if not _is_loopback(host):
            return None, 403, "target"
        try:
            return socket.create_connection((host, port), 10), 200, None
        except (OSError, OverflowError):
            return None, 502, "unreachable"

    def _write(self, entry):
        with self._lock:
            self._lines += 1
            with open(self._log, "a", encoding="utf-8") as file:
                file.write(json.dumps({"n": self._lines, **entry}) + "\n")


def _head(sock):
    """The request's head, and what came behind it. OSError if none comes."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more or len(data) > HEAD_MAX:
            raise OSError("no request")
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def _credentials(header):
    """(user, password) of Basic, (None, None) of anything else."""
    scheme, _, value = (header or "").partition(" ")
    try:
        user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return None, None
    return (user, password) if scheme.lower() == "basic" and colon else (None, None)


def _is_loopback(host):
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _status(status):
    if status == 200:
        return b"HTTP/1.1 200 Connection established\r\n\r\n"
    more = 'Proxy-Authenticate: Basic realm="fake"\r\n' if status == 407 else ""
    body = "<html><body>refused by the proxy</body></html>\n"
    return (f"HTTP/1.1 {status} {http.client.responses.get(status, 'Unknown')}\r\n{more}"
            f"Content-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            f"{body}").encode()


def _stall(sock):
    while sock.recv(65536):
        pass


def _endless(sock):
    sock.sendall(b"HTTP/1.1 200 Connection established\r\n")
    for _ in range(FLOOD >> 16):
        sock.sendall((b"X-Padding: " + b"A" * 1011 + b"\r\n") * 64)


PLAY = {
    "stall": _stall, "endless": _endless, "close": lambda sock: None,
    "garbage": lambda sock: sock.sendall(b"\x16\x03\x01\x00\xffSSH-2.0-no HTTP here\r\n\r\n"),
    "cut": lambda sock: sock.sendall(_status(200)),
}


def _tunnel(client, upstream, rest):
    """Bytes both ways until one side ends. In one thread, since two must not share a TLS socket;
    select misses none, for a recv takes a whole TLS record and OpenSSL reads no further."""
    with upstream:
        upstream.settimeout(None)
        upstream.sendall(rest)
        other = {client: upstream, upstream: client}
        while True:
            for sock in select.select(list(other), [], [])[0]:
                data = sock.recv(65536)
                if not data:
                    return
                other[sock].sendall(data)
