"""People at `iamlp claim` on a host whose helper listens without systemd."""

import os
import pwd
import shutil
import subprocess
import tempfile

import pexpect

from .host import BUILD, CONFIRM, OFFER, shown_password
from .proc import become, wait_for


class Claims:
    """iamlp-helper --listen for a Host; a context manager. PATH and program are open to all."""

    def __init__(self, host):
        self.host = host
        self.folder = tempfile.mkdtemp(prefix="iamlp-claims.")
        os.chmod(self.folder, 0o755)
        self.path = os.path.join(self.folder, "claim.sock")
        self.program = shutil.copy(os.path.join(BUILD, "iamlp"), self.folder)
        self.children = []

    def __enter__(self):
        self.process = subprocess.Popen(self.host.helper("--listen", self.path))
        wait_for(lambda: os.path.exists(self.path), "iamlp-helper to listen")
        return self

    def __exit__(self, *_):
        for child in self.children:
            child.close(force=True)
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder)

    def claim(self, user, *words, loginuid="own"):
        """Start `iamlp claim` as a process of the user's login. loginuid: another's, or None for a
        host that keeps none."""
        person = pwd.getpwnam(user)
        login = person.pw_uid if loginuid == "own" else loginuid
        child = pexpect.spawn(self.program, ["claim", "--socket", self.path, *words],
                              encoding="utf-8", timeout=30, dimensions=(24, 1000),
                              echo=True,
                              preexec_fn=lambda: become(person.pw_uid, person.pw_gid, login))
        child.delaybeforesend = None
        self.children.append(child)
        return child

    def run(self, user, *words, answers=("yes", "yes"), **how):
        """To its end, with these lines typed at the prompts. Returns a Said."""
        child, text = self.claim(user, *words, **how), ""
        answers = list(answers)
        while child.expect_exact([pexpect.EOF, ": "]) == 1:
            text += child.before + child.after
            if text.endswith((OFFER, CONFIRM, "not shown: ", "The same again: ")):
                child.sendline(answers.pop(0))
        return Said(child, text + child.before)


class Said:
    """What a claim that has ended has said: status, text, password (or None)."""

    def __init__(self, child, text):
        child.close()
        self.status, self.text = child.exitstatus, text
        self.password = shown_password(text)
