"""Whether the promises hold after an attack: what a normal login and a normal claim find."""

import os
import subprocess
import time

import flows
from world import proc

TRIES = 3
LOST = "An operator can set a new one: aws iam update-login-profile"
UNKNOWN = "No login of"
CODES = [{"call": c, "code": 0} for c in ("setcred", "account", "open_session", "close_session")]
UNTOUCHED = {"left": {"descriptors": 0, "children": 0}}


def keys(uid, nonce=""):
    """The serial numbers of this person's passwords in the kernel's keyring that can be read."""
    return {key.serial for key in proc.keys(f"iamlp:{uid}:{nonce}").values()}


def forget(stage):
    """Back to the beginning: no record, no mark, no hold, no profile. The keyring is the machine's:
    a hold that no record names may be somebody else's, and expires soon."""
    nonce = (stage.host.record(stage.uid) or {}).get("nonce")
    for key in keys(stage.uid, nonce) if nonce else ():
        subprocess.run(["keyctl", "invalidate", key], check=False, capture_output=True)
    for folder in (stage.host.state, stage.host.run):
        subprocess.run(["rm", "-rf", folder], check=True)
    os.mkdir(stage.host.state, 0o700)
    stage.fake.reset()
    stage.log.lines.clear()


class Judge:
    """Judges one attack. `wrong` collects what does not hold."""

    def __init__(self, stage, name):
        self.stage, self.name, self.wrong = stage, name, []
        self.known = {flows.TYPED} if name == flows.TYPED_FLOW else set()
        self.said = []
        self.died = ""
        self.keys = keys(stage.uid)

    def say(self, what):
        self.wrong.append(what)

    # ---- the attack itself

    def report(self):
        """What killat has seen. Returns the (program, N, number) of the call that was hit."""
        hit = None
        with open(self.stage.report, encoding="utf-8") as file:
            for line in file:
                word, *rest = line.split()
                if word == "hit":
                    hit = (rest[0], int(rest[1]), int(rest[2]))
                elif word == "late":
                    self.say(f"{rest[0]} hangs")
                elif word == "end" and rest[2] == "signal" and rest[3] != "9":
                    self.died = f"{rest[0]} died of signal {rest[3]}"
        return hit

    def deaths(self, excused):
        """excused: a library has ended the program, as libraries do that have no memory."""
        if self.died and not excused:
            self.say(self.died)

    def host(self, result, killed):
        """The transaction is as without us."""
        if killed:
            return
        calls = [line for line in result.lines if "style" not in line]
        said = [line for line in result.lines if "style" in line]
        typed = self.name == flows.TYPED_FLOW
        wanted = [CODES[0], {"call": "chauthtok", "code": 0}] if typed else CODES
        if calls != wanted + [UNTOUCHED]:
            self.say(f"the host: {calls}")
        if len(said) > typed:
            self.say(f"the host is told: {said}")

    # ---- what follows

    def settle(self, result):
        """Normal programs go on from there. Returns in a word how it ended."""
        stage, way = self.stage, "at once"
        self.known |= set(result.passwords)
        again = flows.provision if self.name == flows.PROVISIONED else flows.claim
        if self.name == flows.MARKED or stage.host.record(stage.uid) is None:
            self.host(flows.login(stage), False)
            record = stage.host.record(stage.uid) or {}
            quiet = record.get("phase") == "done" or int(record.get("not_before", 0)) > time.time()
            if not stage.host.marked(stage.uid) and not quiet:
                self.say(f"a login leaves no mark: {record}")
        for number in range(TRIES):
            seen = again(stage)
            self.known |= set(seen.passwords)
            self.said.append(seen.text)
            phase = (stage.host.record(stage.uid) or {}).get("phase")
            if phase == "lost" and LOST in seen.text:
                return "told that it is lost"
            if phase == "done":
                if number == 0 and "Nothing to do" in seen.text:
                    way = "done before"
                elif number:
                    way = f"claim {number + 1}"
                return way
            if UNKNOWN in seen.text:
                flows.login(stage)
        self.say(f"{TRIES} claims do not end it")
        return "open"

    def final(self, way, may_be_lost):
        """How things stand at the end. may_be_lost: the keyring has lied about the hold. Returns
        how many more passwords are held than before."""
        stage = self.stage
        acted = [e for e in stage.fake.requests()
                 if e["action"] == "CreateLoginProfile" and e["acted"]]
        if len(acted) > 1:
            self.say(f"{len(acted)} creates acted")
        if way == "told that it is lost":
            if not may_be_lost:
                self.say("lost, and nothing has taken the hold away")
        elif stage.fake.profile(flows.IAM_USER) is None:
            self.say("no profile at the end")
        elif not any(stage.fake.sign_in(flows.IAM_USER, word)["ok"] for word in self.known):
            self.say("nobody knows the password")
        if stage.host.marked(stage.uid) and way != "told that it is lost":
            self.say("a mark is left")
        left = set(os.listdir(stage.host.state)) - {str(stage.uid), "lock", "breaker", "cache"}
        if left:
            self.say(f"left in the state folder: {left}")
        self.leaks()
        return len(keys(stage.uid) - self.keys)

    def leaks(self):
        stage = self.stage
        texts = [text for _, text in list(stage.log.lines)]
        for folder, _, names in os.walk(stage.host.state):
            for name in names:
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                    texts.append(file.read())
        for word in self.known:
            if any(word in text for text in texts):
                self.say("a password stands in the log or the state folder")
        stage.log.events()
