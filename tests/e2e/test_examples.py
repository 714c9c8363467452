"""config/examples: each is what its tool takes, names nothing that is not there, and says the same as
its neighbours; the alerts tell our requests from others'. tests/packages runs them."""

import glob
import json
import os
import re
import shutil
import subprocess

import pytest
import yaml

from world.host import BUILD, TOP
from world.needs import NEEDS_WORLD
from world.org import on_imds

EXAMPLES = os.path.join(TOP, "config/examples")
IAM = os.path.join(TOP, "config/iam")
OURS = "arn:aws:sts::111122223333:assumed-role/iamlp-provision/iamlp-"


def text(name, folder=EXAMPLES):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


def policy(name):
    return json.loads(text(name, IAM))


def ssm_script():
    step, = yaml.safe_load(text("ssm-document.yaml"))["mainSteps"]
    return "\n".join(step["inputs"]["runCommand"]) + "\n"


# ---- what they bring to a host ----------------------------------------------------------


@NEEDS_WORLD
@pytest.mark.parametrize("only, document", [
    ("host", "host-assume.json"), ("role", "identity-role.json"), ("optional", "optional.json"),
    ("trust", "identity-trust.json")])
def test_the_configuration_needs_the_policies_beside_it(host, only, document):
    path = host.write("iamlp.conf", text("iamlp.conf"))
    done = subprocess.run(
        [os.path.join(BUILD, "iamlp"), "policy", "--conf", path, "--only", only, "--principal",
         "arn:aws:iam::123456789012:role/iamlp-host", "--org", "o-exampleorgid"],
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == policy(document)


def test_user_data_has_that_configuration():
    assert text("user-data.yaml").startswith("#cloud-config\n")
    file, = yaml.safe_load(text("user-data.yaml"))["write_files"]
    assert (file["content"], file["path"]) == (text("iamlp.conf"), "/etc/iamlp/iamlp.conf")


@pytest.mark.parametrize("name", sorted(glob.glob("**/*.y*ml", root_dir=EXAMPLES, recursive=True)
                                        + glob.glob("**/*.json", root_dir=EXAMPLES, recursive=True)))
def test_it_can_be_read(name):
    assert yaml.safe_load(text(name)) if name.endswith("ml") else json.loads(text(name))


def test_ssm_parameters():
    document = yaml.safe_load(text("ssm-document.yaml"))
    assert document["schemaVersion"] == "2.2"
    assert set(re.findall(r"\{\{ (\w+) \}\}", ssm_script())) == set(document["parameters"])
    subprocess.run(["sh", "-n"], input=ssm_script(), text=True, check=True)


@pytest.mark.skipif(not shutil.which("ansible-playbook"), reason="skipped: no ansible-core")
def test_ansible_syntax(tmp_path):
    run = subprocess.run(["ansible-playbook", "--syntax-check", "-i", "localhost,",
                          os.path.join(EXAMPLES, "ansible/site.yml")], capture_output=True, text=True,
                         env={**os.environ, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


# ---- Terraform --------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["host", "identity"])
def test_terraform_replaces_what_is_there(part):
    """Each document is there, and every word that is replaced in it stands in it."""
    code = text(f"terraform/{part}/main.tf")
    assert code.count("{") == code.count("}") and code.count("(") == code.count(")")
    read = re.findall(r'file\("\$\{path\.module\}/([^"]+)"\)((?:,?\s*"[^"]+", [\w.]+\)?)*)', code)
    assert len(read) == code.count("file(") == 2
    for name, replaced in read:
        document = text(name, os.path.join(EXAMPLES, "terraform", part))
        words = re.findall(r'"([^"]+)", [\w.]+', replaced)
        assert all(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", document) for word in words)
        if name.endswith(".json"):
            left = document
            for word in words:
                left = left.replace(word, "")
            assert words and not re.search(r"\d{12}|example", left)


def test_terraform_variables():
    for part in ("host", "identity"):
        code = text(f"terraform/{part}/main.tf")
        assert set(re.findall(r'variable "(\w+)"', code)) == set(re.findall(r"\bvar\.(\w+)", code))
        made = {f"{kind}.{name}" for kind, name in re.findall(r'resource "(\w+)" "(\w+)"', code)}
        assert set(re.findall(r"(?<![\w.])(aws_\w+\.\w+)\.\w+", code)) <= made | {
            f"{kind}.{name}" for kind, name in re.findall(r'data "(\w+)" "(\w+)"', code)}


# ---- alerts -----------------------------------------------------------------------------


def accepts(rule, value):
    """One of EventBridge's: a value that is there or None, which stands for none."""
    if not isinstance(rule, dict):
        return value == rule
    (kind, what), = rule.items()
    if kind == "exists":
        return (value is not None) == what
    if value is None:
        return False
    if kind == "prefix":
        return value.startswith(what)
    assert kind == "anything-but"
    return value not in what if isinstance(what, list) else not accepts(what, value)


def matches(pattern, event):
    event = event or {}
    return all(
        any(matches(one, event) for one in rule) if name == "$or" else
        matches(rule, event.get(name)) if isinstance(rule, dict) else
        any(accepts(one, event.get(name)) for one in rule) for name, rule in pattern.items())


def event(entry, **different):
    """A request that the fake has seen, as CloudTrail tells of it."""
    detail = {"eventSource": "iam.amazonaws.com", "eventName": entry["action"],
              "userAgent": entry["user_agent"], "userIdentity": {"arn": entry["arn"]}}
    if entry["code"]:
        detail["errorCode"] = entry["code"]
    return {"source": "aws.iam", "detail-type": "AWS API Call via CloudTrail",
            "detail": {**detail, **different}}


@NEEDS_WORLD
def test_alerts(fake, host):
    strangers, misused = (json.loads(text(f"alert/{name}.json")) for name in ("strangers", "misused"))
    on_imds(host, fake)
    assert host.provision("alice").password
    ours = [entry for entry in fake.requests() if entry["service"] == "iam"]
    create, = (entry for entry in ours if entry["action"] == "CreateLoginProfile")
    assert create["user_agent"].startswith("pam_iamlp/") and create["arn"].startswith(OURS)
    assert not any(matches(rule, event(entry)) for entry in ours for rule in (strangers, misused))

    def of(arn):
        return {"userIdentity": {"arn": arn}}

    # Others with our name, ours with others' keys, and a session that is not a host's.
    for different in ({"userAgent": "aws-cli/2.9.19"}, {"userAgent": None}, of(None),
                      of("arn:aws:iam::111122223333:user/mallory"),
                      of(OURS.replace("iamlp-provision", "iamlp-other") + "host1"),
                      of(OURS.removesuffix("iamlp-") + "mallory")):
        assert matches(strangers, event(create, **different)), different
    assert not matches(strangers, event(create, eventName="GetUser", userAgent="aws-cli/2.9.19"))

    for different in ({"errorCode": "AccessDenied"}, {"eventName": "UpdateLoginProfile"},
                      {"userAgent": "aws-cli/2.9.19"}):
        assert matches(misused, event(create, **different)), different
        assert not matches(misused, event(create, **different, **of(OURS.replace("provision", "x"))))


def test_alerts_say_the_same():
    strangers = json.loads(text("alert/strangers.json"))["detail"]
    agent, arn = (json.dumps(one) for one in strangers["$or"])
    assert '"prefix": "pam_iamlp/"' in agent and f'"prefix": "{OURS}"' in arn
    assert re.findall(r'"([^"]+)"', text("alert/metric-filter.txt")) == [
        *strangers["eventName"], "pam_iamlp/*", OURS + "*"]
    sigma = yaml.safe_load(text("alert/strangers.sigma.yml"))["detection"]
    assert sigma["ours"] == {"userAgent|startswith": "pam_iamlp/",
                             "userIdentity.arn|startswith": OURS}
    assert sigma["made"] == {"eventSource": strangers["eventSource"][0],
                             "eventName": strangers["eventName"][0]}


def test_misuse_is_what_the_policies_do_not_allow():
    usual = json.loads(text("alert/misused.json"))["detail"]["$or"][1]["eventName"][0]["anything-but"]
    allowed = set()
    for name in ("identity-role.json", "optional.json"):
        for statement in policy(name)["Statement"]:
            named = statement["Action"]
            allowed |= {named} if isinstance(named, str) else set(named)
    assert {f"iam:{name}" for name in usual} == allowed
