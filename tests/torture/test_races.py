"""Whatever happens beside a story, in each phase of it: many at once, the configuration, the
person, the clock, a cloned disk, a reboot."""

import os
import subprocess
import threading
import time

import pytest
from world.needs import NEEDS_WORLD
from fake.client import Fake
from internet import AWS, Internet
from isolated import BOB, IAM_USER, TYPED, UID, IsolatedHost
from phases import PHASES, bring, creates
from promise import keeps_the_promise

pytestmark = NEEDS_WORLD

OTHER = "Alice.Smith@example.com"
UNDER_WAY = {"intent, acted", "intent, not acted", "probable", "typed, acted", "created",
             "created by a login"}
ACTED = UNDER_WAY - {"intent, not acted"} | {"done", "lost"}
SAMPLE = {"intent, acted", "created"}  # the others are slow


def phases(*sample):
    sample = set(sample) or SAMPLE
    return pytest.mark.parametrize("phase", [
        pytest.param(p, marks=() if p in sample else pytest.mark.slow) for p in PHASES])


def at_once(count, act):
    """act(0) to act(count - 1) in threads that begin together; what they returned."""
    results, gate = [None] * count, threading.Barrier(count)

    def one(number):
        gate.wait()
        try:
            results[number] = act(number)
        except Exception as fault:  # told by the test's own thread
            results[number] = fault
    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


# ---- many at once on one host


@pytest.fixture(params=["claim", "login"])
def crowded(request, new_host):
    """A host under create = claim, or login."""
    host = new_host()
    host.rest = f"[login]\ncreate = {request.param}\n"
    host.configure()
    return host


def test_fifty_logins(fake, crowded, log):
    folder = crowded.stack()
    at_once(50, lambda n: crowded.pam(folder))
    marks = [e for e in log.events() if e["event"] == "mark"]
    assert [(e["result"], e["user"]) for e in marks] == [("pending", BOB)]
    assert crowded.marked(UID)
    if "create = login" in crowded.rest:
        assert fake.actions() == ["GetUser", "GetLoginProfile", "CreateLoginProfile"]
    else:
        assert fake.requests() == []
    assert keeps_the_promise(crowded) == "password" and creates(fake) == 1


def test_fifty_claims_and_logins(fake, crowded):
    """Every fifth is a claim, every tenth a password that was typed; the rest log in."""
    crowded.login()
    folder = crowded.stack()

    def one(number):
        if number % 10 == 4:
            return crowded.passwd(TYPED)
        return crowded.claim() if number % 5 == 0 else crowded.pam(folder)
    told = [t for t in at_once(50, one) if hasattr(t, "plain")]
    assert len(told) == 10
    for one in told:
        assert one.password or one.plain, one
    crowded.known = {t.password for t in told if t.password}
    assert keeps_the_promise(crowded) == "password" and creates(fake) == 1


def test_fifty_claims(fake, new_host):
    host = new_host()
    host.login()
    told = at_once(50, lambda n: host.claim(auto=n % 2 == 0))
    assert sum(t.password is not None for t in told) == 1
    for one in told:
        if one.password is None and one.plain:
            assert "somebody else is at work" in one.plain or "Nothing to do" in one.plain, one
    host.known = {t.password for t in told if t.password}
    assert keeps_the_promise(host) == "password" and creates(fake) == 1


def test_logins_while_the_configuration_is_written(fake, crowded):
    """In place, as an editor does it that is no friend of ours: half of it is there, then all."""
    folder = crowded.stack()
    with open(crowded.conf, encoding="utf-8") as file:
        text = file.read()
    over = threading.Event()

    def write():
        while not over.is_set():
            for part in (text[:len(text) // 2], text):
                with open(crowded.conf, "w", encoding="utf-8") as file:
                    file.write(part)
                time.sleep(0.001)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(3):
            at_once(20, lambda n: crowded.pam(folder))
    finally:
        over.set()
        writer.join()
    assert creates(fake) <= ("create = login" in text)
    assert keeps_the_promise(crowded) == "password" and creates(fake) == 1


# ---- many hosts for one user: each with a network namespace and an address of its own


@pytest.fixture
def internet():
    with Internet() as one:
        yield one


@pytest.fixture
def fake_abroad(internet, tmp_path):
    with Fake.start(str(tmp_path / "aws"), bind=AWS, san=f"IP:{AWS}") as one:
        yield one


@pytest.fixture
def hosts_abroad(internet, fake_abroad, log, tmp_path):
    """A function: so many hosts."""
    hosts = []

    def make(count):
        hosts.extend(IsolatedHost(str(tmp_path / f"host{n}"), fake_abroad,
                                  machine=f"{n + 1:032x}", tls=True, internet=internet) for n in range(count))
        return hosts
    os.chmod(tmp_path, 0o755)
    yield make
    for host in hosts:
        host.close()


def one_create(fake, hosts):
    """It acted; all have asked, each from its own address."""
    assert creates(fake) == 1
    asked = {entry["peer"] for entry in fake.requests()}
    assert asked == {host.address for host in hosts} and len(asked) == len(hosts)


def exactly_one(fake, hosts, known):
    one_create(fake, hosts)
    hows = sorted(h.record(UID)["how"] for h in hosts)
    assert hows == ["exists"] * (len(hosts) - 1) + ["shown"], hows
    assert len(known) == 1 and fake.sign_in(IAM_USER, known.pop())["ok"]
    for host in hosts:
        assert not host.marked(UID)
        fake.reset_requests()
        host.login()
        assert "Nothing to do" in host.claim().plain and fake.requests() == []


def test_twenty_hosts_that_claim(fake_abroad, hosts_abroad):
    """All of them are asked, all answer at once."""
    hosts = hosts_abroad(20)
    all_asked = threading.Barrier(20)
    for host in hosts:
        host.login()
    told = at_once(20, lambda n: hosts[n].claim(before=all_asked.wait))
    assert all(t.asked for t in told)
    for one in told:
        assert one.password or "already has a console password" in one.plain, one
    exactly_one(fake_abroad, hosts, {t.password for t in told} - {None})


def test_twenty_hosts_that_create_at_login(fake_abroad, hosts_abroad):
    hosts = hosts_abroad(20)
    fake_abroad.fault("delay_before", action="CreateLoginProfile", times=-1, seconds=0.5)
    for host in hosts:
        host.rest = "[login]\ncreate = login\n"
        host.configure()
    at_once(20, lambda n: hosts[n].login(timeout=30))
    assert sorted(h.record(UID)["phase"] for h in hosts) == ["created"] + ["done"] * 19
    told = [h.claim() for h in hosts]
    exactly_one(fake_abroad, hosts, {t.password for t in told} - {None})


def test_ten_hosts_where_it_is_typed(fake_abroad, hosts_abroad):
    fake, hosts = fake_abroad, hosts_abroad(10)
    fake.fault("delay_before", action="CreateLoginProfile", times=-1, seconds=0.5)
    told = at_once(10, lambda n: hosts[n].passwd(f"Typed-On-Host-{n}", timeout=30))
    one_create(fake, hosts)
    hows = [h.record(UID)["how"] for h in hosts]
    assert sorted(hows) == ["exists"] * 9 + ["typed"]
    for number, (_, text) in enumerate(told):
        typed = hows[number] == "typed"
        assert fake.sign_in(IAM_USER, f"Typed-On-Host-{number}")["ok"] == typed
        assert ("has the console password that was typed here" in text) == typed
        assert typed or "already has a console password" in text


# ---- the configuration, in each phase


def silent_while_broken(host, phase, says):
    """Nothing is asked or forgotten while it is so, and a claim by hand says why."""
    before = host.record(UID)["phase"]
    host.fake.reset_requests()
    host.login()
    told = host.claim()
    assert says in told.plain and told.password is None, told
    assert host.claim(auto=True).plain == ""
    assert host.fake.requests() == []
    after = host.record(UID)["phase"]
    assert after == before or (after == "failed" and phase not in UNDER_WAY | {"done", "lost"})


def expected(phase, boot=False):
    if phase == "lost":
        return "lost"
    if boot and phase in ("intent, acted", "probable", "created", "created by a login"):
        return "lost"
    return "password"


@phases("created")
def test_configuration_written_again(host, phase):
    bring(host, phase)
    host.users += "erin = Erin.Elsewhere@example.com\n"
    host.configure()
    assert keeps_the_promise(host) == expected(phase)


@phases()
def test_configuration_broken(host, phase):
    bring(host, phase)
    acted = creates(host.fake)
    host.configure(rest=host.rest + "[nonsense]\n")
    silent_while_broken(host, phase, "iamlp.conf:")
    host.configure()
    assert keeps_the_promise(host, acted=1 - acted) == expected(phase)


@phases("intent, acted")
def test_configuration_absent(host, phase):
    bring(host, phase)
    acted = creates(host.fake)
    os.unlink(host.conf)
    silent_while_broken(host, phase, "iamlp.conf")
    host.configure()
    assert keeps_the_promise(host, acted=1 - acted) == expected(phase)


@phases()
def test_mapped_to_another(fake, host, phase):
    """What is under way ends as it began; then, or else at once, the other one's turn comes."""
    bring(host, phase)
    host.users = f"{BOB} = {OTHER}\n"
    host.configure()
    if phase in UNDER_WAY:
        assert keeps_the_promise(host) == "password"
    assert keeps_the_promise(host, iam_user=OTHER) == "password"
    assert creates(fake, OTHER) == 1 and creates(fake, IAM_USER) <= 1


@phases("created")
def test_served_no_more(fake, host, phase):
    bring(host, phase)
    host.users = ""
    host.configure()
    if phase in UNDER_WAY:
        assert keeps_the_promise(host) == "password"
        return
    acted = creates(fake)
    host.login()
    told = host.claim()
    assert told.plain and told.password is None and creates(fake) == acted
    host.configure(users=f"{BOB} = {IAM_USER}\n")
    assert keeps_the_promise(host) == expected(phase)


CHANGES = {
    "broken": lambda host, passwd: host.configure(rest="[nonsense]\n"),
    "absent": lambda host, passwd: os.unlink(host.conf),
    "mapped to another": lambda host, passwd: host.configure(users=f"{BOB} = {OTHER}\n"),
    "deleted": lambda host, passwd: passwd.delete(),
    "renamed": lambda host, passwd: passwd.rename("carol"),
    "state folder closed": lambda host, passwd: os.chmod(host.state, 0o777),
}


@pytest.mark.parametrize("fault", [
    None, *(pytest.param(f, marks=pytest.mark.slow) for f in ("drop_after", "drop_before"))])
@pytest.mark.parametrize("change", CHANGES)
def test_changed_while_the_person_is_asked(fake, host, passwd, change, fault):
    """The claim that has been begun goes on as it began."""
    host.login()
    if fault:
        fake.fault(fault, action="CreateLoginProfile")
    told = host.claim(before=lambda: CHANGES[change](host, passwd))
    assert fake.sign_in(IAM_USER, told.password)["ok"] and creates(fake) == 1
    assert ("probably" in told.plain) == (fault == "drop_after")
    passwd.restore()
    os.chmod(host.state, 0o700)
    host.configure()
    assert keeps_the_promise(host, known=[told.password]) == "password"


# ---- the person, in each phase


@phases("created")
def test_renamed(fake, host, passwd, log, phase):
    """The same uid and IAM user under another name: nothing is made twice, and where a password
    was under way the person is told that an operator can reset it."""
    bring(host, phase)
    passwd.rename("carol")
    host.person = "carol"
    host.configure(users=f"carol = {IAM_USER}\n")
    end = keeps_the_promise(host, known=[TYPED])
    if phase in ACTED - {"done"}:
        assert host.record(UID)["how"] == "exists"
    else:
        assert end == "password"
    aside = os.path.exists(f"{host.state}/{UID}.aside.0")
    assert aside == (phase in UNDER_WAY)
    assert aside == bool([e for e in log.events() if e["code"] == "aside" and e["severity"] == 3])


@phases("created")
def test_deleted_and_back(host, passwd, phase):
    bring(host, phase)
    before, known = host.record(UID), host.known
    passwd.delete()
    host.login()
    assert "no usable entry in passwd" in host.claim().plain
    assert host.record(UID) == before
    passwd.restore()
    assert keeps_the_promise(host, known=known) == expected(phase)


@phases()
def test_uid_of_somebody_else(fake, host, passwd, phase):
    """bob is gone and carol has his uid: she gets what is hers and sees nothing of his."""
    bring(host, phase)
    fake_profile, acted = fake.profile(IAM_USER), creates(fake, IAM_USER)
    passwd.rename("carol")
    host.person, host.users = "carol", f"carol = {OTHER}\n"
    host.configure()
    first = host.claim()
    assert IAM_USER not in first.text and first.password is None
    assert keeps_the_promise(host, iam_user=OTHER) == "password"
    assert fake.profile(IAM_USER) == fake_profile and creates(fake, IAM_USER) == acted


@phases("created")
def test_uid_of_somebody_who_is_not_served(fake, host, passwd, phase):
    bring(host, phase)
    acted = creates(fake)
    passwd.rename("grace")
    host.person = "grace"
    for _ in range(2):
        host.login()
        told = host.claim()
        assert IAM_USER not in told.text and told.password is None and told.plain
    assert creates(fake) == acted and host.record(UID)["phase"] == "unmapped"


# ---- the clock, in each phase


@pytest.fixture(scope="module")
def skew(tmp_path_factory):
    """A function: the words for `env` that put the helper's clock off."""
    library = str(tmp_path_factory.mktemp("skew") / "skew.so")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "skew.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    return lambda days: [f"LD_PRELOAD={library}", f"SKEW={days * 86400}"]


@pytest.mark.parametrize("days", [1, -1])
@phases("later")
def test_clock_put_back(host, skew, phase, days):
    """It was off until now."""
    host.env = skew(days)
    bring(host, phase)
    assert abs(int(host.record(UID)["changed"]) - time.time() - days * 86400) < 3600
    host.env = []
    host.login()
    # What was to wait for a day and more waits no longer.
    assert host.marked(UID) == (phase not in ("done", "lost"))
    assert keeps_the_promise(host) == expected(phase)


@pytest.mark.parametrize("days", [1, -1])
@phases("intent, acted")
def test_clock_goes_wrong(host, skew, phase, days):
    bring(host, phase)
    host.env = skew(days)
    assert keeps_the_promise(host) == expected(phase)


@pytest.mark.parametrize("days", [1, -1])
@phases("intent, acted")
def test_clock_of_the_whole_host(fake, new_host, phase, days):
    """iamlp-net's, too. AWS refuses what it signs, and says what time it is."""
    host = new_host(machine="", tls=True)
    bring(host, phase)
    fake.control("clock", offset=-days * 86400)
    assert keeps_the_promise(host) == expected(phase)


@pytest.mark.parametrize("days", [1, -1])
@phases("intent, acted")
def test_clock_that_nobody_corrects(fake, new_host, phase, days):
    """Without a Date to believe. A claim says so; nothing is lost by it."""
    host = new_host(machine="", tls=True)
    bring(host, phase)
    before, acted = host.record(UID), creates(fake)
    fake.control("clock", offset=-days * 86400)
    fake.fault("no_date", times=-1)
    if phase in ("created", "created by a login"):
        assert keeps_the_promise(host) == "password"
        return
    told = host.claim()
    after = host.record(UID)
    if before["phase"] not in ("done", "lost"):
        assert "this host's clock is off" in told.plain and after["code"] == "SignatureDoesNotMatch"
    assert after["phase"] == ("intent" if phase in UNDER_WAY else
                              before["phase"] if phase in ("done", "lost") else "failed")
    fake.control("clock", offset=0)
    fake.clear_faults()
    assert creates(fake) == acted and keeps_the_promise(host) == expected(phase)


# ---- a cloned disk, a reboot, in each phase


@pytest.mark.parametrize("first", ["clone", *(pytest.param(f, marks=pytest.mark.slow)
                                              for f in ("original", "both"))])
@pytest.mark.parametrize("machine", ["same", "another"])
@phases("intent, not acted")
def test_cloned(fake, new_host, phase, machine, first):
    """The copy has no keyring of the original. One create acts, whoever claims first, and each
    claim ends in words."""
    original = new_host(machine="1" * 32)
    bring(original, phase)
    clone = new_host(machine=("1" if machine == "same" else "2") * 32)
    original.copy_state(clone)
    clone.rest = original.rest
    clone.configure()
    hosts, ends = {"original": original, "clone": clone}, {}
    if first == "both":
        told = at_once(2, lambda n: (original, clone)[n].claim())
        original.told, clone.told = [told[0]], [told[1]]
    for name in reversed(hosts) if first == "clone" else hosts:
        ends[name] = keeps_the_promise(hosts[name], known=original.known)
    aside = os.path.exists(f"{clone.state}/{UID}.aside.0")
    assert aside == (machine == "another" and phase in UNDER_WAY)
    if phase == "intent, not acted":
        # Whoever came second has a try in whose time the other's create falls.
        assert "password" in ends.values()
        assert set(ends.values()) <= {"password", "exists", "said as probable", "lost"}, ends
    elif phase in UNDER_WAY:
        assert ends["original"] == "password", ends
    assert creates(fake) == 1


@phases("intent, acted", "intent, not acted", "created")
def test_reboot(host, phase):
    bring(host, phase)
    host.boot()
    assert keeps_the_promise(host) == expected(phase, boot=True)


@phases("created")
def test_reboot_where_reissue_is_allowed(fake, host, phase):
    fake.control("set_key", key="AKIAI44QH8DHBEXAMPLE", allow=[{"actions": ["*"], "resource": "*"}])
    bring(host, phase)
    host.configure(password="reissue = yes")
    host.boot()
    ours = phase in ("created", "created by a login", "lost")
    end = keeps_the_promise(host)
    assert end == ("password" if ours else expected(phase, boot=True))


def test_reissue_leaves_a_password_that_was_changed(fake, new_host):
    """Created, and the disk cloned; then shown, signed in with, changed. The clone must not reset what
    is the person's own by now."""
    fake.control("set_key", key="AKIAI44QH8DHBEXAMPLE", allow=[{"actions": ["*"], "resource": "*"}])
    original, clone = new_host(machine="1" * 32), new_host(machine="1" * 32)
    bring(original, "created")
    original.copy_state(clone)
    told = original.claim()
    assert fake.change(IAM_USER, told.password, "Bobs-own-Secret-1")["ok"]
    clone.configure(password="reissue = yes")
    clone.login()
    told = clone.claim(auto=True)
    assert not told.asked and told.password is None
    assert "UpdateLoginProfile" not in fake.actions()
    assert fake.sign_in(IAM_USER, "Bobs-own-Secret-1") == {"ok": True, "must_change": False}
    assert clone.record(UID)["how"] == "exists" and not clone.marked(UID)
