"""AWS's shared files, the same for us and for Debian's botocore: both end with the same keys, or
both with none. Where ours differ on purpose, DIFFERENT says why.

Roles are given out by a stub STS on loopback. It verifies signatures with botocore and makes keys
of what it was asked: who asked (verified), for which role, where and how. So the same keys mean the
same way to them."""

import base64
import datetime
import hashlib
import http.server
import json
import os
import shlex
import subprocess
import threading
import time
from types import SimpleNamespace
from urllib.parse import parse_qsl

import pytest

pytest.importorskip("botocore", reason="skipped: python3-botocore is not installed")

from botocore import exceptions  # noqa: E402
from botocore.session import Session  # noqa: E402
from fake import signature  # noqa: E402
from fake.errors import AwsError  # noqa: E402
from world.iamcall import IAMCALL, iamcall  # noqa: E402
from world.keys import ALL, HOST  # noqa: E402

pytestmark = pytest.mark.skipif(not os.path.exists(IAMCALL),
                                reason=f"skipped: {IAMCALL} is not built (make tests)")


# ---- a stub STS ---------------------------------------------------------------------------------


class Sts(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.asked = []     # what the keys below were made of
        self.reset()

    def reset(self):
        self.asked.clear()
        self.data = {"keys": {**WORLD["keys"]}, "regions": {}}
        self.know(*PROCESS)

    def know(self, key, secret, token):
        self.data["keys"][key] = {"secret": secret, "token": token}

    @staticmethod
    def now():
        return time.time()


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            status, text = 200, self.answer(body)
        except AwsError as error:
            status = 400
            text = f"<ErrorResponse><Error><Code>{error.code}</Code><Message>x</Message></Error>" \
                   "</ErrorResponse>"
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def answer(self, body):
        form = dict(parse_qsl(body.decode(), strict_parsing=True))
        action, arn = form["Action"], form["RoleArn"]
        seconds = int(form.get("DurationSeconds", 3600))
        if not 900 <= seconds <= 43200 or ":role/" not in arn:
            raise AwsError("ValidationError")
        who, region = "token " + form.get("WebIdentityToken", ""), ""
        if action == "AssumeRole":
            who, region = self.caller(body)
        session = form["RoleSessionName"]
        # Everybody's own default.
        given = "" if session.startswith(("botocore-session-", "pam_iamlp")) else session
        asked = [action, who, region, arn, given, form.get("ExternalId"),
                 form.get("DurationSeconds")]
        self.server.asked.append(asked)
        digest = hashlib.sha256(json.dumps(asked).encode()).digest()
        key = "ASIA" + digest.hex()[:16].upper()
        secret, token = base64.b64encode(digest[:30]).decode(), digest.hex()
        self.server.know(key, secret, token)
        user = arn.replace(":iam:", ":sts:").split(":role/")[0] \
            + f":assumed-role/{arn.rpartition('/')[2]}/{session}"
        return (f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
                f"<{action}Result><Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>"
                f"{secret}</SecretAccessKey><SessionToken>{token}</SessionToken><Expiration>"
                f"{later()}</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>A:s"
                f"</AssumedRoleId><Arn>{user}</Arn></AssumedRoleUser></{action}Result>"
                f"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>")

    def caller(self, body):
        """(key, region) of a request whose signature botocore finds right."""
        request = SimpleNamespace(method="POST", target=self.path, body=body, tls=False,
                                  headers=self.headers.items(),
                                  header=lambda name: self.headers.get(name))
        key, _ = signature.verify(request, "sts", self.server)
        return key, self.headers["Authorization"].split("/")[2]


def later():
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


# The fake's, for what its IMDS and its container's endpoint hand out.
with open(os.path.join(os.path.dirname(__file__), "../fake/world.json"), encoding="utf-8") as file:
    WORLD = json.load(file)
CONTAINER = next(path for path, settings in WORLD["container"].items() if not settings["token"])

# What the command of a profile prints: /bin/echo, so that no program has to be written.
PROCESS = ("ASIAPROCESSX7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "IQoJb3Jp//8=")
PRINTED = {"Version": 1, "AccessKeyId": PROCESS[0], "SecretAccessKey": PROCESS[1],
           "SessionToken": PROCESS[2]}


def echo(**changes):
    return "/bin/echo " + shlex.quote(json.dumps({**PRINTED, **changes}))


@pytest.fixture(scope="module")
def sts():
    with Sts() as stub:
        thread = threading.Thread(target=stub.serve_forever, daemon=True)
        thread.start()
        yield stub
        stub.shutdown()


# ---- the files ------------------------------------------------------------------------------------


def pair(keys):
    return f"aws_access_key_id = {keys[0]}\naws_secret_access_key = {keys[1]}\n"


def role(name, **settings):
    lines = {"role_arn": f"arn:aws:iam::123456789012:role/{name}", **settings}
    return "".join(f"{key} = {value}\n" for key, value in lines.items())


A, B = pair(ALL), pair(HOST)
DEFAULT, OTHER = "[default]\n" + A, "[other]\n" + B
CHAIN = "".join(f"[profile c{i}]\n" + role(f"r{i}", source_profile=f"c{i + 1}") for i in range(9))
TOKEN_FILE = "web_identity_token_file = TOKEN\n"

# name: credentials file, config file, profile. None: not there. TOKEN stands for a file.
CASES = {
    # One file, its bytes.
    "plain": (DEFAULT, None, None),
    "named": (DEFAULT + OTHER, None, "other"),
    "config alone": (None, DEFAULT, None),
    "config, named": (None, "[profile other]\n" + B, "other"),
    "empty": ("", None, None),
    "blanks alone": ("\n  \n\t\n", None, None),
    "CR LF": (DEFAULT.replace("\n", "\r\n"), None, None),
    "CR": (DEFAULT.replace("\n", "\r"), None, None),
    "no final newline": (DEFAULT.rstrip("\n"), None, None),
    "byte order mark": ("\ufeff" + DEFAULT, None, None),
    "byte order mark behind a comment": ("# x\n\ufeff" + DEFAULT, None, None),
    "colons": (DEFAULT.replace(" = ", ": "), None, None),
    "no blanks": (DEFAULT.replace(" = ", "="), None, None),
    "many blanks": (DEFAULT.replace(" = ", "\t  =   "), None, None),
    "blanks behind": (DEFAULT.replace("\n", " \t\n"), None, None),
    "keys in capitals": ("[default]\n" + A.upper().replace(ALL[1].upper(), ALL[1]), None, None),
    "profile in capitals": (DEFAULT.replace("default", "Default"), None, None),
    "DEFAULT": ("[DEFAULT]\n" + A + "[p]\n", None, "p"),
    "DEFAULT is no profile": ("[DEFAULT]\n" + A, None, "DEFAULT"),
    "comments": ("# a\n;b\n[default]\n  # c\n" + A.replace("\n", "\n; d\n"), None, None),
    "comment behind the header": (DEFAULT.replace("]", "] # mine"), None, None),
    "comment behind a key": (DEFAULT.replace("KEY\n", "KEY # mine\n"), None, None),
    "quotes": (f'[default]\naws_access_key_id = "{ALL[0]}"\naws_secret_access_key = {ALL[1]}\n',
               None, None),
    "continued": (f"[default]\naws_access_key_id = {ALL[0]}\n  aws_secret_access_key = {ALL[1]}\n",
                  None, None),
    "continued, and yet a pair": (DEFAULT.replace("EXAMPLE\n", "EXAMPLE\n  x = 1\n"), None, None),
    "continued elsewhere": (DEFAULT + "note = a\n  b\n\n  c\n", None, None),
    "nested": (DEFAULT + "s3 =\n  max = 1\n  addressing_style = path\n", None, None),
    "nested, broken": (DEFAULT + "s3 =\n  word\n", None, None),
    "key before the section": ("region = eu-west-1\n" + DEFAULT, None, None),
    "word": (DEFAULT + "word\n", None, None),
    "section twice": (DEFAULT + OTHER + "[default]\nregion = eu-west-1\n", None, None),
    "key twice": (DEFAULT + f"aws_access_key_id = {HOST[0]}\n", None, None),
    "key twice, other case": (DEFAULT + f"AWS_Access_Key_Id = {HOST[0]}\n", None, None),
    "session token": (DEFAULT + "aws_session_token = IQoJb3Jp//8=\n", None, None),
    "old name of the token": (DEFAULT + "aws_security_token = old\naws_session_token = new\n",
                              None, None),
    "empty token": (DEFAULT + "aws_session_token =\n", None, None),
    "id alone": (f"[default]\naws_access_key_id = {ALL[0]}\n", None, None),
    "secret alone": (f"[default]\naws_secret_access_key = {ALL[1]}\n", None, None),
    "profile with a blank": ("[a b]\n" + A, None, "a b"),
    "profile of UTF-8": ("[größe]\n" + A, None, "größe"),
    "not UTF-8": (b"[default]\n" + A.encode() + b"x = \xff\n", None, None),
    # The config file's headers.
    "quoted profile": (None, '[profile "a b"]\n' + A, "a b"),
    "quoted with one": (None, "[profile 'a']\n" + A, "a"),
    "escaped": (None, '[profile a\\ b]\n' + A, "a b"),
    "three words": (None, "[profile a b]\n" + A, "a"),
    "unbalanced": (None, '[profile "a]\n' + A + "[profile b]\n" + B, "b"),
    "word profile left out": (None, "[a]\n" + A, "a"),
    "word profile too many": ("[profile a]\n" + A, None, "a"),
    "profile default": (None, "[profile default]\n" + A, None),
    "default in both ways": (None, "[profile default]\n" + A + "[default]\n" + B, None),
    "named twice": (None, "[profile a]\n" + A + "[profile 'a']\n" + B, "a"),
    # Two files.
    "credentials win": (DEFAULT, "[default]\n" + B, None),
    "config where the other has no id": ("[default]\nregion = eu-west-1\n", "[default]\n" + B,
                                         None),
    "a pair of two files": (f"[default]\naws_access_key_id = {ALL[0]}\n",
                            f"[default]\naws_secret_access_key = {ALL[1]}\n", None),
    "the other file is broken": (DEFAULT, "x\n", None),
    "neither knows it": (DEFAULT, "[profile b]\n" + B, "c"),
    "region that is none": (DEFAULT + "region = EU West\n", None, None),
    # Roles.
    "role": (DEFAULT, "[profile p]\n" + role("r", source_profile="default"), "p"),
    "role of the config alone": (None, DEFAULT + "[profile p]\n"
                                 + role("r", source_profile="default"), "p"),
    "role in the credentials file": (DEFAULT + "[p]\n" + role("r", source_profile="default"), None,
                                     "p"),
    "role of two files": ("[default]\n" + A + "[p]\nsource_profile = default\n",
                          "[profile p]\n" + role("r", source_profile="nobody"), "p"),
    "role_arn of both files": (DEFAULT + "[p]\n" + role("c"),
                               "[profile p]\n" + role("f", source_profile="default"), "p"),
    "role, all its settings": (DEFAULT, "[profile p]\n" + role(
        "path/r", source_profile="default", external_id="x/1=2", role_session_name="me@host",
        duration_seconds=1800, region="eu-central-1"), "p"),
    "role, the source's settings": (DEFAULT + "[s]\nregion = eu-west-2\n" + B, "[profile p]\n"
                                    + role("r", source_profile="s"), "p"),
    "roles, two": (DEFAULT, "[profile p]\n" + role("r", source_profile="q", external_id="p1")
                   + "[profile q]\n" + role("s", source_profile="default", external_id="q1"), "p"),
    "roles, eight": (None, CHAIN + "[profile c9]\n" + A, "c1"),
    "roles, nine": (None, CHAIN + "[profile c9]\n" + A, "c0"),
    "role of itself": (None, "[profile p]\n" + A + role("r", source_profile="p"), "p"),
    "role of itself, keys elsewhere": ("[p]\n" + A, "[profile p]\n"
                                       + role("r", source_profile="p"), "p"),
    "role of itself without keys": (None, "[profile p]\n" + role("r", source_profile="p"), "p"),
    "circle of two": (None, "[profile p]\n" + role("r", source_profile="q") + "[profile q]\n"
                      + role("s", source_profile="p"), "p"),
    "circle of three": (None, "[profile p]\n" + role("r", source_profile="q") + "[profile q]\n"
                        + role("s", source_profile="t") + "[profile t]\n"
                        + role("u", source_profile="p"), "p"),
    "circle behind the first": (None, "[profile p]\n" + role("r", source_profile="q")
                                + "[profile q]\n" + role("s", source_profile="q"), "p"),
    "circle, though there are keys": ("[p]\n" + A, "[profile p]\n" + role("r", source_profile="q")
                                      + "[profile q]\n" + role("s", source_profile="p"), "p"),
    "source is a role and has keys": (DEFAULT + "[q]\n" + B, "[profile p]\n"
                                      + role("r", source_profile="q") + "[profile q]\n"
                                      + role("s", source_profile="default"), "p"),
    "source has half a pair": (f"[q]\naws_secret_access_key = {ALL[1]}\n", "[profile p]\n"
                               + role("r", source_profile="q"), "p"),
    "source is not there": (DEFAULT, "[profile p]\n" + role("r", source_profile="q"), "p"),
    "source without keys": (DEFAULT, "[profile p]\n" + role("r", source_profile="q")
                            + "[profile q]\nregion = eu-west-1\n", "p"),
    "keys beside the role": ("[p]\n" + B + DEFAULT, "[profile p]\n"
                             + role("r", source_profile="default"), "p"),
    "role without a source": (DEFAULT, "[profile p]\n" + role("r"), "p"),
    "keys beside a role without a source": (DEFAULT + role("r"), None, None),
    "two sources": (DEFAULT, "[profile p]\n" + role("r", source_profile="default",
                                                     credential_source="Ec2InstanceMetadata"), "p"),
    "source without a role": (DEFAULT, "[default]\nsource_profile = other\n", None),
    "source is quoted": (None, '[profile p]\n' + role("r", source_profile="a b")
                         + '[profile "a b"]\n' + A, "p"),
    "empty role": (DEFAULT, "[profile p]\nrole_arn =\nsource_profile = default\n", "p"),
    "empty external id": (DEFAULT, "[profile p]\n" + role("r", source_profile="default",
                                                          external_id=""), "p"),
    "not a role": (DEFAULT, "[profile p]\nrole_arn = arn:aws:iam::123456789012:user/x\n"
                   "source_profile = default\n", "p"),
    "duration too short": (DEFAULT, "[profile p]\n" + role("r", source_profile="default",
                                                           duration_seconds=60), "p"),
    "duration that is none": (DEFAULT, "[profile p]\n" + role("r", source_profile="default",
                                                              duration_seconds="1h"), "p"),
    "MFA": (DEFAULT, "[profile p]\n" + role("r", source_profile="default",
                                            mfa_serial="arn:aws:iam::123456789012:mfa/x"), "p"),
    "role by IMDS": (None, "[profile p]\n" + role("r", credential_source="Ec2InstanceMetadata")
                     + "region = ap-south-1\n", "p"),
    "role by IMDS, no region": (None, "[profile p]\n"
                                + role("r", credential_source="Ec2InstanceMetadata"), "p"),
    "role by container": (None, "[profile p]\n" + role("r", credential_source="EcsContainer"), "p"),
    "role by environment": (None, "[profile p]\n" + role("r", credential_source="Environment"),
                            "p"),
    "role by nonsense": (DEFAULT, "[profile p]\n" + role("r", credential_source="ec2"), "p"),
    # Commands.
    "command": (None, f"[default]\ncredential_process = {echo()}\n", None),
    "command in the credentials file": (f"[default]\ncredential_process = {echo()}\n", None, None),
    "command of two": (f"[default]\ncredential_process = {echo(SecretAccessKey='c' * 40)}\n",
                       f"[default]\ncredential_process = {echo(SecretAccessKey='f' * 40)}\n", None),
    "command that is split": (None, "[default]\ncredential_process = /bin/sh -c "
                              "\"cat 'TOKEN.json'\"\n", None),
    "command, keys in credentials": (DEFAULT, f"[default]\ncredential_process = {echo()}\n", None),
    "command, keys in config": (None, DEFAULT + f"credential_process = {echo()}\n", None),
    "command that fails": (None, "[default]\ncredential_process = /bin/false\n", None),
    "command of another version": (None, f"[default]\ncredential_process = {echo(Version=2)}\n",
                                   None),
    "command that says nothing": (None, "[default]\ncredential_process = /bin/true\n", None),
    "role by command": (None, "[profile p]\n" + role("r", source_profile="q")
                        + f"[profile q]\ncredential_process = {echo()}\n", "p"),
    # Tokens.
    "token": (None, "[default]\n" + role("r") + TOKEN_FILE, None),
    "token, session": (None, "[default]\n" + role("r", role_session_name="me") + TOKEN_FILE, None),
    "token, duration": (None, "[default]\n" + role("r", duration_seconds=900) + TOKEN_FILE, None),
    "token, keys beside it": (DEFAULT, "[default]\n" + role("r") + TOKEN_FILE, None),
    "token without a role": (DEFAULT, "[default]\n" + TOKEN_FILE, None),
    "token, no file": (None, "[default]\n" + role("r") + "web_identity_token_file = /nowhere\n",
                       None),
    "empty token path": (DEFAULT, "[default]\n" + role("r") + "web_identity_token_file =\n", None),
    "role by token": (None, "[profile p]\n" + role("r", source_profile="q") + "[profile q]\n"
                      + role("s") + TOKEN_FILE, "p"),
    # SSO, as far as botocore would not go out for it.
    "SSO": (DEFAULT, "[default]\nsso_role_name = r\n", None),
    "SSO without a role": (None, "[default]\nsso_start_url = https://example.com\n", None),
    "SSO beside keys": (DEFAULT, "[default]\nsso_start_url = https://example.com\n", None),
}

# Files that give botocore no keys.
NONE = {
    "empty", "blanks alone", "byte order mark", "byte order mark behind a comment",
    "profile in capitals", "DEFAULT is no profile", "continued", "nested, broken",
    "key before the section", "word", "section twice", "key twice", "key twice, other case",
    "id alone", "secret alone", "not UTF-8", "three words", "word profile left out",
    "word profile too many", "a pair of two files", "the other file is broken",
    "neither knows it", "role of itself without keys", "circle of two", "circle of three",
    "circle behind the first", "circle, though there are keys", "source has half a pair",
    "source is not there", "source without keys", "role without a source",
    "keys beside a role without a source", "two sources", "empty role", "empty external id",
    "not a role", "duration too short", "role by environment", "role by nonsense",
    "command that fails", "command of another version", "command that says nothing",
    "token without a role", "token, no file", "SSO", "SSO without a role",
}

# Where one of us has keys and the other has none, or others: why ours is right for a host.
DIFFERENT = {
    "comment behind a key": "the comment would be signed with; no secret key holds a blank",
    "quotes": "the quotes would be sent; no key has any",
    "continued, and yet a pair": "the second line would be sent as a part of the key",
    "not UTF-8": "values that are used are checked, others are nobody's concern",
    "region that is none": "said when it is read, not when a name does not resolve",
    "roles, nine": "a ceiling; nobody chains more than a few",
    "duration that is none": "a setting that cannot be meant is not passed over",
    "MFA": "nobody is there to type a code",
    "role by IMDS, no region": "STS is asked in the instance's own region",
    "token, duration": "what the profile says is asked for",
}


# ---- both of us ------------------------------------------------------------------------------------


def write(folder, case):
    """The files of a case: paths of the credentials and of the config file, or None."""
    token = folder / "token"
    token.write_text("a.b.c")
    (folder / "token.json").write_text(json.dumps(PRINTED))
    paths = []
    for name, text in zip(("credentials", "config"), case[:2]):
        path = folder / name
        if text is None:
            paths.append(None)
            continue
        data = text if isinstance(text, bytes) else text.encode()
        path.write_bytes(data.replace(b"TOKEN", str(token).encode()))
        paths.append(str(path))
    return paths


def of_botocore(sts, fake, paths, profile, monkeypatch):
    """(id, secret, token), None, or the exception."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", fake.http + CONTAINER)
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", fake.imds)
    session = Session(profile=profile)
    session.set_config_variable("credentials_file", paths[0] or "/nonexistent/credentials")
    session.set_config_variable("config_file", paths[1] or "/nonexistent/config")
    session.set_config_variable("metadata_service_num_attempts", 1)
    create = session.create_client

    def create_client(service, region_name=None, **options):
        region = region_name or session.get_config_variable("region") or "us-east-1"
        return create(service, region_name=region, endpoint_url=sts.url, **options)

    session.create_client = create_client
    try:
        chain = session.get_component("credential_provider")
        for unasked in ("iam-role", "container-role", "boto-config", "ec2-credentials-file"):
            chain.remove(unasked)   # behind the files, ours is asked with --choice file
        chain.get_provider("assume-role")._prompter = lambda _: "123456"
        found = session.get_credentials()
        frozen = found and found.get_frozen_credentials()
    except (exceptions.BotoCoreError, exceptions.ClientError, ValueError, OSError) as error:
        return error
    return frozen and (frozen.access_key, frozen.secret_key, frozen.token or "")


def provide(folder, needs):
    """What root would run and read for iamlp-net: options of iamcall."""
    options = []
    if needs.get("command"):
        done = subprocess.run(shlex.split(needs["command"]), capture_output=True, check=False,
                              timeout=60)
        (folder / "printed").write_bytes(done.stdout)
        options += ["--process-output", str(folder / "printed")] if done.returncode == 0 else \
            ["--process-fault", "exit status 1"]
    if needs.get("token_path"):
        options += ["--web-token", needs["token_path"]] if os.path.exists(needs["token_path"]) else \
            ["--web-token-fault", f"{needs['token_path']}: no such file"]
    return options


def of_ours(sts, fake, paths, profile, folder):
    options = ["--choice", "file", "--sts-url", sts.url, "--imds", fake.imds, "--container",
               fake.http + CONTAINER, "--session-name", "pam_iamlp"]
    for name, path in zip(("--credentials", "--config"), paths):
        options += [name, path] if path else []
    options += ["--profile", profile] if profile else []
    status, said = iamcall(*options, "needs")
    if status == 0:
        status, said = iamcall(*options, *provide(folder, said))
    if status != 0:
        return SimpleNamespace(sentence=said["sentence"])
    return said["id"], said["secret"], said["token"]


@pytest.mark.parametrize("name", CASES)
def test_same_keys(name, sts, fake, tmp_path, monkeypatch):
    paths = write(tmp_path, CASES[name])
    sts.reset()
    ours = of_ours(sts, fake, paths, CASES[name][2], tmp_path)
    our_way = list(sts.asked)
    theirs = of_botocore(sts, fake, paths, CASES[name][2], monkeypatch)
    assert isinstance(theirs, tuple) == (name not in NONE), theirs
    same = ours == theirs if isinstance(theirs, tuple) else not isinstance(ours, tuple)
    assert same == (name not in DIFFERENT), (ours, our_way, theirs, sts.asked)


def test_the_lists_fit_together():
    assert NONE <= CASES.keys() and DIFFERENT.keys() <= CASES.keys() and len(CASES) > 60
