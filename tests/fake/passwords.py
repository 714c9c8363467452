"""Passwords: kept only as salted scrypt hashes, checked against the account's policy.

The sentences are AWS's. With no policy set AWS enforces its default one: 8 to 128 characters, three
of four classes, and not the account's name.
"""

import hashlib
import hmac
import os

SYMBOLS = "!@#$%^&*()_+-=[]{}|'"
# Cheap on purpose: a fake checks many throwaway passwords and guards none.
SCRYPT = {"n": 1024, "r": 8, "p": 1}

CLASSES = (
    ("RequireUppercaseCharacters", "Password should have at least one uppercase letter",
     lambda c: "A" <= c <= "Z"),
    ("RequireLowercaseCharacters", "Password should have at least one lowercase letter",
     lambda c: "a" <= c <= "z"),
    ("RequireNumbers", "Password should have at least one number", lambda c: "0" <= c <= "9"),
    ("RequireSymbols", "Password should have at least one symbol", lambda c: c in SYMBOLS),
)
REUSED = "Policy constraint violation with password reuse prevention during password change"


def digest(password):
    """A fresh salted hash, as it stands in the world: {"salt", "hash"}, both hex."""
    salt = os.urandom(16)
    return {"salt": salt.hex(), "hash": _scrypt(password, salt)}


def matches(password, stored):
    """Whether `password` is the one `stored` was made from. `stored` may be None: then never."""
    if not stored:
        return False
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(stored["salt"])), stored["hash"])


def violation(password, policy, names, history):
    """Why the policy refuses this password, in AWS's words, or None.

    policy: PasswordPolicy members by name, or None for AWS's default.
    names: the account's id and aliases. history: earlier hashes of this user, newest first.
    """
    missing = [text for _, text, test in CLASSES if not any(map(test, password))]
    if policy is None:
        if len(password) < 8:
            return "Password should have a minimum length of 8"
        if len(missing) > 1:
            return (f"Password should meet {len(missing) - 1} more of the following requirements: "
                    + ", ".join(missing))
        if password in names:
            return "Password should not be the same as the account name"
        return None
    found = []
    if len(password) < policy["MinimumPasswordLength"]:
        found.append(f"Password should have a minimum length of {policy['MinimumPasswordLength']}")
    found += [text for key, text, _ in CLASSES if policy.get(key) and text in missing]
    if found:
        return ", ".join(found)
    barred = history[:policy.get("PasswordReusePrevention") or 0]
    return REUSED if any(matches(password, old) for old in barred) else None


def _scrypt(password, salt):
    return hashlib.scrypt(password.encode(), salt=salt, dklen=32, **SCRYPT).hex()
