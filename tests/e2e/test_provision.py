"""`iamlp provision USER` through the front door: the table of phases, line by line."""

import os
import shutil
import subprocess

import pytest

from world import proc
from world.host import BUILD
from world.needs import NEEDS_WORLD

pytestmark = NEEDS_WORLD

ALICE, UID = "Alice.Smith@example.com", 64001
STORY = ["GetUser", "GetLoginProfile", "CreateLoginProfile"]


def creates(fake):
    return [e for e in fake.requests() if e["action"] == "CreateLoginProfile"]


def acted(fake):
    return sum(e["acted"] for e in creates(fake))


def events(log):
    return [(e["event"], e["result"]) for e in log.events()]


def leaks(host, log, password):
    """Where a password stands that must not: the state folder and the log."""
    found = subprocess.run(["grep", "-rlF", password, host.state], capture_output=True, text=True,
                           check=False).stdout
    return found + "".join(text for _, text in log.lines if password in text)


# ---- the main job


def test_first_password(fake, host, log):
    seen = host.provision("alice")
    assert seen.status == 0 and seen.asked
    assert "Sign-in URL: https://123456789012.signin.aws.amazon.com/console\r\n" in seen.text
    assert f"IAM user:    {ALICE}\r\n" in seen.text
    assert fake.sign_in(ALICE, seen.password) == {"ok": True, "must_change": True}
    assert fake.actions() == STORY
    assert len({e["connection"] for e in fake.requests()}) == 1
    assert {e["user_agent"] for e in fake.requests()} == {"pam_iamlp/0.1.0"}
    assert all(e["tls"] for e in fake.requests())
    record = host.record(UID)
    assert (record["phase"], record["how"]) == ("done", "operator") and "nonce" not in record
    assert os.stat(os.path.join(host.state, str(UID))).st_mode & 0o777 == 0o600
    created, shown = log.events()
    assert created["iam_user"] == ALICE and created["account"] == "123456789012"
    assert created["request_id"] == fake.requests()[2]["request_id"] and created["severity"] == 6
    assert (shown["event"], shown["result"]) == ("show", "ok")
    assert not leaks(host, log, seen.password)


def test_a_second_run_asks_nobody(fake, host):
    host.provision("alice")
    fake.reset_requests()
    again = host.provision("alice")
    assert again.status == 0 and not again.asked and again.password is None
    assert fake.requests() == []


def test_declined_creates_nothing(fake, host):
    seen = host.provision("alice", create=False)
    assert seen.status == 1 and "Nothing was created" in seen.text
    assert fake.actions() == STORY[:2] and host.record(UID)["phase"] == "pending"


def test_no_terminal_no_password(host, fake):
    run = subprocess.run(host.command("provision", "alice"), stdin=subprocess.DEVNULL,
                         capture_output=True, text=True, check=False)
    assert run.returncode == 255 and "terminal" in run.stderr and fake.requests() == []


@pytest.mark.parametrize("confirm", [False, None], ids=["said no", "terminal closed"])
def test_created_is_shown_again(fake, host, log, confirm):
    first = host.provision("alice", confirm=confirm)
    proc.wait_for(lambda: "show" in [e for e, _ in events(log)], "the log")
    assert host.record(UID)["phase"] == "created"
    fake.reset_requests()
    second = host.provision("alice")
    assert second.password == first.password and second.status == 0
    assert fake.requests() == [], "what is created is shown without asking AWS"
    assert fake.sign_in(ALICE, second.password)["ok"] and host.record(UID)["phase"] == "done"


# ---- what IAM says


def test_exists(fake, host, log):
    seen = host.provision("carol")
    assert "already has a console password, made 2025-05-06 10:00 UTC" in seen.text
    assert fake.actions() == STORY[:2] and events(log) == [("create", "exists")]
    assert fake.sign_in("Carol.Diaz@example.com", "Carols-own-Secret-1")["ok"]


def test_exists_with_its_reset_still_due(fake, host):
    fake.control("put_profile", user=ALICE, password="Foreign-Secret-1",
                 password_reset_required=True, create_date=-86400)
    assert "reset by an operator" in host.provision("alice").text
    assert host.record(UID)["how"] == "exists"


def test_removed_access_stays_removed(fake, host, log):
    seen = host.provision("dave")
    assert "taken away on purpose" in seen.text and events(log) == [("create", "removed")]
    assert fake.actions() == STORY[:2] and fake.profile("Dave.Removed@example.com") is None
    assert host.record(64004)["how"] == "removed"


def test_removed_access_comes_back_when_configured(fake, host):
    host.configure(recreate="yes")
    seen = host.provision("dave")
    assert fake.sign_in("Dave.Removed@example.com", seen.password)["ok"]


def test_no_such_user(fake, host):
    fake.control("set_key", key="AKIAI44QH8DHBEXAMPLE", allow=[{"actions": ["*"], "resource": "*"}])
    host.configure(users="alice = Nobody.Here@example.com\n")
    seen = host.provision("alice")
    record = host.record(UID)
    assert seen.status == 1 and record["phase"] == "failed" and record["code"] == "NoSuchEntity"
    assert int(record["not_before"]) - int(record["changed"]) == 300


def test_denied_names_the_path(fake, host, log):
    seen = host.provision("erin")
    assert "no permission, or no such user under the path" in seen.text
    assert log.events()[-1]["code"] == "AccessDenied" and log.events()[-1]["severity"] == 3


@pytest.mark.parametrize("key, value, user, uid", [
    ("require_path", "/elsewhere/", "alice", 64001),
    ("require_tag", "iamlp:state=done", "alice", 64001),
    ("require_tag", "iamlp:state=pending", "frank", 64006)], ids=["path", "tag value", "no tag"])
def test_not_as_required_is_unmapped(fake, host, key, value, user, uid):
    host.configure(**{key: value})
    assert "is required" in host.provision(user).text
    assert fake.actions() == ["GetUser"] and host.record(uid)["phase"] == "unmapped"


def test_another_account_is_refused(fake, host):
    host.configure(id="999999999999")
    assert "account 123456789012" in host.provision("alice").text
    assert fake.actions() == ["GetUser"] and host.record(UID)["code"] == "account"


def test_a_wrong_byte_in_the_secret(fake, host, log):
    host.write("credentials", "[default]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\n"
               "aws_secret_access_key = Xe7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\n", 0o600)
    assert "secret access key is wrong" in host.provision("alice").text
    line = log.events()[-1]
    assert line["code"] == "SignatureDoesNotMatch" and "secret access key is wrong" in line["msg"]
    assert fake.actions() == ["GetUser"]


# ---- the password policy


def policy(length, **more):
    return {"MinimumPasswordLength": length, "RequireSymbols": True, "RequireNumbers": True,
            "RequireUppercaseCharacters": True, "RequireLowercaseCharacters": True, **more}


def test_policy_violation_is_fitted_once(fake, host):
    fake.control("set_key", key="AKIAI44QH8DHBEXAMPLE", allow=[{"actions": ["*"], "resource": "*"}])
    fake.control("set_policy", policy=policy(40))
    seen = host.provision("alice")
    assert len(seen.password) == 40 and fake.sign_in(ALICE, seen.password)["ok"]
    assert fake.actions() == STORY + ["GetAccountPasswordPolicy", "CreateLoginProfile"]


def test_policy_that_cannot_be_met(fake, host):
    fake.fault("error", action="CreateLoginProfile", times=9, code="PasswordPolicyViolation",
               message="no")
    fake.control("set_key", key="AKIAI44QH8DHBEXAMPLE", allow=[{"actions": ["*"], "resource": "*"}])
    seen = host.provision("alice")
    assert seen.status == 1 and len(creates(fake)) == 2
    assert host.record(UID)["phase"] == "failed"


# ---- answers lost


@pytest.mark.parametrize("kind", ["drop_after", "rst", "empty", "truncated_xml", "html_503"])
def test_answer_lost_after_acting(fake, host, log, kind):
    fake.fault(kind, action="CreateLoginProfile", act=True)
    seen = host.provision("alice")
    assert "probably set" in seen.text and acted(fake) == 1 and len(creates(fake)) == 1
    assert fake.sign_in(ALICE, seen.password)["ok"]
    assert host.record(UID)["phase"] == "done"
    assert ("recover", "ok") in events(log)


def test_answer_lost_before_acting(fake, host):
    fake.fault("drop_before", action="CreateLoginProfile")
    seen = host.provision("alice")
    assert "probably" not in seen.text and fake.sign_in(ALICE, seen.password)["ok"]
    assert len({e["params"]["Password"] for e in creates(fake)}) == 1, "the held password again"


def test_answer_after_the_deadline(fake, host):
    fake.fault("delay_after", action="CreateLoginProfile", seconds=3)
    seen = host.provision("alice", timeout=1)
    assert fake.sign_in(ALICE, seen.password)["ok"] and acted(fake) == 1


def test_aws_stays_away_and_comes_back(fake, host):
    fake.fault("drop_after", action="CreateLoginProfile")
    fake.fault("drop_before", action="GetUser", after=1, times=9)
    first = host.provision("alice")
    assert first.status == 1 and first.password is None
    record = host.record(UID)
    assert record["phase"] == "intent" and "nonce" in record and "tries" in record
    fake.clear_faults()
    second = host.provision("alice")
    assert fake.sign_in(ALICE, second.password)["ok"] and acted(fake) == 1


def test_foreign_profile_in_between(fake, host):
    fake.fault("drop_before", action="CreateLoginProfile")
    fake.fault("drop_before", action="GetUser", after=1, times=9)
    host.provision("alice")
    fake.clear_faults()
    fake.control("put_profile", user=ALICE, password="Foreign-Secret-1", create_date=3600)
    seen = host.provision("alice")
    assert seen.password is None and host.record(UID)["how"] == "exists"
    assert fake.sign_in(ALICE, "Foreign-Secret-1")["ok"]


def test_foreign_profile_before_the_create(fake, host):
    child = host.spawn("provision", "alice")
    child.expect(r"\[y/N\] ")
    fake.control("put_profile", user=ALICE, password="Foreign-Secret-1", create_date=0)
    child.sendline("y")
    child.expect("already has a console password")
    child.expect_exact(["\n"])
    child.close()
    assert host.record(UID)["how"] == "exists" and acted(fake) == 0


def test_replication_lag(fake, host):
    """Create says EntityAlreadyExists and GetLoginProfile says there is none."""
    fake.fault("error", action="CreateLoginProfile", code="EntityAlreadyExists", message="exists")
    seen = host.provision("alice")
    assert seen.status == 1 and host.record(UID)["phase"] == "intent"
    assert fake.sign_in(ALICE, host.provision("alice").password)["ok"]


def test_stale_reads(fake, host):
    fake.fault("stale", seconds=60, times=99)
    fake.fault("drop_after", action="CreateLoginProfile")
    first = host.provision("alice")
    assert first.password is None and host.record(UID)["phase"] == "intent"
    fake.clear_faults()
    second = host.provision("alice")
    assert fake.sign_in(ALICE, second.password)["ok"] and acted(fake) == 1


@pytest.mark.parametrize("kind, code", [("throttle", "Throttling"), ("error", "ServiceFailure"),
                                        ("html_403", None), ("bad_xml", None), ("huge", None),
                                        ("dtd", None), ("redirect", None), ("stall", "timeout")])
def test_get_user_fails(fake, host, kind, code):
    fake.fault(kind, action="GetUser", times=-1, **({"code": code} if kind == "error" else {}))
    seen = host.provision("alice", timeout=1 if kind == "stall" else 20)
    assert seen.status == 1 and not seen.asked and creates(fake) == []
    assert host.record(UID)["phase"] == "failed"
    if code and kind != "stall":
        assert host.record(UID)["code"] == code
    fake.clear_faults()
    assert host.provision("alice").status == 0, "an operator's try does not wait"


# ---- the hold


def hold(host):
    """The key in the kernel."""
    return proc.keys("iamlp:")[f"iamlp:{UID}:{host.record(UID)['nonce']}"]


def drop_hold(host):
    subprocess.run(["keyctl", "invalidate", hold(host).serial], check=True)


@pytest.fixture
def keyctl():
    if shutil.which("keyctl") is None:
        pytest.skip("skipped: keyctl (package keyutils) is not installed")


def test_lost(fake, host, keyctl):
    host.provision("alice", confirm=False)
    drop_hold(host)
    seen = host.provision("alice")
    assert seen.status == 1 and "update-login-profile" in seen.text
    # The operator knows; the person has not been told.
    assert host.record(UID)["phase"] == "lost" and "told" not in host.record(UID)


def test_reissue(fake, host, keyctl):
    host.configure(password="reissue = yes")
    fake.control("set_key", key="AKIAI44QH8DHBEXAMPLE", allow=[{"actions": ["*"], "resource": "*"}])
    first = host.provision("alice", confirm=False)
    drop_hold(host)
    seen = host.provision("alice")
    assert seen.password != first.password
    assert fake.sign_in(ALICE, seen.password) == {"ok": True, "must_change": True}


def test_reissue_never_touches_what_is_not_ours(fake, host, keyctl):
    host.configure(password="reissue = yes")
    host.provision("alice", confirm=False)
    drop_hold(host)
    fake.control("put_profile", user=ALICE, password="Foreign-Secret-1", create_date=-60)
    assert host.provision("alice").password is None and host.record(UID)["how"] == "exists"


def test_hold_none(fake, host):
    host.configure(password="hold = none")
    seen = host.provision("alice")
    assert seen.status == 0 and fake.sign_in(ALICE, seen.password)["ok"]


def test_a_hold_is_root_s_alone(host, keyctl):
    host.provision("alice", confirm=False)
    assert (hold(host).permissions, hold(host).uid) == ("003f0000", 0)
    drop_hold(host)


# ---- records that cannot be believed


@pytest.mark.parametrize("phase", ["intent", "created"])
@pytest.mark.parametrize("keys", [{"name": "mallory", "machine": "none"},
                                  {"name": "alice", "machine": "0" * 32}],
                         ids=["another name", "another machine"])
def test_foreign_record_is_set_aside(fake, host, log, phase, keys):
    host.write_record(UID, phase=phase, iam_user=ALICE, **keys)
    assert "set aside" in host.provision("alice").text
    assert fake.requests() == [] and host.record(UID) is None
    assert log.events()[-1]["severity"] == 3
    assert fake.sign_in(ALICE, host.provision("alice").password)["ok"]


def test_garbage_is_set_aside(fake, host):
    host.write_record(UID, phase="intent", nonsense="1")
    assert "set aside" in host.provision("alice").text and fake.requests() == []


def test_a_foreign_pending_record_counts_as_absent(fake, host):
    host.write_record(UID, phase="failed", name="mallory", machine="none", not_before=1)
    assert host.provision("alice").status == 0


def test_done_for_another_iam_user_is_not_done(fake, host):
    host.provision("alice")
    host.configure(users="alice = Bob.Jones@example.com\n")
    assert fake.sign_in("Bob.Jones@example.com", host.provision("alice").password)["ok"]


def test_one_story_at_a_time(host):
    child = host.spawn("provision", "alice")
    child.expect(r"\[y/N\] ")
    assert "somebody else is at work" in host.provision("alice").text
    child.close(force=True)


def test_state_folder_that_is_missing_or_open(fake, host):
    os.chmod(host.state, 0o755)
    assert "chmod" in host.provision("alice").text
    os.rmdir(host.state)
    assert "install -d -m 0700" in host.provision("alice").text and fake.requests() == []


# ---- trust, TLS, configuration


def test_a_helper_without_its_network_process(fake, host):
    """Copied alone, as a package that is half removed has it."""
    folder = os.path.join(host.folder, "alone")
    os.mkdir(folder)
    helper = shutil.copy(os.path.join(BUILD, "iamlp-helper"), folder)
    seen = host.provision("alice", "--helper", helper)
    assert seen.status == 1 and not seen.asked and "alone/iamlp-net: No such file" in seen.text
    assert fake.requests() == [] and host.record(UID)["phase"] == "failed"
    net = shutil.copy(os.path.join(BUILD, "iamlp-net"), folder)
    os.chmod(net, 0o777)
    seen = host.provision("alice", "--helper", helper)
    assert seen.status == 1 and f"mend with: chown root {net}; chmod 755 {net}" in seen.text
    os.chmod(net, 0o755)
    assert host.provision("alice", "--helper", helper).status == 0


def test_credentials_that_others_can_read(fake, host):
    os.chmod(host.credentials, 0o644)
    assert "chmod" in host.provision("alice").text and fake.requests() == []


def test_certificate_that_nobody_signed(fake, host):
    host.configure(ca_bundle=fake.wrong_ca)
    seen = host.provision("alice")
    assert "certificate" in seen.text and fake.requests() == []


@pytest.mark.parametrize("line, says", [("colour = blue", "colour"), ("role_arn = arn:aws:iam::1:role/x",
                                                                  "not of the form")])
def test_a_wrong_configuration_provisions_nobody(fake, host, log, line, says):
    with open(host.conf, encoding="utf-8") as file:
        text = file.read()
    host.write("iamlp.conf", text.replace("[aws]\n", f"[aws]\n{line}\n"))
    seen = host.provision("alice")
    assert f"{host.conf}:2: " in seen.text and says in seen.text
    assert fake.requests() == [] and log.events()[-1]["event"] == "config"
    assert log.events()[-1]["severity"] == 3


def test_imds_gives_credentials_and_region(fake, host):
    host.configure(credentials="imds", credentials_file=None, imds_endpoint_url=fake.imds,
                   region="us-east-1")
    seen = host.provision("alice")
    assert fake.sign_in(ALICE, seen.password)["ok"]
    keys = {e["key"] for e in fake.requests() if e["service"] == "iam"}
    assert keys == {"ASIAIOSFODNN7EXAMPLE"}


def test_explain_changes_nothing_and_asks_nobody(fake, host):
    status, out, _ = host.explain("alice")
    assert status == 0 and "[users] names alice" in out and ALICE in out and "bits" in out
    status, out, _ = host.explain("grace")
    assert status == 1 and "nothing: the user is not served" in out
    assert fake.requests() == [] and os.listdir(host.state) == []


def test_a_user_name_is_never_an_option(fake, host):
    words = [word for word in host.command("explain", "alice") if word != "alice"]
    run = subprocess.run(words + ["--", "--timeout"], capture_output=True, text=True, check=False)
    assert "there is no local user --timeout" in run.stderr


# ---- what is unfinished stays what it was


def unanswered(fake, host, **how):
    """A create whose answer never came, with AWS away at the recovery."""
    fake.fault(how.get("kind", "drop_before"), action="CreateLoginProfile")
    fake.fault("drop_before", action="GetUser", after=1, times=9)
    host.provision("alice")
    fake.clear_faults()
    assert host.record(UID)["phase"] == "intent"


def test_unfinished_in_one_account_is_not_finished_in_another(fake, host):
    unanswered(fake, host)
    path = os.path.join(host.state, str(UID))
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("account=123456789012", "account=210987654321"))
    fake.reset_requests()
    assert "belongs to account 210987654321" in host.provision("alice").text
    assert fake.actions() == ["GetUser"] and host.record(UID)["phase"] == "intent"


def test_an_old_try_does_not_hold_back_a_fitting_password(fake, host):
    fake.control("set_key", key="AKIAI44QH8DHBEXAMPLE", allow=[{"actions": ["*"], "resource": "*"}])
    unanswered(fake, host)
    path = os.path.join(host.state, str(UID))
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join("tries=1000-1020\n" if line.startswith("tries=") else line
                           for line in text.splitlines(True)))
    fake.control("set_policy", policy=policy(40))
    seen = host.provision("alice")
    assert len(seen.password) == 40 and fake.sign_in(ALICE, seen.password)["ok"]


def test_used_and_taken_away_since_stays_away(fake, host):
    unanswered(fake, host)
    fake.control("set_password_last_used", user=ALICE, value=-3600)
    assert host.provision("alice").password is None and host.record(UID)["how"] == "removed"


def test_a_throttled_reissue_is_tried_again(fake, host, keyctl):
    host.configure(password="reissue = yes")
    fake.control("set_key", key="AKIAI44QH8DHBEXAMPLE", allow=[{"actions": ["*"], "resource": "*"}])
    host.provision("alice", confirm=False)
    drop_hold(host)
    fake.fault("throttle", action="UpdateLoginProfile", times=3)
    assert host.provision("alice").password is None and host.record(UID)["phase"] == "lost"
    assert fake.sign_in(ALICE, host.provision("alice").password)["ok"]


def test_an_unanswered_reissue_keeps_its_password(fake, host, keyctl):
    host.configure(password="reissue = yes")
    fake.control("set_key", key="AKIAI44QH8DHBEXAMPLE", allow=[{"actions": ["*"], "resource": "*"}])
    host.provision("alice", confirm=False)
    drop_hold(host)
    fake.fault("drop_after", action="UpdateLoginProfile")
    assert host.provision("alice").password is None and host.record(UID)["phase"] == "intent"
    seen = host.provision("alice")
    sent = [e["params"]["Password"] for e in fake.requests() if e["action"] == "UpdateLoginProfile"]
    assert len(sent) == 2 and len(set(sent)) == 1 and fake.sign_in(ALICE, seen.password)["ok"]

