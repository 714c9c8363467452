"""Tokens of an identity provider: made for a test, known to the world, checked as STS checks them.

world.web_tokens maps a token to issuer, audience, subject, expires (null: never) and
source_identity. It looks like a JWT, so that clients which look into it find something; whether it
is sound is decided by the world alone. A role's trust.web is a list of {issuer, audience, subject},
all of them patterns.
"""

import base64
import json
import re
import secrets

from . import clock, permit
from .errors import AwsError

JWT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
DEFAULTS = {"issuer": "https://oidc.example.com/id/EXAMPLE", "audience": "sts.amazonaws.com",
            "subject": "host:web-1", "source_identity": None}


def make(world, given):
    """Puts a token into the world and returns it. given: what differs from DEFAULTS; expires (ISO
    or seconds from now, default an hour, null: never); token (a text of one's own)."""
    fields = {**DEFAULTS, **{k: v for k, v in given.items() if k in DEFAULTS}}
    expires = clock.given(given.get("expires", 3600), world.now())
    claims = {"iss": fields["issuer"], "aud": fields["audience"], "sub": fields["subject"],
              "exp": expires and int(clock.parse(expires)), "jti": secrets.token_hex(8)}
    parts = ({"alg": "RS256", "typ": "JWT", "kid": "EXAMPLE"}, claims, {"signed": "by nobody"})
    token = given.get("token") or ".".join(_part(part) for part in parts)
    world.data["web_tokens"][token] = {**fields, "expires": expires}
    return token


def check(call, found):
    """The token's entry, if it may have the role. found: as for trust.check."""
    token = call.values["WebIdentityToken"]
    if not JWT.fullmatch(token):
        raise AwsError("InvalidIdentityToken", "The ID Token provided is not a valid JWT. (You may"
                                               " see this error if you sent an Access Token)")
    entry = call.world.data["web_tokens"].get(token)
    if not entry:
        raise AwsError("InvalidIdentityToken", "Couldn't retrieve verification key from your"
                       " identity provider, please reference AssumeRoleWithWebIdentity"
                       " documentation for requirements")
    if entry["expires"] and entry["expires"] <= clock.iso(call.world.now()):
        raise AwsError("ExpiredTokenException", f"Token expired: current date/time"
                       f" {clock.iso(call.world.now())} must be before the expiration date/time"
                       f" {entry['expires']}", 400)
    rules = found[2]["trust"]["web"] if found else []
    for name, refusal in (
            ("issuer", AwsError("InvalidIdentityToken", "No OpenIDConnect provider found in your"
                                                        f" account for {entry['issuer']}")),
            ("audience", AwsError("InvalidIdentityToken", "Incorrect token audience")),
            ("subject", _refusal())):
        rules = [rule for rule in rules if permit.like(entry[name], rule.get(name, "*"))]
        if found and not rules:
            raise refusal
    if not found or entry["source_identity"] and not found[2]["trust"]["source_identity"]:
        raise _refusal()
    return entry


def _refusal():
    return AwsError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")


def _part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
