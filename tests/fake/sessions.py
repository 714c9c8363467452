"""Keys of roles: made by STS, keys of the world like any others, until they run out.

Such a key names its `role` and has the role's rules of the moment beside its own, so a changed role
changes what its sessions may; `revoke` denies everything to those there are.
"""

import base64
import os
import secrets

from .clock import iso
from .world import role_arn

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
DENY_ALL = {"actions": ["*"], "resource": "*"}


def make(world, account, name, role, session, source_identity, end):
    """(access key id, its entry, now in the world). end: of its life, seconds since the epoch."""
    key_id = "ASIA" + "".join(secrets.choice(BASE32) for _ in range(9)) + "EXAMPLE"
    key = {
        "secret": base64.b64encode(os.urandom(22)).decode()[:30] + "EXAMPLEKEY",
        "token": "IQoJb3JpZ2luX2VjEXAMPLETOKEN" + base64.b64encode(os.urandom(200)).decode(),
        "arn": f"arn:{account['partition']}:sts::{account['id']}:assumed-role/{name}/{session}",
        "role": role_arn(account, name, role["path"]),
        "source_identity": source_identity, "expires": iso(end),
    }
    world.data["keys"][key_id] = key
    return key_id, key


def name(key):
    """RoleSessionName of a role's key, None of any other."""
    arn = key.get("arn") or ""
    return arn.split("/")[-1] if ":assumed-role/" in arn else None


def principal(world, key):
    """The key with all rules that hold for it."""
    found = world.role(key.get("role"))
    if not found:
        return key
    return {**key, **{kind: key.get(kind, []) + found[2][kind] for kind in ("allow", "deny")}}


def revoke(world, role=None, key_id=None):
    """Deny everything to this key, or to all keys that this role's ARN has now. Their ids."""
    hit = [name for name, key in world.data["keys"].items()
           if name == key_id or role is not None and key.get("role") == role]
    for name in hit:
        key = world.data["keys"][name]
        key["deny"] = [*key.get("deny", []), DENY_ALL]
    return hit
