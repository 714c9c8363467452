"""./dev demo --picture: a first login, as its terminal was, into docs/first-login.svg."""

import os
import re
import sys
import tempfile
from html import escape
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

PICTURE = Path(__file__).resolve().parents[2] / "docs/first-login.svg"
TYPED = "ssh alice@web1"
# In place of the one that was made: the picture says the same each time, and nobody's password.
PASSWORD = "Kf7-mQz3Wd9+hXb4Rt2n"

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|[\x00-\x09\x0b-\x1f\x7f]")
ANSWER = re.compile(r"(.*[:$] )(\S.*)")

LINE, WIDE, EDGE = 18, 8.4, 14  # pixels: a line, a character of 14, the margin
HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" \
width="{width:g}" height="{height:g}" role="img">
<title>A first login: the terminal offers a password for the AWS console, and shows it</title>
<style>text {{ font: 14px monospace; fill: #d8dee9; white-space: pre; }} \
.typed {{ fill: #a3be8c; font-weight: bold; }}</style>
<rect width="100%" height="100%" rx="6" fill="#20242c"/>
"""


def screen(out, password):
    """What a terminal that was sent `out` shows, as lines; the password is another one."""
    text = CONTROL.sub("", out.decode()).rstrip("\n")
    return text.replace(password, PASSWORD).split("\n")


def svg(lines):
    """The lines as a picture of plain text; what somebody has typed behind a prompt stands out."""
    size = {"width": max(map(len, lines)) * WIDE + 2 * EDGE,
            "height": len(lines) * LINE + 2 * EDGE}
    rows = []
    for n, line in enumerate(lines, 1):
        said, typed = line, ""
        answer = ANSWER.fullmatch(line)
        if answer and (said.startswith("$ ") or answer[2] in ("yes", "exit")):
            said, typed = answer[1], f'<tspan class="typed">{escape(answer[2])}</tspan>'
        if line:
            rows.append(f'<text x="{EDGE}" y="{n * LINE + EDGE - 4}">{escape(said)}{typed}</text>\n')
    return HEAD.format(**size) + "".join(rows) + "</svg>\n"


def first_login(machine):
    """alice's first shell, as `iamlp enable sshd` has it; the machine is new. An SVG."""
    from world.client import Client
    from world.terminal import CLAIM

    machine.write("/home/alice/.profile", "PS1='alice@web1:~$ '\n", owner="alice")
    machine.run("iamlp", "enable", "sshd", check=True)
    machine.start_sshd()
    saw = Client(machine).terminal("host", says=[*CLAIM, (rb"web1:~\$ ", "exit")])
    return svg(["$ " + TYPED, *screen(saw.out, saw.password)])


def main():
    from fake.client import Fake
    from world.machine import Machine, install, overlays

    if os.environ.get("IAMLP_WORLD") != "inside" or not overlays():
        print("skipped: needs root, a private mount namespace and overlayfs")
        return
    with tempfile.TemporaryDirectory(prefix="iamlp-demo.") as folder:
        installed = install(os.path.join(folder, "installed"))
        os.mkdir(os.path.join(folder, "machine"))
        with Fake.start(os.path.join(folder, "aws")) as fake, \
                Machine(os.path.join(folder, "machine"), installed, fake) as machine:
            PICTURE.write_text(first_login(machine), encoding="utf-8")
    print(f"{PICTURE.name} is in docs")


if __name__ == "__main__":
    main()
