"""The invocations that `iamlp` is held against Debian's `aws iam` with.

Each is a name, the words behind `aws iam`, and what is there before: environment (None: unset),
files in the current folder ($HOME is the folder home in it), commands for the fake. Without `bare` the
endpoint stands in front, where both programs take it.
"""

import json
from typing import NamedTuple

ALICE, CAROL = "Alice.Smith@example.com", "Carol.Diaz@example.com"
GOOD, CAROLS = "Correct-Horse-7", "Carols-own-Secret-1"
HOST = {"AWS_ACCESS_KEY_ID": "AKIAI44QH8DHBEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"}
NO_KEYS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}

CREATE = ("create-login-profile", "--user-name", ALICE, "--password", GOOD)
GET = ("get-login-profile", "--user-name", CAROL)
UPDATE = ("update-login-profile", "--user-name", CAROL)
DELETE = ("delete-login-profile", "--user-name", CAROL)
CHANGE = ("change-password", "--old-password", CAROLS, "--new-password", GOOD)
GET_POLICY = ("get-account-password-policy",)
POLICY = ("update-account-password-policy",)
# What each needs to get as far as the network.
WHOLE = {one[0]: one for one in (CREATE, GET, UPDATE, DELETE, CHANGE, GET_POLICY, POLICY)}

FULL_POLICY = {"MinimumPasswordLength": 16, "RequireSymbols": True, "RequireNumbers": True,
               "RequireUppercaseCharacters": True, "RequireLowercaseCharacters": False,
               "AllowUsersToChangePassword": True, "MaxPasswordAge": 90,
               "PasswordReusePrevention": 5, "HardExpiry": True}


class Invocation(NamedTuple):
    name: str
    words: tuple
    env: dict
    files: dict
    before: tuple
    bare: bool


TABLE = []


def add(name, *words, env=(), files=(), before=(), bare=False):
    assert name not in [one.name for one in TABLE], name
    TABLE.append(Invocation(name, words, dict(env), dict(files), tuple(before), bare))


def both(name, *words, **more):
    """In both formats."""
    add(f"{name}, json", *words, **more)
    add(f"{name}, text", *words, "--output", "text", **more)


def shared(*sections, name="home/.aws/credentials"):
    """A shared file of (header, settings) pairs."""
    text = "".join(f"[{header}]\n" + "".join(f"{k} = {v}\n" for k, v in settings.items())
                   for header, settings in sections)
    return {name: text}


# ---- skeletons -----------------------------------------------------------------------

for verb, whole in WHOLE.items():
    add(f"{verb}: skeleton", verb, "--generate-cli-skeleton")
    add(f"{verb}: skeleton input", verb, "--generate-cli-skeleton", "input")
    both(f"{verb}: skeleton output", *whole, "--generate-cli-skeleton", "output")
    add(f"{verb}: skeleton output alone", verb, "--generate-cli-skeleton", "output")
    add(f"{verb}: skeleton without keys", verb, "--generate-cli-skeleton", env=NO_KEYS)
    add(f"{verb}: an option nobody knows", *whole, "--nothing-such", "x")
    add(f"{verb}: a word too many", *whole, "more")
add("skeleton: attached", "get-login-profile", "--generate-cli-skeleton=input")
add("skeleton: attached, all there", *GET, "--generate-cli-skeleton=input")
add("skeleton: attached output", *GET, "--generate-cli-skeleton=output")
add("skeleton: short for it", *GET, "--generate", "input")
add("skeleton: short for it, nothing else", "get-login-profile", "--gen")
add("skeleton: neither in nor out", *GET, "--generate-cli-skeleton", "both")
add("skeleton: empty", *GET, "--generate-cli-skeleton", "")
add("skeleton: before the rest", "create-login-profile", "--generate-cli-skeleton", "--user-name",
    ALICE)
add("skeleton: takes the next word", "create-login-profile", "--generate-cli-skeleton", ALICE)
add("skeleton: output without keys", *CREATE, "--generate-cli-skeleton", "output", env=NO_KEYS)
add("skeleton: output, an empty name", "get-login-profile", "--user-name", "",
    "--generate-cli-skeleton", "output")
add("skeleton: of a bad JSON", "create-login-profile", "--generate-cli-skeleton",
    "--cli-input-json", "{")
add("skeleton: of a good JSON", "create-login-profile", "--generate-cli-skeleton",
    "--cli-input-json", '{"UserName": "x"}')
add("skeleton: output of a JSON", "create-login-profile", "--generate-cli-skeleton", "output",
    "--cli-input-json", json.dumps({"UserName": ALICE, "Password": GOOD}))
add("skeleton: output of half a JSON", "create-login-profile", "--generate-cli-skeleton", "output",
    "--cli-input-json", json.dumps({"UserName": ALICE}))
add("skeleton: a flag with it", *CREATE, "--password-reset-required", "--generate-cli-skeleton")
add("skeleton: last one wins", *GET, "--generate-cli-skeleton", "output", "--generate-cli-skeleton")
add("skeleton: bad file", "create-login-profile", "--generate-cli-skeleton", "--user-name",
    "file://missing")

# ---- what is done ----------------------------------------------------------------------

both("create", *CREATE)
both("create, reset", *CREATE, "--password-reset-required")
both("create, no reset", *CREATE, "--no-password-reset-required")
add("create, reset and then not", *CREATE, "--password-reset-required",
    "--no-password-reset-required")
add("create, no reset and then yes", *CREATE, "--no-password-reset-required",
    "--password-reset-required")
both("get", *GET)
both("get after a create", "get-login-profile", "--user-name", ALICE,
     before=[("put_profile", {"user": ALICE, "password": GOOD, "password_reset_required": True})])
for words in ((), ("--password", GOOD), ("--password-reset-required",),
              ("--no-password-reset-required",),
              ("--password", GOOD, "--password-reset-required")):
    add(f"update: {' '.join(words) or 'nothing'}", *UPDATE, *words)
both("delete", *DELETE)
CAROLS_KEY = {"AWS_ACCESS_KEY_ID": "AKIACAROL1111EXAMPLE"}
IS_CAROL = [("set_key", {"key": "AKIACAROL1111EXAMPLE", "arn":
                         f"arn:aws:iam::123456789012:user/{CAROL}", "allow":
                         [{"actions": ["*"], "resource": "*"}],
                         "secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"})]
both("change", *CHANGE, env=CAROLS_KEY, before=IS_CAROL)
add("change: an old one of a file", *CHANGE[:2], "file://old", *CHANGE[3:], env=CAROLS_KEY,
    before=IS_CAROL, files={"old": CAROLS})
add("change: breaks the policy", *CHANGE[:4], "short", env=CAROLS_KEY, before=IS_CAROL)
add("change: who has no profile", *CHANGE)
both("no policy", *GET_POLICY)
both("policy", *GET_POLICY, before=[("set_policy", {"policy": FULL_POLICY})])
both("policy of few words", *GET_POLICY,
     before=[("set_policy", {"policy": {"MinimumPasswordLength": 8}})])
add("set policy: nothing", *POLICY)
add("set policy: all", *POLICY, "--minimum-password-length", "16", "--require-symbols",
    "--require-numbers", "--require-uppercase-characters", "--no-require-lowercase-characters",
    "--allow-users-to-change-password", "--max-password-age", "90", "--password-reuse-prevention",
    "5", "--hard-expiry")
add("set policy: nos", *POLICY, "--no-require-symbols", "--no-require-numbers", "--no-hard-expiry",
    "--no-require-uppercase-characters", "--no-allow-users-to-change-password")
add("password: every symbol", *CREATE[:3], "--password", "&1-3a6u:RA0djs")
add("password: a space in it", *CREATE[:3], "--password", "Correct Horse 7")
add("password: a space at its ends", *CREATE[:3], "--password", " Correct-Horse-7 ")
add("password: percent, plus, equals", *CREATE[:3], "--password", "A1b2%20+c=d&e~f*g")
add("password: latin letters", *CREATE[:3], "--password", "Äpfel-und-Öl-77")
add("password: beyond latin", *CREATE[:3], "--password", "Ελληνικά-77-Aa")
add("password: two lines", *CREATE[:3], "--password", "Correct\nHorse-7")
add("password: short", *CREATE[:3], "--password", "Ab1")
add("password: weak", *CREATE[:3], "--password", "abcdefghij")
add("password: too long", *CREATE[:3], "--password", "Aa1-" * 33)
add("name: longest", "get-login-profile", "--user-name", "x" * 64)
add("name: too long", "get-login-profile", "--user-name", "x" * 65)
add("name: far too long", "get-login-profile", "--user-name", "x" * 200)
add("name: characters IAM has not", "get-login-profile", "--user-name", "a b/c:d")
add("name: a letter beyond ASCII", "get-login-profile", "--user-name", "Zoë")
add("name: in other letters", "get-login-profile", "--user-name", CAROL.lower())
add("name: everything it may hold", "get-login-profile", "--user-name", "a_+=,.@-9")

# ---- what AWS refuses --------------------------------------------------------------------

both("no such user", "get-login-profile", "--user-name", "nobody")
add("no profile", "get-login-profile", "--user-name", ALICE)
add("create: no such user", *CREATE[:2], "nobody", *CREATE[3:])
add("create: exists", *CREATE[:2], CAROL, *CREATE[3:])
add("update: no profile", *UPDATE[:2], ALICE, "--password", GOOD)
add("delete: no profile", *DELETE[:2], ALICE)
add("change: wrong old one", *CHANGE[:2], "Wrong-Secret-1", *CHANGE[3:], env=CAROLS_KEY,
    before=IS_CAROL)
add("denied", *GET_POLICY, env=HOST)
add("denied: change", *CHANGE, env=HOST)
add("a wrong secret", *GET, env={"AWS_SECRET_ACCESS_KEY": "x" * 40})
add("a key nobody has", *GET, env={"AWS_ACCESS_KEY_ID": "AKIANOBODY111EXAMPLE"})
add("a token with a key that has none", *GET, env={"AWS_SESSION_TOKEN": "token"})
add("an expired key", *GET, before=[("set_key", {"key": "AKIAIOSFODNN7EXAMPLE", "expired": True})])
for code, status in (("LimitExceeded", 409), ("EntityTemporarilyUnmodifiable", 409),
                     ("InvalidUserType", 400), ("ServiceFailure", 500), ("InternalFailure", 500),
                     ("ServiceUnavailable", 503), ("ValidationError", 400), ("OptInRequired", 403),
                     ("AccessDenied", 403), ("SomethingNew", 418)):
    add(f"error {code}", *CREATE, before=[
        ("fault", {"kind": "error", "status": status, "code": code, "message": "Said so.",
                   "times": -1})])
add("throttled for good", *GET, before=[("fault", {"kind": "throttle", "times": -1})])
add("throttled once", *GET, before=[("fault", {"kind": "throttle", "times": 1})])
add("throttled twice", *CREATE, before=[("fault", {"kind": "throttle", "times": 2})])
add("a page in HTML", *GET, before=[("fault", {"kind": "html_403", "times": -1})])
add("a forbidden page", *UPDATE, before=[("fault", {"kind": "html_403", "times": -1})])
add("bad XML", *GET, before=[("fault", {"kind": "bad_xml", "times": -1})])
add("the other form of errors", *GET[:2], "nobody", before=[("fault", {"kind": "errors_form"})])
add("other order", *GET, before=[("fault", {"kind": "reorder"})])
add("no reset in the answer", *GET, before=[("fault", {"kind": "no_reset_required"})])
add("dropped once", *GET, before=[("fault", {"kind": "drop_before"})])
add("nobody listens", *GET, "--endpoint-url", "{closed}", bare=True)
