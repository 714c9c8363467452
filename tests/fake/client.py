"""The fake for Python tests.

    with Fake.start(directory) as fake:
        fake.fault("throttle", action="CreateLoginProfile", times=2)
        ...
        assert [r["action"] for r in fake.requests()] == ["GetUser", ...]
"""

import http.client
import json
import os
import ssl
import subprocess
import time
from urllib.parse import urlsplit

RUN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run")
PYTHON = "/usr/bin/python3"


class ControlError(Exception):
    """The fake refused a control command; the text says why."""


class Fake:
    """A running fake. http, https, imds, proxy, proxy_tls are URLs (None if not served), closed is
    one that refuses every connection; ca and wrong_ca are files (None without https). `ready` has
    also http6 and https6 where there is IPv6."""

    def __init__(self, ready, process=None):
        self.ready = ready
        self.http = ready.get("http")
        self.https = ready.get("https")
        self.imds = ready.get("imds")
        self.closed = ready["closed"]
        self.proxy = ready.get("proxy")
        self.proxy_tls = ready.get("proxy_tls")
        self.ca = ready.get("ca")
        self.wrong_ca = ready.get("wrong_ca")
        self.pid = ready["pid"]
        self._process = process

    @classmethod
    def start(cls, directory, world=None, timeout=120, **options):
        """Starts one and waits until it listens. world: a file, or a dict to be written to one.
        options: http=True, https=True, port=N, bind=ADDRESS, san=TEXT, stay=True, as for `run`.
        RuntimeError with its stderr (DIR/stderr) if it ends instead. It ends with the thread that
        calls this, not only with the process, unless it is told to stay."""
        os.makedirs(directory, exist_ok=True)
        if isinstance(world, dict):
            path = os.path.join(directory, "world.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(world, file)
            world = path
        command = [PYTHON, RUN, "--dir", str(directory)]
        if world:
            command += ["--world", str(world)]
        for name, value in options.items():
            command += [f"--{name}"] if value is True else [f"--{name}", str(value)]
        ready = os.path.join(directory, "ready.json")
        if os.path.exists(ready):
            os.unlink(ready)
        errors = os.path.join(directory, "stderr")
        with open(errors, "w", encoding="utf-8") as file:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=file)
        end = time.monotonic() + timeout
        while not os.path.exists(ready):
            if process.poll() is not None or time.monotonic() > end:
                process.kill()
                with open(errors, encoding="utf-8") as file:
                    raise RuntimeError("the fake did not start: " + file.read())
            time.sleep(0.01)
        return cls.attach(directory, process)

    @classmethod
    def attach(cls, directory, process=None):
        """The fake that runs in this directory. OSError if none does."""
        with open(os.path.join(directory, "ready.json"), encoding="utf-8") as file:
            return cls(json.load(file), process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends what `start` started."""
        if self._process:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def control(self, cmd, **arguments):
        """Any command of control.py; returns its answer. ControlError if it is refused."""
        url = urlsplit(self.http or self.https)
        if self.http:
            connection = http.client.HTTPConnection(url.netloc, timeout=60)
        else:
            context = ssl.create_default_context(cafile=self.ca)
            connection = http.client.HTTPSConnection(url.netloc, timeout=60, context=context)
        try:
            connection.request("POST", "/_control", json.dumps({"cmd": cmd, **arguments}))
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise ControlError(answer["error"])
        return answer

    def requests(self):
        """The request log, oldest first."""
        with open(self.ready["requests"], encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def connects(self):
        """What the proxy was asked for, oldest first; proxy.py says what is in a line."""
        with open(self.ready["connects"], encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def actions(self):
        """Only the action of each request in the log."""
        return [entry["action"] for entry in self.requests()]

    def reset_requests(self):
        self.control("reset_requests")

    def reset(self):
        """The world as it was at the start, no faults, an empty log."""
        self.control("reset")

    def user(self, name):
        """The user as the world has it, or None."""
        return self.control("user", user=name)

    def profile(self, name):
        """The user's login profile as the world has it, or None."""
        return self.control("profile", user=name)

    def fault(self, kind, **arguments):
        """Set a fault; faults.py lists kinds and arguments."""
        self.control("fault", kind=kind, **arguments)

    def clear_faults(self):
        self.control("clear_faults")

    def sign_in(self, user, password):
        """{"ok": bool, "must_change": bool}"""
        return self.control("sign_in", user=user, password=password)

    def change(self, user, old, new):
        """The forced change at sign-in: {"ok": bool, "why": text}"""
        return self.control("change", user=user, old=old, new=new)

    def wait(self, received=0, logged=0, timeout=10):
        """Until so many requests (since the last reset) have arrived, and so many are decided."""
        return self.control("wait", received=received, logged=logged, timeout=timeout)
