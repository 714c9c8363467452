"""The stage on which a scenario is played: what is given is set up, the host logs in over the
real libpam, and what happened is held against what is expected.

What a scenario does not say must not happen. stand.py knows the files, this one the order.
"""

import json
import os
import subprocess

from expect import Seen, check
from scenario import CODES
from stand import Stand

# How the stack looks around our line. In `alone` libpam hands our code through, which
# proves PAM_IGNORE: README.md says why. `behind` is the stack of a real service.
STACKS = {
    "alone": """\
auth     [default=ok] {ours}
account  [default=ok] {ours}
session  [default=ok] {ours}
password required {before}
password [ignore=1 default=die] {ours}
password requisite pam_deny.so
password required pam_permit.so
""",
    "behind": """\
auth     required pam_permit.so
auth     optional {ours}
account  required pam_permit.so
account  optional {ours}
session  required pam_permit.so
session  optional {ours}
password required pam_permit.so
password required {before}
password optional {ours}
""",
}

# Of pam_chauthtok's two rounds only the first one is reached.
PRELIM = {
    "alone": "password [default=ok] {ours}\n",
    "behind": "password required pam_permit.so\npassword optional {ours}\n"
              "password required pam_deny.so\n",
}
PRELIM_BEHIND = "PAM_AUTHTOK_ERR"  # pam_deny's
SERVICE, RHOST, TTY = "sshd", "192.0.2.7", "ssh"


def play(scenario, stack, folder, fake, log, programs):
    """Play it to the end. Wrong is raised at the first thing that is not as expected."""
    stand = Stand(folder, fake, programs)
    try:
        for login in scenario.logins:
            for fact in login.given:
                stand.give(fact)
            stand.ready()
            check(login, stack, stand, _login(login, stack, stand, log))
    finally:
        stand.clear()


def expected_code(call, stack):
    """What the call returns with our line in that stack."""
    if stack == "alone" and call.keyword != "chauthtok":
        return CODES[call.code]
    if stack == "behind" and call.keyword == "prelim":
        return CODES[PRELIM_BEHIND]
    return CODES["PAM_SUCCESS"] if call.code == "PAM_IGNORE" else CODES[call.code]


def _script(login, stand):
    """The host's commands."""
    items = {name: fact.rest for name, fact in login.items.items()}
    lines = []
    for name, usual in (("ruser", "-"), ("rhost", RHOST), ("tty", TTY)):
        value = items.get(name, usual)
        if value != "-":
            lines.append(f"item {name} " + ("" if value == "empty" else value))
    if "conversation" in items:
        lines.append("conversation " + items["conversation"])
    lines += stand.worldly
    # The real one first: the effective one is what allows it.
    lines += [f"{which} {stand.uid(login.items[which], items[which])}"
              for which in ("real", "effective") if which in items]
    for call in login.calls:
        name = "chauthtok" if call.keyword == "prelim" else call.keyword
        lines.append(f"call {name}" + " silent" * call.silent)
    return "\n".join(lines) + "\n"


def _stack_file(login, stack, stand, service):
    prelim = any(call.keyword == "prelim" for call in login.calls)
    token = login.items.get("authtok")
    before = stand.programs["before"] + (f" [authtok={token.rest}]" if token else "")
    text = (PRELIM if prelim else STACKS)[stack].format(ours=stand.module(), before=before)
    os.makedirs(stand.path("pam.d"), exist_ok=True)
    # libpam complains of a folder without `other`.
    for name, stacks in ((service, text), ("other", "auth required pam_deny.so\n")):
        with open(stand.path("pam.d", name), "w", encoding="utf-8") as file:
            file.write(stacks)


def _login(login, stack, stand, log):
    """One transaction in the host. Returns what was Seen."""
    service = login.items["service"].rest if "service" in login.items else SERVICE
    _stack_file(login, stack, stand, service)
    command = [stand.programs["host"], stand.path("pam.d"), service]
    user = login.fact.rest
    if user != "-":
        command.append("" if user == "empty" else user)
    seen = Seen(stand)
    log.mark()
    run = subprocess.run(command, input=_script(login, stand), capture_output=True, text=True,
                         timeout=60, check=False, env=stand.environment(login))
    if run.returncode != 0:
        login.fact.wrong(f"the host failed ({run.returncode}): {run.stderr.strip()}")
    seen.finish([json.loads(line) for line in run.stdout.splitlines()], log.since_mark())
    return seen
