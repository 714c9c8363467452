"""One request from its arrival to its answer: faults, signature, limits, permission, act, log.

`App.answer` is called by wire.py in the connection's thread and returns what is to be sent.
"""

import time
import uuid
from email.utils import formatdate

from . import broken, control, iam, params, sessions, signature, sts, xmlform
from .container import Container
from .errors import AwsError
from .faults import Faults
from .imds import Imds
from .journal import Journal
from .message import Answer
from .proxy import Proxy
from .world import World

VERSION = {"iam": "2010-05-08", "sts": "2011-06-15"}
READS = ("Get", "List")


class App:
    """world_path: a world file or None. log_path, connects_path: where the logs go."""

    def __init__(self, world_path, log_path, connects_path):
        self.world = World(world_path)
        self.faults = Faults(self.world)
        self.journal = Journal(log_path)
        self.proxy = Proxy(self.world, connects_path)
        self.links = (Imds(self.world), Container(self.world))

    def answer(self, request):
        """The Answer to any Request; what was asked has been done when this returns. An
        exception here is a fault of the fake: wire.py answers it with InternalFailure."""
        if request.target == "/_control":
            return control.answer(self, request)
        self.journal.arrive()
        given = params.read(request)
        link = next((link for link in self.links if link.owns(request)), None)
        if link:
            service, action = link.name, link.action(request)
        else:
            action = given.get("Action", "")
            service = "sts" if given.get("Version") == VERSION["sts"] else "iam"
        hit = self.faults.take(action, given.get("UserName"))
        if "delay_before" in hit:
            time.sleep(hit["delay_before"]["seconds"])
        caller = {}
        with self.world.lock:
            now = self.world.now() + hit.get("clock", {"seconds": 0})["seconds"]
            acting = all(f["act"] for f in hit.values())
            if link:
                answer, acted = self._hand_out(link, request, hit, acting)
            else:
                answer, acted = self._query(request, service, action, given, hit, acting, now,
                                            caller)
        answer.date = formatdate(now, usegmt=True)
        answer = broken.spoil(answer, hit)
        key, region, signed = signature.claimed(request)
        self.journal.write({
            "connection": request.connection, "time": round(request.time, 6), "service": service,
            "action": action,
            "params": {k: v for k, v in given.items() if k not in ("Action", "Version")},
            "user_agent": request.header("user-agent"), "host": request.header("host"), "key": key,
            "arn": caller.get("arn"), "session": sessions.name(caller),
            "source_identity": caller.get("source_identity"), "region": region,
            "status": None if answer.style in ("drop", "stall") else answer.status,
            "code": answer.code, "request_id": answer.request_id, "signed_headers": signed,
            "tls": request.tls, "acted": acted,
        })
        return answer

    @staticmethod
    def _hand_out(link, request, hit, acting):
        """(answer, whether something was given)"""
        error = broken.refusal(hit)
        if error:
            return Answer(error.status, error.message.encode(), "text/plain"), False
        answer = link.answer(request) if acting else Answer(500)
        return answer, acting and answer.status == 200

    def _query(self, request, service, action, given, hit, acting, now, caller):
        """(answer, whether the operation was carried out). caller: becomes the key's entry."""
        shape = xmlform.Shape(
            fractions="fractions" in hit, reverse="reorder" in hit,
            errors_form="errors_form" in hit,
            drop=("PasswordResetRequired",) if "no_reset_required" in hit else ())
        request_id = hit.get("error", {}).get("request_id") or str(uuid.uuid4())
        refused, acted, result = broken.refusal(hit), False, None
        try:
            if acting:
                result = self._act(request, service, action, given, hit, now, caller)
                acted = True
            if refused:
                raise refused
            answer = Answer(200, xmlform.success(service, action, result, request_id, shape))
        except AwsError as error:
            error.message = error.message.replace("{user}", given.get("UserName", "unknown"))
            body = xmlform.failure(service, error, request_id, shape)
            answer = Answer(error.status, body, code=error.code)
        answer.request_id = request_id
        # A request id made for a test may hold what a header cannot.
        if request_id.isprintable():
            answer.headers["x-amzn-RequestId"] = request_id
        return answer, acted

    def _act(self, request, service, action, given, hit, now, caller):
        table = {"iam": iam.IAM, "sts": sts.STS}[service]
        if not action:
            raise AwsError("MissingAction", "Could not find operation: no Action was given")
        if action not in table or given.get("Version") != VERSION[service]:
            raise AwsError("InvalidAction", f"Could not find operation {action} for version"
                                            f" {given.get('Version', 'NO_VERSION_SPECIFIED')}")
        if action in sts.UNSIGNED:
            return table[action](iam.Call(action, params.check(action, given), None, None, None,
                                          None, self.world, now))
        key_id, key = signature.verify(request, service, self.world)
        caller.update(key)
        key = sessions.principal(self.world, key)
        values = params.check(action, given)
        account = self.world.account(key["arn"].split(":")[4])
        view = account
        if "stale" in hit and action.startswith(READS):
            view = hit["stale"]["past"][account["id"]]
        return table[action](iam.Call(action, values, key_id, key, account, view, self.world, now))
