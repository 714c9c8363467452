"""A host is brought to each phase of a record by real programs, as it comes about on a host."""

from isolated import UID


def creates(fake, user=None):
    """How many creates acted."""
    return sum(e["acted"] for e in fake.requests() if e["action"] == "CreateLoginProfile"
               and user in (None, e["params"]["UserName"]))


def cut_off(fake, kind):
    """The answer to the create is lost, and nothing can be asked after that."""
    fake.fault(kind, action="CreateLoginProfile")
    fake.fault("drop_before", action="GetUser", after=1, times=-1)


def _later(host, fake):
    host.claim(offer="")


def _failed(host, fake):
    fake.fault("error", action="GetUser", code="ServiceFailure", status=500, times=-1)
    host.claim()
    fake.clear_faults()


def _cut(kind):
    def act(host, fake):
        cut_off(fake, kind)
        host.claim()
        fake.clear_faults()
    return act


def _probable(host, fake):
    fake.fault("drop_after", action="CreateLoginProfile")
    host.claim(confirm=None)


def _created(host, fake):
    host.claim(confirm=None)


def _by_login(host, fake):
    host.rest = "[login]\ncreate = login\n"
    host.configure()
    host.login()


def _typed(host, fake):
    cut_off(fake, "drop_after")
    host.passwd()
    fake.clear_faults()


def _lost(host, fake):
    host.claim(confirm=None)
    host.boot()
    host.claim()


# name: (what is done after the login that marks, the phase then)
PHASES = {
    "pending": (lambda host, fake: None, "pending"),
    "later": (_later, "later"),
    "failed": (_failed, "failed"),
    "intent, acted": (_cut("drop_after"), "intent"),
    "intent, not acted": (_cut("drop_before"), "intent"),
    "probable": (_probable, "intent"),
    "typed, acted": (_typed, "intent"),
    "created": (_created, "created"),
    "created by a login": (_by_login, "created"),
    "done": (lambda host, fake: host.claim(), "done"),
    "lost": (_lost, "lost"),
}


def bring(host, phase):
    """Log in, and go on to that phase."""
    act, reached = PHASES[phase]
    if phase != "created by a login":
        host.login()
    told = act(host, host.fake)
    assert host.record(UID)["phase"] == reached, f"{phase}: {host.record(UID)}"
    if phase == "done":
        host.known = {told.password}
