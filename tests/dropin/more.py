"""The rest of the table: how words are read, where values and keys come from."""

import json

from .table import (ALICE, CAROL, CREATE, DELETE, GET, GET_POLICY, GOOD, HOST, NO_KEYS, POLICY,
                    UPDATE, add, both, shared)

KEYS = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE",
        "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
HOSTS = {k.lower(): v for k, v in HOST.items()}
NOWHERE = {"aws_access_key_id": "AKIANOBODY111EXAMPLE", "aws_secret_access_key": "x" * 40}

# ---- reading words -----------------------------------------------------------------------

add("nothing", bare=True)
add("no verb")
add("no such verb", "make-login-profile")
add("global option alone", "--output", "text", bare=True)
for verb in ("create-login-profile", "get-login-profile", "update-login-profile",
             "delete-login-profile", "change-password"):
    add(f"{verb}: nothing else", verb)
add("create: no password", "create-login-profile", "--user-name", ALICE)
add("create: no name", "create-login-profile", "--password", GOOD)
add("change: no new one", "change-password", "--old-password", GOOD)
add("an empty name", "get-login-profile", "--user-name", "")
add("an empty name, attached", "get-login-profile", "--user-name=")
add("an empty password", *CREATE[:3], "--password", "")
add("an empty password to update with", *UPDATE, "--password", "")
add("a name without a value", "get-login-profile", "--user-name")
add("attached", "get-login-profile", f"--user-name={CAROL}")
add("attached, with equals in it", "get-login-profile", "--user-name=a=b=c")
add("password begins with a dash", *CREATE[:3], "--password", "-Correct-Horse-7")
add("password begins with two", *CREATE[:3], "--password", "--Correct-Horse-7")
add("password begins with a dash, attached", *CREATE[:3], "--password=-Correct-Horse-7")
add("password begins with a dash and has a space", *CREATE[:3], "--password", "-Correct Horse 7")
add("password is a negative number", *CREATE[:3], "--password", "-12345678")
add("password is a negative fraction", *CREATE[:3], "--password", "-1.5")
add("password is a dash", *CREATE[:3], "--password", "-")
add("password is two dashes", *CREATE[:3], "--password", "--")
add("last one wins", "get-login-profile", "--user-name", "nobody", "--user-name", CAROL)
add("last one wins, the other way", *GET, "--user-name", "nobody")
add("short: --user", "get-login-profile", "--user", CAROL)
add("short: --u", "get-login-profile", "--u", CAROL)
add("short, attached", "get-login-profile", f"--us={CAROL}")
add("short: --pass is of two", *CREATE[:3], "--pass", GOOD)
add("short: --password is whole", *CREATE[:3], "--password", GOOD)
add("short: --password-r", *CREATE, "--password-r")
add("short: --no-password", *CREATE, "--no-password")
add("short: --no-pa is global", *CREATE, "--no-pa")
add("short: --no is of many", *CREATE, "--no")
add("short: --out", *GET, "--out", "text")
add("short: --o is global", "change-password", "--o", "text", "--new-password", GOOD)
add("short: --old", "change-password", "--old", "Carols-own-Secret-1", "--new", GOOD)
add("short: --p is the profile", *CREATE[:3], "--p", GOOD)
add("short: --c is of many", *GET, "--c", "on")
add("short: --cli-input is of two", *GET, "--cli-input", "{}")
add("short: --cli-input-j", *GET, "--cli-input-j", "{}")
add("short: --cli-input-j, nothing else", "get-login-profile", "--cli-input-j",
    json.dumps({"UserName": CAROL}))
add("short: --require is of many", *POLICY, "--require")
add("short: --require-s", *POLICY, "--require-s", "--min", "10")
add("short: --max", *POLICY, "--max", "30")
add("one dash", "get-login-profile", "-user-name", CAROL)
add("a value for a flag", *CREATE, "--password-reset-required=true")
add("a value behind a flag", *CREATE, "--password-reset-required", "true")
add("capitals", "get-login-profile", "--User-Name", CAROL)
add("underscores", "get-login-profile", "--user_name", CAROL)
add("options first", "--output", "text", "get-login-profile", "--user-name", CAROL)
add("options first, attached", "--output=text", *GET)
add("options of the verb first", "--user-name", CAROL, "get-login-profile")
add("two dashes at the end", *GET, "--")
add("two dashes before", "--", *GET)
add("two dashes behind the verb", GET[0], "--", *GET[1:])
add("two dashes in the middle", *GET, "--", "--output", "text")
add("a global option takes a name", "get-login-profile", "--user-name", "--output", "text")
add("a positional first", "get-login-profile", CAROL)
add("an empty word", *GET, "")
add("a single dash", *GET, "-")
for number in ("8", "+8", " 8 ", "0x8", "8.0", "eight", "", "1_0", "5", "6", "0", "-1", "007",
               "128", "129", "1e2"):
    add(f"number {number!r}", *POLICY, "--minimum-password-length", number)
add("number: age 0", *POLICY, "--max-password-age", "0")
add("number: age too high", *POLICY, "--max-password-age", "1096")
add("number: negative, attached", *POLICY, "--max-password-age=-5")
add("number: reuse", *POLICY, "--password-reuse-prevention", "24")
add("number: of a file", *POLICY, "--max-password-age", "file://n", files={"n": "30\n"})

# ---- global options ------------------------------------------------------------------------

for words in (("--color", "on"), ("--color", "off"), ("--color", "blue"), ("--no-cli-pager",),
              ("--no-paginate",), ("--cli-read-timeout", "20"), ("--cli-connect-timeout", "20"),
              ("--cli-connect-timeout", "0"), ("--cli-read-timeout", "0"),
              ("--cli-read-timeout", "soon"), ("--cli-connect-timeout", ""),
              ("--output", "xml"), ("--output", ""), ("--output",), ("--region", "eu-west-1"),
              ("--region", "us-east-1"), ("--no-sign-request",), ("--no-verify-ssl",),
              ("--ca-bundle", "/nonexistent"), ("--profile", "nobody"), ("--query", "]"),
              ("--region", "no such"), ("--region", "12"), ("--region", "us-"), ("--cli-binary-format", "base64"),
              ("--cli-binary-format", "hex"), ("--no-cli-auto-prompt",), ("--debug",),
              ("--color",), ("--no-color",)):
    add("global: " + " ".join(words), *GET, *words)
add("endpoint without scheme", *GET, "--endpoint-url", "localhost:1", bare=True)
add("endpoint: an address without scheme", *GET, "--endpoint-url", "127.0.0.1:1", bare=True)
add("endpoint: empty", *GET, "--endpoint-url", "", bare=True)
add("endpoint: ftp", *GET, "--endpoint-url", "ftp://127.0.0.1/", bare=True)
add("endpoint: no host", *GET, "--endpoint-url", "http:///x", bare=True)
add("endpoint: last one wins", *GET, "--endpoint-url", "{closed}", "--endpoint-url", "{http}",
    bare=True)
add("global: --profile, empty", *GET, "--profile", "")
add("global: --region, empty", *GET, "--region", "")
add("global: prompts and none", *GET, "--cli-auto-prompt", "--no-cli-auto-prompt")
add("tls: its CA", *GET, "--endpoint-url", "{https}", "--ca-bundle", "{ca}", bare=True)
add("tls: another CA", *GET, "--endpoint-url", "{https}", "--ca-bundle", "{wrong_ca}", bare=True)
add("tls: the system's", *GET, "--endpoint-url", "{https}", bare=True)
add("tls: CA of the environment", *GET, "--endpoint-url", "{https}", bare=True,
    env={"AWS_CA_BUNDLE": "{ca}"})
add("tls: CA of the profile", *GET, "--endpoint-url", "{https}", bare=True,
    files=shared(("default", {"ca_bundle": "{ca}"}), name="home/.aws/config"))
add("tls: unverified", *GET, "--endpoint-url", "{https}", "--no-verify-ssl", bare=True)
add("tls: unverified, another CA", *GET, "--endpoint-url", "{https}", "--no-verify-ssl",
    "--ca-bundle", "{wrong_ca}", bare=True)

# ---- files for values --------------------------------------------------------------------

PW = {"pw": GOOD, "pw.n": GOOD + "\n", "name": CAROL, "latin1": b"\xc4pfel-77-Aa", "empty": ""}
for name, value in (("a password", "file://pw"), ("ends its line", "file://pw.n"),
                    ("bytes", "fileb://pw"), ("bytes that end their line", "fileb://pw.n"),
                    ("is not there", "file://missing"), ("is a folder", "file://home"),
                    ("is empty", "file://empty"), ("not UTF-8", "file://latin1"),
                    ("in capitals", "FILE://pw"), ("http", "http://127.0.0.1:1/pw"),
                    ("https", "https://127.0.0.1:1/pw"), ("absolute", "file://{dir}/pw"),
                    ("of the home", "file://~/pw"), ("by a variable", "file://$HOME/pw"),
                    ("by a braced variable", "file://${HOME}/pw"),
                    ("by a variable that is not there", "file://$NOTHING/pw"),
                    ("one slash", "file:/pw"), ("a space in front", " file://pw")):
    add(f"file: {name}", *CREATE[:3], "--password", value, files={**PW, "home/pw": GOOD + "x"})
add("file: the name", "get-login-profile", "--user-name", "file://name", files=PW)
add("file: the name in bytes", "get-login-profile", "--user-name", "fileb://name", files=PW)
add("file: CRLF", *CREATE[:3], "--password", "file://crlf", files={"crlf": GOOD + "\r\n"})

# ---- JSON ----------------------------------------------------------------------------------

WHOLE = {"UserName": ALICE, "Password": GOOD, "PasswordResetRequired": True}


def document(name, text, *words, verb="create-login-profile"):
    add(f"JSON: {name}", verb, "--cli-input-json", text, *words)


document("whole", json.dumps(WHOLE))
document("pretty", json.dumps(WHOLE, indent=4) + "\n")
document("other order", json.dumps(dict(reversed(WHOLE.items()))))
document("false", json.dumps({**WHOLE, "PasswordResetRequired": False}))
document("the command line wins", json.dumps(WHOLE), "--user-name", CAROL)
document("the command line says no", json.dumps(WHOLE), "--no-password-reset-required")
document("half of it", json.dumps({"Password": GOOD}), "--user-name", ALICE)
document("a member is missing", json.dumps({"UserName": ALICE}))
document("a member nobody knows", json.dumps({**WHOLE, "Email": "x"}))
document("other letters", json.dumps({**WHOLE, "username": "x"}))
document("a number for a name", json.dumps({**WHOLE, "UserName": 5}))
document("null for a name", json.dumps({**WHOLE, "UserName": None}))
document("null for a flag", json.dumps({**WHOLE, "PasswordResetRequired": None}))
document("a word for a flag", json.dumps({**WHOLE, "PasswordResetRequired": "true"}))
document("one for a flag", json.dumps({**WHOLE, "PasswordResetRequired": 1}))
document("a list for a name", json.dumps({**WHOLE, "UserName": [ALICE]}))
document("an object for a password", json.dumps({**WHOLE, "Password": {}}))
document("a number beyond all", '{"MinimumPasswordLength": 99999999999999999999}',
         verb="update-account-password-policy")
document("empty name", json.dumps({**WHOLE, "UserName": ""}))
document("values are literal", json.dumps({**WHOLE, "Password": "file://pw"}))
document("twice the same", '{"UserName": "nobody", "UserName": "%s"}' % CAROL,
         verb="get-login-profile")
document("escapes", '{"UserName": "\\u0043arol.Diaz@example.com"}', verb="get-login-profile")
document("nothing", "{}")
document("an empty text", "")
document("blanks", "  ")
document("a list", "[]")
document("a string", '"x"')
document("a number", "5")
document("null", "null")
document("cut", '{"UserName": ')
document("a comma too many", '{"UserName": "x",}')
document("single quotes", "{'UserName': 'x'}")
document("no JSON", "UserName=x")
document("more behind it", "{} {}")
document("blanks around it", " \n%s\t " % json.dumps(WHOLE))
document("with a mistake on the command line", json.dumps(WHOLE), "--nothing-such")
document("for a verb without members", "{}", verb="get-account-password-policy")
document("a member for a verb without", '{"UserName": "x"}', verb="get-account-password-policy")
document("numbers", '{"MinimumPasswordLength": 12, "MaxPasswordAge": 90}', verb=POLICY[0])
document("a number as text", '{"MinimumPasswordLength": "12"}', verb=POLICY[0])
document("a fraction", '{"MinimumPasswordLength": 12.0}', verb=POLICY[0])
document("a number too low", '{"MinimumPasswordLength": 5}', verb=POLICY[0])
document("a negative number", '{"MaxPasswordAge": -1}', verb=POLICY[0])
document("of a file", "file://in", verb="get-login-profile")
for name, content in (("a file", json.dumps({"UserName": CAROL})),
                      ("a file with a mark", b"\xef\xbb\xbf" + json.dumps(
                          {"UserName": CAROL}).encode()),
                      ("a file that is cut", '{"UserName"'), ("an empty file", "")):
    for scheme in ("file", "fileb"):
        add(f"JSON: {name}, {scheme}", "get-login-profile", "--cli-input-json", f"{scheme}://in",
            files={"in": content})
add("JSON: attached", "get-login-profile", "--cli-input-json=" + json.dumps({"UserName": CAROL}))
add("JSON: attached, name beside it", *GET, "--cli-input-json={}")
add("JSON: twice", "get-login-profile", "--cli-input-json", "{", "--cli-input-json",
    json.dumps({"UserName": CAROL}))
add("JSON: twice the file", *GET, "--cli-input-json", "file://missing")
add("JSON: without a value", "get-login-profile", "--cli-input-json")
add("JSON: and YAML", *GET, "--cli-input-json", "{}", "--cli-input-yaml", "{}")

# ---- keys ------------------------------------------------------------------------------------

add("keys: none", *GET, env=NO_KEYS)
add("keys: none, and a mistake", "get-login-profile", "--user-name", "", env=NO_KEYS)
add("keys: half of them", *GET, env={"AWS_SECRET_ACCESS_KEY": None})
add("keys: the other half", *GET, env={"AWS_ACCESS_KEY_ID": None})
add("keys: empty", *GET, env={"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""})
add("keys: the secret is empty", *GET, env={"AWS_SECRET_ACCESS_KEY": ""})
add("keys: no region", *GET, env={"AWS_DEFAULT_REGION": None})
add("keys: region of the environment", *GET, env={"AWS_REGION": "eu-west-1"})
add("keys: region empty", *GET, env={"AWS_REGION": ""})
add("keys: of the file", *GET, env=NO_KEYS, files=shared(("default", KEYS)))
add("keys: of the config", *GET, env=NO_KEYS,
    files=shared(("default", KEYS), name="home/.aws/config"))
add("keys: environment before file", *GET, files=shared(("default", NOWHERE)))
add("keys: no default in the file", *GET, env=NO_KEYS, files=shared(("other", KEYS)))
add("keys: half of them in the file", *GET, env=NO_KEYS,
    files=shared(("default", {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE"})))
TWO = shared(("default", NOWHERE), ("work", KEYS))
add("profile: option", *GET, "--profile", "work", env=NO_KEYS, files=TWO)
add("profile: option before keys of the environment", *GET_POLICY, "--profile", "work",
    files=shared(("work", HOSTS)))
add("profile: environment", *GET, env={**NO_KEYS, "AWS_PROFILE": "work"}, files=TWO)
add("profile: environment, the older one", *GET, files=TWO,
    env={**NO_KEYS, "AWS_DEFAULT_PROFILE": "work"})
add("profile: both of them", *GET, files=TWO,
    env={**NO_KEYS, "AWS_DEFAULT_PROFILE": "work", "AWS_PROFILE": "default"})
add("profile: keys of the environment before it", *GET, env={"AWS_PROFILE": "nowhere"},
    files=shared(("nowhere", NOWHERE)))
add("profile: nobody's, in the environment", *GET, env={"AWS_PROFILE": "nobody"})
add("profile: nobody's, option", *GET, "--profile", "nobody", env=NO_KEYS, files=TWO)
add("profile: without keys", *GET, "--profile", "bare", env=NO_KEYS,
    files=shared(("profile bare", {"region": "us-east-1"}), name="home/.aws/config"))
add("profile: default without keys", *GET, env=NO_KEYS,
    files=shared(("default", {"region": "us-east-1"}), name="home/.aws/config"))
both("profile: output", *GET, files=shared(("default", {"output": "text"}),
                                          name="home/.aws/config"))
add("profile: output of the environment", *GET, env={"AWS_DEFAULT_OUTPUT": "text"})
add("profile: environment before the profile's", *GET, env={"AWS_DEFAULT_OUTPUT": "text"},
    files=shared(("default", {"output": "json"}), name="home/.aws/config"))
add("profile: an output there is not", *GET, env={"AWS_DEFAULT_OUTPUT": "xml"})
add("profile: region", *GET, env={"AWS_DEFAULT_REGION": None},
    files=shared(("default", {"region": "eu-west-1"}), name="home/.aws/config"))
add("files: elsewhere", *GET, files=shared(("default", KEYS), name="credentials"),
    env={**NO_KEYS, "AWS_SHARED_CREDENTIALS_FILE": "{dir}/credentials"})
add("files: elsewhere, relative", *GET, files=shared(("default", KEYS), name="credentials"),
    env={**NO_KEYS, "AWS_SHARED_CREDENTIALS_FILE": "credentials"})
add("files: elsewhere, of the home", *GET, files=shared(("default", KEYS), name="home/c"),
    env={**NO_KEYS, "AWS_SHARED_CREDENTIALS_FILE": "~/c"})
add("files: config elsewhere", *GET, "--profile", "p", env={**NO_KEYS, "AWS_CONFIG_FILE": "{dir}/c"},
    files=shared(("profile p", KEYS), name="c"))
add("files: neither is there", *GET,
    env={"AWS_SHARED_CREDENTIALS_FILE": "/nonexistent", "AWS_CONFIG_FILE": "/nonexistent"})
add("files: broken config", *GET, files={"home/.aws/config": "no section\n"})
add("files: broken credentials", *GET, env=NO_KEYS, files={"home/.aws/credentials": "no section\n"})
PROCESS = ('#!/bin/sh\n[ -n "$HOME" ] && printf %s \'{"Version": 1, "AccessKeyId": '
           '"AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": '
           '"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}\'\n')
for name, command, script in (("gives keys", "{dir}/keys.sh", PROCESS),
                              ("by its name", "sh -c {dir}/keys.sh", PROCESS),
                              ("with arguments", '"{dir}/keys.sh" a "b c"', PROCESS),
                              ("fails", "{dir}/keys.sh", "#!/bin/sh\nexit 3\n"),
                              ("gives nothing", "{dir}/keys.sh", "#!/bin/sh\n"),
                              ("is not there", "{dir}/missing", PROCESS)):
    add(f"process: {name}", *GET, env=NO_KEYS, files={
        "keys.sh": script,
        **shared(("default", {"credential_process": command}), name="home/.aws/config")})
ENDPOINT = {**NO_KEYS, "AWS_EC2_METADATA_DISABLED": None,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{imds}/"}
add("imds: keys", "get-login-profile", "--user-name", CAROL, env=ENDPOINT)
add("imds: turned off", *GET, env={**ENDPOINT, "AWS_EC2_METADATA_DISABLED": "true"})
add("imds: is not asked", *DELETE, env={"AWS_EC2_METADATA_SERVICE_ENDPOINT": "{imds}/"})
add("endpoint of the environment", *GET, "--endpoint-url", "{http}", bare=True,
    env={"AWS_ENDPOINT_URL": "{closed}", "AWS_ENDPOINT_URL_IAM": "{closed}"})
add("container: full URI", *GET, env={
    **NO_KEYS, "AWS_CONTAINER_CREDENTIALS_FULL_URI":
    "{http}/v2/credentials/2fa8e1a0-1f5b-4c5e-9b1d-0123456789ab"})
add("container: with a token", *GET, env={
    **NO_KEYS, "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{http}/v1/credentials",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "authorization-token-EXAMPLE"})
add("container: another host", *GET, env={
    **NO_KEYS, "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://192.0.2.1/"})
