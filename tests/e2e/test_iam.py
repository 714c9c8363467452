"""iam and cred against the fake AWS, through build/tests/e2e/iamcall; and cred's reading of AWS's
shared files against the installed botocore's."""

import http.server
import random
import re
import threading
import time

import pytest
from botocore.configloader import load_config, raw_config_parse
from botocore.credentials import ConfigProvider, SharedCredentialProvider
from botocore.exceptions import ConfigParseError, PartialCredentialsError

from world.iamcall import NEEDS_IAMCALL, call, iamcall, key_file  # noqa: F401
from world.keys import ALL, HOST

ALICE = "Alice.Smith@example.com"
CAROL = "Carol.Diaz@example.com"
GOOD = "Correct-Horse-7"

pytestmark = NEEDS_IAMCALL


def verdict(said):
    return said["fault"], said["maybe_acted"], said["status"], said["code"]


OK = ("none", "0", "200", "")


# ---- the eleven actions -------------------------------------------------------------------


def test_a_login_profile_from_create_to_delete(fake, call):
    made = call("CreateLoginProfile", UserName=ALICE, Password="Sp a+ceé!~Z9",
                PasswordResetRequired="true")
    assert verdict(made) == OK and made["tls"] == "1" and made["request_id"]
    assert (made["UserName"], made["PasswordResetRequired"]) == (ALICE, "1")
    assert abs(int(made["CreateDate"]) - time.time()) < 60
    assert fake.sign_in(ALICE, "Sp a+ceé!~Z9") == {"ok": True, "must_change": True}

    assert verdict(call("UpdateLoginProfile", UserName=ALICE, PasswordResetRequired="false")) == OK
    got = call("GetLoginProfile", UserName=ALICE)
    assert verdict(got) == OK and got["PasswordResetRequired"] == "0"
    assert got["CreateDate"] == made["CreateDate"]
    assert verdict(call("UpdateLoginProfile", UserName=ALICE, Password=GOOD)) == OK
    assert fake.sign_in(ALICE, GOOD)["ok"]

    assert verdict(call("DeleteLoginProfile", UserName=ALICE)) == OK
    assert verdict(call("GetLoginProfile", UserName=ALICE)) == ("nosuchentity", "0", "404",
                                                                "NoSuchEntity")
    assert fake.profile(ALICE) is None


def test_get_user(fake, call):
    got = call("GetUser", UserName=CAROL)
    assert verdict(got) == OK
    assert (got["Path"], got["UserName"]) == ("/people/", CAROL)
    assert got["Arn"] == f"arn:aws:iam::123456789012:user/people/{CAROL}"
    assert got["CreateDate"] == "1746439200"        # 2025-05-05T10:00:00Z
    assert got["PasswordLastUsed"] == "1790840700"  # 2026-10-01T07:45:00Z
    assert got["Tags"] == ["iamlp:state=pending"]
    assert call("GetUser", UserName=ALICE)["PasswordLastUsed"] == "0"


def test_tag_user(fake, call):
    assert verdict(call("TagUser", "iamlp:state=done", "Team=Größe", "Empty=",
                        UserName=ALICE)) == OK
    assert sorted(call("GetUser", UserName=ALICE)["Tags"]) == ["Empty=", "Team=Größe",
                                                               "iamlp:state=done"]


def test_longest_tags_arn_and_path(fake, call):
    name, path = "n" * 64, "/" + "p" * 510 + "/"
    fake.control("set_user", user=name, path=path, tags={"ä" * 128: "字" * 256})
    got = call("GetUser", UserName=name)
    assert verdict(got) == OK
    assert got["Arn"] == f"arn:aws:iam::123456789012:user{path}{name}"
    assert got["Tags"] == ["ä" * 128 + "=" + "字" * 256]


def test_password_policy(fake, call):
    assert verdict(call("GetAccountPasswordPolicy")) == ("nosuchentity", "0", "404", "NoSuchEntity")
    assert verdict(call("UpdateAccountPasswordPolicy", MinimumPasswordLength="14",
                        RequireSymbols="true", MaxPasswordAge="90",
                        PasswordReusePrevention="5")) == OK
    got = call("GetAccountPasswordPolicy")
    assert (got["MinimumPasswordLength"], got["RequireSymbols"], got["RequireNumbers"]) == \
        ("14", "1", "0")
    assert (got["MaxPasswordAge"], got["ExpirePasswords"]) == ("90", "1")
    # The whole policy is replaced: what is not given is not kept.
    assert verdict(call("UpdateAccountPasswordPolicy", RequireNumbers="true")) == OK
    got = call("GetAccountPasswordPolicy")
    assert (got["MinimumPasswordLength"], got["RequireSymbols"], got["RequireNumbers"]) == \
        ("6", "0", "1")


def test_change_password(fake, call):
    fake.control("put_profile", user="provisioner", password=GOOD)
    assert verdict(call("ChangePassword", OldPassword=GOOD, NewPassword="Other-Horse-8")) == OK
    assert fake.sign_in("provisioner", "Other-Horse-8")["ok"]
    said = call("ChangePassword", OldPassword=GOOD, NewPassword="Third-Horse-9")
    assert said["fault"] != "none" and said["maybe_acted"] == "0"


def test_caller_identity(fake, call):
    who = call("GetCallerIdentity")
    assert (who["Account"], who["Arn"]) == ("123456789012",
                                            "arn:aws:iam::123456789012:user/provisioner")
    assert [r["service"] for r in fake.requests()] == ["sts"]


# ---- no ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("action, members, expected", [
    ("CreateLoginProfile", {"UserName": CAROL, "Password": GOOD},
     ("exists", "0", "409", "EntityAlreadyExists")),
    ("CreateLoginProfile", {"UserName": ALICE, "Password": "short"},
     ("policy", "0", "400", "PasswordPolicyViolation")),
    ("CreateLoginProfile", {"UserName": "nobody", "Password": GOOD},
     ("nosuchentity", "0", "404", "NoSuchEntity")),
    ("GetUser", {"UserName": "nobody"}, ("nosuchentity", "0", "404", "NoSuchEntity")),
    ("GetLoginProfile", {"UserName": "x" * 65}, ("invalid", "0", "400", "ValidationError")),
])
def test_a_definite_no(fake, call, action, members, expected):
    said = call(action, **members)
    assert verdict(said) == expected
    assert said["message"] and said["request_id"]


def test_permissions_and_signature(fake, call):
    host = dict(key=HOST)
    assert verdict(call("GetUser", UserName=ALICE, **host)) == OK
    for user in ("Erin.Elsewhere@example.com", "nobody"):
        assert verdict(call("GetUser", UserName=user, **host)) == ("denied", "0", "403",
                                                                   "AccessDenied")
    wrong = (ALL[0], ALL[1][:-1] + "X")
    said = call("CreateLoginProfile", UserName=ALICE, Password=GOOD, key=wrong)
    assert verdict(said) == ("signature", "0", "403", "SignatureDoesNotMatch")
    said = call("GetUser", UserName=ALICE, key=("AKIAXXXXXXXXXXEXAMPLE", ALL[1]))
    assert (said["fault"], said["code"]) == ("credentials", "InvalidClientTokenId")


@pytest.mark.parametrize("members", [{}, {"UserName": ""}, {"UserName": ALICE, "Password": ""},
                                     {"UserName": "a b", "Password": GOOD}, {"Password": GOOD}])
def test_what_would_act_on_the_caller_never_leaves(fake, tmp_path, members):
    status, said = iamcall("--url", fake.https, "--ca", fake.ca, "--credentials",
                           key_file(tmp_path / "credentials"), "CreateLoginProfile", *[f"{k}={v}" for k, v in members.items()])
    assert (status, said["error"]) == (1, "config")
    assert fake.requests() == []


# ---- faults: what is then known ------------------------------------------------------------------

# kind, arguments: (fault, maybe_acted) of a create, and whether it did act
FAULTS = [
    ("drop_before", {}, ("network", "1"), False),
    ("drop_after", {}, ("network", "1"), True),
    ("rst", {}, ("network", "1"), True),
    ("stall", {}, ("timeout", "1"), True),
    ("delay_after", {"seconds": 3}, ("timeout", "1"), True),
    ("bad_xml", {}, ("malformed", "1"), True),
    ("truncated_xml", {}, ("malformed", "1"), True),
    ("dtd", {}, ("malformed", "1"), True),
    ("empty", {}, ("malformed", "1"), True),
    ("huge", {"size": 1000000}, ("malformed", "1"), True),
    ("html_503", {}, ("server", "1"), False),
    ("throttle", {}, ("throttled", "0"), False),
    ("error", {"status": 500, "code": "ServiceFailure", "message": "x"}, ("server", "1"), False),
    ("error", {"status": 409, "code": "LimitExceeded", "message": "x"}, ("limit", "0"), False),
    ("errors_form", {}, ("none", "0"), True),
    ("reorder", {}, ("none", "0"), True),
    ("fractions", {}, ("none", "0"), True),
    ("no_reset_required", {}, ("none", "0"), True),
    ("no_date", {}, ("none", "0"), True),
]


@pytest.mark.parametrize("kind, arguments, expected, acted", FAULTS,
                         ids=[f"{f[0]}{n}" for n, f in enumerate(FAULTS)])
def test_faults_of_a_create(fake, call, kind, arguments, expected, acted):
    fake.fault(kind, action="CreateLoginProfile", **arguments)
    said = call("CreateLoginProfile", UserName=ALICE, Password=GOOD, PasswordResetRequired="true",
                options=["--timeout", "1500"])
    assert (said["fault"], said["maybe_acted"]) == expected
    assert said["message"] or expected[0] == "none"
    fake.wait(logged=1)
    assert (fake.profile(ALICE) is not None) == acted
    assert fake.actions() == ["CreateLoginProfile"]
    if expected[0] == "none":
        assert said["PasswordResetRequired"] == ("-1" if kind == "no_reset_required" else "1")
        assert abs(int(said["CreateDate"]) - time.time()) < 60


@pytest.mark.parametrize("kind", ["drop_after", "bad_xml", "html_503", "stall"])
def test_a_read_never_acted(fake, call, kind):
    fake.fault(kind, action="GetUser")
    said = call("GetUser", UserName=ALICE, options=["--timeout", "800"])
    assert said["fault"] != "none" and said["maybe_acted"] == "0"


@pytest.mark.parametrize("action, acted", [("CreateLoginProfile", "1"), ("GetLoginProfile", "0")])
@pytest.mark.parametrize("body", [
    "<GetUserResponse/>", "<html/>", "<{}Response/>",
    "<{0}Response><{0}Result><LoginProfile><UserName>bob</UserName>"
    "<CreateDate>2026-01-01T00:00:00Z</CreateDate></LoginProfile></{0}Result></{0}Response>"])
def test_a_success_that_is_no_answer(tmp_path, action, acted, body):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body.format(action).encode())

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as listener:
        threading.Thread(target=listener.handle_request).start()
        status, said = iamcall("--url", f"http://127.0.0.1:{listener.server_port}",
                               "--credentials", key_file(tmp_path / "credentials"), action,
                               f"UserName={ALICE}",
                               *([f"Password={GOOD}"] if acted == "1" else []))
    assert (status, said["fault"], said["maybe_acted"]) == (0, "malformed", acted)
    assert said["message"].startswith(f"the answer to {action}")


def test_an_unverified_peer_gets_nothing(fake, call):
    said = call("CreateLoginProfile", UserName=ALICE, Password=GOOD,
                options=["--ca", fake.wrong_ca])
    assert (said["fault"], said["maybe_acted"]) == ("tls", "0")
    assert fake.requests() == []


def test_control_characters_of_a_message(fake, call):
    fake.fault("control_chars", action="GetUser")
    said = call("GetUser", UserName=ALICE)
    assert said["fault"] != "none"
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202e]", said["code"] + said["message"])


# ---- shared files: the same file, the same key as the AWS CLI -------------------------------------

# A file is a row of these, drawn at random.
FRAGMENTS = [
    "[default]\n", "[p]\n", "[profile p]\n", "[profile 'p']\n", "[ p ]\n", "[P]\n", "[DEFAULT]\n",
    "  [p]\n", "[p] # note\n", "[profile p]]\n", "[profile\tp]\r\n",
    f"aws_access_key_id = {ALL[0]}\n", f"aws_access_key_id={HOST[0]}\r\n",
    f"AWS_ACCESS_KEY_ID : {HOST[0]}\n", f"  aws_access_key_id = {ALL[0]}\n",
    f"aws_secret_access_key = {ALL[1]}\n", f"aws_secret_access_key={HOST[1]}\r\n",
    f"  aws_secret_access_key = {ALL[1]}\n", f"aws_secret_access_key : {HOST[1]}\r",
    f"\u00a0aws_secret_access_key = {ALL[1]}\u00a0\n",
    "aws_session_token = IQoJb3Jp//8=\n", "aws_session_token =\n", "aws_security_token = old\n",
    "region = eu-west-1\n", "s3 =\n", "  max = 1\n", "  word\n", "# comment\n", "; comment\n",
    "  # indented comment\n", "\n", " \t\n", "word\n", "= value\n", "output = json # not a comment\n",
]
HEADERS = {"credentials": (1, 7, 8), "config": (2, 3, 10)}
IDS, SECRETS = FRAGMENTS[11:15], FRAGMENTS[15:20]
BROKEN = ("word\n", "= value\n", "  word\n")
PLAIN = [f for f in FRAGMENTS if f not in BROKEN]


# Botocore's reader of each file, and how it finds the profile p there.
READERS = {
    "credentials": (lambda path: SharedCredentialProvider(path, "p", raw_config_parse),
                    lambda path: raw_config_parse(path)["p"]),
    "config": (lambda path: ConfigProvider(path, "p", load_config),
               lambda path: load_config(path)["profiles"]["p"]),
}


def of_botocore(provider):
    """(id, secret, token or ""), None without keys, or the exception's class."""
    try:
        found = provider.load()
    except (ConfigParseError, PartialCredentialsError) as error:
        return type(error)
    return found and (found.access_key, found.secret_key, found.token or "")


def compare(path, name, text):
    """What botocore finds, after a look at whether ours finds the same."""
    provider, section = READERS[name]
    path.write_bytes(text.encode())
    theirs = of_botocore(provider(str(path)))
    status, said = iamcall(f"--{name}", str(path), "--profile", "p")
    if status == 0:
        assert (said["id"], said["secret"], said["token"]) == theirs, text
        return theirs
    swallowed = re.search(r"this line is indented and so goes on with the value of (\w+)",
                          said["sentence"])
    if swallowed:
        # Ours alone refuses a value over several lines, which can only be a mistake here.
        value = section(str(path))[swallowed[1]]
        assert isinstance(value, dict) or "\n" in value, text
    elif theirs is None:
        assert said["error"] == "denied" or "but no aws_access_key_id" in said["sentence"], text
    else:
        assert theirs in (ConfigParseError, PartialCredentialsError), text
        assert said["error"] == "format", text
    return theirs


def random_file(draw, name):
    lines = draw.choices(draw.choice([FRAGMENTS, PLAIN]), k=draw.randint(0, 4))
    for wanted in (IDS, SECRETS):
        if draw.random() < 0.8:
            lines.insert(draw.randint(0, len(lines)), draw.choice(wanted))
    if draw.random() < 0.8:
        lines.insert(0, FRAGMENTS[draw.choice(HEADERS[name])])
    return "".join(lines)


@pytest.mark.parametrize("name", READERS)
def test_files_as_botocore_reads_them(tmp_path, name):
    draw = random.Random(20150830)
    seen = {"keys": 0, "none": 0, "error": 0}
    for _ in range(400):
        theirs = compare(tmp_path / name, name, random_file(draw, name))
        seen["keys" if isinstance(theirs, tuple) else "none" if theirs is None else "error"] += 1
    assert min(seen.values()) > 40, seen  # or it would prove little
