"""What iamlp does differently on purpose; iamlp(1) lists the reasons."""

from .byname import ROLE
from .table import ALICE, CAROL, FULL_POLICY


def skeleton(values):
    """As json.dumps writes the policy."""
    rows = ",\n".join(f'        "{name}": {value}' for name, value in values)
    return '{\n    "PasswordPolicy": {\n' + rows + "\n    }\n}\n"


POLICY = [("MinimumPasswordLength", 0), ("RequireSymbols", "true"), ("RequireNumbers", "true"),
          ("RequireUppercaseCharacters", "true"), ("RequireLowercaseCharacters", "true"),
          ("AllowUsersToChangePassword", "true"), ("ExpirePasswords", "true"),
          ("MaxPasswordAge", 0), ("PasswordReusePrevention", 0), ("HardExpiry", "true")]
assert set(FULL_POLICY) <= {name for name, _ in POLICY}

SENT = ["CreateLoginProfile", {"UserName": ALICE, "Password":
        "sha256:1424538cd0d1febcaa22e3d2e682da0e758b89af1abfe775966cf06a567e16a6"}]
ASSUMED = {"RoleArn": ROLE["role_arn"], "ExternalId": ROLE["external_id"]}
CAROLS = {"out": '{\n    "LoginProfile": {\n        "UserName": "Carol.Diaz@example.com",\n'
                 '        "CreateDate": "2025-05-06T10:00:00+00:00",\n'
                 '        "PasswordResetRequired": false\n    }\n}\n'}

DIFFERENT = {
    # The AWS CLI makes an example up that breaks its own model, and fails.
    "get-account-password-policy: skeleton output, json": {"status": 0, "out": skeleton(POLICY)},
    "get-account-password-policy: skeleton output alone": {"status": 0, "out": skeleton(POLICY)},
    "get-account-password-policy: skeleton output, text": {
        "status": 0, "out": "PASSWORDPOLICY\tTrue\tTrue\tTrue\t0\t0\t0" + "\tTrue" * 4 + "\n"},
    # What may have acted is not sent again; a definite no that passes is.
    "error ServiceFailure": {"asked": [SENT]},
    "error InternalFailure": {"asked": [SENT]},
    "error ServiceUnavailable": {"asked": [SENT]},
    "error EntityTemporarilyUnmodifiable": {"asked": [SENT] * 3},
    # A mistake is found before anything is sent.
    "profile: an output there is not": {"status": 252, "asked": []},
    "global: --ca-bundle /nonexistent": {"status": 255, "out": "", "asked": []},
    # IMDS is asked for the region with the keys.
    "imds: keys": {"asked": [["imds:token", {}], ["imds:role", {}], ["imds:keys", {}],
                             ["imds:region", {}], ["GetLoginProfile", {"UserName": CAROL}]]},
    "by name: role, of an instance": {"asked": [
        ["imds:token", {}], ["imds:role", {}], ["imds:keys", {}], ["imds:region", {}],
        ["AssumeRole", ASSUMED],
        ["CreateLoginProfile", {**SENT[1], "UserName": "Grace.Miller@example.com"}]]},
    # An empty variable counts as one that is not set.
    "keys: region empty": {"status": 0, **CAROLS},
    "global: --region, empty": {"status": 0, **CAROLS},
    # What no integer of 64 bits holds is refused here, not by AWS.
    "JSON: a number beyond all": {"status": 252, "asked": []},
}
