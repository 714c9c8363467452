"""`iamlp provision` of many: the plan, the passwords and what is made of faults."""

import collections
import csv
import io
import json
import os
import signal
import subprocess
import time

import pytest

from fake.client import Fake
from world import crowd as crowds
from world.needs import NEEDS_WORLD
from world.proc import children, wait_for

pytestmark = NEEDS_WORLD

COUNT = 60
STORY = ["GetUser", "GetLoginProfile", "CreateLoginProfile"]
SIMULATE = "SimulatePrincipalPolicy"
JOBS = 4


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Fake.start(str(tmp_path_factory.mktemp("fake")), crowds.aws(COUNT)) as started:
        yield started


@pytest.fixture
def crowd(fake, log, tmp_path):
    with crowds.Crowd(tmp_path, fake, COUNT) as found:
        yield found


def everybody_once(crowd, at_most=1):
    """One create acted for each, and what was delivered signs them in."""
    acted = collections.Counter(e["params"]["UserName"] for e in crowd.fake.requests()
                                if e["action"] == "CreateLoginProfile" and e["acted"])
    for number in range(1, crowd.count + 1):
        user, passwords = crowds.iam_user(number), crowd.delivered(number)
        assert acted[user] == 1, user
        assert 1 <= len(passwords) <= at_most and len(set(passwords)) == 1, (user, passwords)
        assert crowd.fake.sign_in(user, passwords[0]) == {"ok": True, "must_change": True}, user
        record = crowd.record(number)
        assert (record["phase"], record["how"]) == ("done", "bulk"), record


def story(actions):
    """How often each was asked, but for what the hosts' key is refused: each process asks once."""
    counts = collections.Counter(actions)
    assert 1 <= counts.pop(SIMULATE) <= JOBS
    return counts


# ---- the main job


def test_everybody_gets_one(crowd, log):
    run = crowd.apply()
    assert run.returncode == 0, run.stderr
    assert crowds.summary(run) == {"users": COUNT, "created": COUNT}
    everybody_once(crowd)
    rows = crowds.results(run)
    assert rows["p00007"] == {"user": "p00007", "iam_user": "P00007@example.com",
                              "account": "123456789012", "result": "created", "code": "",
                              "text": rows["p00007"]["text"]}
    sent = crowd.fake.requests()
    assert story(e["action"] for e in sent) == dict.fromkeys(STORY, COUNT)
    # Each helper keeps its connection between its users.
    assert len({e["connection"] for e in sent}) <= 4
    mine = [e for e in log.events() if e["user"] == "p00007"]
    assert [(e["event"], e["result"], e["via"]) for e in mine] == [("create", "ok", "bulk"),
                                                                  ("show", "ok", "bulk")]
    assert not [text for _, text in log.lines if crowd.delivered(7)[0] in text]
    crowd.fake.reset_requests()
    again = crowd.apply()
    assert again.returncode == 0 and crowds.summary(again) == {"users": COUNT, "exists": COUNT}
    assert crowd.fake.requests() == [] and len(crowd.delivered(7)) == 1


def test_a_plan_changes_nothing(crowd, log):
    run = crowd.run("--output", "json")
    assert run.returncode == 0, run.stderr
    assert crowds.summary(run) == {"users": COUNT, "create": COUNT}
    assert story(crowd.fake.actions()) == dict.fromkeys(STORY[:2], COUNT)
    assert run.stderr.count("iam:SimulatePrincipalPolicy") == 1
    assert os.listdir(crowd.host.state) == [] and log.events() == []
    assert not os.path.exists(crowd.host.run)
    assert crowds.results(run)["p00001"]["result"] == "create"


def people(crowd, *names):
    return crowd.host.write("people", "# whom\n\n" + "".join(f"{n}\n" for n in names))


def test_a_plan_makes_no_mark(crowd):
    """Of somebody whom a login shell would ask, had it not been taken away."""
    crowd.host.hook("p00001")
    mark = os.path.join(crowd.host.run, "pending", "70001")
    os.unlink(mark)
    before = crowd.record(1)
    assert crowds.summary(crowd.run())["create"] == COUNT
    assert not os.path.exists(mark) and crowd.record(1) == before


def test_a_plan_says_what_everybody_is(crowd, fake, log):
    """Also what --apply makes of the same list."""
    fake.control("set_key", key="AKIAI44QH8DHBEXAMPLE", allow=[{"actions": ["*"], "resource": "*"}])
    crowd.host.configure(users="alice = Alice.Smith@example.com\n"
                         "carol = Carol.Diaz@example.com\ndave = Dave.Removed@example.com\n"
                         "erin = Erin.Elsewhere@example.com\nfrank = Nobody.Here@example.com\n"
                         "bob = P00001@example.com\ngrace = \n", rest=crowd.RULE,
                         require_path="/people/")
    who = ("--from", people(crowd, "alice", "bob", "carol", "dave", "erin", "frank", "grace",
                            "p00001", "alice", "nobody-here"))
    expected = {"alice": "create", "bob": "wrong", "carol": "exists", "dave": "removed",
                "erin": "wrong", "frank": "wrong", "grace": "unmapped", "p00001": "wrong",
                "nobody-here": "wrong"}
    plan = crowd.run("--output", "json", who=who)
    assert plan.returncode == 1
    rows = crowds.results(plan)
    assert {n: r["result"] for n, r in rows.items()} == expected
    assert {n: r["code"] for n, r in rows.items() if r["result"] == "wrong"} == {
        "bob": "twins", "p00001": "twins", "erin": "path", "frank": "NoSuchEntity",
        "nobody-here": "user"}
    assert log.events() == []
    assert "p00001" in rows["bob"]["text"] and "bob" in rows["p00001"]["text"]
    done = crowd.apply(who=who)
    assert {n: r["result"] for n, r in crowds.results(done).items()} == dict(expected,
                                                                            alice="created")
    assert [e["params"]["UserName"] for e in fake.requests()
            if e["action"] == "CreateLoginProfile"] == ["Alice.Smith@example.com"]
    again = crowds.results(crowd.run("--output", "json", who=who))
    assert {again[n]["result"] for n in ("alice", "carol")} == {"exists"}
    assert again["dave"]["result"] == "removed"


# ---- who could not change it


@pytest.fixture
def blocked(crowd, fake):
    """p00002 has no MFA and may nothing without, p00003 only that; p00004 has a password already."""
    fake.control("set_key", key="AKIAI44QH8DHBEXAMPLE", allow=[{"actions": ["*"], "resource": "*"}])
    rule = {"actions": ["*"], "mfa": False}
    fake.control("set_user", user=crowds.iam_user(2), deny=[rule])
    fake.control("set_user", user=crowds.iam_user(3),
                 deny=[{"not_actions": ["iam:ChangePassword"], "mfa": False}])
    fake.control("set_user", user=crowds.iam_user(4), deny=[rule])
    fake.control("put_profile", user=crowds.iam_user(4))
    return "--from", people(crowd, "p00001", "p00002", "p00003", "p00004")


def asked_of(fake):
    """Of whom it was simulated, as often as it was."""
    return sorted(e["params"]["PolicySourceArn"].rpartition("/")[2] for e in fake.requests()
                  if e["action"] == SIMULATE and e["acted"])


def test_who_could_not_change_it_is_not_given_one(crowd, fake, log, blocked):
    expected = {"users": 4, "create": 2, "blocked": 1, "exists": 1}
    plan = crowd.run("--output", "csv", who=blocked)
    assert plan.returncode == 1 and crowds.summary(plan) == expected
    row, = [r for r in csv.reader(io.StringIO(plan.stdout, newline="")) if r[0] == "p00002"]
    assert row[3:5] == ["blocked", "mfa"] and "without MFA" in row[5]
    assert asked_of(fake) == [crowds.iam_user(n) for n in (1, 2, 3)]
    assert "Simulate" not in plan.stderr and log.events() == []
    line, = [x for x in crowd.run(who=blocked).stdout.splitlines() if x.startswith("p00002 ")]
    assert line.split()[3] == "blocked" and "without MFA" in line
    fake.reset_requests()
    done = crowd.apply(who=blocked)
    assert done.returncode == 1
    assert crowds.summary(done) == {"users": 4, "created": 2, "blocked": 1, "exists": 1}
    assert crowds.results(done)["p00002"]["code"] == "mfa" and crowd.delivered(2) == []
    assert asked_of(fake) == [crowds.iam_user(n) for n in (1, 2, 3)]
    told, = [e for e in log.events() if e["user"] == "p00002"]
    assert (told["event"], told["result"], told["code"]) == ("create", "denied", "mfa")


def test_the_operator_may_say_so(crowd, fake, blocked):
    plan = crowd.run("--include-blocked", who=blocked)
    assert crowds.summary(plan) == {"users": 4, "create": 3, "exists": 1}
    done = crowd.apply("--include-blocked", who=blocked)
    assert done.returncode == 0 and len(crowd.delivered(2)) == 1 and asked_of(fake) == []


def test_too_busy_to_simulate(crowd, fake, blocked):
    """It is waited for, and asked of each once."""
    fake.fault("throttle", action=SIMULATE, times=8)
    done = crowd.apply(who=blocked)
    assert crowds.summary(done) == {"users": 4, "created": 2, "blocked": 1, "exists": 1}
    assert asked_of(fake) == [crowds.iam_user(n) for n in (1, 2, 3)]


def test_what_cannot_be_simulated_keeps_nobody_from_it(crowd, fake, blocked):
    fake.fault("error", action=SIMULATE, times=-1, code="NoSuchEntity", status=404)
    assert crowds.summary(crowd.apply(who=blocked)) == {"users": 4, "created": 3, "exists": 1}


def test_all_lists_everybody_of_passwd(crowd):
    run = crowd.run(who=("--all",))
    table = run.stdout.splitlines()
    assert run.returncode == 1, "erin is none of the host's"
    assert table[0].split() == ["user", "iam_user", "account", "result", "text"]
    # Who is not mapped is counted, and not listed.
    assert not [line for line in table if line.startswith(("root ", "daemon "))]
    assert [line.split()[3] for line in table if line.startswith("carol ")] == ["exists"]
    assert crowds.summary(run)["unmapped"] >= 2 and len(table) == COUNT + 6 + 1


def test_a_twin_shows_whoever_is_asked_for(crowd):
    """IAM compares names without their case, and the other one need not be in the list."""
    crowd.host.configure(users="alice = p00001@example.com", rest=crowd.RULE)
    for who in (("--from", people(crowd, "p00001", "p00002")), ("--group", "crowd")):
        run = crowd.run("--output", "json", who=who)
        rows = crowds.results(run)
        assert run.returncode == 1 and "alice" not in rows
        assert (rows["p00001"]["result"], rows["p00001"]["code"]) == ("wrong", "twins")
        assert "alice and p00001" in rows["p00001"]["text"]
        assert rows["p00002"]["result"] == "create"


def test_a_file_is_a_file(crowd, tmp_path):
    shadow, fifo = os.path.join(tmp_path, "link"), os.path.join(tmp_path, "fifo")
    os.symlink("/etc/shadow", shadow)
    os.mkfifo(fifo)
    for path, why in ((shadow, "is a link"), (fifo, "is not a file"), (str(tmp_path), "not a file")):
        run = crowd.run(who=("--from", path))
        assert run.returncode == 255 and why in run.stderr and run.stdout == "", path
    words = [word for word in crowd.command("--output", "json") if word != "--group=crowd"]
    run = subprocess.run(["bash", "-c", 'exec "$@" --from <(echo p00001)', "-", *words],
                         capture_output=True, text=True, check=False)
    assert crowds.results(run)["p00001"]["result"] == "create", run.stderr


def test_a_formula_is_none_in_csv(crowd):
    crowd.host.configure(users="alice = =SUM", rest=crowd.RULE)
    run = crowd.run("--output", "csv", who=("--from", people(crowd, "alice")))
    assert [row["iam_user"] for row in csv.DictReader(io.StringIO(run.stdout))] == ["'=SUM"]


def test_csv_is_csv(crowd):
    run = crowd.run("--output", "csv", who=("--from", people(crowd, "p00001", "no,such\"one")))
    rows = list(csv.reader(io.StringIO(run.stdout, newline="")))
    assert rows[0] == ["user", "iam_user", "account", "result", "code", "text"]
    assert [row[0] for row in rows[1:]] == ['no,such"one', "p00001"]
    assert [row[3] for row in rows[1:]] == ["wrong", "create"] and len(rows[1]) == 6


def test_progress_on_a_terminal(crowd):
    import pexpect
    words = crowd.command("--output", "csv")
    child = pexpect.spawn("/bin/sh", ["-c", '"$0" "$@" >/dev/null', *words], timeout=60,
                          encoding="utf-8", dimensions=(24, 200),
                          env=dict(os.environ, TERM="xterm"))
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    last = child.before.split("\r")
    assert any(line.startswith(f"asking [{'#' * 24}] {COUNT} of {COUNT}, ") for line in last)


def test_what_is_under_way_is_finished_whatever_the_configuration_says(crowd):
    """Neither mapped any more, nor by that rule."""
    who = ("--from", people(crowd, "p00001", "p00002"))
    crowd.apply(deliver='[ -n "$IAMLP_TEST" ] && cat >/dev/null', who=who)
    assert crowd.record(1)["phase"] == "created"
    crowd.host.configure()
    assert crowds.summary(crowd.run(who=who)) == {"users": 2, "resume": 2}
    assert crowds.summary(crowd.apply(who=who)) == {"users": 2, "created": 2}
    assert crowd.fake.sign_in(crowds.iam_user(1), crowd.delivered(1)[0])["ok"]


def test_a_lost_password_is_said_or_made_anew(crowd, fake):
    fake.control("set_key", key="AKIAI44QH8DHBEXAMPLE", allow=[{"actions": ["*"], "resource": "*"}])
    who = ("--from", people(crowd, "p00001"))
    crowd.apply(deliver='[ -n "$IAMLP_TEST" ] && cat >/dev/null', who=who)
    record = os.path.join(crowd.host.state, "70001")
    with open(record, encoding="utf-8") as file:
        text = file.read()
    # Another nonce: what it names is not held.
    nonce = crowd.record(1)["nonce"]
    with open(record, "w", encoding="utf-8") as file:
        file.write(text.replace(f"nonce={nonce}\n", f"nonce={'0' * 32}\n"))
    done = crowd.apply(who=who)
    assert done.returncode == 1 and crowds.summary(done) == {"users": 1, "lost": 1}
    assert crowds.summary(crowd.run(who=who)) == {"users": 1, "lost": 1}
    crowd.host.configure(password="reissue = yes", rest=crowd.RULE)
    assert crowds.summary(crowd.run(who=who)) == {"users": 1, "resume": 1}
    assert crowds.summary(crowd.apply(who=who)) == {"users": 1, "created": 1}
    assert fake.sign_in(crowds.iam_user(1), crowd.delivered(1)[0])["ok"]


def test_who_is_served_is_told_aws_where_it_wants_to_know(crowd, fake):
    """With a source identity of the person, nobody's session serves another."""
    fake.control("set_role", role="iamlp-here", allow=[{"actions": ["iam:*"], "resource": "*"}])
    crowd.host.configure(rest=crowd.RULE, source_identity="%u", region="us-east-1",
                         role_arn="arn:aws:iam::123456789012:role/iamlp-here",
                         sts_endpoint_url=fake.https)
    names = [f"p{n:05d}" for n in range(1, 13)]
    run = crowd.apply(who=("--from", people(crowd, *names)))
    assert run.returncode == 0, run.stderr + run.stdout
    said = {e["params"]["UserName"]: e["source_identity"] for e in fake.requests()
            if e["action"] == "CreateLoginProfile"}
    assert said == {crowds.iam_user(n): f"p{n:05d}" for n in range(1, 13)}


# ---- the command


def test_what_the_command_gets(crowd):
    keep = os.path.join(crowd.host.folder, "seen")
    command = (f'[ -n "$IAMLP_TEST" ] && f=test || f=real; env >{keep}.$f; cat >{keep}.$f.in; '
               f'tr "\\0" " " </proc/$$/cmdline >{keep}.$f.cmdline; echo said')
    run = crowd.apply(deliver=command, who=("--from", people(crowd, "p00003")))
    assert run.returncode == 0, run.stderr
    assert run.stderr.count("said\n") == 2 and "said" not in run.stdout
    text = {}
    for which in ("test", "real"):
        for end in ("", ".in", ".cmdline"):
            with open(f"{keep}.{which}{end}", encoding="utf-8") as file:
                text[which + end] = file.read()
    facts = {w: dict(line.split("=", 1) for line in text[w].splitlines()
                     if line.startswith("IAMLP_") and not line.startswith("IAMLP_WORLD"))
             for w in ("test", "real")}
    assert facts["real"] == {
        "IAMLP_USER": "p00003", "IAMLP_IAM_USER": "P00003@example.com",
        "IAMLP_ACCOUNT": "123456789012", "IAMLP_NOTE": "",
        "IAMLP_SIGNIN_URL": "https://123456789012.signin.aws.amazon.com/console"}
    assert facts["test"]["IAMLP_TEST"] == "1" and facts["test"]["IAMLP_USER"] == "iamlp-test"
    password = text["real.in"].rstrip("\n")
    assert crowd.fake.sign_in("P00003@example.com", password)["ok"]
    assert password not in text["real"] + text["real.cmdline"] and text["test.in"] != text["real.in"]


def test_a_command_has_nothing_of_the_operators_rights(crowd):
    keep = os.path.join(crowd.host.folder, "seen")
    run = crowd.apply(deliver=f'env >{keep}; keyctl show >>{keep}; cat >/dev/null',
                      who=("--from", people(crowd, "p00003")),
                      env={**os.environ, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
                           "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"})
    assert run.returncode == 0, run.stderr
    with open(keep, encoding="utf-8") as file:
        seen = file.read()
    assert "IAMLP_USER=p00003" in seen and "AWS_" not in seen
    assert "Session Keyring" in seen and "_uid.0" not in seen and "iamlp" not in seen.split("Session")[1]


@pytest.mark.parametrize("command, why", [
    ("exit 3", "exited with 3"), ("kill -9 $$", "signal 9"), ("sleep 60", "too long"),
    ("true", "has not read the password")], ids=["fails", "killed", "hangs", "does not read"])
def test_a_command_that_does_not_pass_its_test(crowd, command, why):
    run = crowd.apply("--deliver-timeout", "1", deliver=command)
    assert run.returncode == 1 and why in run.stderr, run.stderr
    assert crowd.fake.requests() == [] and crowds.summary(run) == {"users": COUNT,
                                                                   "not-tried": COUNT}


@pytest.mark.parametrize("fault, why", [
    ("exit 3", "exited with 3"), ("sleep 60", "too long"), ("exit 0", "has not read")],
    ids=["fails", "hangs", "does not read"])
def test_what_is_not_delivered_waits(crowd, log, fault, why):
    who = ("--from", people(crowd, "p00001", "p00002"))
    command = f'[ "$IAMLP_USER" != p00002 ] || {{ {fault}; }}; '
    first = crowd.apply("--deliver-timeout", "2", deliver=crowd.deliver(before=command), who=who)
    assert first.returncode == 1
    rows = crowds.results(first)
    assert rows["p00001"]["result"] == "created" and rows["p00002"]["result"] == "undelivered"
    assert why in rows["p00002"]["text"] and crowd.record(2)["phase"] == "created"
    assert crowds.results(crowd.run("--output", "json", who=who))["p00002"]["result"] == "resume"
    crowd.fake.reset_requests()
    second = crowd.apply(who=who)
    assert second.returncode == 0 and crowd.fake.requests() == []
    assert crowd.fake.sign_in(crowds.iam_user(2), crowd.delivered(2)[0])["ok"]
    assert len(crowd.delivered(1)) == 1 and crowd.record(2)["how"] == "bulk"


# ---- command lines, and a host that cannot


@pytest.mark.parametrize("options, why", [
    (("--all", "--group", "crowd"), "says who"), (("--all", "--apply"), "--deliver COMMAND"),
    (("--all", "--jobs", "0"), "--jobs"), (("--all", "--output", "xml"), "--output"),
    (("--all", "--deliver-timeout", "999"), "--deliver-timeout"), (("--all", "alice"), "alone")])
def test_wrong_command_lines(crowd, options, why):
    run = crowd.run(*options[1:], who=options[:1])
    assert run.returncode == 252 and why in run.stderr and crowd.fake.requests() == []


def test_no_such_group_and_no_such_file(crowd):
    for who in (("--group", "no-such"), ("--from", "/nonexistent")):
        run = crowd.run(who=who)
        assert run.returncode == 255 and who[1] in run.stderr and run.stdout == ""


def test_a_wrong_configuration_is_said_once(crowd):
    crowd.host.configure(rest="[rule crowd]\nnonsense = 1\n")
    run = crowd.apply()
    assert run.returncode == 255 and run.stderr.count("nonsense") == 1 and run.stdout == ""


def test_hold_none_is_refused(crowd):
    crowd.host.configure(password="hold = none", rest=crowd.RULE)
    run = crowd.apply()
    assert run.returncode == 1 and "hold = none" in run.stderr + run.stdout
    assert crowd.fake.requests() == []


DENIED = {"status": 403, "code": "AccessDenied", "message": "not authorized"}
DELIVERS_NOTHING = '[ -n "$IAMLP_TEST" ] && exec cat >/dev/null; cat >/dev/null; exit 1'


def test_a_command_that_breaks_after_its_test_stops_the_run(crowd):
    """Each password that waits is one that is lost with this host."""
    run = crowd.apply(deliver=DELIVERS_NOTHING)
    assert run.returncode == 1 and "in a row have failed" in run.stderr
    assert "the command exited with 1" in run.stderr
    counts = crowds.summary(run)
    assert 25 <= counts["undelivered"] < 25 + 4 and counts["not-tried"] == COUNT - counts["undelivered"]
    assert crowd.fake.actions().count("CreateLoginProfile") == counts["undelivered"]
    second = crowd.apply()
    assert second.returncode == 0, second.stderr
    everybody_once(crowd)


def test_people_without_a_way_to_them_do_not_stop_the_run(crowd):
    run = crowd.apply("--jobs", "1", deliver=crowd.deliver(
        before='case $IAMLP_USER in *[45]?) ;; *) cat >/dev/null; exit 67;; esac;'))
    assert run.returncode == 1 and "in a row" not in run.stderr
    assert crowds.summary(run) == {"users": COUNT, "undelivered": COUNT - 20, "created": 20}


def test_now_and_then_one_is_not_delivered(crowd):
    run = crowd.apply(deliver=crowd.deliver(before='case $IAMLP_USER in *[05]) ;; *) exit 1;; esac;'))
    assert run.returncode == 1 and "in a row" not in run.stderr
    assert crowds.summary(run) == {"users": COUNT, "undelivered": COUNT * 4 // 5,
                                   "created": COUNT // 5}


def test_who_may_create_for_nobody_does_not_ask_for_everybody(crowd, fake):
    fake.fault("error", action="CreateLoginProfile", times=-1, **DENIED)
    run = crowd.apply()
    assert run.returncode == 1 and "in a row have failed" in run.stderr
    assert crowds.summary(run)["not-tried"] > COUNT / 4


def test_those_outside_of_the_path_do_not_stop_the_run(crowd, fake):
    """Denials in a row say nothing about the others, once one has been served."""
    fake.fault("error", after=6, times=40, **DENIED)
    run = crowd.apply("--jobs", "1")
    assert run.returncode == 1 and "in a row" not in run.stderr
    assert crowds.summary(run) == {"users": COUNT, "wrong": 40, "created": COUNT - 40}


def test_a_create_without_an_answer_is_not_called_untried(crowd, fake):
    fake.fault("html_503", action="CreateLoginProfile", times=-1)
    run = crowd.apply()
    assert run.returncode == 1 and "in a row have failed" in run.stderr
    # A simulation names its user otherwise, and nobody is tried by it.
    tried = {e["params"].get("UserName") for e in crowd.fake.requests()}
    rows = crowds.results(run)
    for number in range(1, COUNT + 1):
        wanted = "failed" if crowds.iam_user(number) in tried else "not-tried"
        assert rows[crowds.name(number)]["result"] == wanted, number


def test_a_foreign_record_is_set_aside_and_nothing_created(crowd):
    crowd.host.write_record(crowds.FIRST, phase="created", name="mallory", machine="none",
                            iam_user=crowds.iam_user(1))
    plan = crowds.results(crowd.run("--output", "json"))["p00001"]
    assert (plan["result"], plan["code"]) == ("wrong", "aside") and "set aside" in plan["text"]
    run = crowd.apply()
    row = crowds.results(run)["p00001"]
    assert run.returncode == 1 and (row["result"], row["code"]) == ("wrong", "aside")
    assert crowd.record(1) is None and crowd.delivered(1) == []
    assert os.path.exists(f"{crowd.host.state}/{crowds.FIRST}.aside.0")
    assert crowds.summary(run) == {"users": COUNT, "wrong": 1, "created": COUNT - 1}
    again = crowd.apply()
    assert again.returncode == 0 and len(crowd.delivered(1)) == 1


def test_wrong_keys_are_not_tried_on_everybody(crowd):
    crowd.host.write("credentials", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPL0\n"
                     "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n", 0o600)
    run = crowd.apply()
    assert run.returncode == 1 and "in a row have failed" in run.stderr
    assert crowds.summary(run)["not-tried"] > COUNT / 4 and "created" not in crowds.summary(run)


# ---- faults


def test_throttling_is_waited_out(crowd, fake):
    fake.fault("throttle", times=20)
    run = crowd.apply()
    assert run.returncode == 0, run.stderr + run.stdout
    everybody_once(crowd)


def test_faults_now_and_then(crowd, fake):
    for number in range(3):
        fake.fault("drop_after", action="CreateLoginProfile", after=7 + 20 * number)
        fake.fault("html_503", after=11 + 40 * number, times=4)
        fake.fault("drop_before", after=23 + 31 * number)
    run = crowd.apply()
    assert run.returncode == 0, run.stderr + run.stdout
    everybody_once(crowd)


def begin(crowd, *options, deliver=None):
    return subprocess.Popen(crowd.command("--apply", "--deliver", deliver or crowd.deliver(),
                                          "--output", "json", *options), stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def created(crowd):
    return len(os.listdir(crowd.store))


def test_killed_and_resumed(crowd):
    """The coordinator dies; its helpers see that by themselves."""
    kills = 0
    for goal in (5, 20, 40):
        run = begin(crowd)
        wait_for(lambda: created(crowd) >= goal or run.poll() is not None, "creates", 60)
        kills += run.poll() is None
        run.kill()
        run.communicate()
    assert kills == 3
    last = crowd.apply()
    assert last.returncode == 0, last.stderr + last.stdout
    everybody_once(crowd, at_most=1 + kills)
    # Only what was under way when it was killed can have come twice.
    assert sum(len(crowd.delivered(n)) for n in range(1, COUNT + 1)) <= COUNT + 4 * kills


def comm(pid):
    with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
        return file.read().strip()


def test_a_helper_that_dies_is_replaced(crowd):
    run = begin(crowd, deliver=crowd.deliver(before="sleep 0.05;"))
    for goal in (5, 15):
        wait_for(lambda: created(crowd) >= goal, "creates", 60)
        for pid in children(run.pid):
            if comm(pid) == "iamlp-helper":
                os.kill(pid, signal.SIGKILL)
                break
    out, err = run.communicate(timeout=120)
    assert run.returncode == 0, err + out
    everybody_once(crowd, at_most=2)


def test_a_helper_that_cannot_be_replaced_ends_the_run_with_its_results(crowd):
    run = begin(crowd, deliver=crowd.deliver(before="sleep 0.05;"))
    wait_for(lambda: created(crowd) >= 5, "creates", 60)
    os.rename(crowd.host.conf, crowd.host.conf + ".away")
    os.kill(next(pid for pid in children(run.pid) if comm(pid) == "iamlp-helper"), signal.SIGKILL)
    out, err = run.communicate(timeout=120)
    os.rename(crowd.host.conf + ".away", crowd.host.conf)
    assert run.returncode == 255 and "iamlp.conf" in err, err
    found = {row["user"]: row["result"] for row in json.loads(out)}
    assert len(found) == COUNT and "not-tried" in found.values()
    for number in range(1, COUNT + 1):
        record = crowd.record(number)
        if found[crowds.name(number)] == "created":
            assert record["phase"] == "done" and len(crowd.delivered(number)) == 1
        else:
            # One was killed in the middle, and says so.
            assert record is None or found[crowds.name(number)] == "failed"
    assert crowd.apply().returncode == 0
    everybody_once(crowd, at_most=2)


def test_a_slow_source_of_names_can_be_interrupted(crowd):
    fifo = os.path.join(crowd.host.folder, "fifo")
    os.mkfifo(fifo)
    run = subprocess.Popen(["sh", "-c", 'exec "$@" <>"$0"', fifo, *crowd.command(
        who=("--from", "/dev/stdin"))], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: comm(run.pid) == "iamlp", "iamlp to start", 60)
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=60)
    assert run.returncode == -signal.SIGTERM


def test_ctrl_c_finishes_what_runs(crowd):
    run = begin(crowd, deliver=crowd.deliver(before="sleep 0.3;"))
    wait_for(lambda: created(crowd) >= 4, "creates", 60)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 130, err
    found = collections.Counter(crowd.record(n)["phase"] for n in range(1, COUNT + 1)
                                if crowd.record(n))
    assert set(found) == {"done"} and 4 <= found["done"] < COUNT
    assert f"{COUNT} users, {found['done']} created, {COUNT - found['done']} not-tried" in err
    assert crowd.apply().returncode == 0
    everybody_once(crowd)


def test_ctrl_c_twice_ends_at_once(crowd):
    run = begin(crowd, deliver=crowd.deliver(before="[ -n \"$IAMLP_TEST\" ] || sleep 30;"))
    wait_for(lambda: len(crowd.fake.requests()) >= 12, "requests", 60)
    begun = time.monotonic()
    run.send_signal(signal.SIGINT)
    time.sleep(0.5)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=20)
    assert run.returncode == 130 and created(crowd) == 0
    assert time.monotonic() - begun < 20, "the command would have taken 30 s"
    wait_for(lambda: crowd.apply().returncode == 0, "a run that ends well", 60)
    everybody_once(crowd)
