"""What happened at a login, and whether a scenario allows it. What is not said must not happen."""

import os
import stat

# Of the module and of libpam too: every line that reaches /dev/log counts.
SEVERITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")


class Seen:
    """Made before the login; finish() after it."""

    def __init__(self, stand):
        self._stand = stand
        self.before = _files(stand)
        self.calls, self.messages, self.lines, self.left = [], [], [], None
        self.after = None

    def finish(self, said, lines):
        for entry in said:
            if "call" in entry:
                self.calls.append(entry["code"])
            elif "style" in entry:
                self.messages.append((entry["style"], entry["text"]))
            else:
                self.left = entry["left"]
        self.lines = lines
        self.after = _files(self._stand)


def _files(stand):
    """Every file of state and run by its name: records, marks, and whatever should not be."""
    found = {}
    for top in ("state", "run"):
        for folder, _, names in os.walk(stand.path(top)):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, stand.folder)] = file.read()
    return {name: text for name, text in found.items() if not name.startswith("state/lock/")}


def check(login, stack, stand, seen):
    """Raises Wrong for the first line that does not hold."""
    _codes(login, stack, seen)
    _messages(login, seen)
    _started(login, stand)
    _asked(login, stand)
    _logged(login, seen)
    _kept(login, stand, seen)
    _secrets(login, stand, seen)
    if seen.left != {"descriptors": 0, "children": 0}:
        login.fact.wrong(f"left behind in the host: {seen.left}")


def _codes(login, stack, seen):
    from stage import expected_code
    for call, code in zip(login.calls, seen.calls):
        wanted = expected_code(call, stack)
        if code != wanted:
            call.wrong(f"{call.keyword} returned {code}, not {wanted}, in the stack `{stack}`")


def _messages(login, seen):
    wanted = login.all("says")
    for fact, (style, text) in zip(wanted, seen.messages):
        kind, _, part = fact.rest.partition(" ")
        if (style, part in text) != (kind, True):
            fact.wrong(f"said instead: {style} {text!r}")
    if len(wanted) > len(seen.messages):
        wanted[len(seen.messages)].wrong("not said")
    if len(wanted) < len(seen.messages):
        login.fact.wrong("said beside: %s %r" % seen.messages[len(wanted)])


def _started(login, stand):
    fact, starts = login.one("started"), stand.starts()
    wanted = fact.rest if fact else "0"
    if wanted != "any" and len(starts) != int(wanted):
        (fact or login.fact).wrong(f"the helper was started {len(starts)} times, not {wanted}")


def _asked(login, stand):
    fact = login.one("asks")
    wanted = fact.words() if fact else []
    if wanted:
        # A request that gets no answer is logged when it is dropped.
        stand.fake.wait(logged=len(wanted), timeout=5)
    actions = stand.fake.actions()
    if actions != wanted:
        (fact or login.fact).wrong(f"asked {' '.join(actions) or 'nothing'}, not "
                                   f"{' '.join(wanted) or 'anything'}")


def _logged(login, seen):
    wanted = login.all("logs")
    for fact, line in zip(wanted, seen.lines):
        severity, _, rest = fact.rest.partition(" ")
        pairs, _, part = rest.partition('"')
        if SEVERITIES[line.severity] != severity:
            fact.wrong(f"has severity {SEVERITIES[line.severity]}: {line.text}")
        if part.rstrip('"') not in line.text:
            fact.wrong(f"{part.rstrip(chr(34))} does not stand in: {line.text}")
        place = -1
        for key, value in (fact.pair(word) for word in pairs.split()):
            found = [at for at, pair in enumerate(line.pairs) if pair == (key, value)]
            if not found or found[0] < place:
                fact.wrong(f"{key}={value} is not there, or not in this order, in: {line.text}")
            place = found[0]
    if len(wanted) > len(seen.lines):
        wanted[len(seen.lines)].wrong("not logged")
    if len(wanted) < len(seen.lines):
        login.fact.wrong(f"logged beside: {SEVERITIES[seen.lines[len(wanted)].severity]} "
                         f"{seen.lines[len(wanted)].text}")


# ---- what is on the disk and in the keyring ------------------------------------------------


def _kept(login, stand, seen):
    named = set()
    for fact in login.expect:
        checker = {"record": _record, "mark": _mark, "aside": _aside, "hold": _hold,
                   "signs-in": _signs_in, "breaker": _breaker}.get(fact.keyword)
        if checker:
            named.add(checker(fact, stand, seen))
    for name in sorted(seen.before.keys() | seen.after.keys()):
        if name not in named and seen.before.get(name) != seen.after.get(name):
            what = ("is gone" if name not in seen.after else
                    "is new" if name not in seen.before else "was changed")
            login.fact.wrong(f"{name} {what}: {seen.after.get(name)}")


def _record(fact, stand, seen):
    name, what = fact.words(2)
    uid = stand.uid(fact, name)
    record = stand.record(uid)
    stand.note_hold(uid)
    if what == "absent":
        if record is not None:
            fact.wrong(f"there is one: {record}")
    elif record is None:
        fact.wrong("there is no record")
    elif what.startswith("without "):
        if what.split()[1] in record:
            fact.wrong(f"is there: {record}")
    else:
        key, value = fact.pair(what)
        base, plus, offset = value.partition("+")
        value = str(int(record[base]) + int(offset)) if plus and base in record else value
        if record.get(key) != stand.value(value):
            fact.wrong(f"{key} is {record.get(key)!r}: {record}")
    return f"state/{uid}"


def _yes(fact, there):
    name, answer = fact.words(2)
    if answer not in ("yes", "no"):
        fact.wrong(f"{fact.keyword} {name} yes, or no")
    if there != (answer == "yes"):
        fact.wrong("is there" if there else "is not there")


def _mark(fact, stand, seen):
    uid = stand.uid(fact, fact.words()[0])
    name = f"run/pending/{uid}"
    _yes(fact, name in seen.after)
    if name in seen.after:
        for path, mode in ((stand.path(name), 0o100644), (stand.path("run"), 0o40755),
                           (stand.path("run/pending"), 0o40755)):
            found = os.stat(path)
            if (found.st_mode, found.st_uid) != (mode, 0):
                fact.wrong(f"{path} is {stat.filemode(found.st_mode)} of uid {found.st_uid}")
        if seen.after[name]:
            fact.wrong("is not empty")
    return name


def _aside(fact, stand, seen):
    name = f"state/{stand.uid(fact, fact.words()[0])}.aside.0"
    _yes(fact, name in seen.after)
    return name


def _breaker(fact, stand, seen):
    name = "state/breaker"
    if fact.rest not in ("changed", "gone", "there"):
        fact.wrong("a breaker is changed, there or gone")
    if (name in seen.after) == (fact.rest == "gone"):
        fact.wrong(f"is {seen.after.get(name)}")
    if fact.rest == "changed" and seen.before.get(name) == seen.after.get(name):
        fact.wrong(f"is as before: {seen.after.get(name)}")
    return name


def _hold(fact, stand, seen):
    """The password in the hold is the one that IAM has, and is to be changed; or: there is none."""
    name, what = fact.words(2)
    uid = stand.uid(fact, name)
    record = stand.record(uid) or {}
    password = stand.held(uid, record["nonce"]) if record.get("nonce") else None
    if what == "none":
        if password is not None:
            fact.wrong("a password is held")
    elif what not in ("opens", "waits"):
        fact.wrong("a hold opens, waits or is none")
    elif password is None:
        fact.wrong("no password is held")
    else:
        stand.secrets.append(password)
        signed_in = stand.fake.sign_in(record["iam_user"], password)
        if signed_in != {"ok": what == "opens", "must_change": what == "opens"}:
            fact.wrong(f"the sign-in page said {signed_in}")
    return None


def _signs_in(fact, stand, _seen):
    iam_user, password = fact.words(2)
    signed_in = stand.fake.sign_in(iam_user, password)
    if signed_in != {"ok": True, "must_change": True}:
        fact.wrong(f"the sign-in page said {signed_in}")
    stand.secrets.append(password)


def _secrets(login, stand, seen):
    """No password stands anywhere but in the hold and at IAM."""
    token = login.items.get("authtok")
    places = [*(line.text for line in seen.lines), *stand.starts(),
              *(text for _, text in seen.messages),
              *(text.decode("utf-8", "replace") for text in seen.after.values())]
    for secret in stand.secrets + ([token.rest] if token else []):
        for place in places:
            if secret in place:
                login.fact.wrong(f"a password stands in: {place!r}")
