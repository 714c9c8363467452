"""STS's operations: who am I, and keys of a role for somebody (AssumeRole) or for a token.

Each takes a Call and returns the tree of its Result element, as in iam.py. The caller holds the
world's lock.
"""

import re

from . import sessions, trust, webtoken
from .errors import AwsError
from .world import role_id, user_id
from .xmlform import When

DURATION = 3600
CHAINED_MAX = 3600
ROLE_ARN = re.compile(r"arn:[\w-]+:iam::[0-9]{12}:role/[\w+=,.@/-]+", re.ASCII)
UNSIGNED = ("AssumeRoleWithWebIdentity",)


def get_caller_identity(call):
    arn, account = call.key["arn"], call.account
    if arn.endswith(":root"):
        unique = account["id"]
    elif ":user/" in arn:
        unique = user_id(account, arn.split("/")[-1])
    else:
        unique = role_id(account, arn.split("/")[1]) + ":" + arn.split("/")[-1]
    return [("Arn", arn), ("UserId", unique), ("Account", account["id"])]


def assume_role(call):
    found = _role(call)
    identity = trust.check(call, found)
    # Whoever is a role already is chaining, and a chain's links last an hour at most.
    chained = ":assumed-role/" in call.key["arn"]
    return _give(call, found, identity, chained)


def assume_role_with_web_identity(call):
    found = _role(call)
    token = webtoken.check(call, found)
    return _give(call, found, token["source_identity"], False) + [
        ("SubjectFromWebIdentityToken", token["subject"]), ("Audience", token["audience"]),
        ("Provider", token["issuer"])]


def _role(call):
    """(account, name, role) of RoleArn; None if there is none."""
    arn = call.values["RoleArn"]
    if not ROLE_ARN.fullmatch(arn):
        raise AwsError("ValidationError", f"{arn} is invalid")
    return call.world.role(arn)


def _give(call, found, identity, chained):
    account, name, role = found
    seconds = call.values.get("DurationSeconds", DURATION)
    if seconds > role["max_duration"]:
        raise AwsError("ValidationError", "The requested DurationSeconds exceeds the"
                                          " MaxSessionDuration set for this role.")
    if chained and seconds > CHAINED_MAX:
        raise AwsError("ValidationError", "The requested DurationSeconds exceeds the 1 hour session"
                                          " limit for roles assumed by role chaining.")
    session = call.values["RoleSessionName"]
    key_id, key = sessions.make(call.world, account, name, role, session, identity,
                                call.now + seconds)
    tree = [
        ("Credentials", [("AccessKeyId", key_id), ("SecretAccessKey", key["secret"]),
                         ("SessionToken", key["token"]), ("Expiration", When(key["expires"]))]),
        ("AssumedRoleUser", [("AssumedRoleId", f"{role_id(account, name)}:{session}"),
                             ("Arn", key["arn"])])]
    return tree + [("SourceIdentity", identity)] if identity else tree


STS = {
    "GetCallerIdentity": get_caller_identity,
    "AssumeRole": assume_role,
    "AssumeRoleWithWebIdentity": assume_role_with_web_identity,
}
