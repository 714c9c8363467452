"""The instance metadata service, version 2 only: token, role, keys, region.

world.imds: region, role, key (an access key id of the world), expires_in (seconds), mood, seconds
(for slow). Moods: ok; no_role (404 where the roles are); unauthorized (200 with Code and Message
instead of keys); forbidden (403 to everything); garbage (keys that are no JSON); slow; stalled (no
answer at all); expired (keys that ran out an hour ago); old (no token to be had).
"""

import json
import secrets

from .clock import iso
from .message import Answer

TOKEN = "/latest/api/token"
ROLES = "/latest/meta-data/iam/security-credentials"
REGION = "/latest/meta-data/placement/region"
ZONE = "/latest/meta-data/placement/availability-zone"
TTL = "x-aws-ec2-metadata-token-ttl-seconds"
GARBAGE = b'{"Code" : "Success", "AccessKeyId" : "ASIA'


def owns(request):
    """Whether this request is for IMDS at all."""
    return request.target.startswith("/latest")


def action(request):
    """imds:token, imds:role, imds:keys, imds:region, or imds:other; for the log and for faults."""
    path = request.target.partition("?")[0]
    if path == TOKEN:
        return "imds:token"
    if path.rstrip("/") == ROLES:
        return "imds:role"
    if path.startswith(ROLES):
        return "imds:keys"
    return "imds:region" if path == REGION else "imds:other"


class Imds:
    """Tokens live here: they are no part of the world, a real instance forgets them at boot."""

    def __init__(self, world):
        self._world = world
        self._tokens = {}

    def answer(self, request):
        """The answer; the caller holds the world's lock."""
        settings = self._world.data["imds"]
        mood = settings.get("mood", "ok")
        reply = self._answer(request, settings, mood)
        if mood == "stalled":
            reply.style = "stall"
        elif mood == "slow":
            reply.wait = settings.get("seconds", 2)
        return reply

    def _answer(self, request, settings, mood):
        path = request.target.partition("?")[0]
        if mood == "forbidden" or request.header("x-forwarded-for"):
            return _page(403, "Forbidden")
        if path == TOKEN:
            return _page(403, "Forbidden") if mood == "old" else self._token(request)
        # Version 1, a request without a token, is refused just as a wrong or expired token is.
        if self._tokens.get(request.header("x-aws-ec2-metadata-token"), 0) < self._world.now():
            return _page(401, "Unauthorized")
        if request.method != "GET":
            return _page(405, "Method Not Allowed")
        if path in (REGION, ZONE):
            return _text(settings["region"] + ("a" if path == ZONE else ""))
        role = settings.get("role")
        if mood == "no_role" or not role:
            return _page(404, "Not Found")
        if path.rstrip("/") == ROLES:
            return _text(role)
        if path == f"{ROLES}/{role}":
            return self._keys(settings, mood)
        return _page(404, "Not Found")

    def _token(self, request):
        if request.method != "PUT":
            return _page(405, "Method Not Allowed")
        ttl = request.header(TTL) or ""
        if not ttl.isdigit() or not 1 <= int(ttl) <= 21600:
            return _page(400, "Bad Request")
        token = secrets.token_urlsafe(40) + "=="
        self._tokens[token] = self._world.now() + int(ttl)
        answer = _text(token)
        answer.headers["X-Aws-Ec2-Metadata-Token-Ttl-Seconds"] = ttl
        return answer

    def _keys(self, settings, mood):
        now = self._world.now()
        if mood == "garbage":
            return Answer(200, GARBAGE, "text/plain")
        if mood == "unauthorized":
            found = {"Code": "AssumeRoleUnauthorizedAccess", "LastUpdated": iso(now),
                     "Message": f"EC2 cannot assume the role {settings['role']}."}
        else:
            key = self._world.data["keys"][settings["key"]]
            lasts = -3600 if mood == "expired" else settings.get("expires_in", 21600)
            found = {"Code": "Success", "LastUpdated": iso(now), "Type": "AWS-HMAC",
                     "AccessKeyId": settings["key"], "SecretAccessKey": key["secret"],
                     "Token": key.get("token", ""), "Expiration": iso(now + lasts)}
        return Answer(200, json.dumps(found, indent=2, separators=(",", " : ")).encode(),
                      "text/plain")


def _text(text):
    return Answer(200, text.encode(), "text/plain")


def _page(status, title):
    body = f"<html><head><title>{status} - {title}</title></head>\n<body></body></html>\n"
    return Answer(status, body.encode(), "text/html")
