"""Who signed this request? Signature Version 4, recomputed with botocore and compared.

The order of the checks, the codes and the sentences are IAM's. The signature is recomputed over
exactly the headers the client names, so a proxy or a client that adds others does no harm.
"""

import hmac
import re

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from . import clock
from .errors import AwsError

# STS is regional, and its first name is a name of us-east-1.
REGIONAL = re.compile(r"sts(?:-fips)?(?:\.([a-z0-9-]+))?"
                      r"\.(?:amazonaws\.com(?:\.cn)?|api\.aws)(?::443)?")
WINDOW = 15 * 60
ALGORITHM = "AWS4-HMAC-SHA256"
FIELD = re.compile(r"(Credential|SignedHeaders|Signature)=([^,\s]+)")


class _Verifier(SigV4Auth):
    """Signs what the client says it signed, not what botocore would choose."""

    def __init__(self, credentials, service, region, signed):
        super().__init__(credentials, service, region)
        self._signed = signed

    def headers_to_sign(self, request):
        chosen = HTTPHeaders()
        for name, value in request.context["received"]:
            if name.lower() in self._signed:
                chosen[name.lower()] = value
        return chosen


def claimed(request):
    """What the Authorization header says, unchecked, for the log: key, region (each or
    None), signed headers."""
    fields = dict(FIELD.findall(request.header("authorization") or ""))
    scope = fields.get("Credential", "").split("/")
    region = scope[2] if len(scope) == 5 else None
    signed = fields["SignedHeaders"].split(";") if "SignedHeaders" in fields else []
    return scope[0] or None, region, signed


def verify(request, service, world):
    """Returns (access key id, its entry in the world). Raises AwsError, as IAM would answer."""
    header = request.header("authorization")
    if not header:
        raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token")
    fields = dict(FIELD.findall(header))
    for name in ("Credential", "Signature", "SignedHeaders"):
        if not header.startswith(ALGORITHM + " ") or name not in fields:
            raise AwsError("IncompleteSignature", f"Authorization header requires '{name}'"
                                                  f" parameter. Authorization={ALGORITHM}")
    scope = fields["Credential"].split("/")
    if len(scope) != 5:
        raise AwsError("IncompleteSignature",
                       "Credential must have exactly 5 slash-delimited elements,"
                       f" e.g. keyid/date/region/service/term, got '{fields['Credential']}'")
    date = request.header("x-amz-date")
    if not date:
        raise AwsError("IncompleteSignature", "Authorization header requires existence of either a"
                                              " 'X-Amz-Date' or a 'Date' header.")
    key = _key(request, world, scope[0])
    _check_scope(scope, service, date, _regions(request, service, world))
    signed = fields["SignedHeaders"].split(";")
    _check_signed(request, signed)
    _check_time(date, world.now())
    expected = _signature(request, key, scope, date, signed)
    if not hmac.compare_digest(expected, fields["Signature"]):
        raise AwsError("SignatureDoesNotMatch")
    return scope[0], key


def _key(request, world, name):
    """The key's entry, once its session token (which an empty one is not) has been matched."""
    key = world.data["keys"].get(name)
    if key is None or request.header("x-amz-security-token") != key.get("token"):
        raise AwsError("InvalidClientTokenId")
    if key.get("expired") or key.get("expires") and key["expires"] <= clock.iso(world.now()):
        raise AwsError("ExpiredToken")
    return key


def _regions(request, service, world):
    """The regions that may be signed for, None for any: a name of AWS's decides, else the world."""
    host = REGIONAL.fullmatch(request.header("host") or "")
    regions = (host[1] or "us-east-1") if host else world.data["regions"].get(service)
    return [regions] if isinstance(regions, str) else regions


def _check_scope(scope, service, date, regions):
    found = []
    if regions is not None and scope[2] not in regions:
        found.append(f"Credential should be scoped to a valid region, not '{scope[2]}'. ")
    if scope[3] != service:
        found.append(f"Credential should be scoped to correct service: '{service}'. ")
    if scope[4] != "aws4_request":
        found.append("Credential should be scoped with a valid terminator: 'aws4_request', not "
                     f"'{scope[4]}'. ")
    if scope[1] != date[:8]:
        found.append(f"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of"
                     f" date from HTTP: '{scope[1]}' != '{date[:8]}', from '{date}'. ")
    if found:
        raise AwsError("SignatureDoesNotMatch", "".join(found))


def _check_signed(request, signed):
    needed = {"host": "'Host' or ':authority'"}
    for name, _ in request.headers:
        if name.lower() == "content-type" or name.lower().startswith("x-amz-"):
            needed[name.lower()] = f"'{name.lower()}'"
    for name, shown in needed.items():
        if name not in signed:
            raise AwsError("SignatureDoesNotMatch",
                           f"{shown} must be a 'SignedHeader' in the AWS Authorization.")


def _check_time(date, now):
    try:
        when = clock.parse_basic(date)
    except ValueError:
        raise AwsError("IncompleteSignature", "Date must be in ISO-8601 'basic format'."
                                              f" Got '{date}'.") from None
    here = clock.basic(now)
    if when < now - WINDOW:
        raise AwsError("SignatureDoesNotMatch", f"Signature expired: {date} is now earlier than"
                       f" {clock.basic(now - WINDOW)} ({here} - 15 min.)")
    if when > now + WINDOW:
        raise AwsError("SignatureDoesNotMatch", f"Signature not yet current: {date} is still later"
                       f" than {clock.basic(now + WINDOW)} ({here} + 15 min.)")


def _signature(request, key, scope, date, signed):
    credentials = Credentials(scope[0], key["secret"], key.get("token"))
    verifier = _Verifier(credentials, scope[3], scope[2], signed)
    scheme = "https" if request.tls else "http"
    # No X-Amz-Content-SHA256 among these: the hash is always taken from the body that came.
    copy = AWSRequest(request.method, f"{scheme}://{request.header('host')}{request.target}",
                      data=request.body)
    copy.context.update(timestamp=date, received=request.headers)
    canonical = verifier.canonical_request(copy)
    return verifier.signature(verifier.string_to_sign(copy, canonical), copy)
