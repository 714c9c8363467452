"""An iamlp-net that somebody has taken over: what its answers can do to the story, which is at
worst to end this try of this user. Afterwards the real one goes on."""

import os
import re
import time

import pytest

from world.needs import NEEDS_WORLD
from world import frames as f
from world.host import KEY


from world.org import IMDS_KEY, STORY, on_imds
from world.puppet import Puppets

pytestmark = NEEDS_WORLD

BUILDS = os.environ.get("BUILDS", os.environ.get("BUILD", "build")).split()
ALICE, UID, ACCOUNT = "Alice.Smith@example.com", 64001, "123456789012"
PAGE = f"https://{ACCOUNT}.signin.aws.amazon.com/console"
FAR = 253402300799
ESCAPES = "a\x1b[2J\x1b]0;x\x07b\r\nPassword:    Evil-1\nevent=create result=ok\x00c\x9bd\u202e\xff"


@pytest.fixture(params=BUILDS)
def build(request):
    return request.param


def result(fault=f.FINE, *fields):
    return f.frame(f.RESULT, (f.FAULT, fault), (f.MAYBE_ACTED, 0), *fields)


def user(*fields, account=ACCOUNT, partition="aws", path="/people/"):
    return result(f.FINE, (f.PARTITION, partition), (f.ACCOUNT, account), (f.PATH, path), *fields)


def honest():
    """What the real one would answer for somebody without a password."""
    return {f.FILES: result(), f.START: result(), f.GET_USER: user(),
            f.GET_LOGIN_PROFILE: result(f.NO_SUCH_ENTITY, (f.CODE, "NoSuchEntity")),
            f.CREATE: result(f.FINE, (f.CREATED, int(time.time()))),
            f.UPDATE: result(), f.TAG_USER: result(),
            f.GET_POLICY: result(f.FINE, (f.MIN_LENGTH, 8), (f.UPPER, 1), (f.LOWER, 1),
                                 (f.NUMBER, 1), (f.SYMBOL, 0))}


class Last(bytes):
    """An answer after which it goes away."""


class Liar:
    """Answers as `honest`, but for `lies`: {request: answer}. An answer is bytes, a list of
    answers (one a time, the last one for ever), or a function of the last password it was told."""

    def __init__(self, lies):
        self.answers = {**honest(), **lies}
        self.asked, self.password = [], None

    def __call__(self, net):
        while (request := net.receive()) is not None:
            kind, fields = request
            self.asked.append(kind)
            self.password = fields.get(f.PASSWORD, self.password)
            answer = self.answers[kind]
            if isinstance(answer, list):
                answer = answer.pop(0) if len(answer) > 1 else answer[0]
            if callable(answer):
                answer = answer(self.password)
            if not (answer == b"" or net.send(answer)) or isinstance(answer, Last):
                return


@pytest.fixture
def lie(host, build):
    """Provision alice while iamlp-net lies. Returns (what the person saw, the liar)."""

    def one(lies, timeout=None, kind=Liar):
        liar = kind(lies)
        with Puppets(host, liar, build) as puppets:
            seen = host.provision("alice", "--helper", puppets.helper, timeout=timeout)
        assert seen.status in (0, 1), "iamlp-helper did not end as it should"
        assert "AddressSanitizer" not in seen.text and "runtime error" not in seen.text
        return seen, liar

    return one


def events(log):
    return [(e["event"], e["result"]) for e in log.events()]


def clean(host, log, seen, liar=None):
    """Nothing that could move a cursor, begin a line of the log, or be the password."""
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", seen.text)
    assert len(log.events()) == len(log.lines), "each line follows the grammar"
    for _, text in log.lines:
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202e]", text)
        assert liar is None or liar.password is None or liar.password.decode() not in text
    with open(os.path.join(host.state, str(UID)), encoding="ascii") as file:
        text = file.read()
        assert len(text) <= 1024 and re.fullmatch(r"v=1\n(\w+=[\x21-\x7e]+\n)+", text), text
        assert liar is None or liar.password is None or liar.password.decode() not in text


def goes_on(fake, host):
    """The real iamlp-net, next: a password that works, as if nothing had been."""
    seen = host.provision("alice")
    assert seen.status == 0 and fake.sign_in(ALICE, seen.password)["ok"], seen.text
    assert host.record(UID)["phase"] == "done"


# ---- the two that count


def test_it_exists_says_the_liar(fake, host, log, lie):
    """A denial: final for this user, said with the liar's date, nobody else concerned."""
    seen, _ = lie({f.GET_LOGIN_PROFILE: result(f.FINE, (f.CREATED, 1000000000),
                                               (f.RESET_REQUIRED, 0))})
    assert "already has a console password, made 2001-09-09 01:46 UTC" in seen.text
    assert seen.password is None and events(log) == [("create", "exists")]
    record = host.record(UID)
    assert (record["phase"], record["how"]) == ("done", "exists") and "nonce" not in record
    assert host.provision("alice").password is None, "final until `iamlp forget`"
    bob = host.provision("bob")
    assert fake.sign_in("Bob.Jones@example.com", bob.password)["ok"]


def test_it_is_created_says_the_liar(fake, host, log, lie):
    """The person is shown a password that nobody has set; sign-in says so, an operator helps."""
    seen, liar = lie({})
    assert seen.password.encode() == liar.password and seen.status == 0
    assert not fake.sign_in(ALICE, seen.password)["ok"] and fake.requests() == []
    assert events(log) == [("create", "ok"), ("show", "ok")]
    assert log.events()[0]["request_id"] == "-", "no request of AWS's to look up"
    assert host.record(UID)["how"] == "operator"
    clean(host, log, seen, liar)


def test_it_exists_inside_the_window(fake, host, log, lie):
    """Shown only after a create that was sent and not answered, and as no more than probable."""
    unanswered = f.frame(f.RESULT, (f.FAULT, f.TIMEOUT), (f.MAYBE_ACTED, 1))
    seen, liar = lie({f.CREATE: unanswered, f.GET_LOGIN_PROFILE: [
        result(f.NO_SUCH_ENTITY), lambda _: result(f.FINE, (f.CREATED, int(time.time())))]})
    assert "was probably set, but AWS never confirmed it" in seen.text
    assert seen.password.encode() == liar.password
    assert log.events()[-1]["code"] == "probable" and not fake.sign_in(ALICE, seen.password)["ok"]


def test_a_definite_no_is_not_ours_however_it_is_dated(host, log, lie):
    seen, liar = lie({f.CREATE: result(f.EXISTS, (f.CODE, "EntityAlreadyExists")),
                      f.GET_LOGIN_PROFILE: [result(f.NO_SUCH_ENTITY), lambda _: result(
                          f.FINE, (f.CREATED, int(time.time())))]})
    assert seen.password is None and host.record(UID)["how"] == "exists"
    clean(host, log, seen, liar)


def test_it_was_taken_away_says_the_liar(host, log, lie):
    seen, _ = lie({f.GET_USER: user((f.LAST_USED, 1000000000))})
    assert "taken away on purpose" in seen.text and events(log) == [("create", "removed")]
    assert host.record(UID)["how"] == "removed"


# ---- where the person is sent


@pytest.mark.parametrize("partition", ["evil.example/", "aws\x00", "", "AWS", "x" * 400])
def test_no_partition_of_its_own(lie, partition):
    seen, _ = lie({f.GET_USER: user(partition=partition)})
    assert re.search(r"^Sign-in URL: *\r$", seen.text, re.M) and seen.password


def test_no_address_of_its_own(lie):
    seen, _ = lie({f.GET_USER: user((f.SIGNIN_URL, "https://evil.example/console"))})
    assert f"Sign-in URL: {PAGE}\r\n" in seen.text and "evil" not in seen.text


@pytest.mark.parametrize("account", ["evil.example/", "12345678901", "1234567890123", "", "12345678901\n",
                                     "ABCDEFGHIJKL", "12345678901\xb2", "123456789012\x00"])
def test_an_account_is_twelve_digits(fake, host, log, lie, account):
    seen, liar = lie({f.GET_USER: user(account=account)})
    assert seen.password is None and liar.asked == [f.FILES, f.START, f.GET_USER]
    assert log.events()[-1]["code"] == "account" and log.events()[-1]["severity"] == 3
    clean(host, log, seen)
    goes_on(fake, host)


def test_another_account_is_refused_where_the_configuration_names_one(fake, host, lie):
    host.configure(id=ACCOUNT)
    seen, liar = lie({f.GET_USER: user(account="210987654321")})
    assert "belong to account 210987654321" in seen.text and f.CREATE not in liar.asked
    goes_on(fake, host)


def test_another_account_where_it_names_none_is_still_a_page_of_aws(lie):
    """Why `id` should be set: the address is AWS's own, the account somebody else's."""
    seen, _ = lie({f.GET_USER: user(account="210987654321")})
    assert "Sign-in URL: https://210987654321.signin.aws.amazon.com/console\r\n" in seen.text


def test_the_configured_page_is_shown_whatever_is_answered(host, lie):
    host.configure(signin_url="https://sso.example.com/start")
    seen, _ = lie({f.GET_USER: user(account="210987654321", partition="aws-cn")})
    assert "Sign-in URL: https://sso.example.com/start\r\n" in seen.text


# ---- frames that are none

# Fields with which each stage would go on, were the frame one.
GOOD = [(f.FAULT, f.FINE), (f.MAYBE_ACTED, 0), (f.PARTITION, "aws"), (f.ACCOUNT, ACCOUNT),
        (f.PATH, "/people/"), (f.CREATED, 1000000000)]
BROKEN = {
    "nothing": b"",
    "half a header": b"IL\x01",
    "no frame": b"HTTP/1.1 200 OK\r\n\r\n",
    "another version": b"IL\x02" + f.frame(f.RESULT, *GOOD)[3:],
    "huge": b"IL\x01\x26\xff\xff\xff\xff",
    "more than an answer may have": f.frame(f.RESULT, *GOOD, (f.TEXT, "x" * 28 * 1024)),
    "half a frame": f.frame(f.RESULT, *GOOD)[:-3],
    "half a field": b"IL\x01\x26\x00\x00\x00\x03\x01\x00\x00",
    "a field longer than its frame": b"IL\x01\x26\x00\x00\x00\x06\x01\x7f\xff\xff\xff\x00",
    "a field twice": f.frame(f.RESULT, *GOOD, (f.FAULT, f.FINE)),
    "of the other channel": f.frame(f.SHOW, *GOOD),
    "a request": f.frame(f.GET_USER, *GOOD),
    "a result of nothing": f.frame(f.RESULT),
    "numbers of the wrong size": f.frame(f.RESULT, (f.FAULT, b"\x00"), (f.MAYBE_ACTED, b"")),
    "a fault that is none": f.frame(f.RESULT, (f.FAULT, 77), (f.MAYBE_ACTED, -1 & (1 << 64) - 1)),
    "noise": bytes(range(256)) * 4,
}


@pytest.mark.parametrize("stage", [f.FILES, f.START, f.GET_USER, f.GET_LOGIN_PROFILE, f.CREATE],
                         ids=["files", "start", "user", "profile", "create"])
@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_no_frame_ends_the_try(fake, host, log, lie, stage, broken):
    seen, liar = lie({stage: Last(BROKEN[broken])})
    assert seen.password is None and seen.text.strip()
    assert host.record(UID)["phase"] == ("intent" if stage == f.CREATE else "failed")
    assert [e["result"] for e in log.events()] == ["pending"] * (stage == f.CREATE) + ["error"]
    clean(host, log, seen, liar)
    goes_on(fake, host)


def test_silence_ends_with_the_time(fake, host, log, lie):
    seen, liar = lie({f.GET_USER: b""}, timeout=1)
    assert events(log) == [("create", "timeout")] and liar.asked == [f.FILES, f.START, f.GET_USER]
    goes_on(fake, host)


def test_a_flood_is_so_many_answers(fake, host, log, lie):
    """What comes too early is read as the answer to the next question, and is no better for it."""
    seen, _ = lie({f.START: result() * 2000})
    assert seen.password is None and log.events()[-1]["code"] == "account"
    clean(host, log, seen)
    goes_on(fake, host)


def test_answers_in_advance_are_the_same_lies(fake, host, log, lie):
    answers = honest()
    seen, _ = lie({f.START: Last(b"".join(answers[kind] for kind in (
        f.START, f.GET_USER, f.GET_LOGIN_PROFILE, f.CREATE)))})
    assert seen.password is None or not fake.sign_in(ALICE, seen.password)["ok"]
    clean(host, log, seen)


def test_answers_in_the_wrong_order(fake, host, log, lie):
    answers = honest()
    seen, _ = lie({f.GET_USER: answers[f.CREATE], f.GET_LOGIN_PROFILE: answers[f.GET_USER]})
    assert seen.password is None and log.events()[-1]["code"] == "account"
    goes_on(fake, host)


# ---- what root runs and reads for it


def heard(lies, lie):
    """{request: its fields}, the last of each."""
    requests = {}

    class Listener(Liar):
        def __call__(self, net):
            receive = net.receive

            def listen():
                request = receive()
                requests.update([request] if request else [])
                return request
            net.receive = listen
            super().__call__(net)

    lie(lies, kind=Listener)
    return requests


def started(lies, lie):
    """The fields of the START that follows these lies, and with which it ends."""
    return heard({f.START: result(f.OTHER, (f.CODE, "x")), **lies}, lie)[f.START]


def test_only_a_command_that_root_has_written_is_run(host, lie):
    ran = os.path.join(host.folder, "ran")
    written = host.write("program", f"#!/bin/sh\necho ran >>{ran}; echo '{{}}'\n", 0o755)
    with open(host.credentials, "a", encoding="utf-8") as file:
        file.write(f"# not: {written} --all\n#credential_process = {written} -a\n[other]\n"
                   f"Credential_Process : {written} well \t\r\nregion = us-east-1\n"
                   f"[third]\nx_credential_process = {written} -b\n")
    for command in (f"{written} ill", f"{written} well more", "/usr/bin/id", "/bin/sh -c id",
                    f"{written} --all", f"{written} -a", f"{written} -b", written, "",
                    f"{written} well \t\r\nregion = us-east-1", f"{written} well \t", f" {written} well"):
        start = started({f.FILES: result(f.FINE, (f.COMMAND, command))}, lie)
        assert f.PROCESS_OUTPUT not in start and not os.path.exists(ran), command
        assert command == "" or b"does not stand in the shared files" in start[f.PROCESS_FAULT]
    start = started({f.FILES: result(f.FINE, (f.COMMAND, f"{written} well"))}, lie)
    assert start[f.PROCESS_OUTPUT] == b"{}\n" and f.PROCESS_FAULT not in start


def test_only_a_token_that_root_has_named_is_read(host, lie):
    token = host.write("token", "A-TOKEN\n", 0o600)
    secret = host.write("secret", "hidden\n", 0o600)
    with open(host.credentials, "a", encoding="utf-8") as file:
        file.write(f"# {secret}\n[other]\nweb_identity_token_file={token}\n[third]\nx = {secret}\n")
    for path in (secret, "/etc/shadow", host.folder + "/./token", token + "x"):
        start = started({f.FILES: result(f.FINE, (f.WEB_TOKEN_PATH, path))}, lie)
        assert f.WEB_TOKEN not in start, path
        assert b"does not stand in the shared files" in start[f.WEB_TOKEN_FAULT]
    start = started({f.FILES: result(f.FINE, (f.WEB_TOKEN_PATH, token))}, lie)
    assert start[f.WEB_TOKEN] == b"A-TOKEN\n" and start[f.WEB_TOKEN_PATH].decode() == token


@pytest.mark.parametrize("provider", ["web_identity", "container", "imds"])
def test_nothing_is_asked_of_a_profile_that_gives_no_keys(host, lie, provider):
    written = host.write("program", "#!/bin/sh\necho '{}'\n", 0o755)
    token = host.write("token", "A-TOKEN\n", 0o600)
    own = {"web_identity": {"web_identity_token_file": host.write("own", "OWN\n", 0o600)},
           "container": {"container_uri": "http://127.0.0.1:9/"}}.get(provider, {})
    host.configure(credentials=provider, rest="[account people]\nrole_arn = "
                   f"arn:aws:iam::{ACCOUNT}:role/x\n", users="alice = people:Alice.Smith@example.com",
                   **own)
    with open(host.credentials, "a", encoding="utf-8") as file:
        file.write(f"[a]\ncredential_process = {written}\nweb_identity_token_file = {token}\n")
    start = started({f.FILES: result(f.FINE, (f.COMMAND, written), (f.WEB_TOKEN_PATH, token))}, lie)
    assert f.PROCESS_OUTPUT not in start and f.PROCESS_FAULT not in start
    assert start.get(f.WEB_TOKEN) == (b"OWN\n" if own and provider == "web_identity" else None)


@pytest.mark.parametrize("stage", [f.START, f.GET_USER, f.GET_LOGIN_PROFILE, f.CREATE])
def test_nothing_is_run_for_who_has_spoken_to_somebody(host, lie, stage):
    ran = os.path.join(host.folder, "ran")
    written = host.write("program", f"#!/bin/sh\necho ran >{ran}\n", 0o755)
    with open(host.credentials, "a", encoding="utf-8") as file:
        file.write(f"[other]\ncredential_process = {written}\n")
    head = honest()[stage][8:]
    field = bytes([f.COMMAND]) + len(written).to_bytes(4, "big") + written.encode()
    whole = honest()[stage][:4] + (len(head) + len(field)).to_bytes(4, "big") + head + field
    _, liar = lie({stage: whole})
    assert stage in liar.asked and not os.path.exists(ran)


def test_a_tag_has_little_time(host, lie):
    host.configure(require_tag="iamlp:state=pending")
    asked = heard({f.GET_USER: user((f.TAG_VALUE, "pending"))}, lie)
    assert int.from_bytes(asked[f.TAG_USER][f.MS], "big") <= 2000
    assert int.from_bytes(asked[f.CREATE][f.MS], "big") > 2000
    assert asked[f.TAG_USER][f.TAG_VALUE] == b"done" and f.PASSWORD not in asked[f.TAG_USER]


# ---- what is kept for the next one


def keys(first, key, secret, expires):
    fields = (key, secret, None, expires, "us-east-1", "file")
    return [(first + n, value) for n, value in enumerate(fields) if value is not None]


ADMIN = ("AKIAADMIN1111EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYAdmnEXAMPLE")


def test_foreign_keys_that_it_leaves_are_bounded_by_the_id(fake, host, log, lie):
    """They are used where keys are kept, for nothing tells them from others; the account tells."""
    on_imds(host, fake, users=f"alice = {ALICE}\n", rest="", id=ACCOUNT)
    poison = result(f.FINE, *keys(f.BASE, *ADMIN, int(time.time()) + 36000))
    lie({f.START: poison, f.GET_USER: result(f.OTHER, (f.CODE, "x"))})
    fake.reset_requests()
    seen = host.provision("alice")
    assert fake.actions() == ["GetUser"] and fake.requests()[0]["key"] == ADMIN[0]
    assert "belong to account 111122223333" in seen.text and seen.password is None
    assert fake.control("profile", account="111122223333", user=ALICE) is None
    goes_on(fake, host)
    assert fake.requests()[-1]["key"] != ADMIN[0], "they are forgotten"


REGION_OF_BASE = f.BASE + 4
PEOPLE = f"alice = {ALICE}\nbob = Bob.Jones@example.com\ndave = No.Body@example.com\n"


@pytest.mark.parametrize("key, region, user", [
    (ADMIN, "us-east-1", "dave"), ((KEY, "wrong/secret/wrong/secret"), "us-east-1", "alice"),
    (ADMIN, "no-such-region", "alice")], ids=["no such user", "wrong secret", "no such region"])
def test_keys_that_nothing_comes_of_are_forgotten(fake, host, lie, key, region, user):
    """Also with `id`, which says something only once somebody is found."""
    fake.control("set_imds", region="us-east-1")
    on_imds(host, fake, users=PEOPLE, rest="", id=ACCOUNT, region=None)
    poison = [(i, region if i == REGION_OF_BASE else value)
              for i, value in keys(f.BASE, *key, int(time.time()) + 36000)]
    lie({f.START: result(f.FINE, *poison), f.GET_USER: result(f.OTHER, (f.CODE, "x"))})
    assert host.provision(user).password is None
    assert IMDS_KEY not in {r["key"] for r in fake.requests()}, "they were used"
    fake.reset_requests()
    seen = host.provision("bob")
    assert fake.sign_in("Bob.Jones@example.com", seen.password)["ok"], seen.text
    assert {r["key"] for r in fake.requests() if r["action"] in STORY} == {IMDS_KEY}


def test_foreign_keys_are_never_better_than_a_files_own(fake, host, lie):
    lie({f.START: result(f.FINE, *keys(f.BASE, *ADMIN, int(time.time()) + 36000)),
         f.GET_USER: result(f.OTHER, (f.CODE, "x"))})
    fake.reset_requests()
    goes_on(fake, host)
    assert ADMIN[0] not in {e["key"] for e in fake.requests()}


@pytest.mark.parametrize("fields", [
    keys(f.BASE, ADMIN[0], ADMIN[1], 0), keys(f.BASE, "id", ADMIN[1], FAR),
    keys(f.BASE, ADMIN[0], "x\r\ny", FAR), keys(f.BASE, ADMIN[0], "x" * 257, FAR),
    [(f.BASE, ADMIN[0])], [(f.CALLER, ESCAPES)], [(f.CALLER, "x" * 129)],
    [(f.SKEW, 1 << 63), (f.REVOKED, 7)]])
def test_what_it_leaves_in_no_known_form_is_not_kept(fake, host, lie, fields):
    lie({f.START: result(f.FINE, *fields), f.GET_USER: result(f.OTHER, (f.CODE, "x"))})
    start = started({}, lie)
    assert not [n for n in start if n >= f.BASE] and f.CALLER not in start
    goes_on(fake, host)


# ---- what is said and written down


@pytest.mark.parametrize("stage", [f.START, f.GET_USER, f.GET_LOGIN_PROFILE, f.CREATE],
                         ids=["start", "user", "profile", "create"])
def test_escapes_reach_no_terminal_and_no_log(fake, host, log, lie, stage):
    seen, liar = lie({stage: result(f.DENIED, (f.CODE, ESCAPES), (f.TEXT, ESCAPES),
                                    (f.REQUEST_ID, ESCAPES))})
    assert seen.password is None and "Evil-1" in seen.text
    assert not re.search("^Password: ", seen.text, re.M), "one line, whatever it says"
    assert events(log) == [("create", "denied")]
    clean(host, log, seen, liar)
    goes_on(fake, host)


def test_escapes_in_what_describes_the_user(host, log, lie):
    host.configure(require_path="/people/", require_tag="iamlp:state=pending")
    for fields in ({"path": "/x/" + ESCAPES}, {}):
        seen, _ = lie({f.GET_USER: user((f.TAG_VALUE, ESCAPES.replace("\x00", "")),
                                        (f.REQUEST_ID, ESCAPES), **fields)})
        assert seen.password is None and host.record(UID)["phase"] == "unmapped"
        clean(host, log, seen)


@pytest.mark.parametrize("value, phase", [(b"pending", "done"), (b"pending\x00", "unmapped"),
                                          (b"pendin", "unmapped"), (b"x" * 4000, "unmapped"),
                                          (None, "unmapped")])
def test_a_tag_counts_to_the_letter(host, lie, value, phase):
    host.configure(require_tag="iamlp:state=pending")
    seen, _ = lie({f.GET_USER: user(*([(f.TAG_VALUE, value)] if value else []))})
    assert host.record(UID)["phase"] == phase and (seen.password is not None) == (phase == "done")


@pytest.mark.parametrize("field", [f.TEXT, f.CODE, f.REQUEST_ID])
@pytest.mark.parametrize("stage", [f.CREATE, f.GET_POLICY, f.GET_LOGIN_PROFILE],
                         ids=["at once", "with the policy", "with the profile"])
def test_the_password_is_not_echoed(fake, host, log, lie, stage, field):
    """In the answer to the call that had it, and in a later one of the same iamlp-net."""
    def echo(password):
        return result(f.DENIED, (field, b"x" + (password or b"") + b"y"))

    later = {f.CREATE: {}, f.GET_POLICY: {f.CREATE: result(f.POLICY)},
             f.GET_LOGIN_PROFILE: {f.CREATE: result(f.EXISTS)}}[stage]
    first = [honest()[stage], echo] if stage == f.GET_LOGIN_PROFILE else echo
    seen, liar = lie({**later, stage: first})
    assert liar.password and liar.password.decode() not in seen.text
    assert "an answer that repeats the password" in seen.text
    clean(host, log, seen, liar)
    goes_on(fake, host)


# ---- dates


DATES = [0, 1, FAR, FAR + 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1]


@pytest.mark.parametrize("date", DATES)
def test_the_server_s_clock_says_the_liar(fake, host, log, lie, date):
    """It dates the try in the record; the create is answered, so nothing hangs on it."""
    seen, liar = lie({f.START: result(f.FINE, (f.DATE, date)),
                      f.CREATE: result(f.DENIED, (f.DATE, date), (f.CODE, "AccessDenied"))})
    assert seen.password is None and host.record(UID)["phase"] == "failed"
    clean(host, log, seen, liar)
    goes_on(fake, host)


@pytest.mark.parametrize("date", DATES)
def test_a_try_under_a_wrong_clock(fake, host, log, lie, date):
    """Unanswered, and dated by the liar: the next one still finishes it."""
    seen, liar = lie({f.GET_USER: user((f.DATE, date)), f.CREATE: Last(b"")})
    assert seen.password is None and host.record(UID)["phase"] == "intent"
    clean(host, log, seen, liar)
    goes_on(fake, host)


@pytest.mark.parametrize("date", DATES)
def test_a_profile_of_any_date(host, log, lie, date):
    seen, _ = lie({f.GET_LOGIN_PROFILE: result(f.FINE, (f.CREATED, date), (f.RESET_REQUIRED, 1))})
    assert seen.password is None and host.record(UID)["how"] == "exists"
    assert re.search(r"made (\d{4}-\d\d-\d\d \d\d:\d\d UTC|an unknown time)", seen.text)
    clean(host, log, seen)


@pytest.mark.parametrize("date", DATES)
def test_created_at_any_date(host, log, lie, date):
    seen, liar = lie({f.CREATE: result(f.FINE, (f.CREATED, date))})
    assert seen.password and host.record(UID)["how"] == "operator"
    clean(host, log, seen, liar)


# ---- the password policy


@pytest.mark.parametrize("fields", [
    [(f.MIN_LENGTH, 1), (f.UPPER, 0), (f.LOWER, 0), (f.NUMBER, 0), (f.SYMBOL, 0)],
    [(f.MIN_LENGTH, 0)], [(f.MIN_LENGTH, 129)], [(f.MIN_LENGTH, 1 << 40)], []])
def test_no_policy_makes_a_password_weaker(lie, fields):
    seen, _ = lie({f.CREATE: [result(f.POLICY), honest()[f.CREATE]],
                   f.GET_POLICY: result(f.FINE, *fields)})
    assert 20 <= len(seen.password) <= 128 and len(set(seen.password)) > 8


def test_never_satisfied(fake, host, lie):
    seen, liar = lie({f.CREATE: result(f.POLICY, (f.CODE, "PasswordPolicyViolation"))})
    assert liar.asked.count(f.CREATE) == 2 and seen.password is None
    goes_on(fake, host)
