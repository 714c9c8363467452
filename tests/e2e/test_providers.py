"""Where credentials come from, in every situation: a provider is a row, a cell is a test, and no
cell is missing.

What iamlp-net reads, asks and judges is shown by iamcall. What root opens and runs for it (shared
files, tokens, a credential_process), and what IAM says to keys that look well, is shown by `iamlp
provision`. Each failure is one sentence: it names the file or the address, says what to mend, and
quotes no key, no token and no file.
"""

import dataclasses
import json
import os
import re
import time

import pytest

from world.iamcall import iamcall
from world.keys import HOST
from world.needs import NEEDS_WORLD

ALICE = "Alice.Smith@example.com"
ROLE = "arn:aws:iam::123456789012:role/iamlp-table"
TRUSTED = {"principals": ["arn:aws:iam::123456789012:user/host"],
           "web": [{"issuer": "*", "audience": "*", "subject": "*"}]}
PODS = "/v1/credentials"
POD_TOKEN = "authorization-token-EXAMPLE"
FOREIGN = "X" * 40


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def static(key=HOST, more=""):
    return f"[default]\naws_access_key_id = {key[0]}\naws_secret_access_key = {key[1]}\n{more}"


def printed(**members):
    """What a credential_process prints; None takes a member away."""
    given = {"Version": 1, "AccessKeyId": HOST[0], "SecretAccessKey": HOST[1], **members}
    return json.dumps({name: value for name, value in given.items() if value is not None})


def program(text, status=0):
    return f"#!/bin/sh\ncat <<'END'\n{text}\nEND\nexit {status}\n"


@dataclasses.dataclass
class Row:
    """How a provider that works is set up. In every text {x} is the path of file x, and http,
    https, imds, ca and closed are the fake's."""

    files: dict     # name: (mode, text)
    options: dict   # of iamcall
    aws: dict       # keys of [aws] in iamlp.conf


ROWS = {
    "static": Row({"credentials": (0o600, static())},
                  {"credentials": "{credentials}"},
                  {"credentials": "file", "credentials_file": "{credentials}"}),
    "role": Row({"credentials": (0o600, static()),
                 "config": (0o600, f"[profile p]\nrole_arn = {ROLE}\nsource_profile = default\n")},
                {"credentials": "{credentials}", "config": "{config}", "profile": "p",
                 "session-name": "host1.alice", "sts-url": "{https}", "ca": "{ca}"},
                {"credentials": "file", "credentials_file": "{credentials}",
                 "config_file": "{config}", "profile": "p", "sts_endpoint_url": "{https}"}),
    "process": Row({"program": (0o700, program(printed())), "output": (0o600, printed()),
                    "config": (0o600, "[default]\ncredential_process = {program} --now\n")},
                   {"choice": "process", "config": "{config}", "process-output": "{output}"},
                   {"credentials": "process", "credentials_file": None,
                    "config_file": "{config}"}),
    "web": Row({"token": (0o600, "{web}")},
               {"choice": "web_identity", "web-token": "{token}", "role": ROLE,
                "session-name": "host1.alice", "sts-url": "{https}", "ca": "{ca}"},
               {"credentials": "web_identity", "credentials_file": None, "role_arn": ROLE,
                "web_identity_token_file": "{token}", "sts_endpoint_url": "{https}"}),
    "container": Row({"token": (0o600, POD_TOKEN)},
                     {"choice": "container", "container": "{http}" + PODS,
                      "container-token": "{token}"},
                     {"credentials": "container", "credentials_file": None,
                      "container_uri": "{http}" + PODS, "container_token_file": "{token}"}),
    "imds": Row({}, {"imds": "{imds}"},
                {"credentials": "imds", "credentials_file": None,
                 "imds_endpoint_url": "{imds}", "region": "us-east-1"}),
}


@dataclasses.dataclass
class Cell:
    """What is different, and the sentence (a pattern, {x} as in Row) that has to come of it."""

    says: str
    error: str = None            # of iamcall; None: it is `iamlp provision` that says it
    files: dict = dataclasses.field(default_factory=dict)      # None takes a file away
    options: dict = dataclasses.field(default_factory=dict)    # None takes an option away
    world: tuple = ()            # (command, arguments) of the fake
    fault: dict = None           # of the fake


def net(error, says, **more):
    return Cell(says, error, **more)


def imds(error, says, **mood):
    return Cell("imds: " + says, error, world=[("set_imds", mood)])


def container(error, says, **mood):
    return Cell("container: " + says, error, world=[("set_container", {"path": PODS, **mood})])


WORKS = Cell("", "ok")
AGENT = "container_uri must be the address of the agent"
STS = f"role {ROLE}: "
CELLS = {
    ("static", "works"): WORKS,
    ("static", "absent"): Cell("credentials_file: {credentials}: No such file",
                               files={"credentials": None}),
    ("static", "permissions"): Cell("{credentials} has mode 0644; mend with: chmod go-rwx "
                                    "{credentials}",
                                    files={"credentials": (0o644, static())}),
    ("static", "malformed"): net("format", "file: {credentials}:4: this section stands on line 1",
                                 files={"credentials": (0o600, static(more=static()))}),
    ("static", "expired"): Cell("the keys of {credentials}: .*; the session has expired; renew",
                                world=[("set_key", {"key": HOST[0], "expired": True})]),
    # A file answers at once, or it is no file: a pipe would be waited for.
    ("static", "slow"): Cell("{credentials} is not a regular file", files={"credentials": "fifo"}),
    ("static", "refuses"): Cell("the keys of {credentials}: .*; the access key does not exist or",
                                world=[("remove_key", {"key": HOST[0]})]),
    ("static", "lies"): Cell("the keys of {credentials}: .*; the secret access key is wrong",
                             files={"credentials": (0o600, static((HOST[0], FOREIGN)))}),

    ("role", "works"): WORKS,
    ("role", "absent"): net("denied", "file: {config}:3: source_profile: .*no profile nobody",
                            files={"config": (0o600, f"[profile p]\nrole_arn = {ROLE}\n"
                                              "source_profile = nobody\n")}),
    ("role", "permissions"): Cell("{config} has mode 0660; mend with: chmod go-rwx {config}",
                                  files={"config": (0o660, "")}),
    ("role", "malformed"): net("config", "file: {config}:2: role iamlp-table: .*; write arn:aws:iam",
                               files={"config": (0o600, "[profile p]\nrole_arn = iamlp-table\n"
                                                 "source_profile = default\n")}),
    ("role", "expired"): net("denied", "file: {config}:2: " + STS + "the keys .* have expired; ",
                             world=[("set_key", {"key": HOST[0], "expired": True})]),
    ("role", "slow"): net("timeout", "file: {config}:2: " + STS + "no answer in time",
                          options={"timeout": "1000"},
                          fault={"kind": "stall", "action": "AssumeRole", "times": -1}),
    ("role", "refuses"): net("denied", "file: {config}:2: " + STS + "its trust policy has to allow ",
                             world=[("set_role", {"role": "iamlp-table",
                                                  "trust": {"principals": []}})]),
    ("role", "lies"): net("format", "file: {config}:2: " + STS,
                          fault={"kind": "truncated_xml", "action": "AssumeRole", "times": -1}),

    ("process", "works"): WORKS,
    ("process", "absent"): Cell("{program}: No such file", files={"program": None}),
    ("process", "permissions"): Cell("{program} has mode 0777; mend with: chmod go-w",
                                     files={"program": (0o777, program(printed()))}),
    ("process", "malformed"): net("format", "process: {config}.*: not JSON: line 1.*; run it as root",
                                  files={"output": (0o600, "Please sign in\n" + printed())}),
    ("process", "expired"): net("denied", "process: {config}: the credentials ran out .* ago; or",
                                files={"output": (0o600, printed(Expiration=iso(-60)))}),
    ("process", "slow"): Cell("{program}: did not end in time; run it by hand",
                              files={"program": (0o700, "#!/bin/sh\nexec sleep 600\n")}),
    ("process", "refuses"): Cell("{program}: ended with status 3; run it by hand",
                                 files={"program": (0o700, program(printed(), 3))}),
    ("process", "lies"): net("format", "process: {config}.*: Version is not 1; run it as root",
                             files={"output": (0o600, printed(Version=2))}),

    ("web", "works"): WORKS,
    ("web", "absent"): Cell("web_identity_token_file: {token}: No such file",
                            files={"token": None}),
    ("web", "permissions"): Cell("{token} has mode 0666; mend with: chmod go-w {token}",
                                 files={"token": (0o666, "{web}")}),
    ("web", "malformed"): net("format", "web_identity: {token}: holds a blank.*; name the file",
                              files={"token": (0o600, "token = {web}")}),
    ("web", "expired"): net("denied", "web_identity: {token}: " + STS + "the token has expired; ",
                            files={"token": (0o600, "{web_expired}\n")}),
    ("web", "slow"): net("timeout", "web_identity: " + STS + "no answer in time",
                         options={"timeout": "1000"},
                         fault={"kind": "stall", "action": "AssumeRoleWithWebIdentity",
                                "times": -1}),
    ("web", "refuses"): net("denied", "web_identity: {token}: " + STS + "its trust policy has to ",
                            world=[("set_role", {"role": "iamlp-table", "trust": {
                                "web": [{"subject": "host:another"}]}})]),
    ("web", "lies"): net("format", "web_identity: " + STS,
                         fault={"kind": "empty", "action": "AssumeRoleWithWebIdentity",
                                "times": -1}),

    ("container", "works"): WORKS,
    ("container", "absent"): net("network", "container: {closed_at}: cannot connect: .*; " + AGENT,
                                 options={"container": "{closed}" + PODS}),
    ("container", "permissions"): Cell("container_token_file: {token} has mode 0644; mend with: "
                                       "chmod go-rwx {token}", files={"token": (0o644, POD_TOKEN)}),
    ("container", "malformed"): container("format", "{http_at}: not JSON: .*; " + AGENT,
                                          mood="garbage"),
    ("container", "expired"): container("denied", "{http_at}: the credentials ran out .* ago; or",
                                        mood="expired"),
    ("container", "slow"): container("timeout", "{http_at}: no answer within 2000 ms; " + AGENT,
                                     mood="stalled"),
    ("container", "refuses"): container("denied", "{http_at} with the token of {token}: status 403: "
                                        "AccessDeniedException: .*; the token is no good: is its "
                                        "file the one that is renewed", mood="denied"),
    ("container", "lies"): container("denied", "{http_at}: refused in words that repeat the token",
                                     mood="error", status=400, code="InvalidToken",
                                     message=f"{POD_TOKEN} is not known here"),

    ("imds", "works"): WORKS,
    ("imds", "absent"): net("network", "imds: no instance metadata service: {closed_at}: cannot "
                            "connect: .*; choose other credentials",
                            options={"imds": "{closed}"}),
    ("imds", "permissions"): imds("denied", "{imds_at}: role iamlp-host: no keys: AssumeRoleUnauth"
                                  "orizedAccess: .*; the role's trust policy must let ec2.amazon",
                                  mood="unauthorized"),
    ("imds", "malformed"): imds("format", "{imds_at}: role iamlp-host: not JSON: .*; correct imds_e",
                                mood="garbage"),
    ("imds", "expired"): imds("denied", "{imds}: the credentials ran out .* ago; or", mood="expired"),
    ("imds", "slow"): imds("timeout", "{imds_at}: no answer to the token request within 1000 ms; in "
                           "a container raise the hop limit", mood="hop_limit"),
    ("imds", "refuses"): imds("denied", "{imds_at}: status 403 to the token request: turned off, .*"
                              "turn it on in the instance's metadata options", mood="forbidden"),
    ("imds", "lies"): imds("format", "{imds_at}: its token is no header's value; correct imds_endp",
                           mood="html"),
}
SITUATIONS = ("works", "absent", "permissions", "malformed", "expired", "slow", "refuses", "lies")


class Table:
    """The files of one cell, and the texts that names stand for."""

    def __init__(self, fake, folder, row, cell):
        self.fake, self.row, self.cell = fake, row, cell
        self.folder = os.path.join(folder, "table")
        os.mkdir(self.folder, 0o755)
        self.names = {"http": fake.http, "https": fake.https, "imds": fake.imds, "ca": fake.ca,
                      "closed": fake.closed, "web": fake.control("set_web_token"),
                      "web_expired": fake.control("set_web_token", expires=-60)}
        for name in ("http", "imds", "closed"):
            self.names[f"{name}_at"] = self.names[name].rpartition("/")[2]
        files = {**row.files, **cell.files}
        self.names.update({name: os.path.join(self.folder, name) for name in files})
        for name, file in files.items():
            self._write(self.names[name], file)
        fake.control("set_role", role="iamlp-table", trust=TRUSTED,
                     allow=[{"actions": ["*"], "resource": "*"}])
        for command, arguments in cell.world:
            fake.control(command, **arguments)
        if cell.fault:
            fake.fault(**cell.fault)

    def fill(self, text, quote=str):
        return re.sub(r"\{(\w+)\}", lambda m: quote(self.names[m[1]]), text)

    def _write(self, path, file):
        if file == "fifo":
            os.mkfifo(path, 0o600)
        elif file:
            with open(path, "w", encoding="utf-8") as out:
                out.write(self.fill(file[1]) if "{web" in file[1] or "{program" in file[1]
                          else file[1])
            os.chmod(path, file[0])

    def options(self):
        given = {**self.row.options, **self.cell.options}
        return [word for name, value in given.items() if value
                for word in (f"--{name}", self.fill(value))]

    def aws(self):
        return {name: value and self.fill(value) for name, value in self.row.aws.items()}

    def secrets(self):
        """Whatever no sentence may hold: every key's secret and token, and every web token."""
        world = self.fake.control("state")
        found = [POD_TOKEN, FOREIGN, *world["web_tokens"]]
        for key, entry in world["keys"].items():
            found += [key, entry["secret"], entry.get("token") or entry["secret"]]
        return found


def check(table, sentence):
    pattern = table.fill(table.cell.says, re.escape)
    assert re.search(pattern, sentence), f"{sentence!r} instead of {pattern!r}"
    assert not [secret for secret in table.secrets() if secret in sentence]
    assert not re.search(r"[\x00-\x1f\x7f]", sentence)


def test_no_cell_is_missing():
    assert set(CELLS) == {(provider, situation) for provider in ROWS for situation in SITUATIONS}


BY_NET = [cell for cell in CELLS if CELLS[cell].error]
BY_ROOT = [cell for cell in CELLS if not CELLS[cell].error or CELLS[cell] is WORKS]


@pytest.mark.parametrize("provider, situation", BY_NET)
def test_cell(fake, tmp_path, provider, situation):
    table = Table(fake, tmp_path, ROWS[provider], CELLS[provider, situation])
    # No deadline but the provider's own ends what is slow, unless the cell says so.
    status, said = iamcall("--timeout", "30000", *table.options())
    if situation == "works":
        assert status == 0, said
        assert said["id"] in fake.control("state")["keys"] and said["provider"]
        return
    assert (status, said["error"]) == (1, table.cell.error), said
    check(table, said["sentence"])
    assert not [r for r in fake.requests() if r["service"] == "iam"]


@NEEDS_WORLD
@pytest.mark.parametrize("provider, situation", BY_ROOT)
def test_cell_through_the_front_door(fake, host, tmp_path, provider, situation):
    table = Table(fake, tmp_path, ROWS[provider], CELLS[provider, situation])
    host.configure(**table.aws())
    seen = host.provision("alice")
    if situation == "works":
        assert fake.sign_in(ALICE, seen.password)["ok"], seen.text
        return
    check(table, " ".join(seen.text.split()))
    assert not [r for r in fake.requests() if r["acted"] and r["service"] == "iam"]


def test_a_token_that_sts_repeats_is_not_shown(fake, tmp_path):
    table = Table(fake, tmp_path, ROWS["web"], Cell("web_identity: {token}: refused in words that "
                                                    "repeat the token", "denied"))
    fake.fault("error", action="AssumeRoleWithWebIdentity", status=400, times=-1,
               code="InvalidIdentityToken", message="no provider for " + table.names["web"])
    status, said = iamcall(*table.options())
    assert (status, said["error"]) == (1, "denied")
    check(table, said["sentence"])
    assert table.names["web"][:40] not in said["sentence"]
