"""Faults by command: what goes wrong, for which requests, how often.

A fault is a dict: kind, and
  action   which requests: an action's name, "*" (every IAM and STS action, the default), "imds"
           (every IMDS request) or imds:token, imds:role, imds:keys, imds:region, "container"
  user     only requests with this UserName
  times    how many requests it hits (default 1; -1 for all, which is the default of stale)
  after    how many matching requests pass before the first hit (default 0)
  every    of the matching requests from then on it hits the first of so many (default 1)
  act      whether the request is carried out all the same (default: KINDS)
and the arguments of its kind. KINDS says what there is. Of the outcomes the first that matches a
request decides; the modifiers that match all apply beside it.
"""

import threading
import time

# kind: (is it an outcome, does the request act by default, arguments)
KINDS = {
    # modifiers
    "delay_before": (False, True, {"seconds"}),      # the request acts only after this long
    "delay_after": (False, True, {"seconds"}),       # acts and is logged now, answered later
    "stale": (False, True, {"seconds"}),             # reads see the accounts as they were when the
                                                     # fault was set; times -1, ends after seconds
    "clock": (False, True, {"seconds"}),             # Date and CreateDate are off, checks are not
    "no_date": (False, True, set()),
    "bad_date": (False, True, {"value"}),
    "errors_form": (False, True, set()),             # <ErrorResponse><Errors><Error>
    "reorder": (False, True, set()),                 # children in the opposite order
    "fractions": (False, True, set()),               # timestamps with milliseconds
    "no_reset_required": (False, True, set()),       # PasswordResetRequired is absent
    # outcomes
    "drop_before": (True, False, set()),             # the connection ends, nothing has happened
    "drop_after": (True, True, set()),               # the connection ends, it has happened
    "rst": (True, True, set()),                      # half the body, then a reset
    "stall": (True, True, set()),                    # never an answer; ends when the client goes
    "trickle": (True, True, {"seconds"}),            # the body byte by byte, seconds between them
    "error": (True, False, {"status", "code", "message", "request_id"}),
    "throttle": (True, False, {"above"}),            # error Throttling 400; above: only what is
                                                     # more than so many requests a second
    "control_chars": (True, False, {"code", "raw"}),  # an error whose message holds them
    "redirect": (True, False, {"location", "status"}),
    "bad_xml": (True, True, set()),                  # tags that do not match
    "truncated_xml": (True, True, set()),            # a whole HTTP answer, half the document
    "dtd": (True, True, set()),                      # a document type with an entity bomb
    "huge": (True, True, {"size"}),                  # a body of size bytes (64 MiB) in chunks
    "html_503": (True, False, set()),
    "html_403": (True, False, set()),
    "empty": (True, True, set()),                    # 200 without a body
}
COMMON = {"kind", "action", "user", "times", "after", "every", "act"}
ENDLESS = {"stale"}


class Faults:
    """All faults now set, in the order they were set. Safe for threads."""

    def __init__(self, world):
        self._world = world
        self._lock = threading.Lock()
        self._set = []

    def add(self, given):
        """Set one. ValueError if there is no such kind or argument."""
        kind = given.get("kind")
        if kind not in KINDS:
            raise ValueError(f"no fault {kind!r}; there are: {', '.join(KINDS)}")
        outcome, act, arguments = KINDS[kind]
        unknown = set(given) - COMMON - arguments
        if unknown:
            raise ValueError(f"fault {kind} takes no {', '.join(sorted(unknown))}")
        fault = {"action": "*", "times": -1 if kind in ENDLESS else 1, "after": 0, "every": 1,
                 "act": act, **given, "outcome": outcome}
        if kind == "stale":
            fault["until"] = time.monotonic() + given["seconds"]
            with self._world.lock:
                fault["past"] = self._world.snapshot()
        with self._lock:
            self._set.append(fault)

    def clear(self):
        with self._lock:
            self._set.clear()

    def shown(self):
        """What is still set, for people."""
        with self._lock:
            return [{k: v for k, v in f.items() if k not in ("past", "until", "outcome", "bucket")}
                    for f in self._set]

    def take(self, action, user):
        """The faults that hit this request, by kind; each counts it."""
        hit, decided = {}, False
        with self._lock:
            self._set = [f for f in self._set if f.get("until", float("inf")) > time.monotonic()]
            for fault in self._set:
                if not _matches(fault, action, user):
                    continue
                if fault["after"]:
                    fault["after"] -= 1
                    continue
                if fault["outcome"] and decided or fault["kind"] in hit or _passes(fault):
                    continue
                decided = decided or fault["outcome"]
                fault["times"] -= 1
                fault["after"] = fault["every"] - 1
                hit[fault["kind"]] = fault
            self._set = [f for f in self._set if f["times"]]
        return hit


def _passes(fault):
    """Is there a token left in the bucket of `above`, which holds a second's worth?"""
    if "above" not in fault:
        return False
    now = time.monotonic()
    last, tokens = fault.get("bucket", (now, fault["above"]))
    tokens = min(fault["above"], tokens + (now - last) * fault["above"])
    fault["bucket"] = (now, max(tokens - 1, 0) if tokens >= 1 else tokens)
    return tokens >= 1


def _matches(fault, action, user):
    if fault.get("user") not in (None, user):
        return False
    wanted = fault["action"]
    if ":" in action:
        return wanted in (action.partition(":")[0], action)
    return wanted in ("*", action)
