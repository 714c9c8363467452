"""The ssh client of a test: three ways to authenticate, eleven kinds of session."""

import os
import subprocess

from . import files
from .machine import CLEAN, UNIX_PASSWORD
from .proc import wait_for
from .terminal import PROMPT, Saw, at_terminal, without_terminal

METHODS = ("publickey", "password", "keyboard-interactive")


class Client:
    """Comes to a machine (its sshd is started) as `user`, by `method` (or several, by comma)."""

    def __init__(self, machine, user="alice", method="publickey", port="plain"):
        self.machine = machine
        folder = os.path.join(machine.folder, f"client.{user}.{method}.{port}")
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        key, known = os.path.join(folder, "key"), os.path.join(folder, "known_hosts")
        self._write("key", files.read(os.path.join(machine.folder, "user_key")), 0o600)
        self._write("known_hosts", "host "
                    + files.read(os.path.join(machine.folder, "host_key.pub")))
        askpass = self._write("askpass", f"#!/bin/sh\necho {UNIX_PASSWORD}\n", 0o755)
        self.config = self._write(
            "config", f"HostName 127.0.0.1\nPort {machine.ports[port]}\nUser {user}\n"
            f"HostKeyAlias host\nUserKnownHostsFile {known}\nGlobalKnownHostsFile none\n"
            f"StrictHostKeyChecking yes\nPreferredAuthentications {method}\nIdentityFile {key}\n"
            "IdentitiesOnly yes\nIdentityAgent none\nNumberOfPasswordPrompts 1\n")
        self.env = {"SSH_ASKPASS": askpass, "SSH_ASKPASS_REQUIRE": "force"}

    def _write(self, name, text, mode=0o644):
        return files.write(os.path.join(self.folder, name), text, mode)

    def words(self, *more, program="ssh"):
        return [program, "-F", self.config, *more]

    def run(self, *words, stdin=b"", env=None):
        """Without a terminal."""
        return without_terminal(subprocess.run(
            words, input=stdin, env={**CLEAN, **self.env, **(env or {})}, capture_output=True,
            timeout=60, check=False))

    def ssh(self, *more, stdin=b""):
        return self.run(*self.words(*more), stdin=stdin)

    def terminal(self, *more, says=()):
        return at_terminal(self.words(*more), says, env=self.env)

    # ---- the eleven kinds --------------------------------------------------------------

    def shell(self, *more, says=()):
        """says: what comes before the prompt (at_terminal)."""
        return self.terminal(*more, "host", says=[*says, (PROMPT, "echo in; exit")])

    def command(self):
        return self.ssh("host", "echo out; echo err >&2; exit 7")

    def command_with_terminal(self):
        return self.terminal("-t", "host", "echo out; exit 7")

    def shell_without_terminal(self):
        return self.ssh("-T", "host", stdin=b"echo out; exit 7\n")

    def sftp(self):
        return self.run(*self.words("host", program="sftp"), stdin=b"pwd\nls .ssh\n")

    def scp(self):
        return self.run(*self.words(os.path.join(self.folder, "known_hosts"), "host:copy",
                                    program="scp"))

    def no_command(self):
        """-N: told to end once sshd has opened the session."""
        opened, control = self.machine.sessions(), os.path.join(self.machine.folder, "c")
        process = subprocess.Popen(self.words("-N", "-M", "-S", control, "host"),
                                   env={**CLEAN, **self.env}, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_for(lambda: self.machine.sessions() > opened and os.path.exists(control),
                 "the session of ssh -N")
        self.ssh("-S", control, "-O", "exit", "host")
        out, err = process.communicate(timeout=60)
        return Saw(process.returncode, out, err)

    def forward(self):
        """-W, as a ProxyJump makes it: to sshd itself, whose banner comes back."""
        return self.ssh("-W", f"127.0.0.1:{self.machine.ports['plain']}", "host")

    def forced(self):
        client = Client(self.machine, "alice", self._method(), "forced")
        return client.ssh("host", "echo not this")

    def hushlogin(self, says=()):
        path = "/home/alice/.hushlogin"
        self.machine.write(path, "", owner="alice")
        try:
            return self.shell(says=says)
        finally:
            os.unlink(self.machine.path(path))

    def quiet(self, says=()):
        return self.shell("-q", says=says)

    def _method(self):
        return self.folder.split(".")[-2]
