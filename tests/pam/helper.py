#!/usr/bin/python3
"""In iamlp-helper's place: behaves as its name says (the part behind the last "-").

Writes what it was started with, and the frame it got, to seen.VERB in the state folder.
"""

import json
import os
import signal
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
sys.dont_write_bytecode = True

from world import frames  # noqa: E402

SENTENCES = {"says": (0, "Your AWS password is this one, too."),
             "refuses": (6, "AWS says \x1b[2Jno\nand more."),
             "mute": (0, "")}


def note(arguments, kind=None, fields=None):
    state = arguments[arguments.index("--state") + 1]
    fields = {k: v.decode() for k, v in (fields or {}).items()}
    with open(os.path.join(state, f"seen.{arguments[0]}"), "a", encoding="utf-8") as file:
        file.write(json.dumps({"arguments": arguments, "type": kind, "fields": fields,
                               "environment": dict(os.environ), "pid": os.getpid()}) + "\n")


def main():
    behaviour, arguments = sys.argv[0].rpartition("-")[2], sys.argv[1:]
    if behaviour == "early":
        os.close(0)
        note(arguments)
        return
    with socket.socket(fileno=0) as peer:
        kind, fields = frames.receive(peer)
        note(arguments, kind, fields)
        if behaviour == "hangs":
            if os.fork() == 0:
                note(arguments)
            time.sleep(1000)
        if behaviour == "crashes":
            os.kill(os.getpid(), signal.SIGSEGV)
        if behaviour == "babbles":
            peer.sendall(b"no frame")
        if behaviour in SENTENCES:
            outcome, text = SENTENCES[behaviour]
            peer.sendall(frames.frame(frames.END, (frames.OUTCOME, outcome),
                                      (frames.TEXT, text)))
    sys.exit(behaviour == "fails")


main()
