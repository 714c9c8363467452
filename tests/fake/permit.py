"""May this key do that? Deny before allow, resources by pattern, one condition: aws:ResourceTag.

A user who does not exist has the ARN of path "/" and no tags. So a permission scoped to a path or a
tag answers AccessDenied, not NoSuchEntity, for a missing user, as IAM's does. The root user of an
account needs no permission.
"""

import fnmatch

from .errors import AwsError


def check(key, action, arn, tags, shown):
    """Raises AwsError AccessDenied unless `key` may do iam:`action`.

    arn: of the user acted on, or "*". tags: of that user. shown: how AWS's message names it.
    """
    decision = decide(key, "iam", action, arn, tags)
    if decision == "allow":
        return
    if decision == "deny":
        why = "with an explicit deny in an identity-based policy"
    else:
        why = f"because no identity-based policy allows the iam:{action} action"
    raise AwsError("AccessDenied", f"User: {key['arn']} is not authorized to perform: iam:{action}"
                                   f" on resource: {shown} {why}")


def decide(key, service, action, arn, tags, mfa=None):
    """What the key's own rules say: "deny", "allow", or None where they say nothing. mfa: what the
    request has for aws:MultiFactorAuthPresent, None for nothing."""
    if key["arn"].endswith(":root"):
        return "allow"
    for decision in ("deny", "allow"):
        if any(_matches(rule, service, action, arn, tags, mfa) for rule in key.get(decision, [])):
            return decision
    return None


def like(text, pattern):
    """Whether it matches as IAM matches: it knows * and ?; fnmatch would also read [ as a set."""
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def _names(patterns, service, action):
    """Is the action among them? One without a service, "*" among them, is of any."""
    wanted = [p.lower().rpartition(":") for p in patterns]
    return any(at in ("", service) and fnmatch.fnmatchcase(action.lower(), pattern)
               for at, _, pattern in wanted)


def _matches(rule, service, action, arn, tags, mfa):
    if "not_actions" in rule and _names(rule["not_actions"], service, action):
        return False
    if not _names(rule.get("actions", ["*"]), service, action):
        return False
    # As BoolIfExists has it: a request that says nothing is one without. And as Bool has it.
    if "mfa" in rule and rule["mfa"] != bool(mfa):
        return False
    if "mfa_said" in rule and rule["mfa_said"] is not mfa:
        return False
    if not like(arn, rule.get("resource", "*")):
        return False
    return all(like(tags[k], v) if k in tags else False for k, v in rule.get("tag", {}).items())
