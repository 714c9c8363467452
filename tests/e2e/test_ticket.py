"""A tag that says "pending" is a ticket for one password: afterwards it says "done"."""

import os

import pytest

from world.needs import NEEDS_WORLD
from world.org import HOME, HOST_KEY, STORY

pytestmark = NEEDS_WORLD

ALICE, UID, TAG = "Alice.Smith@example.com", 64001, "iamlp:state"
MAY = [{"actions": ["iam:GetUser", "iam:GetLoginProfile", "iam:CreateLoginProfile", "iam:TagUser"],
        "resource": f"arn:aws:iam::{HOME}:user/people/*"}]


@pytest.fixture
def ticketed(fake, host):
    fake.control("set_key", key=HOST_KEY, allow=MAY)
    host.configure(require_tag=f"{TAG}=pending")
    return host


def tags(fake):
    return fake.user(ALICE)["tags"]


def test_a_ticket_is_used(fake, ticketed, log):
    fake.control("set_user", user=ALICE, tags={TAG: "pending", "team": "red"})
    seen = ticketed.provision("alice")
    assert fake.sign_in(ALICE, seen.password)["ok"]
    assert fake.actions() == [*STORY, "TagUser"] and tags(fake) == {TAG: "done", "team": "red"}
    assert [e["event"] for e in log.events()] == ["create", "show"]
    assert log.events()[0]["request_id"] == fake.requests()[2]["request_id"]


def test_and_is_not_used_twice(fake, ticketed):
    """Somebody deletes the password before it has been used, and the record is gone, too."""
    ticketed.provision("alice")
    fake.control("remove_profile", user=ALICE)
    os.unlink(os.path.join(ticketed.state, str(UID)))
    fake.reset_requests()
    assert "done, and pending is required" in ticketed.provision("alice").text
    assert fake.actions() == ["GetUser"] and ticketed.record(UID)["phase"] == "unmapped"


@pytest.mark.parametrize("kind", ["drop_after", "bad_xml"])
def test_a_create_without_an_answer_uses_it_too(fake, ticketed, kind):
    fake.fault(kind, action="CreateLoginProfile")
    seen = ticketed.provision("alice")
    assert "probably set" in seen.text and fake.sign_in(ALICE, seen.password)["ok"]
    assert tags(fake) == {TAG: "done"} and "ticket" not in ticketed.record(UID)
    fake.control("remove_profile", user=ALICE)
    os.unlink(os.path.join(ticketed.state, str(UID)))
    assert ticketed.provision("alice").password is None


def test_as_does_one_whose_password_is_lost(fake, ticketed):
    ticketed.configure("hold = none", require_tag=f"{TAG}=pending")
    fake.fault("drop_after", action="CreateLoginProfile")
    fake.fault("drop_before", action="GetLoginProfile", after=1, times=-1)
    assert ticketed.provision("alice").password is None
    assert ticketed.record(UID)["phase"] == "intent" and tags(fake) == {TAG: "pending"}
    fake.clear_faults()
    assert ticketed.provision("alice").password is None
    assert ticketed.record(UID)["phase"] == "lost" and tags(fake) == {TAG: "done"}


def test_one_that_failed_is_tried_again_until_it_is_done(fake, ticketed):
    fake.fault("error", action="TagUser", status=500, code="ServiceFailure", message="no", times=-1)
    assert ticketed.provision("alice", confirm=False).password
    assert tags(fake) == {TAG: "pending"} and ticketed.record(UID)["ticket"] == "1"
    fake.clear_faults()
    fake.reset_requests()
    assert ticketed.provision("alice").password
    assert fake.actions() == ["TagUser"] and tags(fake) == {TAG: "done"}


def test_one_that_was_used_or_denied_is_not(fake, ticketed):
    assert ticketed.provision("alice", confirm=False).password
    fake.control("set_user", user="Bob.Jones@example.com", tags={TAG: "pending"})
    fake.control("set_key", key=HOST_KEY, deny=[{"actions": ["iam:TagUser"], "resource": "*"}])
    assert ticketed.provision("bob", confirm=False).password
    fake.reset_requests()
    assert ticketed.provision("alice").password and ticketed.provision("bob").password
    assert fake.actions() == []


def test_without_the_right_to_it_nothing_is_different(fake, ticketed, log):
    fake.control("set_key", key=HOST_KEY,
                 deny=[{"actions": ["iam:TagUser"], "resource": "*"}])
    assert ticketed.provision("alice").password
    assert fake.actions() == [*STORY, "TagUser"] and tags(fake) == {TAG: "pending"}
    assert [(e["event"], e["result"]) for e in log.events()] == [("create", "ok"), ("show", "ok")]


@pytest.mark.parametrize("fault, says", [
    ({"kind": "error", "status": 400, "code": "LimitExceeded", "message": "too many"}, "too many"),
    ({"kind": "stall"}, ""), ({"kind": "throttle", "times": -1}, "")], ids=["error", "silence", "busy"])
def test_any_other_failure_is_noted_and_no_more(fake, ticketed, log, fault, says):
    fake.fault(action="TagUser", **fault)
    seen = ticketed.provision("alice")
    assert fake.sign_in(ALICE, seen.password)["ok"] and ticketed.record(UID)["phase"] == "done"
    created, noted, shown = log.events()
    assert (created["result"], shown["result"]) == ("ok", "ok")
    assert noted["code"] == "tag" and noted["severity"] == 5 and says in noted["msg"]
    assert f"tag {TAG} of {ALICE} still says pending: TagUser: " in noted["msg"]


@pytest.mark.parametrize("requires", [None, "team=red", f"{TAG}=ready"])
def test_other_tags_are_no_tickets(fake, ticketed, requires):
    fake.control("set_user", user=ALICE, tags={TAG: "ready", "team": "red"})
    ticketed.configure(require_tag=requires)
    assert ticketed.provision("alice").password
    assert fake.actions() == STORY


def test_an_exists_uses_no_ticket(fake, ticketed):
    ticketed.provision("carol")
    assert fake.actions() == STORY[:2]


def test_neither_does_a_failed_create(fake, ticketed):
    fake.fault("error", action="CreateLoginProfile", status=403, code="AccessDenied", message="no")
    assert ticketed.provision("alice").password is None
    assert fake.actions() == STORY and tags(fake) == {TAG: "pending"}


def test_at_a_login_too(fake, ticketed):
    ticketed.write("iamlp.conf", open(ticketed.conf, encoding="utf-8").read()
                   + "[login]\ncreate = login\n")
    ticketed.hook("alice")
    assert fake.actions() == [*STORY, "TagUser"] and tags(fake)[TAG] == "done"


def test_and_its_silence_does_not_count_as_aws_out_of_reach(fake, ticketed, log):
    ticketed.write("iamlp.conf", open(ticketed.conf, encoding="utf-8").read()
                   + "[login]\ncreate = login\n")
    fake.control("set_user", user="Erin.Elsewhere@example.com", path="/people/")
    fake.fault("drop_before", action="TagUser", times=-1)
    for user, uid in (("alice", 64001), ("bob", 64002), ("erin", 64005)):
        ticketed.hook(user)
        assert ticketed.record(uid)["phase"] == "created"
    assert "breaker" not in [e["event"] for e in log.events()]
