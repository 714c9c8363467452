"""The instance metadata service, version 2 only: token, role, keys, region.

world.imds: the settings of handout.py, region, role (a name, or a list of them), token_uses (after
so many uses a token is refused as an expired one is; null: never), token (a text that is given
instead of one that works). Its moods beside those of handout.py, which are about the keys
(expired, unknown, garbage, wrong) or about every answer:
  no_role       404 where the roles are
  unauthorized  200 with Code and Message instead of keys
  forbidden     403 to everything: switched off
  old           no token to be had, 403
  hop_limit     the token is asked for and never answered; all else is
  foreign       404 to everything: another cloud's
An instance without the service is ready.json's `closed`.
"""

import secrets

from . import handout
from .clock import iso
from .message import Answer

MOODS = (*handout.MOODS, "no_role", "unauthorized", "forbidden", "old", "hop_limit", "foreign")
TOKEN = "/latest/api/token"
ROLES = "/latest/meta-data/iam/security-credentials"
REGION = "/latest/meta-data/placement/region"
ZONE = "/latest/meta-data/placement/availability-zone"
TTL = "x-aws-ec2-metadata-token-ttl-seconds"


class Imds:
    """Tokens live here: they are no part of the world, a real instance forgets them at boot."""

    name = "imds"

    def __init__(self, world):
        self._world = world
        self._tokens = {}

    def owns(self, request):
        """Whether this request is for IMDS at all."""
        return request.target.startswith("/latest")

    def action(self, request):
        """imds:token, imds:role, imds:keys, imds:region, or imds:other; for the log and faults."""
        path = request.target.partition("?")[0]
        if path == TOKEN:
            return "imds:token"
        if path.rstrip("/") == ROLES:
            return "imds:role"
        if path.startswith(ROLES):
            return "imds:keys"
        return "imds:region" if path == REGION else "imds:other"

    def answer(self, request):
        """The answer; the caller holds the world's lock."""
        settings = self._world.data["imds"]
        return handout.spoil(self._answer(request, settings, settings.get("mood", "ok")), settings)

    def _answer(self, request, settings, mood):
        path = request.target.partition("?")[0]
        if mood == "error":
            return _page(settings.get("status", 500), settings.get("message", "Internal Error"))
        if mood == "foreign":
            return _page(404, "Not Found")
        if mood == "forbidden" or request.header("x-forwarded-for"):
            return _page(403, "Forbidden")
        if path == TOKEN:
            return _page(403, "Forbidden") if mood == "old" else self._token(request, settings)
        # Version 1, a request without a token, is refused just as a wrong or expired token is.
        if not self._use(request.header("x-aws-ec2-metadata-token")):
            return _page(401, "Unauthorized")
        if request.method != "GET":
            return _page(405, "Method Not Allowed")
        if path in (REGION, ZONE):
            return _text(settings["region"] + ("a" if path == ZONE else ""))
        return self._role(path, settings, mood)

    def _role(self, path, settings, mood):
        roles = settings.get("role") or []
        roles = [roles] if isinstance(roles, str) else roles
        if mood == "no_role" or not roles:
            return _page(404, "Not Found")
        if path.rstrip("/") == ROLES:
            return _text("\n".join(roles))
        role = path[len(ROLES) + 1:]
        return self._keys(role, settings, mood) if role in roles else _page(404, "Not Found")

    def _token(self, request, settings):
        if request.method != "PUT":
            return _page(405, "Method Not Allowed")
        ttl = request.header(TTL) or ""
        if not ttl.isdigit() or not 1 <= int(ttl) <= 21600:
            return _page(400, "Bad Request")
        token = secrets.token_urlsafe(40) + "=="
        uses = settings.get("token_uses")
        self._tokens[token] = [self._world.now() + int(ttl), float("inf") if uses is None else uses]
        answer = _text(settings.get("token") or token)
        answer.headers["X-Aws-Ec2-Metadata-Token-Ttl-Seconds"] = ttl
        if settings.get("mood") == "hop_limit":
            answer.style = "stall"
        return answer

    def _use(self, token):
        """Whether this token still serves; it is used up by one."""
        end, uses = self._tokens.get(token, (0, 0))
        if end < self._world.now() or uses < 1:
            return False
        self._tokens[token][1] -= 1
        return True

    def _keys(self, role, settings, mood):
        now = iso(self._world.now())
        if mood == "unauthorized":
            found = {"Code": "AssumeRoleUnauthorizedAccess", "LastUpdated": now,
                     "Message": f"EC2 cannot assume the role {role}."}
        else:
            found = {"Code": "Success", "LastUpdated": now, "Type": "AWS-HMAC",
                     **handout.keys(self._world, settings)}
        answer = handout.document(found, settings)
        answer.type = "text/plain"
        return answer


def _text(text):
    return Answer(200, text.encode(), "text/plain")


def _page(status, title):
    body = f"<html><head><title>{status} - {title}</title></head>\n<body></body></html>\n"
    return Answer(status, body.encode(), "text/html")
