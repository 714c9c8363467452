"""The answer to a create is lost, in each way a create comes about, and something happens before
anybody asks again."""

import pytest
from world.needs import NEEDS_WORLD
from isolated import IAM_USER, TYPED, UID
from phases import creates
from promise import OPERATOR, SET_BY_OPERATOR, keeps_the_promise

pytestmark = NEEDS_WORLD

PROBABLY = "probably"
FOREIGN = "Foreign-Secret-1"  # set by somebody else


def by_claim(host):
    told = host.claim(timeout=1)
    return told.plain, told.password


def at_login(host):
    host.rest = "[login]\ncreate = login\n"
    host.configure()
    host.login(timeout=2)
    return "", None


def typed(host):
    return host.passwd(timeout=2)[1], None


WAYS = {"claim": by_claim, "login": at_login, "typed": typed}

# How the answer is lost: the faults, and whether the create acted.
LOST = {
    "dropped": ([("drop_after", {})], True),
    "late": ([("delay_after", {"seconds": 4})], True),
    "reset": ([("rst", {})], True),
    "half an answer": ([("truncated_xml", {})], True),
    "a page": ([("html_503", {"act": True})], True),
    "never came": ([("stall", {})], True),
    "never sent": ([("drop_before", {})], False),
}


def foreign(when):
    def act(fake):
        fake.control("put_profile", user=IAM_USER, password=FOREIGN, create_date=when,
                     password_reset_required=True)
    return act


def reset(fake):
    """UpdateLoginProfile: another password, CreateDate stays."""
    profile = fake.profile(IAM_USER)
    if profile:
        fake.control("put_profile", user=IAM_USER, password=FOREIGN,
                     create_date=profile["create_date"], password_reset_required=True)


def removed(fake):
    """Used, and taken away."""
    fake.control("remove_profile", user=IAM_USER)
    fake.control("set_password_last_used", user=IAM_USER, value=0)


def gone(fake):
    """Taken away before anybody had used it."""
    fake.control("remove_profile", user=IAM_USER)


BETWEEN = {
    "nothing": lambda fake: None,
    "foreign, later": foreign(3600),
    "foreign, long before": foreign(-86400),
    "foreign, at the same moment": foreign(0),
    "operator's reset": reset,
    "removed": removed,
    "gone": gone,
}


def until_silence(host, lost, way):
    """The create is unanswered, and for as long as the caller likes AWS is not to be reached."""
    host.login()
    faults, acted = LOST[lost]
    for kind, more in faults:
        host.fake.fault(kind, action="CreateLoginProfile", **more)
    host.fake.fault("drop_before", action="GetUser", after=1, times=-1)
    text, password = WAYS[way](host)
    assert password is None and creates(host.fake) == acted
    assert host.record(UID)["phase"] == "intent" and host.marked(UID)
    if way != "login":
        assert text
    host.fake.clear_faults()
    return acted


def told_by_claim(host):
    told = host.claim(auto=True)
    record = host.record(UID)
    return told, record.get("how")


def cases():
    for way in WAYS:
        for lost in LOST:
            for between in BETWEEN:
                sample = (lost, between) in (("dropped", "nothing"), ("dropped", "foreign, later"),
                                             ("dropped", "operator's reset"),
                                             ("never sent", "foreign, at the same moment"))
                yield pytest.param(way, lost, between, id=f"{way}: {lost}, {between}",
                                   marks=() if sample else pytest.mark.slow)


@pytest.mark.parametrize("way, lost, between", cases())
def test_what_happens_in_between(fake, host, way, lost, between):
    acted = until_silence(host, lost, way)
    BETWEEN[between](fake)
    there = fake.profile(IAM_USER) is not None
    told, how = told_by_claim(host)
    assert creates(fake) <= 1 + (between == "gone" and acted)
    if between in ("foreign, later", "foreign, long before"):
        # Outside of the window: somebody else's. Its reset is due, so that it is said.
        assert how == "exists" and told.password is None and SET_BY_OPERATOR in told.plain
        assert fake.sign_in(IAM_USER, FOREIGN)["ok"]
    elif between == "removed":
        assert how == "removed" and told.password is None
        assert fake.profile(IAM_USER) is None
    elif there:
        # Inside: ours, probably; AWS alone knows whether an operator has been there since.
        assert PROBABLY in told.plain
        assert how == ("typed" if way == "typed" else "shown")
        mine = fake.sign_in(IAM_USER, TYPED if way == "typed" else told.password)["ok"]
        assert mine == (between == "nothing")
        if way != "typed":
            assert "If it is refused, ask an operator" in told.plain
    else:
        # There is none: the same password again, or where it was typed and never held a new one.
        assert told.password and how == "shown" and PROBABLY not in told.plain
        assert fake.sign_in(IAM_USER, told.password) == {"ok": True, "must_change": True}
        passwords = [e["params"]["Password"] for e in fake.requests()
                     if e["action"] == "CreateLoginProfile"]
        assert (passwords[0] == passwords[-1]) == (way != "typed")
    assert not host.marked(UID)
    fake.reset_requests()
    host.login()
    assert host.claim().password is None and fake.requests() == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("lost", [
    "dropped", *(pytest.param(one, marks=pytest.mark.slow) for one in sorted(set(LOST) - {"dropped"}))])
def test_asked_again_at_once(fake, host, way, lost):
    """Nothing but the one answer is lost: the story itself asks what became of it."""
    faults, acted = LOST[lost]
    host.login()
    for kind, more in faults:
        fake.fault(kind, action="CreateLoginProfile", **more)
    text, password = WAYS[way](host)
    known = {password, TYPED if way == "typed" else None} - {None}
    # A hook's time may be up: then the next claim says it.
    text += " ".join(host.claim(auto=True).plain for _ in range(host.marked(UID) and way != "login"))
    if way != "login":
        assert (PROBABLY in text) == acted, text
    assert keeps_the_promise(host, known=known) == "password" and creates(fake) == 1


@pytest.mark.parametrize("reads", ["*", *(pytest.param(r, marks=pytest.mark.slow)
                                          for r in ("GetUser", "GetLoginProfile"))])
@pytest.mark.parametrize("way", WAYS)
def test_stale_reads(fake, host, way, reads):
    """IAM has the profile and does not say so for a while: the hold is kept, nothing is made twice,
    and in the end it is shown."""
    host.login()
    fake.fault("stale", action=reads, seconds=600)
    fake.fault("drop_after", action="CreateLoginProfile")
    text, password = WAYS[way](host)
    known = {password, TYPED if way == "typed" else None} - {None}
    for _ in range(3):
        told = host.claim()
        known |= {told.password} - {None}
        assert told.plain and creates(fake) == 1
    fake.clear_faults()
    assert keeps_the_promise(host, known=known) == "password" and creates(fake) == 1


@pytest.mark.parametrize("way", ["claim", "login"])
@pytest.mark.parametrize("between", ["nothing", *(pytest.param(b, marks=pytest.mark.slow) for b in (
    "operator's reset", "foreign, later", "gone"))])
def test_rebooted_in_between(fake, host, way, between):
    """The answer and the hold are gone: it is said who can help, or made anew."""
    acted = until_silence(host, "dropped", way)
    host.boot()
    BETWEEN[between](fake)
    host.login()
    there = fake.profile(IAM_USER) is not None
    told, how = told_by_claim(host)
    if there and between in ("nothing", "operator's reset"):
        assert host.record(UID)["phase"] == "lost" and OPERATOR in told.plain
        assert PROBABLY in told.plain and not host.marked(UID)
        fake.reset_requests()
        host.login()
        assert not host.marked(UID) and fake.requests() == []
    elif there:
        assert how == "exists" and SET_BY_OPERATOR in told.plain
    else:
        assert fake.sign_in(IAM_USER, told.password)["ok"] and creates(fake) == acted + 1


@pytest.mark.parametrize("way", ["claim", "login"])
def test_lost_again_and_again(fake, host, way):
    """Five creates in five stories, none of them answered or acting: one password, then it is set."""
    host.login()
    fake.fault("drop_before", action="CreateLoginProfile", times=-1)
    for _ in range(5):
        WAYS[way](host)
        record = host.record(UID)
        assert record["phase"] == "intent" and record["tries"].count("-") <= 4
        record["not_before"] = 0
        host.write_record(UID, **{k: v for k, v in record.items() if k not in ("v", "not_before")})
    sent = {e["params"]["Password"] for e in fake.requests()
            if e["action"] == "CreateLoginProfile"}
    assert len(sent) == 1
    fake.clear_faults()
    assert keeps_the_promise(host) == "password" and creates(fake) == 1


@pytest.mark.parametrize("way", ["claim", "login"])
@pytest.mark.parametrize("between", ["nothing", "operator's reset", "foreign, later", "removed"])
def test_shown_later(fake, host, way, between):
    """Created and not confirmed, and somebody has been there before it is shown again: IAM does not
    tell, so the screen says whom to ask if it is refused."""
    host.login()
    if way == "claim":
        assert "If it is refused" not in host.claim(confirm=None).plain
    else:
        at_login(host)
    assert host.record(UID)["phase"] == "created"
    BETWEEN[between](fake)
    told, how = told_by_claim(host)
    assert how == "shown" and told.password and "probably" not in told.plain
    assert "If it is refused, it has been changed since: ask an operator" in told.plain
    assert fake.sign_in(IAM_USER, told.password)["ok"] == (between == "nothing")
    assert creates(fake) == 1
