"""The pictures in README are what terminals look like today."""

import re
import shutil
from pathlib import Path

import pytest
from demo.picture import PASSWORD, PICTURES, draw, path, screen, svg

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.mark.parametrize("name", PICTURES)
def test_picture(machine, fake, name):
    if name != "first-login" and not shutil.which("tmux"):
        pytest.skip("skipped: tmux is not installed")
    assert draw(name, machine, fake) == path(name).read_text(encoding="utf-8"), \
        "what people see has changed; mend with: ./dev demo --picture"


@pytest.mark.anywhere
def test_readme_shows_them():
    shown = re.findall(r"\(docs/([a-z-]+)\.svg\)", README.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(PICTURES)


@pytest.mark.anywhere
def test_screen():
    """Without what only steers a terminal, and without the password that was made."""
    assert screen(b"\x1b]0;title\x07a\r\n\x1b[?2004hPassword:    secret\r\n", "secret") == \
        ["a", f"Password:    {PASSWORD}"]


@pytest.mark.anywhere
def test_svg():
    picture = svg("A <title>", ["$ ls <here>", "", "Sure: yes", "1 < 2: no",
                                "\x1b[32mok\x1b[39m, \x1b[1;31m<bad>\x1b[0m"])
    assert "<title>A &lt;title&gt;</title>" in picture
    assert '>$ <tspan class="typed">ls &lt;here&gt;</tspan></text>' in picture
    assert '>Sure: <tspan class="typed">yes</tspan></text>' in picture
    assert ">1 &lt; 2: no</text>" in picture
    assert '><tspan class="c32">ok</tspan>, <tspan class="c31">&lt;bad&gt;</tspan></text>' in picture
