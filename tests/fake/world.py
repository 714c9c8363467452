"""What exists: accounts with users, roles, policy, aliases; keys; what hosts are given; the clock.

World.data is plain JSON (README.md gives its form), so a test can read and write all of it.
Passwords given in clear are hashed when they come in; none is kept. Whoever reads or changes the
world holds World.lock; `snapshot` copies the accounts for faults that answer from the past.
"""

import copy
import hashlib
import json
import os
import threading
import time

from . import clock, passwords

TRUST = {"principals": [], "external_id": None, "source_identity": False,
         "require_source_identity": False, "session_name": None, "web": []}
ROLE = {"path": "/", "max_duration": 3600, "allow": [], "deny": []}

DEFAULT = os.path.join(os.path.dirname(__file__), "world.json")


class World:
    """path: a world file, or None for the default one. ValueError if it has no account."""

    def __init__(self, path=None):
        with open(path or DEFAULT, encoding="utf-8") as file:
            self._start = json.load(file)
        self.lock = threading.RLock()
        self.reset()

    def reset(self):
        """Back to the world as the file gives it."""
        data = copy.deepcopy(self._start)
        if not data.get("accounts"):
            raise ValueError("a world needs at least one account")
        self.data = data
        data.setdefault("keys", {})
        data.setdefault("web_tokens", {})
        data.setdefault("imds", {})
        data.setdefault("container", {})
        data.setdefault("proxy", {})
        data.setdefault("regions", {"iam": "us-east-1", "sts": None})
        data.setdefault("clock", 0)
        for account in data["accounts"]:
            self._complete(account)

    def now(self):
        """The fake's clock: seconds since the epoch."""
        return time.time() + self.data["clock"]

    def account(self, number=None):
        """The account with this id, the first one if None. KeyError if there is none."""
        for account in self.data["accounts"]:
            if number in (None, account["id"]):
                return account
        raise KeyError(f"no account {number}")

    def role(self, arn):
        """(account, name, role) of the role with this ARN, None if there is none."""
        for account in self.data["accounts"]:
            for name, role in account["roles"].items():
                if role_arn(account, name, role["path"]) == arn:
                    return account, name, role
        return None

    def snapshot(self):
        """A copy of every account by id, to be read later."""
        return {a["id"]: copy.deepcopy(a) for a in self.data["accounts"]}

    def new_user(self, given):
        """A whole user from what a test gives; left out: path /, no tags, created now."""
        now = self.now()
        user = {
            "path": given.get("path", "/"),
            "tags": dict(given.get("tags", {})),
            "create_date": clock.given(given.get("create_date", 0), now),
            "password_last_used": clock.given(given.get("password_last_used"), now),
            "login_profile": None,
            "password_history": [],
            "allow": list(given.get("allow", [])),
            "deny": list(given.get("deny", [])),
        }
        if given.get("login_profile"):
            user["login_profile"] = self.new_profile(user, given["login_profile"])
        return user

    def new_profile(self, user, given):
        """A whole profile. given: create_date (default now), password_reset_required (default
        false), password (in clear, or a digest, or absent: then nobody can sign in with it)."""
        password = given.get("password")
        if isinstance(password, str):
            password = passwords.digest(password)
        if password:
            user["password_history"].insert(0, password)
        return {
            "create_date": clock.given(given.get("create_date", 0), self.now()),
            "password_reset_required": bool(given.get("password_reset_required", False)),
            "password": password,
        }

    @staticmethod
    def new_role(given, before=None):
        """A whole role from what a test gives; what is left out stays as it was, or is: path /,
        trusts nobody, an hour at most, may nothing."""
        before = before or {**ROLE, "trust": TRUST}
        return copy.deepcopy({**before, **given,
                              "trust": {**before["trust"], **given.get("trust", {})}})

    def _complete(self, account):
        account.setdefault("partition", "aws")
        account.setdefault("aliases", [])
        account.setdefault("password_policy", None)
        users = account.setdefault("users", {})
        for name, given in users.items():
            users[name] = self.new_user(given)
        roles = account.setdefault("roles", {})
        for name, given in roles.items():
            roles[name] = self.new_role(given)


def user_arn(account, name, path="/"):
    """arn:PARTITION:iam::ID:user/PATH/NAME"""
    return f"arn:{account['partition']}:iam::{account['id']}:user{path}{name}"


def role_arn(account, name, path="/"):
    """arn:PARTITION:iam::ID:role/PATH/NAME"""
    return f"arn:{account['partition']}:iam::{account['id']}:role{path}{name}"


def user_id(account, name):
    """A stable AIDA… id for this name in this account."""
    seed = hashlib.sha256(f"{account['id']}/{name}".encode()).hexdigest().upper()
    return "AIDA" + seed[:10] + "EXAMPLE"


def role_id(account, name):
    """A stable AROA… id for the role of this name in this account."""
    return "AROA" + user_id(account, name)[4:]
