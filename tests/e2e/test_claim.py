"""A claim from end to end: a person's terminal, iamlp-helper, the fake AWS."""

import os

import pexpect
import pytest

from world.needs import NEEDS_WORLD
from world.claims import Claims
from world.host import CONFIRM, OFFER
from world.proc import wait_for

pytestmark = NEEDS_WORLD

ALICE, UID = "Alice.Smith@example.com", 64001
STORY = ["GetUser", "GetLoginProfile", "CreateLoginProfile"]


@pytest.fixture
def claims(host):
    with Claims(host) as claims:
        yield claims


def end(child):
    """What a claim still says."""
    child.expect(pexpect.EOF)
    child.close()
    return child.before


def once_free(claims, *answers):
    """The next claim of alice, when the helper has seen that the last one's terminal is gone."""
    said = []
    wait_for(lambda: said.append(claims.run("alice", "--auto", answers=answers)) or said[-1].text,
             "a claim that says something")
    return said[-1]


# ---- the main job


def test_a_first_login_and_its_password(fake, host, log, claims):
    host.hook("alice")
    said = claims.run("alice", "--auto")
    assert said.status == 0 and said.text.count("\r\nPassword:    ") == 1
    assert "Sign-in URL: https://123456789012.signin.aws.amazon.com/console\r\n" in said.text
    assert f"IAM user:    {ALICE}\r\n" in said.text
    assert fake.sign_in(ALICE, said.password) == {"ok": True, "must_change": True}
    assert fake.actions() == STORY
    record = host.record(UID)
    assert (record["phase"], record["how"]) == ("done", "shown") and not host.marked(UID)
    events = [(e["event"], e["result"], e["via"]) for e in log.events()]
    assert events == [("mark", "pending", "login"), ("create", "ok", "claim"),
                      ("show", "ok", "claim")]
    assert said.password not in "".join(text for _, text in log.lines)


def test_afterwards_there_is_nothing_to_say(fake, host, claims):
    host.hook("alice")
    claims.run("alice")
    fake.reset_requests()
    auto, by_hand = claims.run("alice", "--auto"), claims.run("alice")
    assert (auto.status, auto.text) == (0, "")
    assert by_hand.status == 0 and "Nothing to do" in by_hand.text and by_hand.password is None
    assert fake.requests() == []


def test_later(fake, host, claims):
    host.hook("alice")
    said = claims.run("alice", "--auto", answers=[""])
    assert said.status == 0 and "Nothing was created." in said.text
    assert host.record(UID)["phase"] == "later" and not host.marked(UID)
    assert claims.run("alice", "--auto").text == ""
    assert fake.sign_in(ALICE, claims.run("alice").password)["ok"]


def test_two_lines_are_one_answer_each(fake, host, claims):
    """What stands ready in the terminal before the question does not create."""
    host.hook("alice")
    child = claims.claim("alice", "--auto")
    child.send("yes\nyes\nyes\n")
    child.expect_exact(OFFER)
    child.send("\n")
    assert "Nothing was created." in end(child)
    assert "CreateLoginProfile" not in fake.actions()


# ---- left on the way


def test_ctrl_c_before_anything_is_created(fake, host, claims):
    host.hook("alice")
    child = claims.claim("alice", "--auto")
    child.expect_exact(OFFER)
    child.send("\x03")
    assert "Nothing was created." in end(child) and child.exitstatus == 130
    wait_for(lambda: host.record(UID)["phase"] == "pending", "pending")
    assert host.marked(UID) and fake.profile(ALICE) is None
    assert fake.sign_in(ALICE, once_free(claims, "yes", "yes").password)["ok"]


def test_ctrl_c_while_it_is_created(fake, host, claims):
    host.hook("alice")
    fake.fault("delay_after", action="CreateLoginProfile", seconds=2)
    child = claims.claim("alice", "--auto")
    child.expect_exact(OFFER)
    child.send("yes\n")
    wait_for(lambda: host.record(UID)["phase"] == "intent", "intent")
    child.send("\x03")
    assert "What was begun goes on." in end(child) and child.exitstatus == 130
    wait_for(lambda: host.record(UID)["phase"] == "created", "created")
    said = once_free(claims, "yes")
    assert fake.sign_in(ALICE, said.password)["ok"] and fake.actions().count(STORY[2]) == 1


@pytest.mark.parametrize("how", ["ctrl-c", "no", "hang up"])
def test_shown_and_not_confirmed(fake, host, claims, how):
    host.hook("alice")
    child = claims.claim("alice", "--auto")
    child.expect_exact(OFFER)
    child.send("yes\n")
    child.expect_exact(CONFIRM)
    shown = child.before
    if how == "hang up":
        child.close(force=False)
    else:
        child.send({"ctrl-c": "\x03", "no": "no\n"}[how])
        assert "iamlp claim" in end(child) and child.exitstatus == {"ctrl-c": 130, "no": 1}[how]
    wait_for(lambda: host.record(UID)["phase"] == "created", "created")
    fake.reset_requests()
    again = once_free(claims, "yes")
    assert again.password is not None and again.password in shown and fake.requests() == []
    assert fake.sign_in(ALICE, again.password)["ok"] and host.record(UID)["how"] == "shown"


# ---- shell = hint, off


def test_hint(fake, host, claims):
    host.configure(rest="[login]\nshell = hint\n")
    host.hook("alice")
    said = claims.run("alice", "--auto")
    assert said.text.count("\r\n") == 1 and "iamlp claim" in said.text and fake.requests() == []
    assert fake.sign_in(ALICE, claims.run("alice").password)["ok"]


def test_off(fake, host, claims):
    host.configure(rest="[login]\nshell = off\n")
    host.hook("alice")
    assert not host.marked(UID)
    said = claims.run("alice", "--auto")
    assert (said.status, said.text) == (0, "") and fake.requests() == []
    assert fake.sign_in(ALICE, claims.run("alice").password)["ok"]


# ---- source = ask

CHOSEN = "Corr3ct-horse-battery"


def test_chosen(fake, host, log, claims):
    host.configure(password="source = ask")
    host.hook("alice")
    said = claims.run("alice", "--auto", answers=["yes", CHOSEN, CHOSEN])
    assert said.status == 0 and CHOSEN not in said.text
    assert "\r\nPassword:    (the one you have chosen)\r\n" in said.text
    assert fake.sign_in(ALICE, CHOSEN) == {"ok": True, "must_change": True}
    assert host.record(UID)["how"] == "typed" and not host.marked(UID)
    assert CHOSEN not in "".join(text for _, text in log.lines)


@pytest.mark.parametrize("may_read, sent", [(True, 1), (False, 2)])
def test_a_password_that_breaks_the_policy(fake, host, claims, may_read, sent):
    """Judged here where this host may read the policy, else by AWS."""
    if may_read:
        fake.control("set_key", key="AKIAI44QH8DHBEXAMPLE",
                     allow=[{"actions": ["*"], "resource": "*"}])
    host.configure(password="source = ask")
    host.hook("alice")
    said = claims.run("alice", "--auto", answers=["yes", "short", "short", CHOSEN, CHOSEN])
    assert said.status == 0 and ("at least 8" if may_read else "length of 8") in said.text
    assert fake.sign_in(ALICE, CHOSEN)["ok"] and fake.actions().count(STORY[2]) == sent


@pytest.mark.parametrize("typed", ["\x04", "\x03"])
def test_choosing_can_be_left(fake, host, claims, typed):
    host.configure(password="source = ask")
    host.hook("alice")
    child = claims.claim("alice", "--auto")
    child.expect_exact(OFFER)
    child.send("yes\n")
    child.expect_exact("not shown: ")
    child.send(typed)
    assert "Nothing was created." in end(child)
    assert child.exitstatus == (130 if typed == "\x03" else 1)
    wait_for(lambda: host.record(UID)["phase"] == "pending", "pending")
    assert host.marked(UID) and "CreateLoginProfile" not in fake.actions()


# ---- refused


def test_without_a_login_on_this_host(fake, host, claims):
    auto, by_hand = claims.run("alice", "--auto"), claims.run("alice")
    assert (auto.status, auto.text) == (0, "")
    assert by_hand.status == 1 and "log in" in by_hand.text and fake.requests() == []


@pytest.mark.parametrize("loginuid, says", [(64002, "bob"), (0, "root"), (None, "")],
                         ids=["su - alice by bob", "by root", "no login session"])
def test_not_the_person_s_own_session(fake, host, log, claims, loginuid, says):
    host.hook("alice")
    auto, by_hand = (claims.run("alice", *words, loginuid=loginuid) for words in (["--auto"], []))
    assert (auto.status, auto.text) == (0, "")
    assert by_hand.status == 1 and "Refused" in by_hand.text and says in by_hand.text
    assert host.marked(UID) and fake.requests() == []
    assert [e["result"] for e in log.events() if e["event"] == "claim"] == ["denied"]


def test_where_the_host_keeps_no_sessions(fake, host, claims):
    host.configure(rest="[login]\nclaim_unverified = yes\n")
    host.hook("alice")
    assert fake.sign_in(ALICE, claims.run("alice", "--auto", loginuid=None).password)["ok"]


def test_root_has_none(claims):
    said = claims.run("root", loginuid=None)
    assert said.status == 1 and "min_uid" in said.text


def test_a_broken_configuration(fake, host, claims):
    host.hook("alice")
    host.write("iamlp.conf", "[aws\n")
    auto, by_hand = claims.run("alice", "--auto"), claims.run("alice")
    assert (auto.status, auto.text) == (0, "")
    assert by_hand.status == 1 and by_hand.text.count("\r\n") == 1 and fake.requests() == []


def test_other_programs_of_the_person_cannot_look_into_it(host, claims):
    host.hook("alice")
    child = claims.claim("alice", "--auto")
    child.expect_exact(OFFER)
    assert os.stat(f"/proc/{child.pid}/mem").st_uid == 0
    with open(f"/proc/{child.pid}/limits", encoding="ascii") as file:
        assert "Max core file size 0 0" in " ".join(file.read().split())


def test_a_set_user_id_bit_changes_nothing(fake, host, claims):
    os.chmod(claims.program, 0o4755)
    host.hook("alice")
    child = claims.claim("alice", "--auto")
    child.expect_exact(OFFER)
    with open(f"/proc/{child.pid}/status", encoding="ascii") as file:
        assert f"Uid: {UID} {UID} {UID} {UID}" in " ".join(file.read().split())
    child.send("yes\n")
    child.expect_exact(CONFIRM)
    child.send("yes\n")
    end(child)
    assert fake.actions() == STORY


def test_a_second_terminal(fake, host, claims):
    host.hook("alice")
    child = claims.claim("alice", "--auto")
    child.expect_exact(OFFER)
    auto, by_hand = claims.run("alice", "--auto"), claims.run("alice")
    assert (auto.status, auto.text) == (0, "")
    assert by_hand.status == 1 and by_hand.text.count("\r\n") == 1
    child.send("yes\n")
    child.expect_exact(CONFIRM)
    child.send("yes\n")
    end(child)
    assert child.exitstatus == 0 and fake.actions().count("CreateLoginProfile") == 1


def test_aws_is_away(fake, host, claims):
    host.hook("alice")
    fake.fault("drop_before", action="GetUser", times=99)
    said = claims.run("alice", "--auto")
    lines = [line for line in said.text.splitlines() if not line.startswith("Waiting for AWS;")]
    assert said.status == 1 and len(lines) == 1 and not host.marked(UID)
    fake.clear_faults()
    assert claims.run("alice", "--auto").text == "", "not before its time"
    assert fake.sign_in(ALICE, claims.run("alice").password)["ok"]
    assert os.path.exists(claims.path)
