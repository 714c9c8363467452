"""A scenario: a text file read into what is given, who logs in, and what is then expected.

README.md has the grammar. Here each line becomes a Fact; what facts mean is stage.py's.
"""

import re
from pathlib import Path

GIVEN = {"module", "conf", "helper", "state", "fake", "network", "before", "world"}
LOGIN = {"service", "rhost", "ruser", "tty", "authtok", "real", "effective", "conversation"}
CALLS = {"authenticate", "setcred", "account", "open_session", "close_session", "prelim",
         "chauthtok"}
EXPECT = {"started", "says", "asks", "logs", "record", "mark", "hold", "aside", "signs-in",
          "breaker"}
ONCE = LOGIN | {"started", "asks", "breaker"}

CODES = {"PAM_SUCCESS": 0, "PAM_SYSTEM_ERR": 4, "PAM_PERM_DENIED": 6, "PAM_AUTHTOK_ERR": 20,
         "PAM_IGNORE": 25}


class Wrong(Exception):
    """A line that cannot be understood, or does not hold. str() begins with file:line."""


class Fact:
    """One line: its keyword, the rest, and where it stands."""

    def __init__(self, path, number, keyword, rest):
        self.path, self.number, self.keyword, self.rest = path, number, keyword, rest

    def words(self, count=None):
        """The rest in words; with count exactly so many, the last one taking what remains."""
        words = self.rest.split(None, count - 1) if count else self.rest.split()
        if count and len(words) != count:
            self.wrong(f"{self.keyword} needs {count} words")
        return words

    def pair(self, text=None):
        """`KEY = VALUE` of the text (or the rest) as a tuple; the value may be empty."""
        key, equal, value = (self.rest if text is None else text).partition("=")
        if not equal or not key.strip():
            self.wrong("needs KEY = VALUE")
        return key.strip(), value.strip()

    def wrong(self, sentence):
        raise Wrong(f"{self.path}:{self.number}: {sentence}")


class Login:
    """A transaction: who, as what, the calls in order, and what is expected of it."""

    def __init__(self, fact):
        self.fact = fact
        self.given = []       # before it, in order
        self.items = {}       # keyword: Fact
        self.calls = []       # Facts
        self.expect = []      # Facts

    def one(self, keyword):
        """The fact with that keyword, or None."""
        return next((f for f in self.expect if f.keyword == keyword), None)

    def all(self, keyword):
        return [f for f in self.expect if f.keyword == keyword]


class Scenario:
    """path, title, why, logins."""

    def __init__(self, path, text=None):
        self.path, self.title, self.why, self.logins = path, None, [], []
        given = []
        if text is None:
            text = Path(path).read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            keyword, _, rest = line.strip().partition(" ")
            if keyword and not keyword.startswith("#"):
                given = self._take(Fact(path, number, keyword, rest.strip()), given)
        if self.title is None or not self.why:
            raise Wrong(f"{path}:1: a scenario has a title and a why")
        if not self.logins:
            raise Wrong(f"{path}:1: nobody logs in")
        if given:
            given[0].wrong("nobody logs in after this")
        for login in self.logins:
            if not login.calls:
                login.fact.wrong("this login makes no call")

    def _take(self, fact, given):
        """Put the fact where it belongs; returns what is given to the next login."""
        login = self.logins[-1] if self.logins and not given else None
        if fact.keyword == "title":
            self.title = fact.rest
        elif fact.keyword == "why":
            self.why.append(fact.rest)
        elif fact.keyword == "login":
            self.logins.append(Login(fact))
            self.logins[-1].given = given
            return []
        elif fact.keyword in GIVEN:
            return given + [fact]
        elif login is None:
            fact.wrong(f"{fact.keyword} stands behind a login" if fact.keyword in
                       LOGIN | CALLS | EXPECT else f"there is no keyword {fact.keyword}")
        elif fact.keyword in LOGIN:
            if fact.keyword in login.items:
                fact.wrong(f"{fact.keyword} stands here twice")
            login.items[fact.keyword] = fact
        elif fact.keyword in CALLS:
            login.calls.append(_checked_call(fact))
        elif fact.keyword in EXPECT:
            if fact.keyword in ONCE and login.one(fact.keyword):
                fact.wrong(f"{fact.keyword} stands here twice")
            login.expect.append(fact)
        else:
            fact.wrong(f"there is no keyword {fact.keyword}")
        return given


def _checked_call(fact):
    match = re.fullmatch(r"(silent +)?(\w+)", fact.rest)
    if not match or match.group(2) not in CODES:
        fact.wrong("a call needs the code it returns, one of " + " ".join(CODES))
    fact.silent, fact.code = bool(match.group(1)), match.group(2)
    return fact
