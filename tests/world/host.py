"""A host of the organisation: a configuration, a state folder, and iamlp on a terminal."""

import os
import re
import socket
import subprocess

import pexpect

from . import files, frames, keys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))

KEY, SECRET = keys.HOST

# What is asked at `iamlp claim`: before a password is made, and after it was shown.
OFFER, CONFIRM = "press Enter for later: ", "it is not shown again: "


def shown_password(text):
    """The console password that stands in what a terminal has shown, or None."""
    found = re.search(r"^Password:    (\S+)\r?$", text, re.M)
    return found and found[1]


class Host:
    """Files under `folder` (root's, closed to others), pointed at the fake."""

    def __init__(self, folder, fake, tls=True):
        self.folder, self.fake = str(folder), fake
        os.chmod(self.folder, 0o755)
        self.state = os.path.join(self.folder, "state")
        os.makedirs(self.state, 0o700)
        self.run = os.path.join(self.folder, "run")
        self.conf = os.path.join(self.folder, "iamlp.conf")
        self.credentials = self.write("credentials", keys.shared_file(), 0o600)
        self.aws = {"endpoint_url": fake.https if tls else fake.http,
                    "credentials": "file", "credentials_file": self.credentials}
        if tls:
            self.aws["ca_bundle"] = fake.ca
        self.configure()

    def write(self, name, text, mode=0o644):
        return files.write(os.path.join(self.folder, name), text, mode)

    def configure(self, password="", users="alice = Alice.Smith@example.com\n"
                  "bob = Bob.Jones@example.com\ncarol = Carol.Diaz@example.com\n"
                  "dave = Dave.Removed@example.com\nerin = Erin.Elsewhere@example.com\n"
                  "frank = Frank.Untagged@example.com\n", rest="", **aws):
        """Write iamlp.conf; aws adds keys to [aws], None takes one away."""
        aws = {k: v for k, v in dict(self.aws, **aws).items() if v is not None}
        self.write("iamlp.conf", "[aws]\n" + "".join(f"{k} = {v}\n" for k, v in aws.items())
                   + f"[password]\n{password}\n[users]\n{users}\n{rest}\n")

    def command(self, verb, *more, timeout=None):
        """The line that has this verb; what else stands there comes last, and so it counts."""
        words = [os.path.join(BUILD, "iamlp"), verb, *more[:1], "--conf", self.conf, "--state",
                 self.state, "--run", self.run, "--helper", os.path.join(BUILD, "iamlp-helper"),
                 *more[1:]]
        return words + (["--timeout", str(timeout)] if timeout else [])

    def spawn(self, verb, user, *more, timeout=None):
        """On a pty too wide to break a sentence, for a test that answers by hand."""
        words = self.command(verb, user, *more, timeout=timeout)
        return pexpect.spawn(words[0], words[1:], encoding="utf-8", timeout=30,
                             dimensions=(24, 1000))

    def provision(self, user, *more, create=True, confirm=True, timeout=None):
        """Run `iamlp provision` to its end as a person would. Returns a Seen."""
        return Seen(self.spawn("provision", user, *more, timeout=timeout), create, confirm)

    def explain(self, user):
        run = subprocess.run(self.command("explain", user), capture_output=True, text=True,
                             timeout=30, check=False)
        return run.returncode, run.stdout, run.stderr

    def helper(self, *words, timeout=5):
        """The command line of iamlp-helper on this host."""
        return [os.path.join(BUILD, "iamlp-helper"), *words, "--conf", self.conf, "--state",
                self.state, "--run", self.run, "--timeout", str(timeout)]

    def hook(self, user, verb="mark", service="sshd", rhost="192.0.2.7", password=None, timeout=5):
        """What pam_iamlp.so has the helper do. Returns END's (outcome, text)."""
        ours, theirs = socket.socketpair()
        fields = [(frames.USER, user), (frames.SERVICE, service), (frames.RHOST, rhost)]
        if password is not None:
            fields.append((frames.PASSWORD, password))
        with ours, theirs:
            ours.sendall(frames.frame(frames.HOOK, *fields))
            subprocess.run(self.helper(verb, timeout=timeout), stdin=theirs, check=False,
                           timeout=30, env={})
            theirs.close()
            kind, answer = frames.receive(ours)
        assert kind == frames.END
        return (int.from_bytes(answer[frames.OUTCOME], "big"),
                answer.get(frames.TEXT, b"").decode())

    def marked(self, uid):
        return os.path.exists(os.path.join(self.run, "pending", str(uid)))

    def record(self, uid):
        """STATE/<uid> as a dictionary, or None."""
        return files.record(os.path.join(self.state, str(uid)))

    def write_text(self, name, text):
        """A file in the state folder."""
        files.write(os.path.join(self.state, name), text, 0o600)

    def write_record(self, uid, **fields):
        text = "v=1\n" + "".join(f"{k}={v}\n" for k, v in fields.items())
        self.write_text(str(uid), text)


class Seen:
    """What a person saw: text, the password (or None), whether they were asked, exit status."""

    def __init__(self, child, create, confirm):
        self.asked = False
        while True:
            at = child.expect([r"first sign-in\? *\r\n\[y/N\] ", r"Handed over\? \[y/N\] ",
                               pexpect.EOF])
            if at == 2:
                break
            if at == 0:
                self.asked = True
                self._keep(child)
                child.sendline("y" if create else "n")
            else:
                self._keep(child)
                if confirm is None:
                    child.close(force=True)
                    break
                child.sendline("y" if confirm else "n")
        self._keep(child)
        child.close()
        self.status = child.exitstatus
        self.password = shown_password(self.text)

    text = ""

    def _keep(self, child):
        self.text += (child.before or "") + (child.after if isinstance(child.after, str) else "")
