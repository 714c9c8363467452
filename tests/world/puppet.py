"""An iamlp-net that a test has taken over (tests/e2e/puppet.c), beside a copy of iamlp-helper."""

import errno
import os
import shutil
import socket
import threading

from . import frames
from .host import BUILD, TOP

KILLED = "killed"


class Net:
    """The puppet of one story, obeying through its connection."""

    def __init__(self, connection):
        self._file = connection.makefile("rwb")
        connection.settimeout(60)

    def _say(self, line):
        """Its answer as words; KILLED when it does not live to give one."""
        try:
            self._file.write(line.encode() + b"\n")
            self._file.flush()
            return self._file.readline().decode().split() or [KILLED]
        except ConnectionError:
            return [KILLED]

    def receive(self):
        """(type, {field: bytes}), or None when the helper has gone."""
        words = self._say("recv")
        if words[0] != "frame":
            return None
        data = bytes.fromhex(words[1])
        return frames.parse(data[:8], data[8:])

    def send(self, data):
        """False when the helper has gone."""
        return self._say("send " + data.hex())[0] == "sent"

    def call(self, name, *arguments):
        """A system call: its result, the name of its errno, or KILLED. str and bytes are passed
        by address; None where the architecture has no such call."""
        words = self._say("call " + " ".join([name, *(_word(a) for a in arguments)]))
        if words[0] == "unknown":
            return None
        if words[0] == KILLED:
            return KILLED
        result, number = int(words[0]), int(words[1])
        return errno.errorcode[number] if result < 0 else result


def _word(argument):
    if isinstance(argument, str):
        return "t:" + argument
    if isinstance(argument, bytes):
        return "b:" + argument.hex()
    return str(argument)


class Puppets:
    """Plays `script(net)` in the place of each iamlp-net that `host` starts from now on."""

    def __init__(self, host, script, build=BUILD):
        self._script, self._failed = script, []
        self._listener = socket.create_server(("127.0.0.1", 0))
        folder = os.path.join(host.folder, "taken-over")
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        self.helper = shutil.copy(os.path.join(TOP, build, "iamlp-helper"), folder)
        net = shutil.copy(os.path.join(BUILD, "tests/e2e/puppet"), folder + "/iamlp-net")
        with open(net, "ab") as file:
            file.write(b"%05d" % self._listener.getsockname()[1])
        self.count = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.count += 1
            with connection:
                try:
                    self._script(Net(connection))
                except BaseException as fault:  # told to the test, which runs in another thread
                    self._failed.append(fault)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self._listener.close()
        if self._failed and kind is None:
            raise self._failed[0]
