"""Reading a query request's parameters and holding them against IAM's limits.

TABLE gives, for each action, its parameters: (name, required, kind, least, most). For text the
limits are lengths in characters, for int they are values.
"""

import re
from urllib.parse import parse_qsl

from .errors import AwsError

NAME = re.compile(r"[\w+=,.@-]+", re.ASCII)
SECRET = re.compile("[\t\n\r\u0020-\u00ff]+")
SECRET_SHOWN = r"[\u0009\u000A\u000D\u0020-\u00FF]+"
# What STS takes, by kind, and how its messages show it.
PATTERNS = {
    "session": (re.compile(r"[\w+=,.@-]*", re.ASCII), r"[\w+=,.@-]*"),
    "external": (re.compile(r"[\w+=,.@:/-]*", re.ASCII), r"[\w+=,.@:\/-]*"),
    "secret": (SECRET, SECRET_SHOWN),
}
SECRETS = ("Password", "OldPassword", "NewPassword", "WebIdentityToken")

OPTIONAL_USER = ("UserName", False, "name", 1, 64)
USER = ("UserName", True, "name", 1, 64)
PAGE = (("Marker", False, "text", 1, 320), ("MaxItems", False, "int", 1, 1000))
SESSION = (("RoleArn", True, "text", 20, 2048), ("RoleSessionName", True, "session", 2, 64),
           ("DurationSeconds", False, "int", 900, 43200))
TABLE = {
    "GetUser": (("UserName", False, "name", 1, 128),),
    "ListUsers": (("PathPrefix", False, "text", 1, 512), *PAGE),
    "ListUserTags": (("UserName", True, "name", 1, 128), *PAGE),
    "TagUser": (("UserName", True, "name", 1, 128), ("Tags", True, "tags", 0, 50)),
    "GetLoginProfile": (OPTIONAL_USER,),
    "CreateLoginProfile": (OPTIONAL_USER, ("Password", True, "secret", 1, 128),
                           ("PasswordResetRequired", False, "bool", 0, 0)),
    "UpdateLoginProfile": (USER, ("Password", False, "secret", 1, 128),
                           ("PasswordResetRequired", False, "bool", 0, 0)),
    "DeleteLoginProfile": (OPTIONAL_USER,),
    "ChangePassword": (("OldPassword", True, "secret", 1, 128),
                       ("NewPassword", True, "secret", 1, 128)),
    "GetAccountPasswordPolicy": (),
    "DeleteAccountPasswordPolicy": (),
    "UpdateAccountPasswordPolicy": (
        ("MinimumPasswordLength", False, "int", 6, 128),
        *((name, False, "bool", 0, 0) for name in (
            "RequireSymbols", "RequireNumbers", "RequireUppercaseCharacters",
            "RequireLowercaseCharacters", "AllowUsersToChangePassword")),
        ("MaxPasswordAge", False, "int", 1, 1095),
        ("PasswordReusePrevention", False, "int", 1, 24),
        ("HardExpiry", False, "bool", 0, 0)),
    "ListAccountAliases": PAGE,
    "SimulatePrincipalPolicy": (
        ("PolicySourceArn", True, "text", 20, 2048), ("ActionNames", True, "list", 1, 0),
        ("ResourceArns", False, "list", 0, 0), ("ContextEntries", False, "context", 0, 0), *PAGE),
    "GetCallerIdentity": (),
    "AssumeRole": (*SESSION, ("ExternalId", False, "external", 2, 1224),
                   ("SourceIdentity", False, "session", 2, 64)),
    "AssumeRoleWithWebIdentity": (*SESSION, ("WebIdentityToken", True, "token", 4, 20000)),
}


def read(request):
    """Every parameter of the query string and the body, as text by name."""
    text = request.target.partition("?")[2] + "&" + request.body.decode("utf-8", "replace")
    return dict(parse_qsl(text, keep_blank_values=True))


def check(action, given):
    """The parameters TABLE knows, as Python values; absent ones are left out. AwsError
    ValidationError with every finding otherwise."""
    values, found = {}, []
    for name, required, kind, least, most in TABLE[action]:
        if kind == "tags":
            value = _tags(given)
        elif kind == "list":
            value = _list(given, name) or None
        elif kind == "context":
            value = _context(given)
        else:
            value = given.get(name)
        shown = name[0].lower() + name[1:]
        if value is None or value == {}:
            if required:
                found.append(f"Value null at '{shown}' failed to satisfy constraint:"
                             " Member must not be null")
            continue
        value, wrong = (value, []) if kind in ("list", "context") else _convert(kind, value, least,
                                                                               most)
        values[name] = value
        # A sensitive value is not repeated in the answer.
        at = "Value" if kind in ("secret", "tags", "token") else f"Value '{value}'"
        found += [f"{at} at '{shown}' failed to satisfy constraint: {text}" for text in wrong]
        if kind == "name" and not wrong and not NAME.fullmatch(value):
            raise AwsError("ValidationError",
                           "The specified value for userName is invalid. It must contain only"
                           " alphanumeric characters and/or the following: +=,.@_-")
    if found:
        noun = "error" if len(found) == 1 else "errors"
        raise AwsError("ValidationError",
                       f"{len(found)} validation {noun} detected: " + "; ".join(found))
    return values


def _convert(kind, value, least, most):
    """(value, [what is wrong with it])"""
    if kind == "bool":
        if value.lower() not in ("true", "false"):
            raise AwsError("MalformedInput", f"Invalid boolean value: {value}")
        return value.lower() == "true", []
    if kind == "int":
        if not re.fullmatch(r"-?[0-9]{1,9}", value):
            raise AwsError("MalformedInput", f"Invalid integer value: {value}")
        value, size, what = int(value), int(value), "have value"
    else:
        size, what = len(value), "have length"
    wrong = []
    pattern, shown = PATTERNS.get(kind, (None, None))
    if pattern and value and not pattern.fullmatch(value):
        wrong.append(f"Member must satisfy regular expression pattern: {shown}")
    if size < least:
        wrong.append(f"Member must {what} greater than or equal to {least}")
    if size > most:
        wrong.append(f"Member must {what} less than or equal to {most}")
    return value, wrong


def _list(given, name):
    """NAME.member.1, .2, ..."""
    found = []
    while f"{name}.member.{len(found) + 1}" in given:
        found.append(given[f"{name}.member.{len(found) + 1}"])
    return found


def _context(given):
    """ContextEntries as a dict: the first value by name."""
    entries, at = {}, 1
    while f"ContextEntries.member.{at}.ContextKeyName" in given:
        head = f"ContextEntries.member.{at}.ContextKey"
        entries[given[head + "Name"]] = given.get(head + "Values.member.1", "")
        at += 1
    return entries


def _tags(given):
    """Tags.member.N.Key and .Value as a dict."""
    tags = {}
    for name, key in given.items():
        match = re.fullmatch(r"Tags\.member\.([0-9]+)\.Key", name)
        if match:
            tags[key] = given.get(f"Tags.member.{match[1]}.Value", "")
    return tags
