"""The picture in README is what a first login looks like today."""

import pytest
from demo.picture import PASSWORD, PICTURE, first_login, screen, svg


def test_first_login(machine):
    assert first_login(machine) == PICTURE.read_text(encoding="utf-8"), \
        "what people see has changed; mend with: ./dev demo --picture"


@pytest.mark.anywhere
def test_screen():
    """Without what only steers a terminal, and without the password that was made."""
    assert screen(b"\x1b]0;title\x07a\r\n\x1b[?2004hPassword:    secret\r\n", "secret") == \
        ["a", f"Password:    {PASSWORD}"]


@pytest.mark.anywhere
def test_svg():
    picture = svg(["$ ls <here>", "", "Sure: yes", "1 < 2: no"])
    assert '>$ <tspan class="typed">ls &lt;here&gt;</tspan></text>' in picture
    assert '>Sure: <tspan class="typed">yes</tspan></text>' in picture
    assert ">1 &lt; 2: no</text>" in picture
