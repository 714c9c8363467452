"""./dev demo: one person gets a first console password, and everything that happened, on a screen."""

import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

if os.environ.get("IAMLP_WORLD") != "inside":
    print("skipped: needs root (and a private mount namespace)")
    sys.exit(0)

from screen import check, title  # noqa: E402

from fake.client import Fake  # noqa: E402
from world.host import Host  # noqa: E402
from world.syslog import Syslog  # noqa: E402

IAM_USER = "Alice.Smith@example.com"


def run(folder):
    log = Syslog.here()
    with Fake.start(os.path.join(folder, "aws")) as fake:
        os.mkdir(os.path.join(folder, "host"))
        host = Host(os.path.join(folder, "host"), fake)
        title("the configuration")
        with open(host.conf, encoding="utf-8") as file:
            print("".join(line for line in file if line.strip()), end="")
        title("iamlp explain alice")
        print(host.explain("alice")[1], end="")
        title("iamlp provision alice, on a terminal")
        first = host.provision("alice")
        print(first.text.replace("\r", ""), end="")
        title("what AWS was asked, over TLS")
        requests = fake.requests()
        for entry in requests:
            print(f"connection {entry['connection']}  {entry['action']:20} {entry['status']} "
                  f"{entry['code'] or ''}")
        profile = fake.profile(IAM_USER)
        title("the login profile in IAM")
        print(f"CreateDate {profile['create_date']}, "
              f"PasswordResetRequired {profile['password_reset_required']}")
        title("syslog, authpriv")
        for _, line in log.lines:
            print(line)
        fake.reset_requests()
        title("iamlp provision alice, a second time")
        second = host.provision("alice")
        print(second.text.replace("\r", ""), end="")

        title("so")
        signed_in = fake.sign_in(IAM_USER, first.password or "")
        return all([
            check("a password was shown, and confirmed", first.password and first.status == 0),
            check("three requests on one connection: GetUser, GetLoginProfile, CreateLoginProfile",
                  [e["action"] for e in requests] ==
                  ["GetUser", "GetLoginProfile", "CreateLoginProfile"]
                  and len({e["connection"] for e in requests}) == 1),
            check("the shown password passes the sign-in", signed_in["ok"]),
            check("and has to be changed there", signed_in["must_change"]),
            check("the log says create ok and show ok",
                  [(e["event"], e["result"]) for e in log.events()] ==
                  [("create", "ok"), ("show", "ok")]),
            check("the password is in no log line",
                  first.password not in "".join(line for _, line in log.lines)),
            check("a second run asks nobody anything",
                  not second.asked and second.status == 0 and not fake.requests()),
        ])


with tempfile.TemporaryDirectory(prefix="iamlp-demo.") as scratch:
    sys.exit(0 if run(scratch) else 1)
