"""What a login does, through the frame that the module sends: marks, create = login, passwd."""

import ctypes
import fcntl
import os
import shutil
import subprocess
import time

import pytest

from world.needs import NEEDS_WORLD

pytestmark = NEEDS_WORLD

ALICE, UID = "Alice.Smith@example.com", 64001
STORY = ["GetUser", "GetLoginProfile", "CreateLoginProfile"]
AT_LOGIN = {"rest": "[login]\ncreate = login\n"}


def events(log):
    return [(e["event"], e["result"], e["via"]) for e in log.events()]


def conf_time(host):
    """Make the configuration another one, as far as anybody can see."""
    stat = os.stat(host.conf)
    os.utime(host.conf, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))


# ---- marks


def test_a_first_login_is_marked_and_nothing_is_asked(fake, host, log):
    host.hook("alice")
    record = host.record(UID)
    assert (record["phase"], record["name"], record["iam_user"]) == ("pending", "alice", ALICE)
    assert (record["service"], record["rhost"]) == ("sshd", "192.0.2.7")
    assert host.marked(UID) and fake.requests() == []
    assert events(log) == [("mark", "pending", "login")]
    folder = os.path.join(host.run, "pending")
    assert [os.stat(p).st_mode & 0o7777 for p in (host.run, folder, f"{folder}/{UID}")] == [
        0o755, 0o755, 0o644]


def test_a_mark_is_made_again_after_a_boot(host, log):
    host.hook("alice")
    os.unlink(os.path.join(host.run, "pending", str(UID)))
    log.lines.clear()
    host.hook("alice", service="login", rhost="")
    assert host.marked(UID) and host.record(UID)["service"] == "sshd" and not log.events()


def test_unserved(host, log):
    host.hook("grace")
    assert host.record(64007)["phase"] == "unmapped" and not host.marked(64007)
    host.hook("grace")
    assert events(log) == [("mark", "unmapped", "login")]


def test_shell_off_has_no_mark(host):
    host.configure(rest="[login]\nshell = off\n")
    host.hook("alice")
    assert not host.marked(UID) and host.record(UID)["unmarked"] == "1"


def test_mapped_anew(host):
    host.hook("alice")
    host.configure(users="alice = Bob.Jones@example.com\n")
    host.hook("alice")
    assert host.record(UID)["iam_user"] == "Bob.Jones@example.com"
    host.configure(users="")
    host.hook("alice")
    assert host.record(UID)["phase"] == "unmapped" and not host.marked(UID)


@pytest.mark.parametrize("phase", ["done", "lost", "created", "intent"])
def test_what_was_made_stays_whatever_the_configuration_says(host, phase):
    host.hook("alice")
    record = dict(host.record(UID), phase=phase)
    del record["v"]
    host.write_record(UID, **record)
    host.configure(users="")
    host.hook("alice")
    assert host.record(UID)["phase"] == phase
    assert host.marked(UID) == (phase != "done")


def test_later_is_offered_when_its_time_has_come(host):
    host.hook("alice")
    record = {k: v for k, v in host.record(UID).items() if k != "v"}
    host.write_record(UID, **dict(record, phase="later", not_before=int(time.time()) + 100))
    host.hook("alice")
    assert host.record(UID)["phase"] == "later" and not host.marked(UID)
    host.write_record(UID, **dict(record, phase="later", not_before=int(time.time()) - 1))
    host.hook("alice")
    assert host.record(UID)["phase"] == "later" and host.marked(UID)
    host.write_record(UID, **dict(record, phase="later", not_before=int(time.time()) + 90000))
    host.hook("alice")
    assert host.marked(UID)


def test_broken_configuration_is_said_once(host, log):
    host.configure(rest="[nonsense]\n")
    host.hook("alice")
    (line,) = log.events()
    assert (line["event"], line["code"], line["severity"]) == ("config", "config", 3)
    assert "iamlp.conf:" in line["msg"]
    record = host.record(UID)
    assert (record["phase"], record["code"], record["failures"]) == ("failed", "config", "1")
    assert int(record["not_before"]) > time.time() + 200 and not host.marked(UID)
    host.configure()
    host.hook("alice")
    record = host.record(UID)
    assert record["phase"] == "pending" and "code" not in record and host.marked(UID)


def test_broken_configuration_never_undoes_what_was_made(host):
    host.hook("alice")
    record = {k: v for k, v in host.record(UID).items() if k != "v"}
    host.configure(rest="[nonsense]\n")
    for phase in ("intent", "created", "done"):
        host.write_record(UID, **dict(record, phase=phase))
        host.hook("alice")
        assert host.record(UID)["phase"] == phase


def test_a_lock_that_is_held_ends_it_in_silence(host, log):
    host.hook("alice")
    os.unlink(os.path.join(host.run, "pending", str(UID)))
    log.lines.clear()
    with open(os.path.join(host.state, "lock", str(UID)), "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        host.hook("alice")
    assert not host.marked(UID) and not log.events()


def test_an_unfinished_record_of_another_is_set_aside(host, log):
    host.hook("alice")
    record = {k: v for k, v in host.record(UID).items() if k != "v"}
    host.write_record(UID, **dict(record, phase="intent", name="mallory"))
    host.hook("alice")
    assert host.record(UID) is None and os.path.exists(f"{host.state}/{UID}.aside.0")
    assert log.events()[-1]["severity"] == 3
    host.hook("alice")
    assert host.record(UID)["phase"] == "pending"


# ---- create = login


def test_create_at_login(fake, host, log):
    host.configure(**AT_LOGIN)
    assert host.hook("alice") == (0, "the password waits for iamlp claim")
    assert fake.actions() == STORY and fake.profile(ALICE)["password_reset_required"]
    record = host.record(UID)
    assert record["phase"] == "created" and record["at_login"] == "1" and host.marked(UID)
    assert events(log) == [("mark", "pending", "login"), ("create", "ok", "login")]
    seen = host.provision("alice")
    assert fake.sign_in(ALICE, seen.password) == {"ok": True, "must_change": True}
    assert not host.marked(UID)


def test_create_at_login_leaves_alone_who_has_one(fake, host):
    fake.control("put_profile", user=ALICE, password="Somebody-Elses-1")
    host.configure(**AT_LOGIN)
    host.hook("alice")
    record = host.record(UID)
    assert (record["phase"], record["how"]) == ("done", "exists") and not host.marked(UID)


def test_breaker(fake, host, log):
    host.configure(**AT_LOGIN)
    fake.fault("drop_before", times=100)
    for user in ("alice", "bob", "carol"):
        host.hook(user)
    assert [e["result"] for e in log.events() if e["event"] == "breaker"] == ["error"]
    asked = len(fake.requests())
    host.hook("dave")
    assert len(fake.requests()) == asked and host.record(64004)["phase"] == "pending"
    host.write_text("breaker", "failures=3 until=1\n")
    fake.clear_faults()
    host.hook("dave")
    assert [e["result"] for e in log.events() if e["event"] == "breaker"] == ["error", "ok"]


@pytest.mark.parametrize("verb", ["mark", "accept"])
@pytest.mark.parametrize("breaker, seconds", [
    (None, (31, 61)), ("failures=1 until=0", (0, 30)), ("failures=2 until=0", (0, 30)),
    ("failures=3 until=1", (31, 61))])
def test_a_try_after_a_failure_has_half_of_the_time(fake, host, breaker, seconds, verb):
    """As the record of an unanswered create has it."""
    host.configure(**AT_LOGIN)
    if breaker:
        host.write_text("breaker", breaker + "\n")
    fake.fault("drop_after", action="CreateLoginProfile")
    fake.fault("drop_before", action="GetLoginProfile", after=1, times=9)
    host.hook("alice", verb=verb, password="Typed-By-Alice-7" if verb == "accept" else None, timeout=60)
    record = host.record(UID)
    begun, end = map(int, record["tries"].split("-"))
    assert record["phase"] == "intent" and seconds[0] <= end - begun <= seconds[1]


def test_a_claim_has_its_time_whatever_failed(fake, host):
    host.write_text("breaker", "failures=2 until=0\n")
    fake.fault("drop_after", action="CreateLoginProfile")
    fake.fault("drop_before", action="GetLoginProfile", after=1, times=9)
    host.provision("alice", timeout=60)
    begun, end = map(int, host.record(UID)["tries"].split("-"))
    assert 31 <= end - begun <= 61


def test_what_a_login_finds_lost_is_left_to_be_told(fake, host):
    host.configure(**AT_LOGIN)
    host.hook("bob")
    host.hook("alice")
    record = {k: v for k, v in host.record(UID).items() if k not in ("v", "nonce")}
    now = int(time.time())
    host.write_record(UID, **dict(record, phase="intent", tries=f"{now - 60}-{now + 60}"))
    host.hook("alice")
    assert host.record(UID)["phase"] == "lost" and "told" not in host.record(UID)
    assert host.marked(UID)


def test_what_is_missing_here_backs_off_and_says_nothing_of_aws(fake, host, log):
    host.configure(credentials_file="/nonexistent", **AT_LOGIN)
    waits = []
    for _ in range(3):
        host.hook("alice")
        record = {k: v for k, v in host.record(UID).items() if k != "v"}
        waits.append(int(record["not_before"]) - int(record["changed"]))
        host.write_record(UID, **dict(record, not_before="1"))
    assert waits == [300, 600, 1200] and record["code"] == "start"
    assert not [e for e in log.events() if e["event"] == "breaker"]


def test_an_iamlp_net_that_cannot_begin_says_nothing_of_aws(fake, host, log, monkeypatch):
    """As where its caller may have no more processes or memory."""
    host.configure(**AT_LOGIN)
    folder = os.path.join(host.folder, "starved")
    os.mkdir(folder)
    helper = shutil.copy(host.helper()[0], folder)
    shutil.copy("/bin/false", folder + "/iamlp-net")
    words = host.helper
    monkeypatch.setattr(host, "helper", lambda *w, **more: [helper, *words(*w, **more)[1:]])
    for user in ("alice", "bob", "carol"):
        host.hook(user)
    assert host.record(UID)["phase"] == "failed" and fake.requests() == []
    assert [e["code"] for e in log.events() if e["event"] == "create"] == ["net"] * 3
    assert not os.path.exists(os.path.join(host.state, "breaker"))


@pytest.mark.parametrize("without, program, says", [
    ("setgid", None, "setgroups: Operation not permitted"),
    ("setuid", None, "setresuid: Operation not permitted"),
    ("", "not a program", "execveat: Exec format error")])
def test_the_step_at_which_iamlp_net_failed_is_named(fake, host, log, monkeypatch, without, program,
                                                     says):
    """A capability that a unit does not give, or a file of another machine."""
    host.configure(**AT_LOGIN)
    folder = os.path.join(host.folder, "failing")
    os.mkdir(folder)
    for name in ("iamlp-helper", "iamlp-net"):
        shutil.copy(os.path.join(os.path.dirname(host.helper()[0]), name), folder)
    if program is not None:
        with open(folder + "/iamlp-net", "w", encoding="ascii") as file:
            file.write(program)
    front = ["setpriv", f"--bounding-set=-{without}"] if without else []
    words = host.helper
    monkeypatch.setattr(host, "helper", lambda *w, **more: [
        *front, folder + "/iamlp-helper", *words(*w, **more)[1:]])
    host.hook("alice")
    event = next(e for e in log.events() if e["event"] == "create")
    assert event["code"] == "start" and f"cannot start {folder}/iamlp-net: {says}" in event["msg"]
    assert host.record(UID)["phase"] == "failed" and fake.requests() == []


def hold_execs(path):
    """A guard that is asked before each exec of the file and never answers, as long as the
    descriptor is open: fanotify(7). None: the kernel has none."""
    content, cloexec, add, open_exec_perm = 0x4, 0x1, 0x1, 0x40000
    libc = ctypes.CDLL(None, use_errno=True)
    guard = libc.fanotify_init(content | cloexec, os.O_RDONLY)
    if guard < 0 or libc.fanotify_mark(guard, add, ctypes.c_uint64(open_exec_perm), -1,
                                       path.encode()) == 0:
        return guard if guard >= 0 else None
    os.close(guard)
    return None


def test_an_iamlp_net_that_never_runs_is_not_waited_for(fake, host, log, monkeypatch):
    """Its disk does not answer, or what has to permit the exec: locks are held meanwhile."""
    host.configure(**AT_LOGIN)
    folder = os.path.join(host.folder, "held")
    os.mkdir(folder)
    for name in ("iamlp-helper", "iamlp-net"):
        shutil.copy(os.path.join(os.path.dirname(host.helper()[0]), name), folder)
    guard = hold_execs(folder + "/iamlp-net")
    if guard is None:
        pytest.skip("skipped: this kernel lets nobody guard an exec (fanotify)")
    words = host.helper
    monkeypatch.setattr(host, "helper", lambda *w, **more: [folder + "/iamlp-helper",
                                                            *words(*w, **more)[1:]])
    try:
        host.hook("alice")
    finally:
        os.close(guard)
    event = next(e for e in log.events() if e["event"] == "create")
    assert event["code"] == "start" and "it does not run after 10 s" in event["msg"]
    assert host.record(UID)["phase"] == "failed" and fake.requests() == []


@pytest.mark.parametrize("seconds", ["0", "121", "-1", "1x", "", "4294967297"])
def test_a_timeout_that_is_none(host, log, seconds):
    run = subprocess.run(host.helper("mark", timeout=seconds), stdin=subprocess.DEVNULL, env={},
                         check=False)
    assert run.returncode == 1
    assert [e["code"] for e in log.events()] == ["config"]
    assert "--timeout is 1 to 120 seconds" in log.lines[-1][1]


# ---- the password stack


def accept(host, password, **more):
    return host.hook("alice", verb="accept", service="passwd", rhost="", password=password, **more)


def test_a_typed_password(fake, host, log):
    outcome, text = accept(host, "Typed-By-Alice-7")
    assert outcome == 0 and ALICE in text
    assert fake.sign_in(ALICE, "Typed-By-Alice-7") == {"ok": True, "must_change": True}
    record = host.record(UID)
    assert (record["phase"], record["how"]) == ("done", "typed") and "nonce" not in record
    assert events(log) == [("accept", "ok", "passwd")]
    fake.reset_requests()
    assert accept(host, "Typed-By-Alice-8") == (1, "") and fake.requests() == []


def test_a_typed_password_that_the_policy_refuses(fake, host, log):
    outcome, text = accept(host, "short")
    assert outcome != 0 and text.startswith("The AWS console password was not set: ")
    assert events(log) == [("accept", "policy", "passwd")]
    assert fake.profile(ALICE) is None and host.record(UID)["phase"] == "pending"


def test_a_typed_password_that_iam_cannot_take(fake, host):
    _, text = accept(host, "snow\u2603man-Password-1")
    assert "not set" in text and fake.requests() == []


def test_a_typed_password_for_somebody_who_has_one(fake, host):
    fake.control("put_profile", user=ALICE, password="Somebody-Elses-1")
    accept(host, "Typed-By-Alice-7")
    assert fake.sign_in(ALICE, "Somebody-Elses-1")["ok"]
    assert host.record(UID)["how"] == "exists"


def test_a_typed_password_whose_answer_is_lost(fake, host):
    fake.fault("drop_after", action="CreateLoginProfile", times=1)
    _, text = accept(host, "Typed-By-Alice-7")
    assert "probably" in text and host.record(UID)["how"] == "typed"
    assert fake.sign_in(ALICE, "Typed-By-Alice-7")["ok"]


def test_an_unserved_user_is_told_nothing(fake, host, log):
    assert host.hook("grace", verb="accept", service="passwd", password="Typed-By-Grace-7")[1] == ""
    assert fake.requests() == [] and not log.events()


def test_a_typed_password_that_may_have_been_set_is_for_a_claim_to_settle(fake, host):
    host.hook("alice")
    fake.fault("drop_after", action="CreateLoginProfile")
    fake.fault("error", action="GetLoginProfile", after=1, times=9, status=500,
               code="InternalFailure", message="not now")
    _, text = accept(host, "Typed-By-Alice-7")
    assert text.startswith("It is not known whether")
    record = {k: v for k, v in host.record(UID).items() if k != "v"}
    assert (record["phase"], record["typed"]) == ("intent", "1")
    fake.clear_faults()
    host.configure(**AT_LOGIN)
    host.write_record(UID, **dict(record, not_before="1", at_login="1"))
    host.hook("alice")
    assert host.record(UID)["phase"] == "intent" and host.marked(UID)


# ---- what a mark follows


def test_shell_off_takes_the_mark_away(host):
    host.hook("alice")
    host.configure(rest="[login]\nshell = off\n")
    host.hook("alice")
    assert not host.marked(UID)


def test_a_password_nobody_has_confirmed_is_not_marked_before_a_login(fake, host):
    host.provision("alice", confirm=False)
    assert host.record(UID)["phase"] == "created" and not host.marked(UID)
    host.hook("alice")
    assert host.marked(UID) and host.record(UID)["service"] == "sshd"
