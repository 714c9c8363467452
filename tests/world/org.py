"""A bastion of an organisation: hosts whose users belong to several accounts of the fake."""

import socket

from .keys import HOST

HOME, PEOPLE, THIRD = "123456789012", "111122223333", "444455556666"
HERE = f"arn:aws:iam::{HOME}:role/iamlp-here"
PROVISION = f"arn:aws:iam::{PEOPLE}:role/iamlp-provision"
DIRECT = f"arn:aws:iam::{THIRD}:role/iamlp-direct"
HOST_KEY, IMDS_KEY = HOST[0], "ASIAIOSFODNN7EXAMPLE"
IMDS = ["imds:token", "imds:role", "imds:keys", "imds:region"]
STORY = ["GetUser", "GetLoginProfile", "CreateLoginProfile"]
SESSION = "iamlp-" + socket.gethostname()
# What a host needs in an account of its own.
RIGHTS = [{"actions": ["iam:GetUser", "iam:GetLoginProfile", "iam:CreateLoginProfile"],
           "resource": "arn:aws:iam::*:user/people/*"}]


def account(fake, name, **keys):
    """[account NAME] that asks the fake, whose IAM is in us-east-1 as AWS's is."""
    keys = {"region": "us-east-1", "endpoint_url": fake.https, "sts_endpoint_url": fake.https, **keys}
    return f"[account {name}]\n" + "".join(f"{k} = {v}\n" for k, v in keys.items())


def on_imds(host, fake, users="alice = people:Alice.Smith@example.com\n"
            "bob = people:Bob.Jones@example.com\ncarol = people:Grace.Miller@example.com\n",
            rest=None, **aws):
    """A host whose own keys are IMDS's, and that works in PEOPLE by a role."""
    if rest is None:
        rest = account(fake, "people", id=PEOPLE, role_arn=PROVISION, external_id="Example987")
    host.configure(**{"users": users, "rest": rest, "credentials": "imds", "region": "us-east-1",
                      "credentials_file": None, "imds_endpoint_url": fake.imds, **aws})
