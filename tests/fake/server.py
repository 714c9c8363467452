"""The process: options, listening sockets, a thread a connection, ready.json, an orderly end."""

import argparse
import ctypes
import itertools
import json
import os
import signal
import socket
import sys
import threading

from . import tls
from .app import App
from .wire import Connection

PR_SET_PDEATHSIG = 1
ENDS = (signal.SIGTERM, signal.SIGINT)


def main(arguments):
    """Serves until SIGTERM, SIGINT or the parent's death. Returns the exit status."""
    options = _options(arguments)
    # Before any thread: they inherit the mask, so that only sigwait below sees these.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    if not options.stay:
        _die_with_parent()
    directory = os.path.abspath(options.dir)
    os.makedirs(directory, exist_ok=True)
    ready = os.path.join(directory, "ready.json")
    logs = {"requests": os.path.join(directory, "requests.jsonl"),
            "connects": os.path.join(directory, "proxy.jsonl")}
    if os.path.exists(ready):
        os.unlink(ready)
    app = App(options.world, logs["requests"], logs["connects"])
    # Bound and not listened on: refuses every connection, and nobody else gets the port.
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))
    found = {"pid": os.getpid(), **logs, "closed": f"http://127.0.0.1:{closed.getsockname()[1]}",
             **_serve(options, directory, app)}
    with open(ready + ".new", "w", encoding="utf-8") as file:
        json.dump(found, file, indent=2)
    os.rename(ready + ".new", ready)
    signal.sigwait(ENDS)
    os.unlink(ready)
    return 0


def _serve(options, directory, app):
    """Listens for everything that is asked for. Returns the URLs and the CAs."""
    found, numbers, port = {}, itertools.count(1), options.port
    both = options.http == options.https
    schemes = [scheme for scheme in ("http", "https") if both or getattr(options, scheme)]
    for scheme in schemes:
        context = tls.make(directory, options.san) if scheme == "https" else None

        def answer(sock, context=context):
            Connection(sock, next(numbers), app.answer, context).serve()

        def tunnel(sock, context=context):
            app.proxy.serve(sock, context)

        for name, at in zip((scheme, scheme + "6"), _listen(port, answer)):
            found[name] = f"{scheme}://{at}"
        app.proxy.ports[scheme] = int(found[scheme].rpartition(":")[2])
        found["proxy_tls" if context else "proxy"] = f"{scheme}://{_listen(0, tunnel)[0]}"
        port = port and port + 1
    if "http" in found:
        found["imds"] = found["http"]
    if "https" in found:
        found["ca"] = os.path.join(directory, "ca.pem")
        found["wrong_ca"] = os.path.join(directory, "wrong-ca.pem")
    return found


def _options(arguments):
    parser = argparse.ArgumentParser(prog="run", description="A fake AWS on loopback: IAM, STS,"
                                     " IMDSv2, container. See README.md beside it.")
    parser.add_argument("--dir", required=True, help="where ready.json, certificates and log go")
    parser.add_argument("--http", action="store_true", help="serve http only (default: both)")
    parser.add_argument("--https", action="store_true", help="serve https only (default: both)")
    parser.add_argument("--world", metavar="FILE.json", help="what exists (default: world.json)")
    parser.add_argument("--port", type=int, default=0,
                        help="of http; https takes the next one (default: any free ports)")
    parser.add_argument("--san", default=tls.SAN, help="the names in the server's certificate")
    parser.add_argument("--stay", action="store_true", help="outlive the parent process")
    return parser.parse_args(arguments)


def _die_with_parent():
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before the call
        sys.exit(1)


def _listen(port, serve):
    """Accepts on 127.0.0.1 and, where there is one, on [::1], if it can be at the same port. serve:
    of a socket, in a thread of its own. Returns [HOST:PORT of each]."""
    listeners = [socket.create_server(("127.0.0.1", port), backlog=128)]
    port = listeners[0].getsockname()[1]
    for wanted in (port, 0):
        try:
            listeners.append(socket.create_server(("::1", wanted), family=socket.AF_INET6,
                                                  backlog=128))
            break
        except OSError:
            pass  # no IPv6 here, or somebody has the port

    def accept(listener):
        while True:
            sock, _ = listener.accept()
            threading.Thread(target=serve, args=(sock,), daemon=True).start()

    for listener in listeners:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
    hosts = ("127.0.0.1", "[::1]")
    return [f"{host}:{listener.getsockname()[1]}" for host, listener in zip(hosts, listeners)]
