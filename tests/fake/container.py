"""The credentials endpoint of containers: ECS's and that of EKS pod identity.

world.container maps a path to settings: those of handout.py, shape ("ecs" or "eks": which members
the document has) and token (what Authorization must be; null: it does not matter, as it does not
with ECS's relative URI).
"""

import json

from . import handout
from .message import Answer

MOODS = (*handout.MOODS, "denied")
PREFIXES = ("/v1/credentials", "/v2/credentials")


class Container:
    """world: a World."""

    name = "container"

    def __init__(self, world):
        self._world = world

    def owns(self, request):
        """Whether this request is for it."""
        path = _path(request)
        return path.startswith(PREFIXES) or path in self._world.data["container"]

    def action(self, _request):
        """For the log and for faults."""
        return "container:keys"

    def answer(self, request):
        """The answer; the caller holds the world's lock."""
        settings = self._world.data["container"].get(_path(request))
        if not settings:
            return _error(404, "InvalidIdInRequest", "CredentialsV2Request: ID not found")
        return handout.spoil(self._answer(request, settings), settings)

    def _answer(self, request, settings):
        mood = settings.get("mood", "ok")
        if mood == "error":
            return _error(settings.get("status", 500), settings.get("code", "InternalServerError"),
                          settings.get("message", "Unable to get the credentials."))
        if request.method != "GET":
            return _error(405, "MethodNotAllowed", "Only GET is known.")
        token = settings.get("token")
        if mood == "denied" or token is not None and request.header("authorization") != token:
            return _error(403, "AccessDeniedException", "The authorization token is not valid.")
        keys = handout.keys(self._world, settings)
        role = self._world.data["keys"][settings["key"]].get("role", "")
        if settings.get("shape") == "eks":
            keys["AccountId"] = role.split(":")[4] if role else None
        else:
            keys["RoleArn"] = role
        return handout.document(keys, settings)


def _path(request):
    return request.target.partition("?")[0]


def _error(status, code, message):
    body = json.dumps({"code": code, "message": message}).encode()
    return Answer(status, body, "application/json", code=code)
