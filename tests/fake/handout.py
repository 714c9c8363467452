"""What the two services that hand out keys on a host's own link, imds.py and container.py, share.

Their settings in the world: key (an access key id of the world), expires_in (seconds), fields
(members of the document to be replaced; null: left out), mood, and what the mood needs:
  ok         as it should be
  expired    keys that ran out an hour ago
  unknown    keys that AWS does not know
  garbage    half a JSON document
  wrong      JSON of another kind
  html       200 with a page, such as a captive portal's
  empty      200 without a body
  error      `status` (500), `code` and `message`
  redirect   302 to `location`
  huge       a document of `size` bytes (64 MiB), without a length
  slow       the answer after `seconds` (2)
  trickle    byte by byte, `seconds` (0.1) between them
  stalled    no answer, ever
  drop       the connection ends without one
"""

import json

from .broken import HTML
from .clock import iso
from .message import Answer

MOODS = ("ok", "expired", "unknown", "garbage", "wrong", "html", "empty", "error", "redirect",
         "huge", "slow", "trickle", "stalled", "drop")
GARBAGE = b'{"Code" : "Success", "AccessKeyId" : "ASIA'
UNKNOWN = "ASIAUNKNOWNS2EXAMPLE"


def change(settings, given, moods):
    """Settings as a test wants them. ValueError if there is no such mood."""
    if given.get("mood", "ok") not in moods:
        raise ValueError(f"no mood {given['mood']!r}; there are: {', '.join(moods)}")
    settings.update(given)
    return settings


def keys(world, settings):
    """AccessKeyId, SecretAccessKey, Token and Expiration, as the settings give them."""
    now, key = world.now(), world.data["keys"][settings["key"]]
    mood = settings.get("mood", "ok")
    lasts = -3600 if mood == "expired" else settings.get("expires_in", 21600)
    return {"AccessKeyId": UNKNOWN if mood == "unknown" else settings["key"],
            "SecretAccessKey": key["secret"], "Token": key.get("token", ""),
            "Expiration": iso(now + lasts)}


def document(found, settings):
    """The answer with this document: replaced fields and the moods that are about it."""
    mood = settings.get("mood", "ok")
    if mood == "garbage":
        return Answer(200, GARBAGE, "text/plain")
    if mood == "wrong":
        return Answer(200, b'["these", "are", "no", "keys"]\n', "application/json")
    found = {**found, **settings.get("fields", {})}
    found = {name: value for name, value in found.items() if value is not None}
    return Answer(200, json.dumps(found, indent=2, separators=(",", " : ")).encode(),
                  "application/json")


def spoil(answer, settings):
    """The answer as it goes out: the moods of the whole service."""
    mood = settings.get("mood", "ok")
    if mood == "html":
        return Answer(200, HTML.format("Please sign in").encode(), "text/html")
    if mood == "redirect":
        location = settings.get("location", "http://127.0.0.1:9/elsewhere")
        return Answer(302, b"", "text/html", {"Location": location})
    if mood == "empty":
        answer.body = b""
    elif mood == "slow":
        answer.wait = settings.get("seconds", 2)
    elif mood in ("stalled", "drop", "huge", "trickle"):
        answer.style = {"stalled": "stall"}.get(mood, mood)
        answer.amount = settings.get(*{"huge": ("size", 64 << 20)}.get(mood, ("seconds", 0.1)))
    return answer
