"""`iamlp claim` on a terminal, against a helper that this file plays frame by frame."""

import os
import re
import signal
import socket
import subprocess
import termios
import time

import pexpect
import pytest

from world import frames
from world.frames import LATER, YES
from world.frames import MODE_ASK as ASK, MODE_HINT as HINT, MODE_QUIET as QUIET
from world.host import BUILD, CONFIRM, OFFER
from world.played import Line, Played, pack
from world.proc import children, wait_for

IAMLP = os.path.join(BUILD, "iamlp")
URL = "https://123456789012.signin.aws.amazon.com/console"
ALICE = "Alice.Smith@example.com"
PASSWORD = "Tr1cky-pass_word(42)"
NEW_PROMPT, SAME_PROMPT = "not shown: ", "The same again: "
PLAN = {"user": "alice", "iam_user": ALICE, "account": "123456789012",
        "text": "It has no console password. Create one, to be changed at the first sign-in?"}
OK, EXISTS, PENDING, SNOOZED, ERROR = 0, 1, 3, 4, 12  # of src/base/outcome.h
SECRET = {"signin_url": URL, "iam_user": ALICE, "password": PASSWORD}


class Person:
    """`iamlp claim` on a terminal, under a shell that tells the settings before and after."""

    SCRIPT = "trap : INT QUIT TERM HUP; stty -g; \"$@\"; s=$?; stty -g; echo \"STATUS <$s>\""

    def __init__(self, *words, columns=1000, command=(IAMLP, "claim")):
        self.child = pexpect.spawn("/bin/sh", ["-c", self.SCRIPT, "sh", *command, *words],
                                   encoding="utf-8", timeout=20, dimensions=(24, columns))
        self.child.delaybeforesend = None
        self.child.expect(r"([0-9a-f:]+)\r\n")
        self.settings, self.text = self.child.match.group(1), ""

    def see(self, text):
        """Wait for it; all that was shown so far is in self.text."""
        self.child.expect_exact(text)
        self.text += self.child.before + self.child.after

    def type(self, text):
        self.child.send(text)

    def wait_echo(self, wanted):
        wait_for(lambda: bool(termios.tcgetattr(self.child.child_fd)[3] & termios.ECHO) == wanted,
                 "the terminal's echo")

    def pid(self):
        """Of the program itself, the shell's only child."""
        pid, = children(self.child.pid)
        return pid

    def end(self):
        """The exit status; the terminal's settings are what they were."""
        self.child.expect(r"([0-9a-f:]+)\r\nSTATUS <(\d+)>\r\n")
        settings, status = self.child.match.groups()
        self.text += self.child.before
        self.child.close()
        assert settings == self.settings
        return int(status)


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "claim.sock")


@pytest.fixture
def helper(path):
    helper = Played(path)
    yield helper
    helper.close()


@pytest.fixture
def claim(path):
    """claim(words): a person at `iamlp claim --socket PATH words`."""
    people = []

    def start(*words, **how):
        people.append(Person("--socket", path, *words, **how))
        return people[-1]

    yield start
    for person in people:
        person.child.close(force=True)


# ---- the main job


def test_asked_shown_confirmed(helper, claim):
    person = claim()
    line = helper.greeted()
    assert line.claim == {frames.AUTO: bytes(8)}
    line.send("ASK", **PLAN)
    person.see(OFFER)
    assert f"IAM user:    {ALICE}\r\nAccount:     123456789012\r\n{PLAN['text']}\r\n" in person.text
    person.type("yes\n")
    assert line.receive("ANSWER") == {frames.CHOICE: YES.to_bytes(8, "big")}
    line.send("SHOW", **SECRET, text="A note.")
    person.see(CONFIRM)
    assert (f"\r\nSign-in URL: {URL}\r\nIAM user:    {ALICE}\r\nPassword:    {PASSWORD}\r\n"
            "\r\nA note.\r\n") in person.text
    person.type("YES\n")
    assert line.receive("SEEN") == {}
    line.send("END", outcome=OK, text="Done.")
    assert person.end() == 0 and person.text.endswith("Done.\r\n")


def test_auto_says_so(helper, claim):
    person = claim("--auto")
    line = helper.greeted()
    assert line.claim == {frames.AUTO: (1).to_bytes(8, "big")}
    line.send("END", outcome=OK)
    assert person.end() == 0 and person.text == ""


def test_already_created_is_shown_at_once(helper, claim):
    person = claim("--auto")
    line = helper.greeted()
    line.send("SHOW", **SECRET)
    person.see(CONFIRM)
    person.type("y\n")
    line.receive("SEEN")
    line.send("END", outcome=OK)
    assert person.end() == 0


@pytest.mark.parametrize("typed", ["\n", "no\n", "yes please\n", " yes\n", "\x04", "ye\x04\x04"],
                         ids=["enter", "no", "yes please", "space", "ctrl-d", "half and ctrl-d"])
def test_only_yes_creates(helper, claim, typed):
    person = claim()
    line = helper.greeted()
    line.send("ASK", **PLAN)
    person.see(OFFER)
    person.type(typed)
    assert line.receive("ANSWER") == {frames.CHOICE: LATER.to_bytes(8, "big")}
    line.send("END", outcome=SNOOZED, text="To be asked again: iamlp claim")
    assert person.end() == 0 and person.text.count("iamlp claim") == 1


def test_what_was_typed_before_the_question_is_no_answer(helper, claim):
    person = claim()
    line = helper.greeted(text="One moment.")
    person.see("One moment.")
    person.type("yes\nyes\n")
    person.see("yes\r\nyes\r\n")
    line.send("ASK", **PLAN)
    person.see(OFFER)
    person.type("\n")
    assert line.receive("ANSWER") == {frames.CHOICE: LATER.to_bytes(8, "big")}
    line.send("END", outcome=OK)
    assert person.end() == 0


@pytest.mark.parametrize("typed, confirmed", [("\nyes\n", True), ("\n\n", False), ("no\n", False),
                                              ("\x04", False)])
def test_only_yes_confirms(helper, claim, typed, confirmed):
    person = claim()
    line = helper.greeted()
    line.send("SHOW", **SECRET)
    for answer in re.findall(r"[^\n\x04]*[\n\x04]", typed):
        person.see(CONFIRM)
        person.type(answer)
    if confirmed:
        line.receive("SEEN")
        line.send("END", outcome=OK, text="Done.")
        assert person.end() == 0
        return
    assert line.left()
    line.send("END", outcome=PENDING, text="It is kept.")
    assert person.end() == 1 and person.text.endswith("It is kept.\r\n")


@pytest.mark.parametrize("says_end", [True, False])
def test_not_confirmed_has_a_last_word(helper, claim, says_end):
    person = claim()
    line = helper.greeted()
    line.send("SHOW", **SECRET)
    person.see(CONFIRM)
    person.type("no\n")
    assert line.left()
    if says_end:
        line.send("END", outcome=PENDING)
    line.close()
    assert person.end() == 1
    assert person.text.endswith("Not confirmed. To see it again: iamlp claim\r\n")


def test_the_helper_ends_it_while_the_person_thinks(helper, claim):
    person = claim()
    line = helper.greeted()
    line.send("ASK", **PLAN)
    person.see(OFFER)
    person.type("ye")
    person.see("ye")
    line.send("END", outcome=PENDING, text="Nobody answered.")
    assert person.end() == 1
    assert person.text.endswith("\r\nNobody answered.\r\n")


def test_a_long_wait_is_explained(helper, claim):
    person = claim("--auto")
    line = helper.greeted()
    person.see("Waiting for AWS; Ctrl-C ends it.\r\n")
    line.send("END", outcome=OK)
    assert person.end() == 0


# ---- hint, quiet, refusals


def test_hint_is_one_line(helper, claim):
    person = claim("--auto")
    line = helper.greeted(HINT, text="You can have a console password: iamlp claim")
    line.send("END", outcome=PENDING)
    assert person.end() == 0
    assert person.text == "You can have a console password: iamlp claim\r\n"


@pytest.mark.parametrize("words", [(), ("--auto",)])
def test_quiet_is_quiet(helper, claim, words):
    person = claim(*words)
    line = helper.greeted(QUIET, text="not for you")
    line.send("END", outcome=PENDING)
    assert person.end() == 0 and person.text == ""


@pytest.mark.parametrize("close_first", [False, True], ids=["claim read", "claim unread"])
def test_a_refusal_is_told_by_hand_only(helper, claim, close_first):
    for words, text, status in (((), "This is not your session.\r\n", 1), (("--auto",), "", 0)):
        person = claim(*words)
        line = helper.accept()
        if not close_first:
            line.receive("CLAIM")
        line.send("END", outcome=ERROR, text="This is not your session.")
        line.close()
        assert (person.end(), person.text) == (status, text)


def test_exists_is_fine(helper, claim):
    person = claim()
    helper.greeted().send("END", outcome=EXISTS, text="There is one already.")
    assert person.end() == 0 and person.text == "There is one already.\r\n"


# ---- the person chooses


def chosen(helper, claim, *lines, words=()):
    """Type these lines, each behind its own prompt."""
    person = claim(*words)
    line = helper.greeted()
    line.send("CHOOSE")
    for prompt, typed in lines:
        person.see(prompt)
        person.wait_echo(False)
        person.type(typed + "\n")
    return person, line


@pytest.mark.parametrize("password", ["Corr3ct-horse", "Schl\u00fcssel-1", "x" * 128, "\u00e9" * 128])
def test_chosen(helper, claim, password):
    person, line = chosen(helper, claim, (NEW_PROMPT, password), (SAME_PROMPT, password))
    assert line.receive("CHOSEN") == {frames.PASSWORD: password.encode()}
    line.send("SHOW", signin_url=URL, iam_user=ALICE)
    line.receive("SEEN")
    line.send("END", outcome=OK)
    assert person.end() == 0 and password not in person.text
    assert "\r\nPassword:    (the one you have chosen)\r\n" in person.text
    assert CONFIRM not in person.text


def test_chosen_again_says_why(helper, claim):
    person, line = chosen(helper, claim, (NEW_PROMPT, "short"), (SAME_PROMPT, "short"))
    line.receive("CHOSEN")
    line.send("CHOOSE", text="The account asks for 14 characters.")
    person.see("The account asks for 14 characters.\r\n")
    person.see(NEW_PROMPT)
    person.type("\x03")
    assert person.end() == 130


def test_three_mismatches_end_it(helper, claim):
    person, line = chosen(helper, claim, *[(NEW_PROMPT, "one"), (SAME_PROMPT, "two")] * 3)
    assert line.left()
    assert person.end() == 1 and person.text.count("The two are not the same.\r\n") == 3
    assert person.text.endswith("Nothing was created. To be asked again: iamlp claim\r\n")


@pytest.mark.parametrize("typed, says", [("", "Nothing was typed."), ("y" * 129, "128 characters"),
                                         ("z" * 2000, "128 characters"),
                                         ("a\x0bb", "control character")])
def test_what_can_be_no_password(helper, claim, typed, says):
    person, line = chosen(helper, claim, (NEW_PROMPT, typed), (NEW_PROMPT, "Fine-1-now"),
                          (SAME_PROMPT, "Fine-1-now"))
    assert line.receive("CHOSEN") == {frames.PASSWORD: b"Fine-1-now"}
    line.send("END", outcome=OK)
    assert person.end() == 0 and says in person.text


def test_bytes_that_are_not_utf8(helper, claim):
    person = claim()
    line = helper.greeted()
    line.send("CHOOSE")
    person.see(NEW_PROMPT)
    os.write(person.child.child_fd, b"caf\xe9\n")
    person.see("not UTF-8.\r\n")
    person.see(NEW_PROMPT)
    person.type("\x04")
    assert line.left()
    assert person.end() == 1


# ---- Ctrl-C and the rest, at each point

POINTS = ["before the greeting", "after the greeting", "asked", "creating", "choosing",
          "choosing again", "chosen", "shown", "confirmed"]


def bring(helper, person, point):
    """Play until the point is reached."""
    if point == "before the greeting":
        return helper.accept()
    line = helper.greeted(text="One moment.")
    person.see("One moment.\r\n")
    if point in ("asked", "creating"):
        line.send("ASK", **PLAN)
        person.see(OFFER)
    if point == "creating":
        person.type("yes\n")
        person.see("yes\r\n")
        line.receive("ANSWER")
    if point in ("choosing", "choosing again", "chosen"):
        line.send("CHOOSE")
        person.see(NEW_PROMPT)
        person.wait_echo(False)
    if point in ("choosing again", "chosen"):
        person.type("Fine-1-now\n")
        person.see(SAME_PROMPT)
        person.wait_echo(False)
    if point == "chosen":
        person.type("Fine-1-now\n")
        person.see("\r\n")
        line.receive("CHOSEN")
    if point in ("shown", "confirmed"):
        line.send("SHOW", **SECRET)
        person.see(CONFIRM)
    if point == "confirmed":
        person.type("yes\n")
        person.see("yes\r\n")
        line.receive("SEEN")
    return line


@pytest.mark.parametrize("words", [(), ("--auto",)], ids=["by hand", "auto"])
@pytest.mark.parametrize("point", POINTS)
def test_ctrl_c(helper, claim, point, words):
    person = claim(*words)
    line = bring(helper, person, point)
    if point == "before the greeting":
        line.receive("CLAIM")
    person.text = ""
    person.type("\x03")
    assert person.end() == 130
    assert line.left(), "and the connection is closed"
    # tty's echo, the rest of its line, and one sentence
    lines = person.text.removeprefix("^C").split("\r\n")
    assert lines[0] == "" and lines[-1] == "" and len([text for text in lines if text]) == \
        (0 if words and point == "before the greeting" else 1)
    assert ("iamlp claim" in person.text) == (not words or point != "before the greeting")


@pytest.mark.parametrize("number, status", [(signal.SIGTERM, 143), (signal.SIGHUP, 129),
                                            (signal.SIGQUIT, 131)])
@pytest.mark.parametrize("point", ["after the greeting", "choosing", "shown"])
def test_other_signals(helper, claim, point, number, status):
    person = claim()
    line = bring(helper, person, point)
    os.kill(person.pid(), number)
    assert person.end() == status and line.left()


def test_ctrl_z_is_ignored(helper, claim):
    person = claim()
    line = bring(helper, person, "choosing")
    with open(f"/proc/{person.pid()}/status", encoding="ascii") as file:
        ignored = int(re.search(r"^SigIgn:\s+(\S+)", file.read(), re.M).group(1), 16)
    assert ignored >> (signal.SIGTSTP - 1) & 1
    person.type("\x1a")
    person.type("Fine-1-now\n")
    person.see(SAME_PROMPT)
    person.type("Fine-1-now\n")
    assert line.receive("CHOSEN") == {frames.PASSWORD: b"Fine-1-now"}
    line.send("END", outcome=OK)
    assert person.end() == 0


@pytest.mark.parametrize("point", ["asked", "shown"])
def test_a_terminal_that_goes_away_is_no_answer(helper, claim, point):
    person = claim()
    line = bring(helper, person, point)
    person.child.close(force=False)
    assert line.left(), "neither ANSWER nor SEEN"


def test_ctrl_c_while_a_busy_helper_drops_us(helper, claim):
    person = claim("--auto")
    helper.accept().close()
    helper.accept().close()
    person.type("\x03")
    assert person.end() == 130 and person.text == "^C\r\n"


# ---- connections


def test_a_dropped_connection_is_tried_again(helper, claim):
    person = claim("--auto")
    for _ in range(3):
        helper.accept().close()
    helper.greeted().send("END", outcome=OK, text="There.")
    assert person.end() == 0 and person.text == "There.\r\n"


def test_a_full_queue_is_waited_for(path, claim):
    full = socket.socket(socket.AF_UNIX)
    full.bind(path)
    full.listen(0)
    full.settimeout(20)
    others = [socket.socket(socket.AF_UNIX) for _ in range(3)]
    for other in others:
        other.setblocking(False)
        other.connect_ex(path)
    person = claim("--auto")
    time.sleep(0.3)
    for other in others:
        other.close()
    while True:
        line = Line(full.accept()[0])
        try:
            line.receive("CLAIM")
            break
        except EOFError:
            continue
    line.send("GREET", mode=ASK)
    line.send("END", outcome=OK, text="There.")
    assert person.end() == 0 and person.text == "There.\r\n"


def test_dropped_for_good(helper, claim):
    people = [claim(), claim("--auto")]
    helper.sock.settimeout(7)
    with pytest.raises(TimeoutError):
        while True:
            helper.accept().close()
    assert people[0].end() == 255 and "busy; try again in a minute" in people[0].text
    assert people[1].end() == 0 and people[1].text == ""


def nothing(path):
    del path


def stale(path):
    Played(path).close()


def a_file(path):
    with open(path, "w", encoding="utf-8"):
        pass


@pytest.mark.parametrize("there", [nothing, stale, a_file])
def test_nobody_listens(path, claim, there):
    there(path)
    person, shell = claim(), claim("--auto")
    assert shell.end() == 0 and shell.text == ""
    assert person.end() == 255 and path in person.text and "systemctl start" in person.text


def test_a_path_too_long(claim):
    for words, text, status in (((), "too long", 255), (("--auto",), "", 0)):
        person = claim("--socket", "/" + "x" * 200, *words)
        assert person.end() == status and text in person.text
        assert words == () or person.text == ""


GARBAGE = {
    "no frame": b"HTTP/1.1 200 OK\r\n\r\n",
    "another version": b"IL\x02" + pack("GREET", mode=ASK)[3:],
    "too long": b"IL\x01\x08\x7f\xff\xff\xff",
    "half a field": b"IL\x01\x08\x00\x00\x00\x03abc",
    "a field beyond its frame": b"IL\x01\x08\x00\x00\x00\x05\x01\x00\x00\x00\x09",
    "greeted without a mode": pack("GREET"),
    "greeted with an unknown mode": pack("GREET", mode=7),
    "an unknown type": b"IL\x01\x63\x00\x00\x00\x00",
    "ask before the greeting": pack("ASK", **PLAN),
    "show before the greeting": pack("SHOW", **SECRET),
}


@pytest.mark.parametrize("what", GARBAGE)
def test_garbage(helper, claim, what):
    for words in ((), ("--auto",)):
        person = claim(*words)
        line = helper.accept()
        line.receive("CLAIM")
        line.sock.sendall(GARBAGE[what])
        status = person.end()
        assert PASSWORD not in person.text
        if words:
            assert status == 0 and person.text == ""
        else:
            assert status == 255 and person.text.count("\r\n") == 1
            assert person.text.startswith("iamlp claim: iamlp-helper ")
        line.close()


@pytest.mark.parametrize("mode", [HINT, QUIET])
@pytest.mark.parametrize("kind, fields", [("ASK", PLAN), ("CHOOSE", {}), ("SHOW", SECRET),
                                          ("GREET", {"mode": ASK})])
def test_nothing_is_asked_after_hint_or_quiet(helper, claim, mode, kind, fields):
    person = claim()
    line = helper.greeted(mode)
    line.send(kind, **fields)
    assert person.end() == 255 and PASSWORD not in person.text and line.left()


def test_the_helper_dies_on_the_way(helper, claim):
    for words, said in (((), True), (("--auto",), False)):
        person = claim(*words)
        helper.greeted().close()
        status = person.end()
        assert (status, "to go on from there: iamlp claim" in person.text) == \
            ((255, True) if said else (0, False))
    person = claim("--auto")
    line = bring(helper, person, "creating")
    line.close()
    assert person.end() == 255 and "to go on from there: iamlp claim" in person.text


# ---- what a terminal gets


def test_forty_columns(helper, claim):
    person = claim(columns=40)
    line = helper.greeted()
    line.send("ASK", **PLAN)
    person.see("for later: ")
    person.type("yes\n")
    line.receive("ANSWER")
    line.send("SHOW", **SECRET, text="If it is refused, ask an operator for a new one, please.")
    person.see("shown again: ")
    person.type("yes\n")
    line.receive("SEEN")
    line.send("END", outcome=OK, text="You have a console password and must change it.")
    assert person.end() == 0
    whole = {f"Sign-in URL: {URL}", f"IAM user:    {ALICE}", f"Password:    {PASSWORD}"}
    lines = person.text.split("\r\n")
    assert whole <= set(lines) and all(len(text) < 40 for text in lines if text not in whole)
    assert " ".join(lines).count("You have a console password and must change it.") == 1
    assert "\r\nType yes once you have noted it; it is\r\n" in person.text


@pytest.mark.parametrize("columns, widest", [(5, 19), (0, 79)])
def test_odd_widths(helper, claim, columns, widest):
    person = claim(columns=columns)
    words = "word " * 60
    helper.greeted().send("END", outcome=OK, text=words + "https://" + "x" * 100)
    assert person.end() == 0
    lines = person.text.split("\r\n")
    assert max(len(text) for text in lines[:-2]) == widest and lines[-2] == "https://" + "x" * 100
    assert " ".join(lines[:-2]) == words.strip()


def test_control_characters_never_reach_it(helper, claim):
    bad = "a\x1b[2Jb\nc\rd\x9be\u202ef"
    person = claim()
    line = helper.greeted(text=bad)
    line.send("ASK", user=bad, iam_user=bad, account=bad, text=bad)
    person.see(OFFER)
    person.type("yes\n")
    line.receive("ANSWER")
    line.send("CHOOSE", text=bad)
    person.see(NEW_PROMPT)
    person.type("Fine-1-now\n")
    person.see(SAME_PROMPT)
    person.type("Fine-1-now\n")
    line.receive("CHOSEN")
    line.send("SHOW", signin_url=bad, iam_user=bad, password=bad, text=bad)
    person.see(CONFIRM)
    person.type("yes\n")
    line.receive("SEEN")
    line.send("END", outcome=OK, text=bad)
    assert person.end() == 0
    assert not set(person.text) & set("\x1b\x9b\u202e") and "\n" not in person.text.replace("\r\n", "")
    assert person.text.count("a?[2Jb?c?d?e?f") == 10


def test_not_a_terminal(path, helper):
    for words, status, says in (((), 255, "needs a terminal"), (("--auto",), 0, "")):
        run = subprocess.run([IAMLP, "claim", "--socket", path, *words], stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, check=False)
        assert run.returncode == status and says in run.stderr and run.stdout == ""
        assert words == () or run.stderr == ""
    helper.sock.settimeout(0.2)
    with pytest.raises(TimeoutError):
        helper.accept()


def test_output_into_a_pipe_shows_nothing(claim, helper):
    person = claim(command=("/bin/sh", "-c", '"$0" claim "$@" | cat', IAMLP))
    assert person.end() == 0 and "needs a terminal" in person.text
    helper.sock.settimeout(0.2)
    with pytest.raises(TimeoutError):
        helper.accept()


@pytest.mark.parametrize("words", [("--bogus",), ("alice",), ("--socket",), ("--auto=1",)])
def test_usage(words):
    run = subprocess.run([IAMLP, "claim", *words], capture_output=True, text=True, check=False)
    assert run.returncode == 252 and run.stderr.startswith("usage: iamlp claim ")


def test_nothing_of_the_password_stays_while_the_person_reads(helper, claim):
    if os.geteuid() != 0:
        pytest.skip("skipped: needs root to look into another program's memory")
    person = claim()
    line = bring(helper, person, "shown")
    pid = person.pid()
    found = []
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb") as mem:
        for entry in maps:
            start, end = (int(n, 16) for n in entry.split()[0].split("-"))
            if "rw" in entry.split()[1] and end - start < 1 << 26:  # but a sanitizer's shadow
                mem.seek(start)
                if PASSWORD.encode() in mem.read(end - start):
                    found.append(entry)
    assert found == []
    person.type("\x03")
    assert person.end() == 130 and line.left()
