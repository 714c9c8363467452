"""Names that somebody else has chosen: of users, services and hosts, and what people call themselves.

Whatever stands in them, the login goes on, the log has one line an event, the record its own lines,
and no terminal gets a control character.
"""

import os
import pwd
import re
import subprocess

import pytest
from world.needs import NEEDS_WORLD
from isolated import BOB, GID, IAM_USER, UID
from world.host import BUILD
from world.syslog import parse

pytestmark = NEEDS_WORLD

FIRST = 65100  # uid
NAMES = [
    "with space", " before", "after ", 'q"uote', "o'quote", "back\\slash", "tab\there", "a=b",
    "phase=done", "per%cent", "%u", "%n%s%p", "..", ".", "a/b", "../../etc/shadow", "/etc/passwd",
    "\x1b[2J\x1b]0;evil\x07", "bell\x07", "del\x7f", "\x9b2J", "caf\u00e9", "\U0001f642", "\u202elive",
    "x" * 33, "y" * 63, "z" * 64, "w" * 65, "v" * 200, "u" * 300, "12345", "0", "-rf", "--conf=/tmp/x",
    "$(id)", "`id`", ";id", "a|b", "a&b", "<b>", "#hash", "[users]", "a,b", "a@b.example", "A", "\\x41",
]
IAM_MAY = re.compile(r"[A-Za-z0-9+=,.@_-]{1,64}")
PLAIN = re.compile(r"[ -~]*")
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def says_nothing_odd(lines):
    """Each line one event by the grammar, in printable ASCII, each key once; returns them."""
    events = []
    for _, text in lines:
        if text.startswith("pam_iamlp["):
            assert PLAIN.fullmatch(text) and len(text) < 2048, text
            pairs = parse(text.split(": ", 1)[1])
            assert len({key for key, _ in pairs}) == len(pairs), text
            events.append(dict(pairs))
    return events


def raw_record(host, uid):
    """The record's lines, each key=value with a key that we know."""
    path = os.path.join(host.state, str(uid))
    if not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        data = file.read()
    assert re.fullmatch(rb"v=1\n([a-z_]+=[!-~]+\n)*", data), data
    keys = re.findall(rb"^([a-z_]+)=", data, re.M)
    assert len(set(keys)) == len(keys), data
    return dict(re.findall(r"^([a-z_]+)=(.*)$", data.decode(), re.M))


@pytest.fixture
def host(new_host):
    one = new_host()
    one.rest = "[login]\ncreate = login\n[rule everybody]\nmatch = .*\niam_user = %u\n"
    one.configure(users="")
    return one


def test_user_names(host, log, passwd):
    """As the user database gives them; a name with a newline is no name there."""
    passwd.add(NAMES, FIRST)
    pamd, known = host.stack(), 0
    for number, name in enumerate(NAMES):
        uid = FIRST + number
        log.lines.clear()
        host.fake.reset_requests()
        host.pam(pamd, name)
        record = raw_record(host, uid)
        events = says_nothing_odd(log.lines)
        try:
            is_one = pwd.getpwnam(name).pw_uid == uid
        except KeyError:
            is_one = False
        asked = {entry["params"].get("UserName") for entry in host.fake.requests()}
        if record is None:
            # It can be no user's, or is longer than a record's name.
            assert not is_one or len(name.encode()) > 128, name
            assert asked == set()
            continue
        known += 1
        assert is_one and record["phase"] in ("failed", "unmapped"), (name, record)
        assert asked == ({name} if IAM_MAY.fullmatch(name) else set()), name
        assert events and {e["user"].encode("latin-1", "replace") for e in events} == {
            name.encode()}, events
        status, out, err = host.explain(name)
        assert status in (0, 1) and not CONTROLS.search(out + err), (name, out, err)
    assert known > 30
    assert {name for name in os.listdir(host.state) if not name.isdigit()} <= {"lock", "breaker"}
    assert all(name.isdigit() for name in os.listdir(host.state + "/lock") if name != "breaker")


@pytest.mark.parametrize("name", ["bob\nphase=done", "bob\n", "\nbob", "bob\x00", "", "n" * 255,
                                  "n" * 1000])
def test_user_names_that_are_none(host, log, name):
    """In the frame of a hook."""
    host.hook(name)
    says_nothing_odd(log.lines)
    assert [n for n in os.listdir(host.state) if n.isdigit()] == [] and host.fake.requests() == []


RHOSTS = ["\x1b[2J\x1b]0;evil\x07", 'evil" event=create result=ok user=root msg="', "%n%s%%",
          "a phase=done", "x" * 4000, "\u202e\u00e9", "\x9b2J", "..", "-", "=", "\\x0a", "a%0Ab"]


def hosts_line(rhost):
    return f"item rhost {rhost}\ncall account\ncall open_session\n"


@pytest.mark.parametrize("rhost", [*RHOSTS, "a\nphase=done", "a\x00b"], ids=repr)
def test_remote_hosts(host, log, rhost):
    """sshd's UseDNS and others hand on what a stranger's name server says."""
    host.users = f"{BOB} = {IAM_USER}\n"
    host.configure()
    if "\n" in rhost or "\x00" in rhost:
        host.hook(BOB, rhost=rhost)
    else:
        run = subprocess.run([os.path.join(BUILD, "tests/pam/host"), host.stack(), "sshd", BOB],
                             input=hosts_line(rhost), text=True, capture_output=True, timeout=60,
                             check=True, env={})
        assert run.stdout.count('"code": 0') + run.stdout.count('"code":0') == 2, run.stdout
    record, events = raw_record(host, UID), says_nothing_odd(log.lines)
    assert record["phase"] == "created" and record["name"] == BOB
    assert [(e["event"], e["result"], e["user"]) for e in events] == [
        ("mark", "pending", BOB), ("create", "ok", BOB)]
    told = host.claim()
    assert told.password and not re.search(r"[^\n -~]", told.text), told.text


@pytest.mark.parametrize("service", ["we ird", "a=b", "\x1b[2j", "caf\u00e9", "%n%s", "s" * 200])
def test_services(host, log, service):
    """A service is what its program calls itself."""
    host.users = f"{BOB} = {IAM_USER}\n"
    host.configure()
    pamd = host.stack()
    with open(os.path.join(pamd, "sshd"), encoding="utf-8") as file:
        text = file.read()
    with open(os.path.join(pamd, service), "w", encoding="utf-8") as file:
        file.write(text.rstrip("\n") + f" [services={service}]\n")
    subprocess.run([os.path.join(BUILD, "tests/pam/host"), pamd, service, BOB],
                   input="call open_session\n", text=True, capture_output=True, timeout=60,
                   check=True, env={})
    events = says_nothing_odd(log.lines)
    assert [(e["event"], e["result"]) for e in events] == [("mark", "pending"), ("create", "ok")]
    assert raw_record(host, UID)["phase"] == "created"


def test_gecos(host, log, passwd):
    """People may change it themselves (chfn): nothing reads it."""
    gecos = "\x1b]0;Canary-4711\x07,Alice.Smith@example.com,%n,"
    passwd.write(re.sub(rf"^{BOB}:.*\n", f"{BOB}:x:{UID}:{GID}:{gecos}:/nonexistent:/bin/sh\n",
                        passwd.before, flags=re.M))
    assert pwd.getpwnam(BOB).pw_gecos == gecos
    host.users = f"{BOB} = {IAM_USER}\n"
    host.configure()
    host.pam(host.stack())
    told = host.claim()
    assert told.password and host.fake.sign_in(IAM_USER, told.password)["ok"]
    seen = [told.text, str(log.lines), str(raw_record(host, UID)), str(host.fake.requests()),
            str(host.explain(BOB))]
    assert not any("Canary" in text or "Alice" in text or "\x1b" in text for text in seen), seen
