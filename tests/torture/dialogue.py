"""A program on a terminal, while what it connects to is served."""

import os
import pty
import select
import subprocess
import termios
import time


class Hang(Exception):
    """Something did not end in time."""


def dialogue(words, hear, limit, door=None, serve=None, become=None):
    """Run words on a terminal of their own. Returns (exit status, all that was written there).

    hear(raw, type_in): told of all that has been written, whenever it is more, and types by calling
    type_in; the terminal is closed when it returns True. door: a socket that listens;
    serve(connection) starts who answers on it, and returns the process. become: called in the child
    first. Hang: one of the processes lasts for more than limit seconds.
    """
    mine, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 1000))
    started = [subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs,
                                preexec_fn=become, env={})]
    os.close(theirs)
    raw, end, closed = b"", time.monotonic() + limit, False
    try:
        while not closed:
            ready = select.select([mine, door] if door else [mine], [], [],
                                  max(0, end - time.monotonic()))[0]
            if not ready:
                raise Hang(f"{words[:3]} after {raw!r}")
            if door in ready:
                with door.accept()[0] as connection:
                    started.append(serve(connection))
            if mine not in ready:
                continue
            try:
                more = os.read(mine, 65536)
            except OSError:
                break
            raw += more
            closed = hear(raw, lambda text: os.write(mine, text))
        if closed:
            os.close(mine)
        for process in started:
            process.wait(max(0.1, end - time.monotonic()))
    except subprocess.TimeoutExpired as late:
        raise Hang(f"{late.cmd[:3]} after {raw!r}") from None
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
                process.wait()
        if not closed:
            os.close(mine)
    return started[0].returncode, raw
