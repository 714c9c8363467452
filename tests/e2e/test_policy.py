"""The IAM policies: what `iamlp policy` prints, the examples in config/iam, and whether they
suffice and for nothing more."""

import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile

import botocore.loaders
import pytest

from fake.caller import Caller
from fake.client import Fake
from world.host import BUILD, KEY, SECRET, TOP, Host
from world.iampolicy import allows, denies, rules
from world.needs import NEEDS_WORLD

pytestmark = NEEDS_WORLD

ALICE = "Alice.Smith@example.com"
STORY = ["GetUser", "GetLoginProfile", "CreateLoginProfile"]
HOST_ROLE = "arn:aws:iam::123456789012:role/iamlp-host"
ROLE = "arn:aws:iam::111122223333:role/iamlp-provision"
MORE = ["--principal", HOST_ROLE, "--org", "o-exampleorgid"]

HERE = "[aws]\nid = 123456789012\nrequire_path = /people/\n"
ELSEWHERE = (f"[aws]\nrole_arn = {ROLE}\nexternal_id = example-external-id\n"
             "source_identity = %u\nrequire_path = /people/\n")
TICKET = "require_tag = iamlp:state=pending\n"
REISSUE = "[password]\nreissue = yes\n"

EXAMPLES = [
    ("host", HERE, "host"),
    ("host-ticket", HERE + TICKET, "host"),
    ("host-reissue", HERE + REISSUE, "host"),
    ("host-assume", ELSEWHERE, "host"),
    ("identity-role", ELSEWHERE, "role"),
    ("identity-trust", ELSEWHERE, "trust"),
    ("optional", HERE, "optional"),
    ("optional", ELSEWHERE, "optional"),
]


def example(name):
    with open(os.path.join(TOP, "config/iam", name + ".json"), encoding="utf-8") as file:
        return json.load(file)


def run_policy(host, conf, *words, **options):
    path = host.write("iamlp.conf", conf)
    program = options.pop("program", os.path.join(BUILD, "iamlp"))
    return subprocess.run([program, "policy", "--conf", path, *words],
                          stdout=options.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE,
                          text=True, timeout=30, check=False, **options)


def printed(host, conf, *words):
    done = run_policy(host, conf, *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def one(host, conf, only, *words):
    return printed(host, conf, "--only", only, *words)


def statement(document, sid):
    (found,) = [s for s in document["Statement"] if s["Sid"] == sid]
    return found


# ---- the examples and the verb


@pytest.mark.parametrize("name, conf, only", EXAMPLES,
                         ids=[f"{name}-{number}" for number, (name, *_) in enumerate(EXAMPLES)])
def test_an_example_is_what_iamlp_prints(host, name, conf, only):
    done = run_policy(host, conf, "--only", only, *MORE)
    with open(os.path.join(TOP, "config/iam", name + ".json"), encoding="utf-8") as file:
        assert done.stdout == file.read()
    assert (done.returncode, done.stderr) == (0, "")


def test_everything_in_one_object(host):
    (first, second) = printed(host, HERE)["documents"]
    assert (first["document"], second["document"]) == ("host", "optional")
    assert first["policy"] == example("host")
    assert second["policy"] == example("optional")
    assert "account" not in first


def test_everything_about_a_role(host):
    found = printed(host, ELSEWHERE, *MORE)["documents"]
    assert [d["document"] for d in found] == ["trust", "role", "optional", "host"]
    assert {d.get("role") for d in found[:3]} == {ROLE} and "role" not in found[3]
    assert {d.get("account") for d in found[:3]} == {"aws"}
    assert found[0]["policy"] == example("identity-trust")


SECOND = "[account prod]\nid = 111122223333\nrequire_path = /staff/\n"


def test_only_the_accounts_that_somebody_is_mapped_to(host):
    def resources(users, *words):
        document = one(host, HERE + SECOND + "[users]\n" + users, "host", *words)
        sids = [s["Sid"] for s in document["Statement"]]
        assert len(set(sids)) == len(sids) and all(s.isalnum() for s in sids)
        return {s["Resource"] for s in document["Statement"]}

    here = "arn:aws:iam::123456789012:user/people/*"
    there = "arn:aws:iam::111122223333:user/staff/*"
    assert resources("alice = alice\n") == {here}
    assert resources("alice = prod:alice\n") == {there}
    assert resources("alice = prod:alice\nbob =\n") == {there}
    assert resources("alice = prod:alice\n[rule all]\niam_user = %u\n") == {here, there}
    assert resources("") == {here, there}
    assert resources("alice = alice\n", "prod") == {there}
    assert resources("alice = prod:alice\n", "aws") == {here}


def test_roles_of_several_accounts(host):
    conf = (ELSEWHERE + "[account prod]\nrequire_path = /staff/\n"
            "role_arn = arn:aws:iam::210987654321:role/path/other\n")
    found = printed(host, conf, *MORE)["documents"]
    assert [(d["document"], d.get("account")) for d in found] == [
        ("trust", "aws"), ("role", "aws"), ("optional", "aws"),
        ("trust", "prod"), ("role", "prod"), ("optional", "prod"), ("host", None)]
    # The session works in the account of the role.
    assert found[4]["policy"]["Statement"][0]["Resource"] == \
        "arn:aws:iam::210987654321:user/staff/*"
    assert [s["Resource"] for s in found[6]["policy"]["Statement"]] == [
        ROLE, "arn:aws:iam::210987654321:role/path/other"]
    done = run_policy(host, conf, "--only", "role", *MORE)
    assert done.returncode == 252 and "2 accounts" in done.stderr and not done.stdout
    assert one(host, conf, "role", "prod") == found[4]["policy"]
    assert one(host, conf, "optional") == example("optional")


def partitions():
    known = botocore.loaders.Loader().load_data("partitions")["partitions"]
    return [(p["id"], r) for p in known for r in p["regions"] if not r.endswith("global")]


def test_the_partition_of_every_region(host):
    pairs = partitions()
    assert len({name for name, _ in pairs}) >= 5
    conf = "".join(f"[account a{n}]\nregion = {region}\n" for n, (_, region) in enumerate(pairs))
    document = one(host, conf, "host")
    creates = [s for s in document["Statement"] if s["Sid"].startswith("Create")]
    # The first one is that of [aws].
    assert [s["Resource"] for s in creates[1:]] == [
        f"arn:{name}:iam::*:user/*" for name, _ in pairs]


def test_what_means_something_to_iam_stands_for_itself(host):
    document = one(host, "[aws]\nid = 123456789012\nrequire_path = /a*b?c${d}/\n"
                   'require_tag = \'te"am/ü=${aws:username} *\'\n', "host")
    create = statement(document, "Create")
    assert create["Resource"] == "arn:aws:iam::123456789012:user/a${*}b${?}c${$}{d}/*"
    assert create["Condition"] == {
        "StringEquals": {'aws:ResourceTag/te"am/ü': "${$}{aws:username} ${*}"}}


def test_the_longest_path_and_tag(host):
    conf = f"[aws]\nrequire_path = /{'*' * 510}/\nrequire_tag = {'ü' * 128}={'字' * 200}\n"
    create = statement(one(host, conf, "host"), "Create")
    assert create["Resource"] == "arn:aws:iam::*:user/" + "${*}" * 510 + "/*"
    assert create["Condition"]["StringEquals"] == {"aws:ResourceTag/" + "ü" * 128: "字" * 200}


def test_a_configuration_without_an_account(host):
    done = run_policy(host, "")
    assert "[aws] has no id" in done.stderr and done.returncode == 0
    assert '"arn:aws:iam::*:user/*"' in done.stdout
    assert "[account prod] has no id" in run_policy(host, "[account prod]\n").stderr


def test_what_it_cannot_do(host):
    for words, why in ((["--only", "hosts"], "--only is one of host|role|trust|optional"),
                       (["a", "b"], "usage: iamlp policy"), (["--what"], "usage: iamlp policy"),
                       (["--only"], "usage: iamlp policy")):
        done = run_policy(host, HERE, *words)
        assert done.returncode == 252 and why in done.stderr and not done.stdout
    done = run_policy(host, HERE, "prod")
    assert done.returncode == 252 and "no [account prod]" in done.stderr and not done.stdout
    done = run_policy(host, HERE, "--only", "trust")
    assert done.returncode == 1 and "needs no such document: trust" in done.stderr
    done = run_policy(host, "[aws]\nwhat = 1\n")
    assert done.returncode == 255 and "iamlp.conf:2: unknown key 'what'" in done.stderr
    with open("/dev/full", "w", encoding="utf-8") as full:
        assert run_policy(host, HERE, stdout=full).returncode == 255


def test_it_needs_no_root(host):
    # pytest's folders are closed to others, and so may be the way to where it was built.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        host.folder = folder
        done = run_policy(host, HERE, "--only", "host", user=65534, group=65534, extra_groups=[],
                          program=shutil.copy(os.path.join(BUILD, "iamlp"), folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == example("host")


def manual():
    """The configurations among the examples of iamlp.conf(5)."""
    with open(os.path.join(TOP, "man/iamlp.conf.5"), encoding="utf-8") as file:
        examples = file.read().partition(".Sh EXAMPLES")[2]
    return re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", examples, re.M | re.S)


@pytest.mark.parametrize("conf", manual(), ids=map(str, range(len(manual()))))
def test_an_example_of_the_manual_is_valid(host, conf):
    documents = printed(host, conf)["documents"]
    assert documents and all(d["policy"]["Statement"] for d in documents)


def test_the_manual_has_an_example_of_each_way():
    keys = "credentials_file imds_role role_arn external_id source_identity account proxy " \
           "proxy_auth_file use_fips container_token_file web_identity_token_file process"
    text = "".join(manual())
    assert [k for k in keys.split() if k not in text] == [] and len(manual()) >= 8


# ---- do they suffice


def give(fake, *documents):
    """The host's key may do what the documents say, and nothing else."""
    fake.control("set_key", key=KEY, allow=[r for d in documents for r in rules(d)], deny=[])


def denied(fake, action, **members):
    with Caller(fake.https, KEY, SECRET, ca=fake.ca) as caller:
        reply = caller.call(action, **members)
    return (reply.status, reply.code) == (403, "AccessDenied")


def test_a_first_password_and_nothing_more(fake, host):
    give(fake, example("host"))
    seen = host.provision("alice")
    assert seen.status == 0 and fake.actions() == STORY
    assert fake.sign_in(ALICE, seen.password) == {"ok": True, "must_change": True}
    for action, members in (("UpdateLoginProfile", {"Password": "Another-Horse-7"}),
                            ("DeleteLoginProfile", {}), ("TagUser", {
                                "Tags.member.1.Key": "a", "Tags.member.1.Value": "b"})):
        assert denied(fake, action, UserName=ALICE, **members), action
    assert denied(fake, "GetAccountPasswordPolicy")
    assert denied(fake, "CreateLoginProfile", UserName="Erin.Elsewhere@example.com",
                  Password="Another-Horse-7")


@pytest.mark.parametrize("missing", STORY)
def test_each_right_is_needed(fake, host, missing):
    document = example("host")
    for found in document["Statement"]:
        named = [found["Action"]] if isinstance(found["Action"], str) else found["Action"]
        found["Action"] = [a for a in named if a != f"iam:{missing}"]
    give(fake, document)
    seen = host.provision("alice")
    assert seen.status == 1 and f"{missing}: " in seen.text and not fake.profile(ALICE)


def test_the_optional_right_makes_passwords_that_fit(fake, host):
    fake.control("set_policy", policy={"MinimumPasswordLength": 40})
    give(fake, example("host"))
    seen = host.provision("alice")
    assert seen.status == 1 and "GetAccountPasswordPolicy" in seen.text
    give(fake, example("host"), example("optional"))
    seen = host.provision("alice")
    assert seen.status == 0 and len(seen.password) >= 40


def test_the_reissue_needs_its_right(fake):
    give(fake, example("host"))
    fake.control("put_profile", user=ALICE, password="Correct-Horse-7")
    update = {"UserName": ALICE, "Password": "Another-Horse-7"}
    assert denied(fake, "UpdateLoginProfile", **update)
    give(fake, example("host-reissue"))
    assert not denied(fake, "UpdateLoginProfile", **update)
    assert denied(fake, "DeleteLoginProfile", UserName=ALICE)


# ---- the ticket


def test_a_ticket_is_good_for_one_password(fake, host):
    give(fake, example("host-ticket"))
    host.configure(require_tag="iamlp:state=pending")
    assert host.provision("alice").status == 0 and fake.actions() == [*STORY, "TagUser"]
    assert fake.user(ALICE)["tags"] == {"iamlp:state": "done"}
    fake.control("remove_profile", user=ALICE)
    assert denied(fake, "CreateLoginProfile", UserName=ALICE, Password="Another-Horse-7")


def tagging(tags, **values):
    request = {"action": "iam:TagUser",
               "resource": f"arn:aws:iam::123456789012:user/people/{ALICE}",
               **{f"aws:ResourceTag/{k}": v for k, v in tags.items()}}
    return {**request, **{f"aws:RequestTag/{k}": v for k, v in values.items()},
            "aws:TagKeys": list(values)}


def test_a_ticket_can_only_be_used_up():
    document, state = example("host-ticket"), "iamlp:state"
    for have, ask, fine in (
            ({state: "pending"}, {state: "done"}, True),
            ({state: "done"}, {state: "done"}, True),
            ({state: "done"}, {state: "pending"}, False),
            ({state: "pending"}, {state: "pending"}, False),
            ({state: "no"}, {state: "done"}, False),
            ({}, {state: "done"}, False),
            ({state: "pending"}, {"team": "done"}, False),
            ({state: "pending"}, {state: "done", "team": "blue"}, False)):
        assert allows(document, tagging(have, **ask)) == fine, (have, ask)
    outside = tagging({state: "pending"}, **{state: "done"})
    outside["resource"] = "arn:aws:iam::123456789012:user/admins/root"
    assert not allows(document, outside)


def test_a_lost_password_is_reissued_after_the_ticket_was_used_up(host):
    document = one(host, HERE + TICKET + REISSUE, "host")
    for state, action in itertools.product(("pending", "done", "no"), ("Create", "Update")):
        fine = state == "pending" or (state == "done" and action == "Update")
        assert allows(document, {
            "action": f"iam:{action}LoginProfile", "aws:ResourceTag/iamlp:state": state,
            "resource": "arn:aws:iam::123456789012:user/people/alice"}) == fine


# ---- who may assume the role


def assuming(**changes):
    request = {"action": "sts:AssumeRole", "aws:PrincipalArn": HOST_ROLE,
               "aws:PrincipalOrgID": "o-exampleorgid", "sts:ExternalId": "example-external-id",
               "sts:RoleSessionName": "iamlp-web1", "sts:SourceIdentity": "alice"}
    request.update(changes)
    return {k: v for k, v in request.items() if v is not None}


def test_who_may_assume_the_role():
    trust = example("identity-trust")
    assert allows(trust, assuming())
    for key, value in (("aws:PrincipalArn", "arn:aws:iam::123456789012:role/other"),
                       ("aws:PrincipalOrgID", "o-other"), ("aws:PrincipalOrgID", None),
                       ("sts:ExternalId", "other"), ("sts:ExternalId", None),
                       ("sts:RoleSessionName", "other"), ("sts:SourceIdentity", None),
                       ("action", "sts:TagSession")):
        assert not allows(trust, assuming(**{key: value})), key
    # STS asks for the source identity apart, and then knows of nothing else.
    identify = {"action": "sts:SetSourceIdentity", "aws:PrincipalArn": HOST_ROLE}
    assert allows(trust, {**identify, "sts:SourceIdentity": "alice"})
    assert not allows(trust, identify)
    for action, fine in (("AssumeRole", True), ("SetSourceIdentity", True), ("TagSession", False)):
        assert allows(example("host-assume"), {"action": f"sts:{action}", "resource": ROLE}) == fine
    assert not allows(example("host-assume"), {"action": "sts:AssumeRole", "resource": ROLE + "2"})


def trusted(document):
    """The fake's `trust`, from ours."""
    assume, identify = document["Statement"]
    like = assume["Condition"]["StringLike"]
    assert identify["Condition"]["StringLike"]["sts:SourceIdentity"] == like["sts:SourceIdentity"]
    return {"principals": [assume["Principal"]["AWS"]], "session_name": like["sts:RoleSessionName"],
            "external_id": assume["Condition"]["StringEquals"]["sts:ExternalId"],
            "source_identity": like["sts:SourceIdentity"], "require_source_identity": True}


@pytest.fixture
def identity_account(tmp_path):
    """A fake whose role and host have what the examples give them."""
    with open(os.path.join(TOP, "tests/fake/world.json"), encoding="utf-8") as file:
        world = json.load(file)
    (people,) = [a for a in world["accounts"] if a["id"] == "111122223333"]
    people["roles"] = {"iamlp-provision": {"trust": trusted(example("identity-trust")),
                                           "allow": list(rules(example("identity-role")))}}
    world["keys"][KEY].update(arn="arn:aws:sts::123456789012:assumed-role/iamlp-host/i-0123",
                              role=HOST_ROLE, allow=list(rules(example("host-assume"))))
    folder = tmp_path / "fake"
    with Fake.start(str(folder), world) as started:
        yield started


@pytest.mark.parametrize("external_id, fine", [("example-external-id", True), ("other", False)])
def test_a_first_password_by_way_of_the_role(identity_account, tmp_path, external_id, fine):
    fake = identity_account
    host = Host(tmp_path, fake)
    host.configure(sts_endpoint_url=fake.https, role_arn=ROLE, external_id=external_id,
                   source_identity="%u", require_path="/people/")
    seen = host.provision("alice")
    # That the session is no root user's is asked once; it takes no right.
    actions = [a for a in fake.actions() if a != "GetCallerIdentity"]
    assert actions == ["AssumeRole"] + (STORY if fine else [])
    assert (seen.status == 0) == fine and ("AccessDenied" in seen.text) != fine
    profile = fake.control("profile", user=ALICE, account="111122223333")
    assert (profile is not None) == fine and fake.profile(ALICE) is None


@pytest.mark.parametrize("template, wanted", [
    ("iamlp-%h", "iamlp-*"), ("%u", "*"), ("iamlp", "iamlp"), ("login-%u-%h", "login-*"),
    ("x" * 60 + "%h", "x" * 44 + "*"), ("x" * 64, "x" * 64), ("x" * 65, "x" * 44 + "*")])
def test_the_session_names_that_are_trusted(host, template, wanted):
    trust = one(host, ELSEWHERE + f"session_name = {template}\n", "trust", *MORE)
    assert statement(trust, "Assume")["Condition"]["StringLike"]["sts:RoleSessionName"] == wanted


def test_without_the_optional_keys(host):
    conf = f"[aws]\nrole_arn = {ROLE}\n"
    (trust,) = one(host, conf, "trust", "--principal", HOST_ROLE)["Statement"]
    assert trust["Action"] == "sts:AssumeRole"
    assert trust["Condition"] == {"StringLike": {"sts:RoleSessionName": "iamlp-*"}}
    (assume,) = one(host, conf, "host")["Statement"]
    assert assume["Action"] == "sts:AssumeRole"


def test_a_role_that_a_token_leads_to(host):
    conf = f"[aws]\nrole_arn = {ROLE}\nweb_identity_token_file = /run/token\n"
    issuer = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"
    provider = f"arn:aws:iam::111122223333:oidc-provider/{issuer}"
    done = run_policy(host, conf, "--principal", provider)
    found = json.loads(done.stdout)["documents"]
    assert [d["document"] for d in found] == ["trust", "role", "optional"]
    (trust,) = found[0]["policy"]["Statement"]
    assert trust["Principal"] == {"Federated": provider}
    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert set(trust["Condition"]["StringEquals"]) == {f"{issuer}:aud", f"{issuer}:sub"}
    assert "replace what stands in capitals" in done.stderr


@pytest.mark.parametrize("only", ["role", "host", "optional"])
def test_nothing_is_missing_where_nobody_is_named(host, only):
    assert run_policy(host, ELSEWHERE, "--only", only).stderr == ""


def test_what_is_not_completed_opens_nothing(host):
    done = run_policy(host, ELSEWHERE)
    assert "replace what stands in capitals" in done.stderr
    trust = json.loads(done.stdout)["documents"][0]["policy"]
    assert {s["Principal"]["AWS"] for s in trust["Statement"]} == {"HOST-ROLE-ARN"}
    assert not allows(trust, assuming())


# ---- the guard, and the people


def test_the_guard():
    guard = example("guard-scp")
    for principal, actions in ((ROLE, {"CreateLoginProfile", "GetUser"}),
                               ("arn:aws:iam::111122223333:role/admin",
                                {"UpdateLoginProfile", "DeleteLoginProfile", "GetUser"})):
        for action in ("CreateLoginProfile", "UpdateLoginProfile", "DeleteLoginProfile", "GetUser"):
            assert denies(guard, {"action": f"iam:{action}", "aws:PrincipalArn": principal,
                                  "resource": "arn:aws:iam::111122223333:user/people/alice"}
                          ) == (action not in actions), (principal, action)


@pytest.mark.parametrize("mfa", ["true", "false", None])
def test_the_first_sign_in(mfa):
    people, strict = example("user-first-sign-in"), example("user-mfa")
    for action, without in (("iam:ChangePassword", True), ("iam:GetAccountPasswordPolicy", True),
                            ("iam:EnableMFADevice", True), ("s3:ListAllMyBuckets", False),
                            ("iam:DeactivateMFADevice", False)):
        request = {"action": action, "resource": "*"}
        if mfa is not None:
            request["aws:MultiFactorAuthPresent"] = mfa
        assert denies(strict, request) == (mfa != "true" and not without), action
    assert [s["Action"] for s in people["Statement"]] == ["iam:ChangePassword",
                                                          "iam:GetAccountPasswordPolicy"]
