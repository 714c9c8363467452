"""iamlp check: green on a host that is well, and what it says of those that are not.

Each row of BROKEN is a way to break a good host, and the words by which check has to name it. A
machine is broken for good, so rows share one only where mending is a file to write back.
"""

import json
import os
import re
import shutil

import pexpect
import pytest

from world.machine import KEY, SECRET

HERE = "123456789012"
PEOPLE = f"arn:aws:iam::{HERE}:user/people/*"
ALICE = "Alice.Smith@example.com"
SIMULATE = {"actions": ["SimulatePrincipalPolicy", "GetAccountPasswordPolicy"]}
RIGHTS = [{"actions": ["GetUser", "GetLoginProfile", "CreateLoginProfile"], "resource": PEOPLE},
          SIMULATE]
USERS = f"alice = {ALICE}\nbob = Bob.Jones@example.com\n"


class Patient:
    """A machine, and what check says of it."""

    def __init__(self, machine, fake):
        self.machine, self.fake = machine, fake
        self.rights(RIGHTS)
        fake.control("set_policy", policy={"AllowUsersToChangePassword": True})
        self.conf()
        for service in ("sshd", "login"):
            machine.run("iamlp", "enable", service)

    def sh(self, script):
        run = self.machine.run("sh", "-euc", script, text=True)
        assert run.returncode == 0, run.stderr

    def rights(self, allow, deny=()):
        self.fake.control("set_key", key=KEY, allow=allow, deny=list(deny))

    def conf(self, login="", users=USERS, rest="", password="", **aws):
        """Write iamlp.conf; None takes a key of [aws] away."""
        keys = {"endpoint_url": self.fake.https, "sts_endpoint_url": self.fake.https,
                "credentials": "file", "credentials_file": "/etc/iamlp/credentials",
                "ca_bundle": "/etc/iamlp/ca.pem", "id": HERE, **aws}
        self.machine.write("/etc/iamlp/iamlp.conf", f"[login]\n{login}\n[password]\n{password}\n"
                           "[aws]\n" + "".join(f"{k} = {v}\n" for k, v in keys.items() if v)
                           + f"[users]\n{users}\n{rest}\n")

    def wrong_ca(self):
        shutil.copy(self.fake.ready["wrong_ca"], self.machine.path("/etc/iamlp/wrong.pem"))
        return "/etc/iamlp/wrong.pem"

    def check(self, *words, around=None):
        """(exit status, findings); around: a shell script that ends in running "$@"."""
        words = ("iamlp", "check", "--json", "--timeout", "10", *words)
        if around:
            words = ("unshare", "--mount", "sh", "-euc", around + '\nexec "$@"', "sh", *words)
        run = self.machine.run(*words, text=True)
        assert run.stderr == "", run.stderr
        said = json.loads(run.stdout)
        assert run.returncode == (said["result"] == "fail"), run.stdout
        return run.returncode, said["findings"]


@pytest.fixture
def patient(machine, fake):
    return Patient(machine, fake)


def named(findings, level, area, text):
    return any(f["level"] == level and f["area"] == area and
               text in f["what"] + "; " + f.get("mend", "") for f in findings)


def worst(findings):
    return {f["level"] for f in findings} - {"ok"}


# ---- a good one


def test_a_good_host_is_green(patient, fake):
    before = fake.control("state")["accounts"]
    status, findings = patient.check()
    assert status == 0 and not worst(findings), findings
    areas = [f["area"] for f in findings]
    assert areas == ["configuration", "files", "services", "module", "helper", "iamlp-net",
                     "claim socket", "run folder", "state folder", "keyring", "system user",
                     "confinement", "mapping", "credentials", "clock", "network", "account",
                     "rights", "first sign-in"]
    what = dict(zip(areas, (f["what"] for f in findings)))
    assert what["credentials"] == f"file: arn:aws:iam::{HERE}:user/host"
    assert what["rights"] == "GetUser, GetLoginProfile, CreateLoginProfile, none too many"
    assert what["services"] == "login (session), sshd (session)"
    assert fake.control("state")["accounts"] == before
    assert os.listdir(patient.machine.path("/var/lib/iamlp")) == ["pam.d"]
    assert patient.machine.log.events() == []


def test_on_a_terminal(patient):
    def screen(**env):
        words = patient.machine.inside("iamlp", "check")
        child = pexpect.spawn(words[0], words[1:], encoding="utf-8", timeout=60,
                              dimensions=(24, 80), env={"PATH": os.environ["PATH"], **env})
        child.expect(pexpect.EOF)
        child.close()
        return child.exitstatus, child.before.replace("\r\n", "\n")

    status, text = screen(TERM="xterm")
    plain = re.sub("\x1b\\[[0-9;]*m", "", text)
    assert status == 0 and text.count("\x1b[32mok") == 19 and plain.endswith("\nAll is well.\n")
    lines = plain.splitlines()
    assert len(lines) < 24 and max(map(len, lines)) <= 80
    for env in ({"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert screen(**env)[1] == plain
    patient.machine.stack("login", "session required pam_iamlp.so services=nobody conf=/else")
    status, text = screen(TERM="xterm")
    assert status == 1 and "\x1b[1;31mfail" in text and "\x1b[33mwarn" in text
    assert max(len(re.sub("\x1b\\[[0-9;]*m", "", x)) for x in text.splitlines()) <= 80
    assert re.search(r"\n\d+ to mend, \d+ to look at\.\n$", text)
    order = [x.split("m")[1][:4].strip() for x in text.splitlines() if x.startswith("\x1b[")]
    levels = ["ok", "note", "warn", "fail"]
    assert order == sorted(order, key=levels.index) and set(order) == set(levels)


def test_usage_and_root(patient):
    for words in (["alice"], ["--nosuch"], ["--force"]):
        run = patient.machine.run("iamlp", "check", *words, text=True)
        assert run.returncode == 252 and "usage: iamlp check" in run.stderr
    run = patient.machine.run("iamlp", "check", user="alice", text=True)
    assert run.returncode == 255 and "needs root" in run.stderr


# ---- thirty and more that are not


def line(service, text):
    """Instead of the one that enable writes."""
    def act(p):
        p.machine.run("iamlp", "disable", service)
        p.machine.stack(service, text)
    return act


def sh(script):
    return lambda p: p.sh(script)


def conf(**keys):
    return lambda p: p.conf(**keys)


def control(*words, **more):
    return lambda p: p.fake.control(*words, **more)


def rights(allow, deny=()):
    return lambda p: p.rights(allow, deny)


def both(*acts):
    def act(p):
        for one in acts:
            one(p)
    return act


def person(*, allow=(), deny=()):
    return control("set_user", user=ALICE, allow=list(allow), deny=list(deny))


NO_MFA = {"not_actions": ["iam:CreateVirtualMFADevice"], "mfa": False}
NOT_ALLOWED = control("set_policy", policy={"AllowUsersToChangePassword": False})
LOOK = {"actions": ["GetUser", "GetLoginProfile"], "resource": PEOPLE}
CREATE = {"actions": ["CreateLoginProfile"], "resource": PEOPLE}
UNIT = "/etc/systemd/system/iamlp-claim.service.d"

BROKEN = {
    # the configuration
    "configuration missing": (sh("rm /etc/iamlp/iamlp.conf"), "fail", "configuration",
                              "/etc/iamlp/iamlp.conf"),
    "configuration writable": (sh("chmod o+w /etc/iamlp/iamlp.conf"), "fail", "configuration",
                               "chmod"),
    "configuration misspelt": (conf(rest="[nosuch]"), "fail", "configuration",
                               "unknown section [nosuch]"),
    "keys readable": (sh("chmod 644 /etc/iamlp/credentials"), "fail", "files",
                      "credentials_file: /etc/iamlp/credentials"),
    "bundle missing": (conf(ca_bundle="/etc/iamlp/nosuch.pem"), "fail", "files", "ca_bundle: "),
    "proxy keys readable": (both(sh("echo a:b >/etc/iamlp/p; chmod 644 /etc/iamlp/p"),
                                 conf(proxy="http://127.0.0.1:9", proxy_auth_file="/etc/iamlp/p")),
                            "fail", "files", "proxy_auth_file: "),
    # the mapping
    "two lines, one name": (conf(users=f"alice = {ALICE}\nbob = {ALICE.lower()}"), "fail",
                            "configuration", "give each an IAM user of its own"),
    "a line and a rule": (conf(users="alice = bob@example.com", rest="[rule bob]\nmatch = bob\n"
                               "iam_user = BOB@example.com"), "fail", "mapping",
                          "alice and bob both become IAM user"),
    "rules collide": (conf(users="", rest="[rule all]\nmatch = ([a-z]).*\niam_user = one"), "fail",
                      "mapping", "both become IAM user one"),
    "no name for IAM": (conf(users="", rest="[rule all]\nmatch = alice(x?)\niam_user = %1"), "fail",
                        "mapping", "of user alice"),
    "nobody": (conf(users="nosuch = nobody"), "warn", "mapping", "no local user is served"),
    "a stranger": (conf(users=USERS + "nosuch = nobody"), "note", "mapping", "nosuch"),
    "not in IAM": (both(conf(users="alice = nosuch"), rights([{"actions": ["GetUser"]}])), "warn",
                   "mapping", "IAM has no user nosuch"),
    "not in IAM, or not seen": (conf(users="alice = nosuch"), "fail", "rights",
                                "no permission, or no such user"),
    "another path": (conf(require_path="/staff/"), "warn", "mapping",
                     "require_path = /staff/ keeps"),
    # PAM
    "no line": (sh("iamlp disable --all"), "warn", "services", "iamlp enable sshd"),
    "not listed": (line("sshd", "session optional pam_iamlp.so services=login"), "fail", "PAM",
                   "sshd line"),
    "people not listed": (both(lambda p: p.machine.stack("common-session",
                                                         "session optional pam_iamlp.so"),
                               sh("echo @include common-session >/etc/pam.d/lightdm")),
                          "warn", "PAM", "people log in by lightdm"),
    "not reached": (both(sh("iamlp disable sshd"), lambda p: p.machine.stack(
                        "sshd", "session sufficient pam_permit.so",
                        "session optional pam_iamlp.so")),
                    "fail", "PAM", "ends the session stack of sshd"),
    "required": (line("sshd", "session required pam_iamlp.so"), "warn", "PAM",
                 "write -session optional"),
    "a password not changed": (lambda p: p.machine.stack(
        "passwd", "password required pam_deny.so", "password optional pam_iamlp.so"), "fail", "PAM",
        "makes the console's password where the local one was not changed"),
    "auth": (lambda p: p.machine.stack("sshd", "auth optional pam_iamlp.so"), "warn", "PAM",
             "stands in the auth stack"),
    "twice": (lambda p: p.machine.stack("sshd", "session optional pam_iamlp.so",
                                        "session optional pam_iamlp.so"),
              "note", "PAM", "has the line twice"),
    "create in account": (both(conf(login="create = login"),
                               lambda p: p.machine.run("iamlp", "disable", "sshd"),
                               lambda p: p.machine.run("iamlp", "enable", "sshd", "--account")),
                          "warn", "PAM", "use the session stack"),
    "another state": (line("sshd", "session optional pam_iamlp.so state=/var/lib/other"), "fail",
                      "PAM", "has state=/var/lib/other, and claims have /var/lib/iamlp"),
    "another state, as one word": (line("sshd", "session optional pam_iamlp.so [state=/var/lib/my "
                                        "own]"), "fail", "PAM", "has state=/var/lib/my own, and"),
    "another unit": (sh(f"mkdir -p {UNIT}; printf '[Service]\\nExecStart=\\nExecStart=/usr/libexec/"
                        f"iamlp/iamlp-helper --conf=/etc/else --listen -\\n' >{UNIT}/a.conf"),
                     "fail", "PAM", "and claims have /etc/else"),
    "broken stack": (lambda p: p.machine.stack("sshd", "session nosuch pam_iamlp.so"), "fail",
                     "PAM", "has a control that libpam does not know"),
    "sshd without PAM": (sh("sed -i 's/^UsePAM.*/UsePAM no/' /etc/ssh/sshd_config; grep -q ^UsePAM "
                            "/etc/ssh/sshd_config || echo 'UsePAM no' >>/etc/ssh/sshd_config"),
                         "fail", "sshd", "UsePAM is no"),
    "sshd without PAM in the second of two files": (
        sh("echo 'UsePAM no' >/etc/ssh/second.conf; "
           "sed -i '1i Include nosuch.conf second.conf' /etc/ssh/sshd_config"),
        "fail", "sshd", "UsePAM is no"),
    # the host
    "no module": (sh("rm /usr/lib/security/pam_iamlp.so"), "fail", "module", "pam_iamlp.so"),
    "no helper": (sh("rm /usr/libexec/iamlp/iamlp-helper"), "fail", "helper", "install pam_iamlp"),
    "helper writable": (sh("chmod 777 /usr/libexec/iamlp/iamlp-helper"), "fail", "helper", "chmod"),
    "net readable": (sh("chmod 755 /usr/libexec/iamlp/iamlp-net"), "warn", "iamlp-net",
                     "can be read by others"),
    "net another's": (sh("chown bob /usr/libexec/iamlp/iamlp-net"), "fail", "iamlp-net", "chown"),
    "net cannot run": (sh("chmod 600 /usr/libexec/iamlp/iamlp-net"), "fail", "iamlp-net",
                       "chmod a+x"),
    "nobody listens": (lambda p: p.machine.stop(p.machine.listener), "fail", "claim socket",
                       "nobody listens at /run/iamlp/claim.sock"),
    "socket replaced": (sh("rm /run/iamlp/claim.sock; touch /run/iamlp/claim.sock"), "fail",
                        "claim socket", "nobody listens"),
    "socket closed": (sh("chmod 600 /run/iamlp/claim.sock"), "fail", "claim socket",
                      "closed to the people"),
    "not after a boot": (sh("mkdir -p /run/systemd/system"), "warn", "claim socket",
                         "nothing starts it at the next boot"),
    "run folder open": (sh("chmod 777 /run/iamlp"), "fail", "run folder", "chmod"),
    "no state folder": (sh("rm -r /var/lib/iamlp"), "fail", "state folder", "install -d -m 0700"),
    "state folder open": (sh("chmod 755 /var/lib/iamlp"), "fail", "state folder", "chmod go-rwx"),
    "odd record": (sh("umask 077; echo rubbish >/var/lib/iamlp/64001"), "warn", "records",
                   "1 cannot be read"),
    "no system user": (sh("sed -i /^iamlp:/d /etc/passwd"), "fail", "system user",
                       "systemd-sysusers"),
    # AWS
    "nobody answers": (lambda p: p.conf(endpoint_url=p.fake.ready["closed"],
                                        sts_endpoint_url=p.fake.ready["closed"]), "fail", "network",
                       "refused"),
    "no such host": (conf(endpoint_url="https://iam.invalid", sts_endpoint_url="https://sts.invalid"),
                     "fail", "network", "resolve"),
    "wrong authority": (lambda p: p.conf(ca_bundle=p.wrong_ca()), "fail", "network", "certificate"),
    "wrong secret": (lambda p: p.machine.write(
        "/etc/iamlp/credentials", f"[default]\naws_access_key_id = {KEY}\n"
        f"aws_secret_access_key = {SECRET[::-1]}\n", 0o600), "fail", "credentials",
                     "the secret access key is wrong"),
    "no such key": (control("remove_key", key=KEY), "fail", "credentials",
                    "the access key does not exist"),
    "no keys": (lambda p: p.machine.write("/etc/iamlp/credentials", "[other]\n", 0o600), "fail",
                "credentials", "default"),
    "another account": (conf(id="111122223333"), "fail", "account",
                        f"belong to account {HERE}, and the configuration says id = 111122223333"),
    "no id": (conf(id=None), "note", "account", f"id = {HERE}"),
    "clock behind": (control("clock", offset=3600), "fail", "clock", "s behind AWS's"),
    "clock ahead": (control("clock", offset=-100), "warn", "clock", "s ahead of AWS's"),
    "may not look": (rights([CREATE, SIMULATE]), "fail", "rights", "GetUser: "),
    "may not see profiles": (rights([{"actions": ["GetUser"], "resource": PEOPLE}, CREATE,
                                     SIMULATE]), "fail", "rights", "GetLoginProfile"),
    "may not create": (rights([LOOK, SIMULATE]), "fail", "rights", "CreateLoginProfile"),
    "may not reissue": (both(conf(password="reissue = yes"), rights(RIGHTS)), "fail", "rights",
                        "UpdateLoginProfile"),
    "may everything": (rights([{"actions": ["*"]}]), "warn", "rights",
                       "UpdateLoginProfile, DeleteLoginProfile, CreateAccessKey"),
    "rights unseen": (rights(RIGHTS[:1]), "note", "rights", "iam:SimulatePrincipalPolicy"),
    "no change of password": (NOT_ALLOWED, "fail", "first sign-in", "AllowUsersToChangePassword"),
    "MFA first, where it is said": (person(deny=[{"mfa_said": False}]), "fail", "first sign-in",
                                    "without MFA"),
    "MFA first": (person(deny=[NO_MFA]), "fail", "first sign-in", "without MFA"),
    "change unseen": (both(NOT_ALLOWED, rights([*RIGHTS[:1], {"actions": [
        "GetAccountPasswordPolicy"]}])), "warn", "first sign-in", "nobody change their password"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_one_is_named(patient, case):
    act, level, area, text = BROKEN[case]
    act(patient)
    status, findings = patient.check()
    assert named(findings, level, area, text), findings
    assert status == (level == "fail"), findings


FINE = {
    "by a policy of their own": both(NOT_ALLOWED,
                                     person(allow=[{"actions": ["iam:ChangePassword"]}])),
    "except for that": person(deny=[{"not_actions": ["iam:ChangePassword"], "mfa": False}]),
    "reissue": both(conf(password="reissue = yes"), rights([*RIGHTS, {
        "actions": ["UpdateLoginProfile"], "resource": PEOPLE}])),
    "the tag": both(conf(require_tag="iamlp:state=pending"), rights([
        LOOK, SIMULATE, {**CREATE, "tag": {"iamlp:state": "pending"}}])),
    "a role": both(
        conf(role_arn=f"arn:aws:iam::{HERE}:role/hosts/iamlp-here"),
        control("set_role", role="iamlp-here", path="/hosts/", allow=RIGHTS),
        rights([{"actions": ["sts:AssumeRole"], "resource": f"arn:aws:iam::{HERE}:role/*"}])),
    "the unit's own place": both(
        sh(f"mkdir -p {UNIT}; printf '[Service]\\nExecStart=/usr/libexec/iamlp/iamlp-helper "
           f"--state /var/lib/other --listen -\\n' >{UNIT}/a.conf"),
        line("sshd", "session optional pam_iamlp.so state=/var/lib/other"),
        line("login", "session optional pam_iamlp.so state=/var/lib/other")),
    "cron is nobody": lambda p: p.machine.stack("common-session-noninteractive",
                                                "session optional pam_iamlp.so"),
    "no hold": conf(password="hold = none"),
}


@pytest.mark.parametrize("case", FINE)
def test_what_is_not_broken(patient, case):
    FINE[case](patient)
    status, findings = patient.check()
    assert status == 0 and not worst(findings), findings


def test_each_account(patient, fake):
    allow = [{"actions": ["sts:AssumeRole"], "resource": "arn:aws:iam::*:role/iamlp-*"}]
    fake.control("set_role", account="111122223333", role="iamlp-plain", allow=[])
    patient.rights([*RIGHTS, *allow])
    patient.conf(users=USERS.replace("bob = ", "bob = prod:"), rest="[account prod]\n"
                 f"endpoint_url = {fake.https}\nsts_endpoint_url = {fake.https}\n"
                 "id = 111122223333\nrole_arn = arn:aws:iam::111122223333:role/iamlp-plain\n"
                 f"[account idle]\nendpoint_url = {fake.ready['closed']}\n")
    status, findings = patient.check()
    mine = {a: [f for f in findings if f.get("account") == a] for a in ("aws", "prod", "idle")}
    assert status == 1 and not mine["idle"]
    assert not worst(mine["aws"]) and len(mine["aws"]) == 6
    assert named(mine["prod"], "fail", "rights", "GetUser: ")
    assert named(mine["prod"], "ok", "credentials", "assumed-role/iamlp-plain/")


def test_kept_keys_hide_nothing(patient, fake):
    """A source that has failed since its keys were kept."""
    patient.conf(credentials="imds", credentials_file=None, imds_endpoint_url=fake.imds,
                 region="us-east-1")
    fake.control("set_role", role="iamlp-host", allow=RIGHTS)
    assert patient.check()[0] == 0
    fake.control("set_imds", mood="no_role")
    status, findings = patient.check()
    assert status == 1 and any(f["level"] == "fail" and f["area"] in ("credentials", "network")
                               for f in findings), findings


# ---- what the kernel says


def kernel(**files):
    script = "mount -t tmpfs x /sys\n"
    for path, text in files.items():
        script += f"mkdir -p /sys/{os.path.dirname(path)}\nprintf '{text}' >/sys/{path}\n"
    return script


CONFINED = {
    "nothing": ({}, "ok", "neither"),
    "SELinux looks on": ({"fs/selinux/enforce": "0"}, "ok", "neither"),
    "SELinux without us": ({"fs/selinux/enforce": "1"}, "warn", "restorecon"),
    "AppArmor without us": ({"module/apparmor/parameters/enabled": "Y\\n"}, "note", "AppArmor"),
    "AppArmor": ({"module/apparmor/parameters/enabled": "Y\\n",
                  "kernel/security/apparmor/profiles": "sshd (enforce)\\niamlp-net (enforce)\\n"},
                 "ok", "with a profile of ours"),
}


@pytest.mark.parametrize("case", CONFINED)
def test_confinement(patient, case):
    files, level, text = CONFINED[case]
    assert named(patient.check(around=kernel(**files))[1], level, "confinement", text)
