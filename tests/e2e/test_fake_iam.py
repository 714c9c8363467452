"""IAM's operations as the fake does them: profiles, policy, passwords, sign-in."""

import os
import re

import pytest

from fake.caller import Caller

ALICE = "Alice.Smith@example.com"
CAROL = "Carol.Diaz@example.com"
DAVE = "Dave.Removed@example.com"
GOOD = "Correct-Horse-7"
SYMBOL = "Password should have at least one symbol"
NUMBER = "Password should have at least one number"
UPPER = "Password should have at least one uppercase letter"
LOWER = "Password should have at least one lowercase letter"


@pytest.fixture
def call(fake):
    with Caller(fake.http) as caller:
        yield caller.call


def create(call, password=GOOD, user=ALICE, **more):
    return call("CreateLoginProfile", UserName=user, Password=password, **more)


@pytest.mark.parametrize("given, shown", [(None, "false"), ("true", "true"), ("false", "false")])
def test_create_keeps_the_reset_flag_and_its_date(fake, call, given, shown):
    more = {} if given is None else {"PasswordResetRequired": given}
    reply = create(call, **more)
    assert (reply.status, reply.get("PasswordResetRequired")) == (200, shown)
    read = call("GetLoginProfile", UserName=ALICE)
    assert read.get("PasswordResetRequired") == shown
    assert read.get("CreateDate") == reply.get("CreateDate") == fake.profile(ALICE)["create_date"]
    assert reply.headers["x-amzn-RequestId"] == reply.get("RequestId")
    assert fake.requests()[0]["request_id"] == reply.get("RequestId")


def test_create_without_a_user_name_acts_on_the_caller(fake, call):
    assert call("CreateLoginProfile", Password=GOOD).get("UserName") == "provisioner"
    assert fake.profile("provisioner") and not fake.profile(ALICE)


@pytest.mark.parametrize("password, finding", [
    ("Aa1-567", "Password should have a minimum length of 8"),
    ("abcdefg1", f"Password should meet 1 more of the following requirements: {UPPER}, {SYMBOL}"),
    ("abcdefgh", "Password should meet 2 more of the following requirements:"
                 f" {UPPER}, {NUMBER}, {SYMBOL}"),
    # A class that counts only some characters: none of these are symbols to IAM.
    ("abcdefg1\"/:;<>?`~\\,.", f"Password should meet 1 more of the following requirements:"
                               f" {UPPER}, {SYMBOL}"),
    ("abcdefg1'", None),
    ("ABCdefg1", None),
    ("Ab1-" + "x" * 124, None),
])
def test_the_default_policy(fake, call, password, finding):
    reply = create(call, password)
    if finding:
        assert (reply.status, reply.code) == (400, "PasswordPolicyViolation")
        assert reply.get("Message") == finding
        assert fake.profile(ALICE) is None
    else:
        assert reply.status == 200


def test_the_accounts_name_is_no_password(fake, call):
    fake.control("set_aliases", aliases=["example-2"])
    assert create(call, "example-2").code == "PasswordPolicyViolation"
    assert create(call, "example-3").status == 200


def test_a_custom_policy_replaces_the_default_one(fake, call):
    fake.control("set_policy", policy={"MinimumPasswordLength": 14, "RequireNumbers": True,
                                       "RequireUppercaseCharacters": True})
    assert create(call, "abcdefghijkl").get("Message") == (
        f"Password should have a minimum length of 14, {UPPER}, {NUMBER}")
    assert create(call, "ABCDEFGHIJKLM1").status == 200  # the default would want a third class
    assert call("GetAccountPasswordPolicy").get("ExpirePasswords") == "false"
    assert call("DeleteAccountPasswordPolicy").status == 200
    assert call("DeleteAccountPasswordPolicy").code == "NoSuchEntity"


def test_reuse_is_prevented_as_far_back_as_the_policy_says(fake, call):
    fake.control("set_policy", policy={"PasswordReusePrevention": 2})
    create(call, "first-Password-1")

    def update(password):
        return call("UpdateLoginProfile", UserName=ALICE, Password=password).code

    assert update("second-Password-2") is None
    assert update("first-Password-1") == "PasswordPolicyViolation"
    assert update("third-Password-3") is None
    assert update("first-Password-1") is None


@pytest.mark.parametrize("name, value, words", [
    ("UserName", "", "Value '' at 'userName' failed to satisfy constraint: Member must have length"
                     " greater than or equal to 1"),
    ("UserName", "a b", "The specified value for userName is invalid."),
    ("UserName", "\u00e4lice", "The specified value for userName is invalid."),
    ("Password", "", "Value at 'password' failed to satisfy constraint: Member must have length"
                     " greater than or equal to 1"),
    ("Password", "x" * 129, "Member must have length less than or equal to 128"),
    ("Password", "Tower-\u20ac-123",
     r"Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u00FF]+"),
    ("PasswordResetRequired", "maybe", "Invalid boolean value"),
])
def test_limits_of_the_parameters(fake, call, name, value, words):
    reply = call("CreateLoginProfile", **{"UserName": ALICE, "Password": GOOD, name: value})
    assert reply.status == 400 and reply.code in ("ValidationError", "MalformedInput")
    assert words in reply.get("Message")
    assert not fake.profile(ALICE)


def test_a_missing_parameter_and_two_faults_at_once(call):
    reply = call("DeleteLoginProfile", UserName="x" * 65)
    assert reply.get("Message").startswith("1 validation error detected: Value 'xxx")
    reply = call("UpdateLoginProfile", Password="x" * 129)
    assert reply.get("Message").startswith("2 validation errors detected: Value null at 'userName'")
    assert "x" * 20 not in reply.get("Message")


def test_latin_1_and_spaces_in_a_password_arrive_as_sent(fake, call):
    password = "Sp a+c\u00e9!~&=%41"
    assert create(call, password).status == 200
    assert fake.sign_in(ALICE, password)["ok"]
    assert not fake.sign_in(ALICE, password.replace("+", " "))["ok"]


def test_no_password_is_written_down(fake, call):
    create(call)
    call("UpdateLoginProfile", UserName=ALICE, Password="Another-Horse-8")
    create(call, "short")
    directory = os.path.dirname(fake.ready["requests"])
    files = [os.path.join(directory, name) for name in os.listdir(directory)]
    kept = "".join(open(name, encoding="utf-8").read() for name in files)
    kept += str(fake.control("state"))
    assert "sha256:" in kept
    assert not any(secret in kept for secret in (GOOD, "Another-Horse-8", "short"))


def test_sign_in_forces_the_change(fake, call):
    create(call, PasswordResetRequired="true")
    assert fake.sign_in(ALICE, "wrong-Password-1") == {"ok": False, "must_change": False}
    assert call("GetUser", UserName=ALICE).get("PasswordLastUsed") is None
    assert fake.sign_in(ALICE, GOOD) == {"ok": True, "must_change": True}
    assert call("GetUser", UserName=ALICE).get("PasswordLastUsed") is not None
    assert fake.change(ALICE, "wrong-Password-1", "Better-Horse-8")["ok"] is False
    assert fake.change(ALICE, GOOD, GOOD)["ok"] is False
    assert fake.change(ALICE, GOOD, "short") == {
        "ok": False, "why": "Password should have a minimum length of 8"}
    assert fake.change(ALICE, GOOD, "Better-Horse-8") == {"ok": True, "why": ""}
    assert fake.sign_in(ALICE, "Better-Horse-8") == {"ok": True, "must_change": False}
    assert not fake.sign_in(ALICE, GOOD)["ok"]
    assert not fake.sign_in("nobody", GOOD)["ok"]


def test_removed_access_keeps_password_last_used(fake, call):
    used = fake.user(CAROL)["password_last_used"]
    assert call("DeleteLoginProfile", UserName=CAROL).status == 200
    assert call("GetUser", UserName=CAROL).get("PasswordLastUsed") == used
    assert call("DeleteLoginProfile", UserName=CAROL).code == "NoSuchEntity"
    assert call("GetUser", UserName=DAVE).get("PasswordLastUsed")
    fake.control("set_password_last_used", user=DAVE, value=None)
    assert call("GetUser", UserName=DAVE).get("PasswordLastUsed") is None


def test_change_password_is_the_callers_own(fake):
    alice = {"secret": "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
             "arn": f"arn:aws:iam::123456789012:user/people/{ALICE}"}
    fake.control("set_key", key="AKIAALICEEXAMPLE", **alice)
    fake.control("put_profile", user=ALICE, password=GOOD, password_reset_required=True)
    with Caller(fake.http, "AKIAALICEEXAMPLE", alice["secret"]) as caller:
        def change(old, new):
            return caller.call("ChangePassword", OldPassword=old, NewPassword=new).code

        assert change(GOOD, "Better-Horse-8") == "AccessDenied"
        fake.control("set_policy", policy={"AllowUsersToChangePassword": True,
                                           "MinimumPasswordLength": 10})
        assert change("wrong-Password-1", "Better-Horse-8") == "AccessDenied"
        assert change(GOOD, "short") == "PasswordPolicyViolation"
        assert change(GOOD, "Better-Horse-8") is None
    assert fake.sign_in(ALICE, "Better-Horse-8") == {"ok": True, "must_change": False}
    assert "Better" not in open(fake.ready["requests"], encoding="utf-8").read()


def test_a_foreign_profile_is_as_it_was_asked_for(fake, call):
    fake.control("put_profile", user=ALICE, create_date="2026-01-02T03:04:05+00:00",
                 password_reset_required=True, password=GOOD)
    reply = call("GetLoginProfile", UserName=ALICE)
    assert reply.get("CreateDate") == "2026-01-02T03:04:05Z"
    assert reply.get("PasswordResetRequired") == "true"
    assert create(call).code == "EntityAlreadyExists"
    assert fake.requests()[-1]["acted"] is False
    assert fake.sign_in(ALICE, GOOD)["ok"]
    assert fake.control("remove_profile", user=ALICE) is True
    assert create(call).status == 200


def test_lists_and_tags(fake, call):
    listed = call("ListUsers", PathPrefix="/people/").body.decode()
    assert ALICE in listed and "provisioner" not in listed and "Tags" not in listed
    call("TagUser", **{"UserName": ALICE, "Tags.member.1.Key": "a<b", "Tags.member.1.Value": "&"})
    assert fake.user(ALICE)["tags"] == {"iamlp:state": "pending", "a<b": "&"}
    assert b"<Key>a&lt;b</Key>" in call("ListUserTags", UserName=ALICE).body
    fake.control("set_aliases", aliases=[])
    assert b"<AccountAliases/>" in call("ListAccountAliases").body


def test_unknown_actions_and_versions(call):
    for action, more in (("CreateUser", {}), ("GetUser", {"Version": "2011-06-15"})):
        reply = call(action, **more)
        assert (reply.status, reply.code) == (400, "InvalidAction")
        assert action in reply.get("Message")
    assert call("").code == "MissingAction"


def simulate(call, source, *actions, resource=None, **context):
    words = {f"ActionNames.member.{n}": a for n, a in enumerate(actions, 1)}
    if resource:
        words["ResourceArns.member.1"] = resource
    for n, (key, value) in enumerate(context.items(), 1):
        head = f"ContextEntries.member.{n}.ContextKey"
        words |= {head + "Name": key, head + "Values.member.1": value, head + "Type": "string"}
    reply = call("SimulatePrincipalPolicy", PolicySourceArn=source, **words)
    found = dict(re.findall(r"<EvalActionName>iam:(\w+)<.*?<EvalDecision>(\w+)<",
                            reply.body.decode(), re.S))
    return reply, [found[a[4:]] for a in actions if found]


def test_simulation_goes_by_the_rules(fake, call):
    host, person = (f"arn:aws:iam::123456789012:user/{n}" for n in ("host", f"people/{ALICE}"))
    rights = ("iam:GetUser", "iam:CreateLoginProfile", "iam:DeleteLoginProfile")
    assert simulate(call, host, *rights, resource=person)[1] == ["allowed", "implicitDeny",
                                                                 "implicitDeny"]
    tag = {"aws:ResourceTag/iamlp:state": "pending"}
    assert simulate(call, host, *rights, resource=person, **tag)[1][1] == "allowed"
    role = "arn:aws:iam::123456789012:role/iamlp-here"
    assert simulate(call, role, *rights, resource=person)[1][:2] == ["allowed"] * 2
    fake.control("set_user", user=ALICE, allow=[{"actions": ["iam:ChangePassword"]}],
                 deny=[{"not_actions": ["iam:CreateVirtualMFADevice"], "mfa": False}])
    for mfa, decided in (("false", "explicitDeny"), ("true", "allowed")):
        found = simulate(call, person, "iam:ChangePassword", resource=person,
                         **{"aws:MultiFactorAuthPresent": mfa})[1]
        assert found == [decided]
    assert simulate(call, person, "iam:CreateVirtualMFADevice")[1] == ["implicitDeny"]
    assert simulate(call, host + "-nosuch", "iam:GetUser")[0].code == "NoSuchEntity"
    assert simulate(call, host)[0].code == "ValidationError"


def test_simulation_is_a_right(fake):
    with Caller(fake.http, "AKIAI44QH8DHBEXAMPLE",
                "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY") as host:
        source = "arn:aws:iam::123456789012:user/host"
        assert simulate(host.call, source, "iam:GetUser")[0].code == "AccessDenied"
