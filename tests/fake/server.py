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
    log = os.path.join(directory, "requests.jsonl")
    if os.path.exists(ready):
        os.unlink(ready)
    app = App(options.world, log)
    numbers = itertools.count(1)
    found = {"pid": os.getpid(), "requests": log}
    both = options.http == options.https
    port = options.port
    if both or options.http:
        found["http"] = "http://" + _listen((options.bind, port), app, numbers, None)
        found["imds"] = found["http"]
        port = port and port + 1
    if both or options.https:
        context = tls.make(directory, options.san)
        found["https"] = "https://" + _listen((options.bind, port), app, numbers, context)
        found["ca"] = os.path.join(directory, "ca.pem")
        found["wrong_ca"] = os.path.join(directory, "wrong-ca.pem")
    with open(ready + ".new", "w", encoding="utf-8") as file:
        json.dump(found, file, indent=2)
    os.rename(ready + ".new", ready)
    signal.sigwait(ENDS)
    os.unlink(ready)
    return 0


def _options(arguments):
    parser = argparse.ArgumentParser(prog="run", description="A fake AWS on loopback: IAM, STS"
                                     " GetCallerIdentity, IMDSv2. See README.md beside it.")
    parser.add_argument("--dir", required=True, help="where ready.json, certificates and log go")
    parser.add_argument("--http", action="store_true", help="serve http only (default: both)")
    parser.add_argument("--https", action="store_true", help="serve https only (default: both)")
    parser.add_argument("--world", metavar="FILE.json", help="what exists (default: world.json)")
    parser.add_argument("--port", type=int, default=0,
                        help="of http; https takes the next one (default: any free ports)")
    parser.add_argument("--bind", metavar="ADDRESS", default="127.0.0.1",
                        help="IPv4; any but %(default)s belongs to a network namespace of the "
                        "tests, and into --san")
    parser.add_argument("--san", default=tls.SAN, help="the names in the server's certificate")
    parser.add_argument("--stay", action="store_true", help="outlive the parent process")
    return parser.parse_args(arguments)


def _die_with_parent():
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before the call
        sys.exit(1)


def _listen(address, app, numbers, context):
    """Starts to accept. Returns HOST:PORT."""
    listener = socket.create_server(address, backlog=128)

    def accept():
        while True:
            sock, peer = listener.accept()
            connection = Connection(sock, peer[0], next(numbers), app.answer, context)
            threading.Thread(target=connection.serve, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return "%s:%d" % listener.getsockname()
