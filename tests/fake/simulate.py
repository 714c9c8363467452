"""SimulatePrincipalPolicy: what a user or role may, by the rules the fake itself goes by.

As with AWS's, a tag of the resource counts only where the request names it as a context entry, and
who is asked about is a user or a role, never a session of one. Answers are in an order of the fake's own, since AWS
promises none.
"""

from . import permit
from .errors import AwsError
from .world import role_arn, user_arn

TAG = "aws:ResourceTag/"
MFA = "aws:MultiFactorAuthPresent"
DECISIONS = {"allow": "allowed", "deny": "explicitDeny", None: "implicitDeny"}


def simulate_principal_policy(call):
    source = call.values["PolicySourceArn"]
    permit.check(call.key, call.action, source, {}, source)
    who = _principal(call.account, call.world.data["keys"], source)
    context = call.values.get("ContextEntries", {})
    tags = {k[len(TAG):]: v for k, v in context.items() if k.startswith(TAG)}
    mfa = {"true": True, "false": False}.get(context.get(MFA))
    results = []
    for action in sorted(call.values["ActionNames"]):
        service, _, name = action.rpartition(":")
        for resource in call.values.get("ResourceArns", ["*"]):
            decided = permit.decide(who, service, name, resource, tags, mfa)
            results.append(("member", [("EvalActionName", action), ("EvalResourceName", resource),
                                       ("EvalDecision", DECISIONS[decided]),
                                       ("MatchedStatements", []), ("MissingContextValues", [])]))
    return [("EvaluationResults", results), ("IsTruncated", False)]


def _principal(account, keys, arn):
    """Its rules, as those of a key. Of a user all keys' count: policies belong to users."""
    for name, role in account["roles"].items():
        if role_arn(account, name, role["path"]) == arn:
            return {"arn": arn, "allow": role["allow"], "deny": role["deny"]}
    for name, user in account["users"].items():
        if user_arn(account, name, user["path"]) == arn:
            own = [user, *(key for key in keys.values() if key.get("arn") == arn)]
            return {"arn": arn, "allow": [r for o in own for r in o.get("allow", [])],
                    "deny": [r for o in own for r in o.get("deny", [])]}
    raise AwsError("NoSuchEntity", f"The entity with ARN {arn} cannot be found.")
