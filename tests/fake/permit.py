"""May this key do that? Deny before allow, resources by pattern, one condition: aws:ResourceTag.

A user who does not exist has the ARN of path "/" and no tags. So a permission scoped to a path or a
tag answers AccessDenied, not NoSuchEntity, for a missing user, as IAM's does.
"""

import fnmatch

from .errors import AwsError


def check(key, action, arn, tags, shown):
    """Raises AwsError AccessDenied unless `key` may do iam:`action`.

    arn: of the user acted on, or "*". tags: of that user. shown: how AWS's message names it.
    """
    if any(_matches(rule, action, arn, tags) for rule in key.get("deny", [])):
        why = "with an explicit deny in an identity-based policy"
    elif any(_matches(rule, action, arn, tags) for rule in key.get("allow", [])):
        return
    else:
        why = f"because no identity-based policy allows the iam:{action} action"
    raise AwsError("AccessDenied", f"User: {key['arn']} is not authorized to perform: iam:{action}"
                                   f" on resource: {shown} {why}")


def _matches(rule, action, arn, tags):
    wanted = [a.split(":")[-1].lower() for a in rule["actions"]]
    if not any(fnmatch.fnmatchcase(action.lower(), pattern) for pattern in wanted):
        return False
    if not _like(arn, rule.get("resource", "*")):
        return False
    return all(_like(tags[k], v) if k in tags else False for k, v in rule.get("tag", {}).items())


def _like(text, pattern):
    # IAM knows * and ?; fnmatch would also read [ as a set.
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))
