"""IAM's operations on the world, one function each.

Each takes a Call and returns the tree of its Result element, or None where AWS has none; it raises
AwsError as AWS refuses, and then nothing has changed. The caller holds the world's lock.
"""

import dataclasses

from . import passwords, permit, simulate
from .clock import iso
from .errors import AwsError
from .world import user_arn, user_id
from .xmlform import When

POLICY_DEFAULTS = {
    "MinimumPasswordLength": 6, "RequireSymbols": False, "RequireNumbers": False,
    "RequireUppercaseCharacters": False, "RequireLowercaseCharacters": False,
    "AllowUsersToChangePassword": False,
}


@dataclasses.dataclass
class Call:
    """One request, understood. view: the account as this request sees it (the past, under a stale
    fault). now: the clock that dates what it makes. key_id, key, account and view are None where
    the request needs no signature."""

    action: str
    values: dict
    key_id: str
    key: dict
    account: dict
    view: dict
    world: object
    now: float


def get_user(call):
    name = _target(call)
    return [("User", _user_tree(call, name, _user(call, name, call.view), tags=True))]


def list_users(call):
    permit.check(call.key, call.action, "*", {}, "*")
    prefix = call.values.get("PathPrefix", "/")
    users = [("member", _user_tree(call, name, user, tags=False))
             for name, user in sorted(call.view["users"].items())
             if user["path"].startswith(prefix)]
    return [("Users", users), ("IsTruncated", False)]


def list_user_tags(call):
    user = _user(call, _target(call), call.view)
    return [("Tags", _tag_tree(user)), ("IsTruncated", False)]


def tag_user(call):
    user = _user(call, _target(call), call.account)
    merged = {**user["tags"], **call.values["Tags"]}
    if len(merged) > 50:
        raise AwsError("LimitExceeded", "Cannot exceed quota for TagsPerUser: 50")
    user["tags"] = merged


def get_login_profile(call):
    name = _target(call)
    return [("LoginProfile", _profile_tree(name, _profile(call, name, call.view)))]


def create_login_profile(call):
    name = _target(call)
    user = _user(call, name, call.account)
    if user["login_profile"]:
        raise AwsError("EntityAlreadyExists", f"Login Profile for user {name} already exists.")
    check_password(call.account, user, call.values["Password"])
    user["login_profile"] = call.world.new_profile(user, {
        "create_date": iso(call.now), "password": call.values["Password"],
        "password_reset_required": call.values.get("PasswordResetRequired", False)})
    return [("LoginProfile", _profile_tree(name, user["login_profile"]))]


def update_login_profile(call):
    name = _target(call)
    profile = _profile(call, name, call.account)
    if "Password" in call.values:
        _set_password(call, call.account["users"][name], call.values["Password"])
    if "PasswordResetRequired" in call.values:
        profile["password_reset_required"] = call.values["PasswordResetRequired"]


def delete_login_profile(call):
    name = _target(call)
    _profile(call, name, call.account)
    # PasswordLastUsed stays: that is how a removed access is told from one never given.
    call.account["users"][name]["login_profile"] = None


def change_password(call):
    name = _caller(call)
    user = call.account["users"].get(name)
    policy = call.account["password_policy"] or {}
    if not policy.get("AllowUsersToChangePassword"):
        _permit_user(call, name, user)
    profile = _profile(call, name, call.account)
    if not passwords.matches(call.values["OldPassword"], profile["password"]):
        raise AwsError("AccessDenied", "The old password was incorrect.")
    _set_password(call, user, call.values["NewPassword"])
    profile["password_reset_required"] = False


def get_account_password_policy(call):
    permit.check(call.key, call.action, "*", {}, "*")
    policy = _policy(call)
    tree = [(name, policy[name]) for name in POLICY_DEFAULTS]
    tree.append(("ExpirePasswords", bool(policy.get("MaxPasswordAge"))))
    tree += [(name, policy[name]) for name in
             ("MaxPasswordAge", "PasswordReusePrevention", "HardExpiry") if policy.get(name)]
    return [("PasswordPolicy", tree)]


def update_account_password_policy(call):
    permit.check(call.key, call.action, "*", {}, "*")
    # What is left out falls back to its default: Update replaces the whole policy.
    call.account["password_policy"] = {**POLICY_DEFAULTS, **call.values}


def delete_account_password_policy(call):
    permit.check(call.key, call.action, "*", {}, "*")
    _policy(call)
    call.account["password_policy"] = None


def list_account_aliases(call):
    permit.check(call.key, call.action, "*", {}, "*")
    aliases = [("member", alias) for alias in call.account["aliases"]]
    return [("AccountAliases", aliases), ("IsTruncated", False)]


def _caller(call):
    """The IAM user whose key this is."""
    if ":user/" not in call.key["arn"]:
        raise AwsError("ValidationError",
                       "Must specify userName when calling with non-User credentials")
    return call.key["arn"].split("/")[-1]


def _target(call):
    """The user acted on, once the caller has been found to be permitted."""
    name = call.values.get("UserName") or _caller(call)
    _permit_user(call, name, call.view["users"].get(name))
    return name


def _permit_user(call, name, user):
    arn = user_arn(call.account, name, user["path"] if user else "/")
    permit.check(call.key, call.action, arn, user["tags"] if user else {}, f"user {name}")


def _user(call, name, account):
    if name not in account["users"]:
        raise AwsError("NoSuchEntity", f"The user with name {name} cannot be found.")
    return account["users"][name]


def _profile(call, name, account):
    profile = _user(call, name, account)["login_profile"]
    if not profile:
        raise AwsError("NoSuchEntity", f"Login Profile for User {name} cannot be found.")
    return profile


def _policy(call):
    policy = call.account["password_policy"]
    if policy is None:
        raise AwsError("NoSuchEntity", f"The Password Policy with domain name {call.account['id']}"
                                       " cannot be found.")
    return {**POLICY_DEFAULTS, **policy}


def check_password(account, user, password):
    """AwsError PasswordPolicyViolation unless the account's policy takes it."""
    policy = account["password_policy"]
    if policy is not None:
        policy = {**POLICY_DEFAULTS, **policy}
    names = [account["id"], *account["aliases"]]
    why = passwords.violation(password, policy, names, user["password_history"])
    if why:
        raise AwsError("PasswordPolicyViolation", why)


def _set_password(call, user, password):
    check_password(call.account, user, password)
    user["login_profile"]["password"] = passwords.digest(password)
    user["password_history"].insert(0, user["login_profile"]["password"])


def _user_tree(call, name, user, tags):
    tree = [("Path", user["path"]), ("UserName", name), ("UserId", user_id(call.account, name)),
            ("Arn", user_arn(call.account, name, user["path"])),
            ("CreateDate", When(user["create_date"]))]
    if user["password_last_used"]:
        tree.append(("PasswordLastUsed", When(user["password_last_used"])))
    if tags and user["tags"]:
        tree.append(("Tags", _tag_tree(user)))
    return tree


def _tag_tree(user):
    return [("member", [("Key", k), ("Value", v)]) for k, v in user["tags"].items()]


def _profile_tree(name, profile):
    return [("UserName", name), ("CreateDate", When(profile["create_date"])),
            ("PasswordResetRequired", profile["password_reset_required"])]


IAM = {
    "GetUser": get_user,
    "ListUsers": list_users,
    "ListUserTags": list_user_tags,
    "TagUser": tag_user,
    "GetLoginProfile": get_login_profile,
    "CreateLoginProfile": create_login_profile,
    "UpdateLoginProfile": update_login_profile,
    "DeleteLoginProfile": delete_login_profile,
    "ChangePassword": change_password,
    "GetAccountPasswordPolicy": get_account_password_policy,
    "UpdateAccountPasswordPolicy": update_account_password_policy,
    "DeleteAccountPasswordPolicy": delete_account_password_policy,
    "ListAccountAliases": list_account_aliases,
    "SimulatePrincipalPolicy": simulate.simulate_principal_policy,
}
