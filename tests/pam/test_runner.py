"""The runner sees what is not as a scenario says, and names the line: each expectation is broken
on purpose. And the stack `alone` tells PAM_IGNORE from every other code."""

import pytest

from test_scenarios import fake, log, programs, server  # noqa: F401
from expect import Seen
from scenario import CALLS, Scenario, Wrong
from stage import play
from world.needs import NEEDS_WORLD

pytestmark = NEEDS_WORLD

MARKED = """\
title  A served user is marked
why    So that it can be broken.

login alice
  account  PAM_IGNORE
  started  1
  logs     notice event=mark result=pending user=alice via=login
  record   alice phase = pending
  record   alice without how
  mark     alice yes
"""

CREATED = """\
title  A password is created and then shown to nobody
why    So that it can be broken.

conf [login] create = login

login alice
  account  PAM_IGNORE
  started  1
  asks     GetUser GetLoginProfile CreateLoginProfile
  logs     notice event=mark result=pending user=alice
  logs     info event=create result=ok user=alice
  record   alice phase = created
  hold     alice opens
  mark     alice yes
"""

REFUSED = """\
title  A password is refused
why    So that it can be broken.

login alice
  service    passwd
  real       alice
  authtok    Correct-Horse-7€
  chauthtok  PAM_IGNORE
  started    1
  says       error a character that AWS does not take
  logs       err event=accept result=policy user=alice
"""

ASIDE = """\
title  A record is set aside
why    So that it can be broken.

before alice text rubbish

login alice
  account  PAM_IGNORE
  started  1
  logs     err event=recover result=error code=aside
  record   alice absent
  aside    alice yes
"""

FAILED = """\
title  The network fails
why    So that it can be broken.

conf [login] create = login
network down

login alice
  account  PAM_IGNORE
  started  1
  logs     notice event=mark result=pending
  logs     err event=create result=error
  record   alice phase = failed
  record   alice not_before = changed+300
  breaker  changed
"""

TYPED = """\
title  A typed password is accepted
why    So that it can be broken.

login alice
  service    passwd
  real       alice
  authtok    Correct-Horse-7
  chauthtok  PAM_IGNORE
  started    1
  asks       GetUser GetLoginProfile CreateLoginProfile
  says       info typed here
  logs       info event=accept result=ok
  record     alice phase = done
  signs-in   Alice.Smith@example.com Correct-Horse-7
"""

# A scenario, what stands there, what is put in its place ("": the line goes), the line that is
# then to blame (of its keyword), what is said of it.
BROKEN = [
    (MARKED, "account  PAM_IGNORE", "account  PAM_SUCCESS", "account", "returned 25, not 0"),
    (MARKED, "  started  1\n", "", "login", "started 1 times, not 0"),
    (MARKED, "started  1", "started  2", "started", "started 1 times, not 2"),
    (MARKED, "notice event", "err event", "logs", "has severity notice"),
    (MARKED, "result=pending user", "result=ok user", "logs", "result=ok is not there"),
    (MARKED, "user=alice via=login", "via=login user=alice", "logs", "user=alice is not there"),
    (MARKED, "via=login\n", 'via=login "words"\n', "logs", "words does not stand in"),
    (MARKED, "  logs     notice event=mark result=pending user=alice via=login\n", "", "login",
     "logged beside: notice"),
    (MARKED, "via=login\n", "via=login\n  logs  info event=show\n", "logs  info", "not logged"),
    (MARKED, "phase = pending", "phase = done", "record   alice phase", "phase is 'pending'"),
    (MARKED, "without how", "without phase", "record   alice without", "is there"),
    (MARKED, "alice phase = pending", "bob phase = pending", "record   bob", "there is no record"),
    (MARKED, "  record   alice phase = pending\n  record   alice without how\n", "", "login",
     "state/64001 is new"),
    (MARKED, "alice phase = pending", "alice absent", "record   alice absent", "there is one"),
    (MARKED, "mark     alice yes", "mark     alice no", "mark", "is there"),
    (MARKED, "  mark     alice yes\n", "", "login", "run/pending/64001 is new"),
    (MARKED, "mark     alice yes", "mark     bob yes", "mark", "is not there"),
    (MARKED, "mark     alice yes", "mark  alice yes\n  hold  alice waits", "hold", "no password"),
    (MARKED, "mark     alice yes", "mark  alice yes\n  aside  alice yes", "aside", "is not there"),
    (MARKED, "mark     alice yes", "mark  alice yes\n  breaker  there", "breaker", "is None"),
    (CREATED, "GetLoginProfile Create", "Create", "asks", "asked GetUser GetLoginProfile Create"),
    (CREATED, "  asks     GetUser GetLoginProfile CreateLoginProfile\n", "", "login",
     "asked GetUser GetLoginProfile CreateLoginProfile, not anything"),
    (CREATED, "hold     alice opens", "hold     alice none", "hold", "a password is held"),
    (CREATED, "hold     alice opens", "hold     alice waits", "hold", "the sign-in page said"),
    (CREATED, "conf [login]", 'fake fault {"kind": "error", "code": "AccessDenied", "status": 403, '
     '"message": "no"}\nconf [login]', "asks", "asked GetUser, not"),
    (REFUSED, "says       error", "says       info", "says", "said instead: error"),
    (REFUSED, "a character that", "another that", "says", "said instead: error"),
    (REFUSED, "  says       error a character that AWS does not take\n", "", "login",
     "said beside: error"),
    (REFUSED, "not take\n", "not take\n  says  info more\n", "says  info", "not said"),
    (ASIDE, "record   alice absent", "record   alice phase = intent", "record", "no record"),
    (ASIDE, "aside    alice yes", "aside    alice no", "aside", "is there"),
    (ASIDE, "  aside    alice yes\n", "", "login", "state/64001.aside.0 is new"),
    (FAILED, "changed+300", "changed+301", "record   alice not_before", "not_before is"),
    (FAILED, "  breaker  changed\n", "", "login", "state/breaker is new"),
    (FAILED, "breaker  changed", "breaker  gone", "breaker", "is b'failures=1"),
    (TYPED, "com Correct-Horse-7", "com Correct-Horse-8", "signs-in", "the sign-in page said"),
    (TYPED, "real       alice\n", "real       alice\n  rhost      Correct-Horse-7\n", "login",
     "a password stands in"),
]


@pytest.mark.parametrize("text, old, new, blamed, sentence", BROKEN,
                         ids=[f"{sentence}-{n}" for n, (*_, sentence) in enumerate(BROKEN)])
def test_broken_on_purpose(tmp_path, fake, log, programs,  # noqa: F811
                           text, old, new, blamed, sentence):
    assert old in text
    changed = text.replace(old, new, 1)
    line = next(number for number, line in enumerate(changed.splitlines(), 1)
                if line.strip().startswith(blamed))
    with pytest.raises(Wrong) as wrong:
        play(Scenario("text", changed), "alone", tmp_path, fake, log, programs)
    assert str(wrong.value).startswith(f"text:{line}: ") and sentence in str(wrong.value)


@pytest.mark.parametrize("text", [MARKED, CREATED, REFUSED, ASIDE, FAILED, TYPED], ids=[
    "marked", "created", "refused", "aside", "failed", "typed"])
@pytest.mark.parametrize("stack", ["alone", "behind"])
def test_not_broken(tmp_path, fake, log, programs, text, stack):  # noqa: F811
    play(Scenario("text", text), stack, tmp_path, fake, log, programs)


def test_what_is_left_in_the_host(tmp_path, fake, log, programs, monkeypatch):  # noqa: F811
    finish = Seen.finish
    monkeypatch.setattr(Seen, "finish", lambda self, said, lines: finish(
        self, [*said[:-1], {"left": {"descriptors": 1, "children": 0}}], lines))
    with pytest.raises(Wrong, match="text:4: left behind in the host: .*'descriptors': 1"):
        play(Scenario("text", MARKED), "alone", tmp_path, fake, log, programs)


IGNORED = "auth=ignore cred=ignore acct=ignore open_session=ignore close_session=ignore " \
          "prechauthtok=ignore chauthtok=ignore"


@pytest.mark.parametrize("call, module, code", [
    *((call, "pam_permit.so", 0) for call in sorted(CALLS - {"chauthtok"})),
    *((call, "pam_deny.so", None) for call in sorted(CALLS)),
    ("chauthtok", "pam_permit.so", 6),
    ("chauthtok", "pam_debug.so prechauthtok=ignore chauthtok=success", 6),
    ("chauthtok", "pam_debug.so prechauthtok=success chauthtok=ignore", 6),
    ("chauthtok", "pam_debug.so prechauthtok=ignore chauthtok=system_err", 4),
    ("setcred", "pam_debug.so auth=ignore cred=success", 0),
    ("close_session", "pam_debug.so open_session=ignore close_session=system_err", 4)])
def test_alone_tells_ignore_from_all_else(tmp_path, fake, log, programs,  # noqa: F811
                                          call, module, code):
    first = {"setcred": "authenticate", "close_session": "open_session"}.get(call)
    calls = f"  {first}  PAM_IGNORE\n" if first and "pam_debug" in module else ""
    text = f"title  One\nwhy    Two.\nlogin alice\n{calls}  {call}  PAM_IGNORE\n"
    with pytest.raises(Wrong, match=f"{call} returned " + ("" if code is None else f"{code}, ")):
        play(Scenario("text", text), "alone", tmp_path, fake, log, {**programs, "module": module})


@pytest.mark.parametrize("call", sorted(CALLS))
def test_alone_lets_ignore_pass(tmp_path, fake, log, programs, call):  # noqa: F811
    text = f"title  One\nwhy    Two.\nlogin alice\n  {call}  PAM_IGNORE\n"
    with pytest.raises(Wrong, match="said beside: info '[a-z_]+=ignore'"):
        play(Scenario("text", text), "alone", tmp_path, fake, log,
             {**programs, "module": "pam_debug.so " + IGNORED})
