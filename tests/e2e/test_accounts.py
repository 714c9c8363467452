"""One bastion, several accounts: each user's role, sessions and requirements are the account's."""

import os
import re

import pytest

from world.needs import NEEDS_WORLD
from world.org import (DIRECT, HERE, HOME, HOST_KEY, PEOPLE, PROVISION, RIGHTS, SESSION, STORY, THIRD,
                       account)

pytestmark = NEEDS_WORLD

ALICE, GRACE, HEIDI = (f"{n}@example.com" for n in ("Alice.Smith", "Grace.Miller", "Heidi.Weber"))
USERS = f"alice = home:{ALICE}\nbob = people:{GRACE}\ncarol = third:{HEIDI}\n"
SIGN_IN = "https://third.example.com/start"


@pytest.fixture
def bastion(fake, host):
    """configure(aws={}, home={}, ...): what is different in each section."""
    fake.control("set_role", account=THIRD, role="iamlp-direct", allow=RIGHTS,
                 trust={"principals": [f"arn:aws:iam::{HOME}:user/host"]})

    def configure(aws=None, home=None, people=None, third=None):
        sections = [
            account(fake, "home", **{"id": HOME, "role_arn": HERE, **(home or {})}),
            account(fake, "people", **{
                "id": PEOPLE, "role_arn": PROVISION, "external_id": "Example987",
                "require_path": "/people/", "require_tag": "iamlp:state=pending",
                **(people or {})}),
            account(fake, "third", **{"id": THIRD, "role_arn": DIRECT, "signin_url": SIGN_IN,
                                      **(third or {})})]
        host.configure(users=USERS, rest="".join(sections), **(aws or {}))

    configure()
    return configure


def assumed(entry):
    """(account, role) of the session that sent a request."""
    parts = entry["arn"].split(":")
    return parts[4], parts[5].split("/")[1]


def test_each_in_their_own_account(fake, host, log, bastion):
    for user, name, number, role, page in (
            ("alice", ALICE, HOME, HERE, f"https://{HOME}.signin.aws.amazon.com/console"),
            ("bob", GRACE, PEOPLE, PROVISION, f"https://{PEOPLE}.signin.aws.amazon.com/console"),
            ("carol", HEIDI, THIRD, DIRECT, SIGN_IN)):
        fake.reset_requests()
        seen = host.provision(user)
        assert f"Sign-in URL: {page}\r\n" in seen.text, seen.text
        assert fake.control("sign_in", account=number, user=name, password=seen.password)["ok"]
        assume, *calls = fake.requests()
        assert (assume["action"], assume["key"]) == ("AssumeRole", HOST_KEY)
        assert assume["params"]["RoleArn"] == role
        assert [c["action"] for c in calls if c["action"] != "TagUser"] == STORY
        assert {assumed(c) for c in calls} == {(number, role.split("/")[-1])}
        assert {c["session"] for c in calls} == {SESSION}
    assert [e["account"] for e in log.events() if e["event"] == "create"] == [HOME, PEOPLE, THIRD]


def test_requirements_are_of_the_account(fake, host, bastion):
    bastion(people={"require_path": "/staff/"}, home={"require_tag": "team=red"})
    assert "and /staff/ is required" in host.provision("bob").text
    assert "and team is required" in host.provision("alice").text
    assert host.provision("carol").password


def test_the_trust_policy_is_told_who_it_is(fake, host, bastion):
    bastion(aws={"session_name": "%u@%h", "source_identity": "%u", "role_duration": "2h"})
    assert host.provision("bob").password
    sent = fake.requests()[0]["params"]
    assert sent["RoleSessionName"] == "bob@" + SESSION.partition("-")[2]
    assert (sent["SourceIdentity"], sent["ExternalId"]) == ("bob", "Example987")
    assert sent["DurationSeconds"] == "7200"
    assert {c["source_identity"] for c in fake.requests()[1:]} == {"bob"}


def test_a_role_that_does_not_trust_us(fake, host, log, bastion):
    bastion(people={"external_id": "another"})
    seen = host.provision("bob")
    assert seen.status == 1 and PROVISION in seen.text and "external" in seen.text
    assert host.record(64002)["phase"] == "failed" and log.events()[-1]["severity"] == 3
    assert host.provision("alice").password, "the other accounts are served all the same"


@pytest.mark.parametrize("kind, members, logged", [
    ("throttle", {}, ("throttled", "throttled", 5)),
    ("error", {"status": 503, "code": "ServiceUnavailable", "message": "no"},
     ("error", "network", 3))])
def test_an_sts_in_trouble_is_no_refusal(fake, host, log, bastion, kind, members, logged):
    fake.fault(kind, action="AssumeRole", times=-1, **members)
    seen = host.provision("bob")
    assert seen.status == 1 and PROVISION in seen.text
    last = log.events()[-1]
    assert (last["result"], last["code"], last["severity"]) == logged


def test_a_role_of_another_account_is_an_error_before_anything_is_asked(fake, host, bastion):
    bastion(people={"id": THIRD})
    seen = host.provision("alice")
    assert "role_arn is of another account than id" in seen.text and fake.requests() == []


def test_an_account_without_a_role_is_checked_against_its_id(fake, host, bastion):
    """The host's own keys are of HOME."""
    host.configure(users=USERS, rest=account(fake, "home") + account(fake, "people", id=PEOPLE)
                   + account(fake, "third"))
    fake.control("set_key", key=HOST_KEY, allow=[{"actions": ["*"], "resource": "*"}])
    fake.control("set_user", user=GRACE)
    seen = host.provision("bob")
    assert f"account {HOME}, and the configuration says id = {PEOPLE}" in seen.text
    assert "CreateLoginProfile" not in fake.actions()


def test_an_account_that_is_not_there(fake, host, bastion):
    host.configure(users=USERS, rest=account(fake, "home"))
    assert "no account 'people'; add [account people]" in host.provision("bob").text


def test_explain_says_as_whom(fake, host, bastion):
    bastion(aws={"source_identity": "%u"})
    status, out, _ = host.explain("bob")
    assert status == 0
    facts = dict(re.split("  +| (?=%)", line, maxsplit=1) for line in out.splitlines())
    assert facts["account"] == f"people, id {PEOPLE}" and facts["role"] == PROVISION
    assert facts["session name"] == f"iamlp-%h, %h is {SESSION.partition('-')[2]}"
    assert facts["source identity"] == "%u, %u is bob"
    assert fake.requests() == []
    host.configure()
    assert "session" not in host.explain("alice")[1]


def test_a_record_is_finished_in_its_own_account(fake, host, bastion):
    """Created in PEOPLE and not yet seen, when the mapping goes elsewhere."""
    first = host.provision("bob", confirm=False)
    host.configure(users=f"bob = home:{ALICE}\n", rest=account(fake, "home", role_arn=HERE)
                   + account(fake, "people", id=PEOPLE, role_arn=PROVISION, external_id="Example987"))
    assert host.provision("bob").password == first.password
    assert os.path.exists(host.state) and fake.profile(ALICE) is None
