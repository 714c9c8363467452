"""What is no scenario is refused with its line, before anything is played."""

import pytest

from scenario import Scenario, Wrong

GOOD = """\
title  One
why    Two.

conf [login] create = login
login alice
  service  su
  account  PAM_IGNORE
  started  0
"""

BAD = [
    ("title  One\n", "", r"text:1: a scenario has a title and a why"),
    ("why    Two.\n", "", r"text:1: a scenario has a title and a why"),
    ("  account  PAM_IGNORE\n", "", r"text:5: this login makes no call"),
    ("account  PAM_IGNORE", "account  PAM_MAYBE", r"text:7: a call needs the code"),
    ("account  PAM_IGNORE", "account  loud PAM_IGNORE", r"text:7: a call needs the code"),
    ("account  PAM_IGNORE", "accounts  PAM_IGNORE", r"text:7: there is no keyword accounts"),
    ("  service  su\n", "  service  su\n  service  sshd\n", r"text:7: service stands here twice"),
    ("  started  0\n", "  started  0\n  started  0\n", r"text:9: started stands here twice"),
    ("login alice", "rhost a\nlogin alice", r"text:5: rhost stands behind a login"),
    ("  started  0\n", "conf touched\n  started  0\n", r"text:9: started stands behind a login"),
    ("  started  0\n", "  started  0\nconf touched\n", r"text:9: nobody logs in after this"),
]


def test_good():
    scenario = Scenario("text", GOOD)
    login, = scenario.logins
    assert (scenario.title, scenario.why) == ("One", ["Two."])
    assert [fact.rest for fact in login.given] == ["[login] create = login"]
    assert login.fact.rest == "alice" and login.items["service"].rest == "su"
    assert [(call.keyword, call.silent, call.code) for call in login.calls] == [
        ("account", False, "PAM_IGNORE")]
    assert login.one("started").words() == ["0"] and login.one("asks") is None


@pytest.mark.parametrize("old, new, sentence", BAD)
def test_bad(old, new, sentence):
    assert old in GOOD
    with pytest.raises(Wrong, match=sentence):
        Scenario("text", GOOD.replace(old, new, 1))
