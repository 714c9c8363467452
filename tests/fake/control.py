"""What tests may ask of the fake beside AWS's protocol: POST /_control, {"cmd": NAME, ...}.

The answer is JSON: what the command returns, or status 400 and {"error": TEXT}. COMMANDS at the
end is the list; README.md shows each. "account" picks an account by id, else it is the first. Dates
are ISO strings or seconds relative to the fake's clock. No request here is signed or logged.
"""

import copy
import json

from . import clock, container, handout, imds, passwords, proxy, sessions, webtoken
from .errors import AwsError
from .iam import check_password
from .message import Answer


def answer(app, request):
    """The Answer to a control request."""
    try:
        given = json.loads(request.body)
        command = COMMANDS.get(given.pop("cmd", None))
        if command is None:
            raise ValueError(f"no such command; there are: {', '.join(COMMANDS)}")
        # Waiting must not hold the world, or nothing could happen to wait for.
        if command is _wait:
            found = command(app, given)
        else:
            with app.world.lock:
                found = command(app, given)
        return Answer(200, json.dumps(found).encode() + b"\n", "application/json")
    except (ValueError, KeyError, TypeError) as error:
        text = json.dumps({"error": f"{type(error).__name__}: {error}"})
        return Answer(400, text.encode() + b"\n", "application/json")


def _users(app, given):
    return app.world.account(given.get("account"))["users"]


def _user(app, given):
    users = _users(app, given)
    if given["user"] not in users:
        raise KeyError(f"no user {given['user']}")
    return users[given["user"]]


def _show_user(app, given):
    return _users(app, given).get(given["user"])


def _show_profile(app, given):
    return _user(app, given)["login_profile"]


def _set_user(app, given):
    """Makes the user, or changes what is given of one."""
    users, world = _users(app, given), app.world
    changes = {k: v for k, v in given.items() if k not in ("account", "user")}
    if given["user"] not in users:
        users[given["user"]] = world.new_user(changes)
        return users[given["user"]]
    user = users[given["user"]]
    for name in ("create_date", "password_last_used"):
        if name in changes:
            changes[name] = clock.given(changes[name], world.now())
    if changes.get("login_profile"):
        changes["login_profile"] = world.new_profile(user, changes["login_profile"])
    user.update(changes)
    return user


def _delete_user(app, given):
    return _users(app, given).pop(given["user"], None) is not None


def _put_profile(app, given):
    """A profile as if somebody else had made it; replaces the one there is."""
    user = _user(app, given)
    user["login_profile"] = app.world.new_profile(user, given)
    return user["login_profile"]


def _remove_profile(app, given):
    user = _user(app, given)
    had, user["login_profile"] = user["login_profile"], None
    return had is not None


def _set_policy(app, given):
    app.world.account(given.get("account"))["password_policy"] = given["policy"]


def _set_aliases(app, given):
    app.world.account(given.get("account"))["aliases"] = list(given["aliases"])


def _set_password_last_used(app, given):
    user = _user(app, given)
    user["password_last_used"] = clock.given(given["value"], app.world.now())
    return user["password_last_used"]


def _set_key(app, given):
    """Makes the key, or changes what is given of one."""
    changes = {k: v for k, v in given.items() if k != "key"}
    if "expires" in changes:
        changes["expires"] = clock.given(changes["expires"], app.world.now())
    app.world.data["keys"].setdefault(given["key"], {}).update(changes)


def _remove_key(app, given):
    return app.world.data["keys"].pop(given["key"], None) is not None


def _set_role(app, given):
    """Makes the role, or changes what is given of one."""
    roles = app.world.account(given.get("account"))["roles"]
    changes = {k: v for k, v in given.items() if k not in ("account", "role")}
    roles[given["role"]] = app.world.new_role(changes, roles.get(given["role"]))
    return roles[given["role"]]


def _remove_role(app, given):
    roles = app.world.account(given.get("account"))["roles"]
    return roles.pop(given["role"], None) is not None


def _revoke(app, given):
    """{"key": ID} or {"role": ARN} -> the ids of the keys that may nothing from now on."""
    return sessions.revoke(app.world, given.get("role"), given.get("key"))


def _remove_web_token(app, given):
    return app.world.data["web_tokens"].pop(given["token"], None) is not None


def _set_imds(app, given):
    return handout.change(app.world.data["imds"], given, imds.MOODS)


def _set_container(app, given):
    """Makes the path, or changes what is given of it."""
    paths = app.world.data["container"]
    changes = {k: v for k, v in given.items() if k != "path"}
    paths[given["path"]] = handout.change(paths.get(given["path"], {}), changes, container.MOODS)
    return paths[given["path"]]


def _set_proxy(app, given):
    return handout.change(app.world.data["proxy"], given, proxy.MOODS)


def _set_region(app, given):
    """The region that signatures of a service must name; null: any."""
    app.world.data["regions"][given["service"]] = given["region"]


def _sign_in(app, given):
    """The console's sign-in page. Taking the password counts as using it, as it does at AWS."""
    user = _users(app, given).get(given["user"])
    profile = user and user["login_profile"]
    if not profile or not passwords.matches(given["password"], profile["password"]):
        return {"ok": False, "must_change": False}
    user["password_last_used"] = clock.iso(app.world.now())
    return {"ok": True, "must_change": profile["password_reset_required"]}


def _change(app, given):
    """The page that asks for a new password before it lets anybody in."""
    if not _sign_in(app, {**given, "password": given["old"]})["ok"]:
        return {"ok": False, "why": "wrong password"}
    user = _user(app, given)
    if given["new"] == given["old"]:
        return {"ok": False, "why": "the new password is the old one"}
    try:
        check_password(app.world.account(given.get("account")), user, given["new"])
    except AwsError as error:
        return {"ok": False, "why": error.message}
    profile = user["login_profile"]
    profile["password"] = passwords.digest(given["new"])
    profile["password_reset_required"] = False
    user["password_history"].insert(0, profile["password"])
    return {"ok": True, "why": ""}


def _clock(app, given):
    app.world.data["clock"] = given["offset"]
    return clock.iso(app.world.now())


def _reset_requests(app, _given):
    """Both logs."""
    app.journal.reset()
    app.proxy.reset()


def _reset(app, _given):
    """The world the fake started with, no faults, empty logs."""
    app.world.reset()
    app.faults.clear()
    _reset_requests(app, None)


def _wait(app, given):
    """{"received": N, "logged": N, "timeout": SECONDS} -> whether that came true in time."""
    return app.journal.wait(given.get("received", 0), given.get("logged", 0),
                            given.get("timeout", 10))


COMMANDS = {
    "state": lambda app, given: copy.deepcopy(app.world.data),
    "user": _show_user,
    "profile": _show_profile,
    "set_user": _set_user,
    "delete_user": _delete_user,
    "put_profile": _put_profile,
    "remove_profile": _remove_profile,
    "set_policy": _set_policy,
    "set_aliases": _set_aliases,
    "set_password_last_used": _set_password_last_used,
    "set_key": _set_key,
    "remove_key": _remove_key,
    "set_role": _set_role,
    "remove_role": _remove_role,
    "revoke": _revoke,
    "set_web_token": lambda app, given: webtoken.make(app.world, given),
    "remove_web_token": _remove_web_token,
    "set_imds": _set_imds,
    "set_container": _set_container,
    "set_proxy": _set_proxy,
    "set_region": _set_region,
    "sign_in": _sign_in,
    "change": _change,
    "fault": lambda app, given: app.faults.add(given),
    "faults": lambda app, given: app.faults.shown(),
    "clear_faults": lambda app, given: app.faults.clear(),
    "clock": _clock,
    "wait": _wait,
    "reset_requests": _reset_requests,
    "reset": _reset,
}
