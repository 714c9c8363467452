"""./dev demo --picture: terminals, as they were, into docs/*.svg: a first login, a claim by hand,
iamlp check, and many users at once."""

import os
import re
import sys
import tempfile
from html import escape
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

DOCS = Path(__file__).resolve().parents[2] / "docs"
# In place of the one that was made: the picture says the same each time, and nobody's password.
PASSWORD = "Kf7-mQz3Wd9+hXb4Rt2n"

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|[\x00-\x09\x0b-\x1f\x7f]")
PROMPTS = ("$ ", "# ", "alice@web1:~$ ")
ANSWER = re.compile(r"(.*: )(yes)")

LINE, WIDE, EDGE = 18, 8.4, 14  # pixels: a line, a character of 14, the margin
HEAD = """<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 {width:g} {height:g}" \
width="{width:g}" height="{height:g}" role="img">
<title>{title}</title>
<style>text {{ font: 14px monospace; fill: #d8dee9; white-space: pre; }} \
.typed {{ fill: #a3be8c; font-weight: bold; }}{colours}</style>
<rect width="100%" height="100%" rx="6" fill="#20242c"/>
"""
COLOURS = {"31": "#e0707c", "32": "#a3be8c", "33": "#ebcb8b", "36": "#88c0d0"}


def screen(out, password):
    """What a terminal that was sent `out` shows, as lines; the password is another one."""
    text = CONTROL.sub("", out.decode()).rstrip("\n")
    return text.replace(password, PASSWORD).split("\n")


def split_typed(line):
    """What the terminal said, and what somebody has typed behind it."""
    for prompt in PROMPTS:
        if line.startswith(prompt) and len(line) > len(prompt):
            return prompt, line[len(prompt):]
    answer = ANSWER.fullmatch(line)
    return answer.groups() if answer else (line, "")


def coloured(line):
    """A line with its colours as tspans: of SGR the four that iamlp check has."""
    out, colour = "", None
    for text, codes in re.findall(r"([^\x1b]*)(?:\x1b\[([0-9;]*)m)?", line):
        piece = escape(CONTROL.sub("", text))
        out += f'<tspan class="c{colour}">{piece}</tspan>' if colour and piece else piece
        for code in codes.split(";"):
            colour = code if code in COLOURS else None if code in ("0", "39") else colour
    return out


def svg(title, lines):
    """The lines as a picture; what somebody has typed behind a prompt stands out."""
    plain = [CONTROL.sub("", line) for line in lines]
    rows = []
    for n, (line, text) in enumerate(zip(lines, plain), 1):
        said, typed = split_typed(text)
        row = f'{escape(said)}<tspan class="typed">{escape(typed)}</tspan>' if typed \
            else coloured(line)
        if text:
            rows.append(f'<text x="{EDGE}" y="{n * LINE + EDGE - 4}">{row}</text>\n')
    used = [c for c in COLOURS if any(f'class="c{c}"' in row for row in rows)]
    return HEAD.format(
        title=escape(title), width=max(map(len, plain)) * WIDE + 2 * EDGE,
        height=len(lines) * LINE + 2 * EDGE,
        colours="".join(f" .c{c} {{ fill: {COLOURS[c]}; }}" for c in used)) + "".join(rows) \
        + "</svg>\n"


# ---- what is seen ------------------------------------------------------------------------
#
# Each is a function of a machine that is new and its fake; its first line is the title.


def first_login(machine, _fake):
    """A first login: the terminal offers a password for the AWS console, and shows it"""
    from world.client import Client
    from world.terminal import CLAIM

    machine.write("/home/alice/.profile", "PS1='alice@web1:~$ '\n", owner="alice")
    machine.run("iamlp", "enable", "sshd", check=True)
    machine.start_sshd()
    saw = Client(machine).terminal("host", says=[*CLAIM, (rb"web1:~\$ ", "exit")])
    return ["$ ssh alice@web1", *screen(saw.out, saw.password)]


def claim(machine, _fake):
    """A claim by hand: the login only says that there is something to do"""
    from world.client import Client
    from world.host import shown_password
    from world.machine import CLEAN

    from demo.tmux import Tmux

    machine.configure(login="shell = hint")
    machine.write("/home/alice/.profile", "PS1='alice@web1:~$ '\n", owner="alice")
    machine.run("iamlp", "enable", "sshd", check=True)
    machine.start_sshd()
    alice = Client(machine)
    with Tmux(machine.folder, alice.words("host"), {**CLEAN, **alice.env, "TERM": "screen"}) as t:
        t.until(r"web1:~\$$")
        t.type("iamlp claim")
        t.until(r"for later:$")
        t.type("yes")
        t.until(r"not shown again:$")
        t.type("yes")
        t.until(r"sign-in\.\s+alice@web1:~\$$")
        lines = t.screen()[:-1]
    text = "\n".join(lines)
    return text.replace(shown_password(text), PASSWORD).split("\n")


PEOPLE = "arn:aws:iam::123456789012:user/people/*"
RIGHTS = [{"actions": ["GetUser", "GetLoginProfile", "CreateLoginProfile"], "resource": PEOPLE},
          {"actions": ["SimulatePrincipalPolicy", "GetAccountPasswordPolicy"]}]
NO_MFA = {"not_actions": ["iam:CreateVirtualMFADevice"], "mfa": False}
AS_ROOT = "mount -t tmpfs x /sys; cd /home; PS1='# ' exec bash --norc"


def root(machine, fake, **more):
    """A shell of root's, in a kernel that confines nobody; the host's key may what it needs."""
    from world.machine import CLEAN, KEY

    from demo.tmux import Tmux

    fake.control("set_key", key=KEY, allow=RIGHTS)
    fake.control("set_policy", policy={"AllowUsersToChangePassword": True})
    return Tmux(machine.folder, machine.inside("unshare", "--mount", "sh", "-c", AS_ROOT),
                {**CLEAN, "TERM": "screen"}, **more)


def look(terminal, fake):
    """What stands there, with AWS's own address for the fake's; how fast it went is of no matter."""
    text = "\n".join(terminal.screen()).replace(fake.https, "https://iam.amazonaws.com")
    text = re.sub(r"[0-9.]+/s(, time left \d+ s)?", lambda m: "8.0/s" + (m[1] and ", time left 1 s"
                                                                       or ""), text)
    return [line.rstrip() for line in text.split("\n")]


def check(machine, fake):
    """iamlp check: everything is well but for a policy that keeps people from their first sign-in"""
    fake.control("set_user", user="Alice.Smith@example.com", deny=[NO_MFA])
    machine.configure(endpoint=f"{fake.https}\nsts_endpoint_url = {fake.https}\nid = 123456789012")
    machine.run("iamlp", "enable", "sshd", check=True)
    with root(machine, fake) as terminal:
        terminal.until(r"#$")
        terminal.type("iamlp check")
        terminal.until(r"to look at\.\n#$")
        return look(terminal, fake)[:-1]


def provision(machine, fake):
    """Many at once: a plan, and the passwords in the middle of their being made and delivered"""
    machine.configure(users="".join(f"{user} = {iam_user}@example.com\n" for user, iam_user in (
        ("alice", "Alice.Smith"), ("bob", "Carol.Diaz"), ("carol", "Dave.Removed"),
        ("dave", "Dave.Long"), ("erin", "Bob.Jones"), ("frank", "Frank.Left"),
        ("grace", "Grace.Miller"))))
    for user, deny in (("Dave.Long", [NO_MFA]), ("Grace.Miller", [])):
        fake.control("set_user", user=f"{user}@example.com", path="/people/", deny=deny)
    machine.write("/home/encrypt", "#!/bin/sh\ncat >/dev/null\n"
                  "while [ \"$IAMLP_USER\" = erin ] && [ ! -e go ]; do sleep 0.1; done\n", 0o755)
    with root(machine, fake, wide=112) as terminal:
        terminal.until(r"#$")
        terminal.type("iamlp provision --group people 2>&1 | cut -c -110")
        terminal.until(r"does it\.\n#$")
        terminal.type("iamlp provision --group people --apply --deliver ./encrypt --jobs 1")
        terminal.until(r"\n\S+ \[#+\.+\] 4 of 7")
        lines = look(terminal, fake)
        machine.write("/home/go", "")
        terminal.until(r"7 users[^\n]*3 created[^\n]*\n#$")
    return lines


PICTURES = {"first-login": first_login, "claim": claim, "check": check, "provision": provision}


def draw(name, machine, fake):
    """The picture of that name, as SVG."""
    return svg(PICTURES[name].__doc__, PICTURES[name](machine, fake))


def path(name):
    return DOCS / f"{name}.svg"


def main():
    from fake.client import Fake
    from world.machine import Machine, install, overlays

    if os.environ.get("IAMLP_WORLD") != "inside" or not overlays():
        print("skipped: needs root, a private mount namespace and overlayfs")
        return
    with tempfile.TemporaryDirectory(prefix="iamlp-demo.") as folder:
        installed = install(os.path.join(folder, "installed"))
        for name in PICTURES:
            own = os.path.join(folder, name)
            os.mkdir(own)
            with Fake.start(os.path.join(own, "aws")) as fake, \
                    Machine(own, installed, fake) as machine:
                path(name).write_text(draw(name, machine, fake), encoding="utf-8")
            print(f"{path(name).name} is in docs")


if __name__ == "__main__":
    main()
