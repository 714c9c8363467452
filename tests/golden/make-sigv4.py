#!/usr/bin/python3
"""Make tests/golden/sigv4 with botocore (Debian: python3-botocore).

One folder a case. `request` holds what is signed, a key=value a line in the order
below; canonical_request, string_to_sign, signature and authorization are what
botocore makes of it. Every file ends in one newline that is not part of its value.

The first three cases are the ones whose signatures were also computed without
botocore; this script refuses to write anything when it disagrees with those.
"""

import datetime
import pathlib
import sys

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

FORM = "application/x-www-form-urlencoded; charset=utf-8"
# AWS's documentation examples.
KEY = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
OTHER_KEY = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
CREATE = (
    "Action=CreateLoginProfile&Version=2010-05-08&UserName=alice"
    "&Password=Sp%20a%2Bce%C3%A9%21~&PasswordResetRequired=true"
)
GET_USER = "Action=GetUser&Version=2010-05-08&UserName=Alice.Smith%40example.com"
WHO = "Action=GetCallerIdentity&Version=2011-06-15"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQ+EXAMPLE=="

INDEPENDENT = {
    "iam-create": "73a783117c7961a0f3ce2ca0186982fda39c9b5719e0d57146ed1da4256da076",
    "iam-create-token": "1b2616a6c6ff6509f77b01aea773505df040c8c4367c69ef750799b344e2c426",
    "iam-create-port": "40a87178d74a637e84f2e5f8e9d4d1d5d2aaeb45f664d429b2b7805936737479",
}


def case(host="iam.amazonaws.com", body=CREATE, region="us-east-1", service="iam",
         time="20150830T123600Z", token="", key=KEY, path="/", method="POST",
         content_type=FORM, scheme="https"):
    return {
        "method": method, "scheme": scheme, "host": host, "path": path,
        "content_type": content_type, "region": region, "service": service, "time": time,
        "access_key_id": key[0], "secret_key": key[1], "token": token, "body": body,
    }


CASES = {
    "iam-create": case(),
    "iam-create-token": case(token="TOKENEXAMPLE=="),
    "iam-create-port": case(host="127.0.0.1:15557", scheme="http"),
    "iam-aws-cn": case(host="iam.cn-north-1.amazonaws.com.cn", region="cn-north-1", body=GET_USER),
    "iam-aws-us-gov": case(host="iam.us-gov.amazonaws.com", region="us-gov-west-1", body=GET_USER),
    "iam-aws-iso": case(host="iam.us-iso-east-1.c2s.ic.gov", region="us-iso-east-1"),
    "iam-aws-iso-b": case(host="iam.us-isob-east-1.sc2s.sgov.gov", region="us-isob-east-1"),
    "iam-aws-iso-e": case(host="iam.eu-isoe-west-1.cloud.adc-e.uk", region="eu-isoe-west-1"),
    "iam-aws-iso-f": case(host="iam.us-isof-south-1.csp.hci.ic.gov", region="us-isof-south-1"),
    "iam-aws-eusc": case(host="iam.eusc-de-east-1.amazonaws.eu", region="eusc-de-east-1"),
    "sts-regional": case(host="sts.eu-central-1.amazonaws.com", region="eu-central-1",
                         service="sts", body=WHO),
    "sts-token": case(host="sts.ap-southeast-2.amazonaws.com", region="ap-southeast-2",
                      service="sts", body=WHO, token=TOKEN, key=OTHER_KEY),
    "year-begins": case(time="20260101T000000Z", body=GET_USER),
    "year-ends": case(time="20251231T235959Z", body=GET_USER),
    "leap-day": case(time="20240229T120000Z"),
    "epoch": case(time="19700101T000000Z"),
    "body-empty": case(body=""),
    "body-utf8": case(body="Action=TagUser&Version=2010-05-08&Tags.member.1.Value=Zo\u00eb \u65e5\u672c"),
    "body-long": case(body=CREATE + "&Filler=" + "0123456789abcdef" * 2048),
    "body-plus-and-percent": case(body="Action=GetUser&UserName=a%2Bb%3Dc%2Cd%40e%25f&X=+%20%00"),
    "token-long": case(token="EXAMPLE+/" * 400 + "=="),
    "host-ipv6-port": case(host="[::1]:8443", region="eu-west-3"),
    "host-ipv6": case(host="[fd00:ec2::254]", scheme="http"),
    "path-kept": case(host="proxy.example.com:8443", path="/aws/iam/", body=GET_USER),
    "path-encoded-again": case(host="proxy.example.com", path="/a%20b/~c:d@e,f/", body=GET_USER),
    "put-plain-text": case(method="PUT", content_type="text/plain", body="hello\tworld"),
    "secret-with-signs": case(key=("AKIDEXAMPLE", "+/=" * 13 + "E")),
}


def steps(c):
    when = datetime.datetime.strptime(c["time"], "%Y%m%dT%H%M%SZ")
    headers = {"Content-Type": c["content_type"], "X-Amz-Date": c["time"]}
    if c["token"]:
        headers["X-Amz-Security-Token"] = c["token"]
    request = AWSRequest(method=c["method"], url=f"{c['scheme']}://{c['host']}{c['path']}",
                         data=c["body"].encode(), headers=headers)
    request.context["timestamp"] = when.strftime("%Y%m%dT%H%M%SZ")
    credentials = Credentials(c["access_key_id"], c["secret_key"], c["token"] or None)
    auth = SigV4Auth(credentials, c["service"], c["region"])
    canonical = auth.canonical_request(request)
    to_sign = auth.string_to_sign(request, canonical)
    signature = auth.signature(to_sign, request)
    auth._inject_signature_to_request(request, signature)
    return {"canonical_request": canonical, "string_to_sign": to_sign, "signature": signature,
            "authorization": request.headers["Authorization"]}


def main():
    made = {name: steps(c) for name, c in CASES.items()}
    for name, signature in INDEPENDENT.items():
        if made[name]["signature"] != signature:
            sys.exit(f"{name}: botocore signs otherwise; nothing written")
    top = pathlib.Path(__file__).resolve().parent / "sigv4"
    for name, c in CASES.items():
        folder = top / name
        folder.mkdir(parents=True, exist_ok=True)
        files = dict(made[name])
        files["request"] = "\n".join(f"{k}={v}" for k, v in c.items() if k != "scheme")
        for file, text in files.items():
            (folder / file).write_bytes(text.encode() + b"\n")


if __name__ == "__main__":
    main()
