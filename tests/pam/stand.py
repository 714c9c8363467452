"""The files of one scenario: configuration, state, run, helper; the people's records and marks."""

import fcntl
import json
import os
import pwd
import re
import secrets
import socket
import subprocess
import time

from world import files
from world.keys import shared_file

PEOPLE = {"alice": "Alice.Smith@example.com", "bob": "Bob.Jones@example.com",
          "carol": "Carol.Diaz@example.com", "dave": "Dave.Removed@example.com",
          "erin": "Erin.Elsewhere@example.com", "frank": "Frank.Untagged@example.com"}
PASSWD = "/etc/passwd"
# What becomes of it.
USERS = {"without iamlp": (r"^iamlp:.*\n", ""),
         "endless entries": (r"^(alice:.*?:.*?:.*?:)", r"\1" + 20000 * "x")}

# What stands in the helper's place: a shell script that notes its start, then this.
HELPERS = {
    "real": 'exec {real} "$@"',
    "hangs": "exec sleep 600",
    "killed": "kill -9 $$",
    "mute": "exit 0",
    "fails": "exit 1",
    "usage": "exit 2",
    "babbles": "echo this is no frame >&0; exit 0",
}
WORLDLY = {"sigchld ignored": "sigchld ignore", "no-new-privs": "no-new-privs",
           "keyring refused": "refuse keyring", "add_key refused": "refuse add_key"}


def machine_id():
    """As iamlp-helper reads it."""
    try:
        with open("/etc/machine-id", encoding="ascii") as file:
            found = file.read(32)
    except (OSError, UnicodeDecodeError):
        found = ""
    return found if re.fullmatch("[0-9a-fA-F]{32}", found) else "none"


class Stand:
    """Everything is under `folder`; path() names things there."""

    def __init__(self, folder, fake, programs):
        self.folder, self.fake, self.programs = str(folder), fake, programs
        os.chmod(self.folder, 0o755)
        os.mkdir(self.path("state"), 0o700)
        self.started = self.path("started")
        self.worldly, self.nonces, self.secrets = [], [], []
        self._closed = self._passwd = None
        self._locks = []
        self._arguments = {name: f"{name}={self.path(name)}" for name in ("state", "run")}
        self._arguments["conf"] = "conf=" + self.path("iamlp.conf")
        self._arguments["helper"] = "helper=" + self.path("iamlp-helper")
        self._conf, self._raw, self._conf_mode = {}, [], 0o644
        self._base_conf()
        self._helper("real")

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def _write(self, name, text, mode):
        files.write(self.path(name), text, mode)

    def _base_conf(self):
        self._write("credentials", shared_file(), 0o600)
        self._conf = {"aws": {"endpoint_url": self.fake.http, "credentials": "file",
                              "credentials_file": self.path("credentials")},
                      "users": dict(PEOPLE)}
        self._write_conf()

    def _write_conf(self):
        text = "".join(f"[{section}]\n" + "".join(f"{k} = {v}\n" for k, v in keys.items())
                       for section, keys in self._conf.items())
        self._write("iamlp.conf", text + "".join(line + "\n" for line in self._raw),
                    self._conf_mode)

    def _helper(self, kind):
        if kind == "missing":
            os.unlink(self.path("iamlp-helper"))
            return
        act = HELPERS.get(kind, HELPERS["real"]).format(real=self.programs["helper"])
        self._write("iamlp-helper", f"#!/bin/sh\necho \"$*\" >>{self.started}\n{act}\n",
                    0o644 if kind == "not-executable" else 0o755)

    # ---- what is given -------------------------------------------------------------------

    def give(self, fact):
        getattr(self, "_give_" + fact.keyword)(fact)

    def _give_module(self, fact):
        self._arguments[fact.rest.partition("=")[0]] = fact.rest

    def module(self):
        return " ".join([self.programs["module"], *self._arguments.values()])

    def _give_conf(self, fact):
        word, _, rest = fact.rest.partition(" ")
        if fact.rest == "absent":
            os.unlink(self.path("iamlp.conf"))
            return
        section = re.fullmatch(r"\[([^]]+)\] +(.*)", fact.rest)
        if section:
            key, value = fact.pair(section.group(2))
            self._conf.setdefault(section.group(1), {})[key] = value
        elif word == "line":
            self._raw.append(rest)
        elif word == "mode":
            self._conf_mode = int(rest, 8)
        elif fact.rest != "touched":
            fact.wrong("needs [SECTION] KEY = VALUE, line TEXT, mode MODE, touched or absent")
        self._write_conf()

    def _give_helper(self, fact):
        if fact.rest not in HELPERS and fact.rest not in ("missing", "not-executable"):
            fact.wrong("no such helper: " + " ".join(HELPERS) + " missing not-executable")
        self._helper(fact.rest)

    def _give_state(self, fact):
        what, _, value = fact.rest.partition(" ")
        if what == "absent":
            os.rmdir(self.path("state"))
        elif what == "mode":
            os.chmod(self.path("state"), int(value, 8))
        elif what == "owner":
            os.chown(self.path("state"), self.uid(fact, value), -1)
        else:
            fact.wrong("needs absent, mode MODE or owner USER")

    def _give_fake(self, fact):
        command, _, arguments = fact.rest.partition(" ")
        try:
            self.fake.control(command, **json.loads(arguments or "{}"))
        except Exception as error:  # whatever it says, the line is to blame
            fact.wrong(str(error))

    def _give_network(self, fact):
        if fact.rest not in ("down", "up"):
            fact.wrong("the network is down or up")
        if self._closed is None:
            # Bound and not listening: nothing else on this machine can answer there.
            self._closed = socket.socket()
            self._closed.bind(("127.0.0.1", 0))
        down = "http://127.0.0.1:%d" % self._closed.getsockname()[1]
        self._conf["aws"]["endpoint_url"] = down if fact.rest == "down" else self.fake.http
        self._write_conf()

    def _give_world(self, fact):
        if fact.rest in USERS:
            if os.environ.get("IAMLP_WORLD") != "inside":
                fact.wrong("only inside tests/world/enter")
            with open(PASSWD, encoding="utf-8") as file:
                self._passwd = file.read()
            with open(PASSWD, "w", encoding="utf-8") as file:
                file.write(re.sub(*USERS[fact.rest], self._passwd, flags=re.M))
        elif fact.rest in WORLDLY:
            self.worldly.append(WORLDLY[fact.rest])
        else:
            fact.wrong("no such world: " + ", ".join([*USERS, *WORLDLY]))

    # ---- records, marks, locks, holds ------------------------------------------------------

    def uid(self, fact, name):
        """Of a person of the tests, or a number as it stands."""
        try:
            return int(name) if name.isdigit() else pwd.getpwnam(name).pw_uid
        except KeyError:
            fact.wrong(f"there is no user {name}")

    def record_path(self, uid):
        return self.path("state", str(uid))

    def record(self, uid):
        """As a dictionary, or None."""
        if not os.path.exists(self.record_path(uid)):
            return None
        with open(self.record_path(uid), encoding="utf-8", errors="replace") as file:
            return dict(line.rstrip("\n").partition("=")[::2] for line in file)

    def mark_path(self, uid):
        return self.path("run", "pending", str(uid))

    def value(self, text):
        """A value of a record: now, now+N and now-N are times, @conf and @machine what the
        host has."""
        text = re.sub(r"\bnow([+-]\d+)?", lambda m: str(int(time.time()) + int(m[1] or 0)), text)
        if "@conf" in text:
            stat = os.stat(self.path("iamlp.conf"))
            text = text.replace("@conf", "%d-%d-%d.%09d" % (
                stat.st_ino, stat.st_size, *divmod(stat.st_mtime_ns, 10**9)))
        return text.replace("@machine", machine_id())

    def _usual_record(self, name):
        return {"v": "1", "phase": "pending", "name": name, "machine": "@machine",
                "iam_user": PEOPLE.get(name, name), "service": "sshd", "rhost": "192.0.2.7",
                "changed": "now-60", "fingerprint": "@conf"}

    def _write_record(self, uid, record):
        self._write(self.record_path(uid), "".join(
            f"{k}={self.value(v)}\n" for k, v in record.items()), 0o600)

    def _give_before(self, fact):
        name, what = fact.words(2)
        if name == "breaker":
            self._write("state/breaker", self.value(what) + "\n", 0o600)
            return
        uid = self.uid(fact, name)
        word, _, rest = what.partition(" ")
        if what == "absent":
            os.unlink(self.record_path(uid))
        elif word == "text":
            self._write(self.record_path(uid), rest.replace("\\n", "\n"), 0o600)
        elif what == "mark":
            os.makedirs(self.path("run", "pending"), exist_ok=True)
            self._write(self.mark_path(uid), "", 0o644)
        elif what == "no mark":
            os.unlink(self.mark_path(uid))
        elif what == "locked":
            self._lock(uid)
        elif word == "hold":
            self._hold(uid, name, rest)
        else:
            record = self.record(uid) or self._usual_record(name)
            if word == "without":
                del record[rest]
            else:
                key, value = fact.pair(what)
                record[key] = value
            self._write_record(uid, record)

    def _lock(self, uid):
        os.makedirs(self.path("state", "lock"), 0o700, exist_ok=True)
        lock = os.open(self.path("state", "lock", str(uid)), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC,
                       0o600)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._locks.append(lock)

    def _hold(self, uid, name, password):
        """Put the password where iamlp-helper finds it (src/core/hold.h)."""
        record = self.record(uid) or self._usual_record(name)
        record["nonce"] = secrets.token_hex(16)
        self._write_record(uid, record)
        keep = ('keyctl link @u @s && id=$(keyctl padd user "$1" @s) &&'
                ' keyctl setperm "$id" 0x003f0000 && keyctl link "$id" @u')
        subprocess.run(["keyctl", "session", "-", "sh", "-c", keep, "sh",
                        f"iamlp:{uid}:{record['nonce']}"],
                       input=password, text=True, check=True, capture_output=True)
        self.note_hold(uid)
        self.secrets.append(password)

    def held(self, uid, nonce):
        """The password in the hold, or None: a key that was revoked is still listed."""
        with open("/proc/keys", encoding="utf-8") as file:
            ids = [line.split()[0] for line in file if f" iamlp:{uid}:{nonce}:" in line]
        if not ids:
            return None
        read = subprocess.run(["keyctl", "pipe", "0x" + ids[0]], capture_output=True, text=True,
                              check=False)
        return read.stdout if read.returncode == 0 else None

    def note_hold(self, uid):
        """The keyring is the machine's: what this scenario puts there it takes away again."""
        nonce = (self.record(uid) or {}).get("nonce")
        if nonce:
            self.nonces.append(f" iamlp:{uid}:{nonce}:")

    # ---- around the logins -----------------------------------------------------------------

    def ready(self):
        self.fake.reset_requests()
        self._write("started", "", 0o644)

    def starts(self):
        with open(self.started, encoding="utf-8") as file:
            return file.read().splitlines()

    def environment(self, login):
        # LeakSanitizer cannot look into a process that has given its uid away.
        leaks = "0" if {"real", "effective"} & login.items.keys() else "1"
        return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "ASAN_OPTIONS": "detect_leaks=" + leaks}

    def clear(self):
        for lock in self._locks:
            os.close(lock)
        if self._closed is not None:
            self._closed.close()
        if self._passwd is not None:
            with open(PASSWD, "w", encoding="utf-8") as file:
                file.write(self._passwd)
        if self.nonces:
            with open("/proc/keys", encoding="utf-8") as file:
                ours = [line.split()[0] for line in file if any(n in line for n in self.nonces)]
            for key in ours:
                subprocess.run(["keyctl", "invalidate", "0x" + key], check=False,
                               capture_output=True)
