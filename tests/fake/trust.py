"""May this caller assume that role? The role's trust policy, and the caller's own permissions.

A role's `trust`:
  principals               who: user, role and assumed-role ARNs; arn:aws:iam::ID:root or ID, which
                           is everybody of that account; "*"
  external_id              condition sts:ExternalId, null: none
  source_identity          whether sts:SetSourceIdentity is allowed: false, true, or a pattern
  require_source_identity  whether nobody may come without one
  session_name             condition sts:RoleSessionName, a pattern, null: none
  web                      who may come with a token, see webtoken.py
A principal that is named itself and is of the role's account needs no permission of its own; all
others do, for sts:AssumeRole and, where a source identity is set, for sts:SetSourceIdentity. So
does whoever is in a chain for the latter.
"""

from . import permit
from .errors import AwsError


def check(call, found):
    """The source identity of the new session, or None. found: (account, name, role), or None if
    there is no such role. AwsError AccessDenied: AWS does not say more, and neither does this."""
    caller, values = call.key, call.values
    if caller["arn"].endswith(":root"):
        raise AwsError("AccessDenied", "Roles may not be assumed by root accounts.")
    if not found:
        raise _refusal(call, "AssumeRole")
    trust = found[2]["trust"]
    named = _named(caller, trust["principals"])
    at_home = named == "itself" and found[0]["id"] == call.account["id"]
    wants = {"external_id": "ExternalId", "session_name": "RoleSessionName"}
    met = all(trust[k] is None or permit.like(values.get(v, ""), trust[k])
              for k, v in wants.items())
    if not named or not met or not _permitted(call, "AssumeRole", at_home):
        raise _refusal(call, "AssumeRole")
    return _source_identity(call, trust, at_home)


def _source_identity(call, trust, at_home):
    before, asked = call.key.get("source_identity"), call.values.get("SourceIdentity")
    identity = asked or before
    if not identity:
        if trust["require_source_identity"]:
            raise _refusal(call, "AssumeRole")
        return None
    allowed = trust["source_identity"]
    if isinstance(allowed, str):
        allowed = permit.like(identity, allowed)
    # Once set it stays for the whole chain.
    changed = before and asked and asked != before
    if changed or not allowed or not _permitted(call, "SetSourceIdentity", at_home and not before):
        raise _refusal(call, "SetSourceIdentity")
    return identity


def _named(caller, principals):
    """How the trust policy names the caller: "itself", "account", or None."""
    arn = caller["arn"]
    account = arn.split(":")[4]
    root = f"{arn.split(':sts:' if ':sts:' in arn else ':iam:')[0]}:iam::{account}:root"
    if arn in principals or caller.get("role") in principals:
        return "itself"
    return "account" if {root, account, "*"} & set(principals) else None


def _permitted(call, action, at_home):
    decision = permit.decide(call.key, "sts", action, call.values["RoleArn"], {})
    return decision == "allow" or decision is None and at_home


def _refusal(call, action):
    return AwsError("AccessDenied", f"User: {call.key['arn']} is not authorized to perform:"
                                    f" sts:{action} on resource: {call.values['RoleArn']}")
