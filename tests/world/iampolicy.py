"""IAM policies as IAM evaluates them, as far as ours go; and as the fake's rules.

A request is a dict of condition keys ("action" and "resource" among them); lists are values of
several. A key that is not in it is absent, as IAM has it.
"""

import fnmatch

OPERATORS = {
    "StringEquals": lambda have, want: have == want,
    "StringLike": lambda have, want: like(have, want),
    "ArnLike": lambda have, want: like(have, want),
    "Bool": lambda have, want: have == want,
}


def like(text, pattern):
    """IAM's * and ?; ${*}, ${?} and ${$} stand for themselves."""
    pattern = pattern.replace("[", "[[]").replace("${*}", "[*]").replace("${?}", "[?]")
    return fnmatch.fnmatchcase(text, pattern.replace("${$}", "$"))


def some(value):
    return value if isinstance(value, list) else [value]


def holds(operator, key, wanted, request):
    name, negated, absent = operator, False, False
    every = name.startswith("ForAllValues:")
    name = name.partition(":")[2] if every else name
    if name.endswith("IfExists"):
        name, absent = name[:-8], True
    if "Not" in name:
        name, negated, absent = name.replace("Not", ""), True, True
    if key not in request:
        return absent or every
    test = OPERATORS[name]
    found = [any(test(have, want) for want in some(wanted)) for have in some(request[key])]
    matched = all(found) if every else any(found)
    return matched != negated


def applies(statement, request):
    if "NotAction" in statement:
        if any(like(request["action"], p) for p in some(statement["NotAction"])):
            return False
    elif not any(like(request["action"], p) for p in some(statement["Action"])):
        return False
    if "Resource" in statement and not any(
            like(request["resource"], p) for p in some(statement["Resource"])):
        return False
    if "Principal" in statement:
        (whose,) = statement["Principal"].values()
        if request.get("aws:PrincipalArn") not in some(whose):
            return False
    return all(holds(operator, key, wanted, request)
               for operator, block in statement.get("Condition", {}).items()
               for key, wanted in block.items())


def allows(document, request):
    """Is there an Allow and no Deny?"""
    effects = [s["Effect"] for s in document["Statement"] if applies(s, request)]
    return "Allow" in effects and "Deny" not in effects


def denies(document, request):
    return any(s["Effect"] == "Deny" and applies(s, request) for s in document["Statement"])


def rules(document):
    """The fake's `allow` of a key: a rule a statement and value of its tag. What the fake does
    not know of a request (aws:RequestTag, aws:TagKeys) is left out."""
    for statement in document["Statement"]:
        assert statement["Effect"] == "Allow"
        tags = {key.partition("/")[2]: some(value)
                for key, value in statement.get("Condition", {}).get("StringEquals", {}).items()
                if key.startswith("aws:ResourceTag/")}
        assert len(tags) < 2
        rule = {"actions": some(statement["Action"]), "resource": statement["Resource"]}
        values = [{key: value} for key, found in tags.items() for value in found]
        for tag in values or [{}]:
            yield {**rule, "tag": tag}
