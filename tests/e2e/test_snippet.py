"""The snippets in real shells: heard by a person at a login, by nobody and nothing else.

Each shell runs as alice in a mount namespace of its own, in which `make install` has put the
snippets in their places and /run has or has not a mark. The program they call is a fake that
keeps a list of its calls, or the real one with a helper played by the test.
"""

import os
import shutil
import subprocess
import tempfile

import pexpect
import pytest

from world.needs import NEEDS_WORLD
from world import files
from world.host import BUILD, TOP
from world.played import Played

pytestmark = NEEDS_WORLD

UID, GID = 64001, 64000
SHELLS = ["bash", "dash", "ksh93", "mksh", "zsh", "fish"]
EVERY_SHELL = pytest.mark.parametrize("shell", SHELLS)
CALL = "CLAIM <claim --auto>"

FAKE = """#!/bin/sh
echo "CLAIM <$*>" >>{calls}
echo "CLAIM <$*>"
exit 7
"""

ENTER = """#!/bin/sh
set -eu
mount --bind {folder}/run /run
[ "$SNIPPET" = no ] || mount --bind {folder}/dest/etc/profile.d /etc/profile.d
[ "$SNIPPET" = yes ] || mount --bind {folder}/without /etc/profile.d
[ ! -e /etc/zsh/zlogin ] || mount --bind {folder}/zlogin.$SNIPPET /etc/zsh/zlogin
if [ -d /usr/share/fish/vendor_conf.d ]; then
    mount --bind {folder}/fish.$SNIPPET /usr/share/fish/vendor_conf.d
fi
exec setpriv --reuid {uid} --regid {gid} --clear-groups -- env -i "$@"
"""


class Desk:
    """A host on which alice logs in."""

    def __init__(self, folder):
        self.folder, self.calls = folder, os.path.join(folder, "calls")
        dest, self.bin = os.path.join(folder, "dest"), os.path.join(folder, "bin")
        subprocess.run(["make", "-s", "-C", TOP, "install", f"BUILD={os.path.basename(BUILD)}",
                        f"DESTDIR={dest}", f"BINDIR={self.bin}"], check=True,
                       stdout=subprocess.DEVNULL)
        self.snippet = {"sh": os.path.join(dest, "etc/profile.d/iamlp.sh"),
                        "zsh": os.path.join(dest, "usr/share/iamlp/iamlp.zsh"),
                        "fish": os.path.join(dest, "usr/share/fish/vendor_conf.d/iamlp.fish")}
        for name in ("run/iamlp/pending", "home", "without", "bin", "fish.no", "fish.yes"):
            os.makedirs(os.path.join(folder, name))
        after = 'echo AFTER "$HOME" >/dev/null; echo AFTER\n'
        for name in ("dest/etc/profile.d/zz.sh", "without/zz.sh", "fish.no/zz.fish",
                     "fish.yes/zz.fish", "zlogin.no"):
            self.write(name, after)
        self.write("zlogin.yes", f"source {self.snippet['zsh']}\n{after}")
        shutil.copy(self.snippet["fish"], os.path.join(folder, "fish.yes"))
        self.write("home/.zshrc", "PS1='$ '\n")
        # Where this is missing fish goes off to make completions out of manuals.
        os.makedirs(os.path.join(folder, "home/.local/share/fish/generated_completions"))
        subprocess.run(["chown", "-R", f"{UID}:{GID}", os.path.join(folder, "home")], check=True)
        self.enter = self.write("enter", ENTER.format(folder=folder, uid=UID, gid=GID), 0o755)
        self.program(FAKE.format(calls=self.calls))
        self.mark()

    def write(self, name, text, mode=0o644):
        return files.write(os.path.join(self.folder, name), text, mode)

    def program(self, text):
        self.write("bin/iamlp", text, 0o755)

    def mark(self, *uids):
        """Exactly these people have something waiting."""
        pending = os.path.join(self.folder, "run/iamlp/pending")
        for name in os.listdir(pending):
            os.unlink(os.path.join(pending, name))
        for uid in uids:
            self.write(f"run/iamlp/pending/{uid}", "")

    def called(self):
        """The calls since last asked."""
        if not os.path.exists(self.calls):
            return []
        with open(self.calls, encoding="utf-8") as file:
            text = file.read()
        os.truncate(self.calls, 0)
        return text.splitlines()

    def words(self, *command, snippet=True, **variables):
        base = {"PATH": "/usr/bin:/bin", "HOME": os.path.join(self.folder, "home"), "PS1": "$ ",
                "TERM": "xterm", "LANG": "C.UTF-8"}
        keys = {k: v for k, v in dict(base, **variables).items() if v is not None}
        return ["env", f"SNIPPET={'yes' if snippet else 'no'}", "unshare", "--mount", self.enter,
                *(f"{k}={v}" for k, v in keys.items()), *command]

    def spawn(self, *command, **how):
        words = self.words(*command, **how)
        child = pexpect.spawn(words[0], words[1:], encoding="utf-8", timeout=20, echo=False,
                              dimensions=(24, 200))
        child.delaybeforesend = None
        return child

    def typed(self, *command, lines=("exit",), **how):
        """All that a terminal shows when these lines are typed after the profile."""
        child = self.spawn(*command, **how)
        if lines:
            child.expect_exact("AFTER")
        shown = child.before + child.after if lines else ""
        for line in lines:
            child.sendline(line)
        child.expect(pexpect.EOF)
        child.close()
        return shown + child.before


@pytest.fixture(scope="module")
def _desk():
    # Not pytest's own folder, which is closed to alice.
    with tempfile.TemporaryDirectory(prefix="iamlp-desk.") as folder:
        os.chmod(folder, 0o755)
        yield Desk(folder)


@pytest.fixture
def desk(_desk):
    _desk.program(FAKE.format(calls=_desk.calls))
    with open(_desk.calls, "w", encoding="utf-8"):
        pass
    os.chmod(_desk.calls, 0o666)
    _desk.mark(UID)
    return _desk


@pytest.fixture(autouse=True)
def _installed(request):
    shell = request.node.callspec.params.get("shell") if hasattr(request.node, "callspec") else None
    if shell and not shutil.which(shell):
        pytest.skip(f"skipped: {shell} is not installed")


# ---- heard


@EVERY_SHELL
def test_a_login_shell_speaks_once(desk, shell):
    shown = desk.typed(shell, "-il")
    assert desk.called() == [CALL]
    assert shown.count(CALL) == 1 and shown.index(CALL) < shown.index("AFTER")


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_shells_that_count_their_levels(desk, shell):
    desk.typed(shell, "-il", SHLVL="0")
    assert desk.called() == [CALL]


def test_zsh_where_its_zprofile_reads_profile_d(desk):
    if not shutil.which("zsh"):
        pytest.skip("skipped: zsh is not installed")
    profile = desk.write("home/.zprofile", f"emulate sh -c '. {desk.snippet['sh']}'\n")
    desk.typed("zsh", "-ilc", "env", snippet=False, lines=())
    assert desk.called() == []
    desk.typed("zsh", "-il", snippet=False)
    os.unlink(profile)
    assert desk.called() == [CALL]


def test_the_first_character_of_a_name_makes_a_login_shell(desk):
    desk.typed("bash", "-c", "exec -a -bash bash", SHLVL="0", lines=("exit",))
    assert desk.called() == [CALL]


# ---- silent, byte for byte

SILENT = {
    "nothing waits": {"mark": ()},
    "somebody else's waits": {"mark": (64002,)},
    "TERM dumb": {"TERM": "dumb"},
    "no TERM": {"TERM": None},
    "empty TERM": {"TERM": ""},
    "TMUX": {"TMUX": "/tmp/tmux-64001/default,1,0"},
    "screen": {"STY": "1.pts-0.host"},
    "Emacs": {"INSIDE_EMACS": "29.1,comint"},
    "VS Code": {"VSCODE_RESOLVING_ENVIRONMENT": "1"},
    "IntelliJ": {"INTELLIJ_ENVIRONMENT_READER": "1"},
    "set, though empty": {"TMUX": ""},
    "nested": {"SHLVL": "2"},
}


@EVERY_SHELL
@pytest.mark.parametrize("why", SILENT)
def test_silent(desk, shell, why):
    how = dict(SILENT[why])
    desk.mark(*how.pop("mark", (UID,)))
    shown = desk.typed(shell, "-il", **how)
    assert desk.called() == [] and "CLAIM" not in shown
    if shell != "fish":  # which paints its prompt as often as it likes
        assert shown == desk.typed(shell, "-il", snippet=False, **how)


@EVERY_SHELL
@pytest.mark.parametrize("options", ["-ilc", "-lc", "-ic", "-c"])
def test_a_command_on_a_terminal(desk, shell, options):
    """How editors ask for a person's environment: bash -ilc env on a pty."""
    def env(snippet):
        shown = desk.typed(shell, options, "env", lines=(), snippet=snippet)
        # fish 4 has its variables in another order each time.
        return sorted(line for line in shown.split("\r\n") if not line.startswith("_="))
    shown = env(True)
    assert desk.called() == [] and any(line.startswith("HOME=") for line in shown)
    assert shown == env(False)


@pytest.mark.parametrize("words", [["-l", "-i", "-c", "env"], ["--command=env", "-il"],
                                   ["-il", "--command", "env"], ["-ilcenv"]], ids=" ".join)
def test_how_fish_is_given_a_command(desk, words):
    if not shutil.which("fish"):
        pytest.skip("skipped: fish is not installed")
    assert "HOME=" in desk.typed("fish", *words, lines=()) and desk.called() == []


def test_fish_that_is_no_login_shell(desk):
    """It reads the same file."""
    if not shutil.which("fish"):
        pytest.skip("skipped: fish is not installed")
    assert "AFTER" in desk.typed("fish", "-i") and desk.called() == []


@pytest.mark.parametrize("shell", ["dash", "mksh", "zsh"])
def test_a_script_with_an_interactive_login_shell(desk, shell):
    script = desk.write("script", "echo SCRIPT\n")
    shown = desk.typed(shell, "-il", script, lines=())
    assert "SCRIPT" in shown and desk.called() == []


@EVERY_SHELL
@pytest.mark.parametrize("redirect", ["0</dev/null", "1>{out}", "2>/dev/null"])
def test_one_of_the_three_is_no_terminal(desk, shell, redirect):
    redirect = redirect.format(out=os.path.join(desk.folder, "home", "out"))
    child = desk.spawn("sh", "-c", f"exec {shell} -il {redirect}")
    child.sendline("exit")
    child.expect(pexpect.EOF)
    child.close()
    assert desk.called() == []


@EVERY_SHELL
@pytest.mark.parametrize("options", [["-l"], ["-il"], []])
def test_no_terminal_at_all(desk, shell, options):
    """As under scp, sftp, git and rsync."""
    def run(snippet):
        return subprocess.run(desk.words(shell, *options, snippet=snippet), input=b"echo DATA\n",
                              capture_output=True, check=True, timeout=30)
    ours, without = run(True), run(False)
    assert desk.called() == [] and b"DATA" in ours.stdout
    assert ours.stdout == without.stdout
    if "-il" not in options:  # a shell without a terminal complains with its process id
        assert ours.stderr == without.stderr


def test_tmux_panes(desk):
    if not shutil.which("tmux"):
        pytest.skip("skipped: tmux is not installed")
    child = desk.spawn("tmux", "-S", os.path.join(desk.folder, "home", "tmux"), "-f", "/dev/null",
                       "new-session", SHELL="/bin/bash")
    child.expect("AFTER")
    child.sendline("exit")
    child.expect(pexpect.EOF)
    child.close()
    assert desk.called() == []


@pytest.mark.parametrize("shell", SHELLS)
def test_nothing_is_started_for_nobody(desk, shell):
    if not shutil.which("strace"):
        pytest.skip("skipped: no strace")
    desk.mark()

    def started(snippet):
        trace = os.path.join(desk.folder, "home", "trace")
        # fish paints its prompt, with programs, as often as it likes.
        words, how = (["-ilc", "true"], {"lines": ()}) if shell == "fish" else (["-il"], {})
        desk.typed("strace", "-qq", "-e", "trace=execve,fork,vfork,clone,clone3", "-e",
                   "signal=none", "-o", trace, shell, *words, snippet=snippet, **how)
        with open(trace, encoding="utf-8", errors="replace") as file:
            return sum("exited" not in line and "CLONE_THREAD" not in line and "resumed" not in line
                       for line in file)
    assert started(True) == started(False) > 0


# ---- manners

LISTS = """
names() {{ set | sed -n 's/^\\([A-Za-z_][A-Za-z_0-9]*\\)=.*/\\1/p'; set +o; alias; }}
case x in x) ;; esac # mksh keeps what matched
names >{home}/before
. {snippet}
s=$?
names >{home}/after
"""


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("shell", [s for s in SHELLS if s != "fish"])
def test_nothing_is_left_behind(desk, shell, marked):
    desk.mark(*([UID] if marked else []))
    home = os.path.join(desk.folder, "home")
    for name in ("before", "after"):
        if os.path.exists(os.path.join(home, name)):
            os.unlink(os.path.join(home, name))
    file = desk.write("home/lists", LISTS.format(home=home, snippet=desk.snippet[
        "zsh" if shell == "zsh" else "sh"]))
    desk.typed(shell, "-il", snippet=False, lines=(f". {file}", "exit"))
    assert desk.called() == ([CALL] if marked else [])
    with open(os.path.join(home, "before"), encoding="utf-8") as before, \
            open(os.path.join(home, "after"), encoding="utf-8") as after:
        new = set(after.read().splitlines()) - set(before.read().splitlines())
    assert new <= {"s", "_", "PIPESTATUS"}


HARSH = """
set -eu
set -C
IFS=0123456789/iU:
. {snippet}
IFS=' '
echo "SURVIVED <$?>"
exit 0
"""


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("shell", [s for s in SHELLS if s != "fish"])
def test_harsh_settings(desk, shell, marked):
    desk.mark(*([UID] if marked else []))
    file = desk.write("home/harsh", HARSH.format(snippet=desk.snippet["zsh" if shell == "zsh" else "sh"]))
    shown = desk.typed(shell, "-il", snippet=False, lines=(f". {file}",))
    assert "SURVIVED <0>" in shown and desk.called() == ([CALL] if marked else [])


@pytest.mark.parametrize("shell", [s for s in SHELLS if s not in ("fish", "bash", "zsh")])
def test_a_variable_uid_is_not_believed(desk, shell):
    desk.mark(64002)
    desk.typed(shell, "-il", UID="64002")
    assert desk.called() == []


@EVERY_SHELL
def test_a_program_that_is_not_there(desk, shell):
    os.unlink(os.path.join(desk.bin, "iamlp"))
    # Only what the profile says: when a shell echoes what is typed behind it is its own affair.
    said = [desk.typed(shell, "-il", snippet=snippet).partition("AFTER") for snippet in (True, False)]
    assert said[0][1] == "AFTER" and said[0][0] == said[1][0]


@EVERY_SHELL
def test_after_ctrl_c_the_profile_goes_on(desk, shell):
    shutil.copy(os.path.join(BUILD, "iamlp"), os.path.join(desk.bin, "iamlp"))
    path = os.path.join(desk.folder, "run/iamlp/claim.sock")
    if os.path.exists(path):
        os.unlink(path)
    helper = Played(path)
    os.chmod(path, 0o666)
    child = desk.spawn(shell, "-il")
    line = helper.greeted()
    line.send("ASK", iam_user="Alice.Smith@example.com", account="123456789012", text="Now?")
    child.expect_exact("press Enter for later: ")
    child.send("\x03")
    child.expect_exact("Nothing was created. To be asked again: iamlp claim\r\n")
    if shell != "ksh93":  # which leaves its profile at any Ctrl-C
        child.expect_exact("AFTER")
    child.sendline("echo ALIVE-`expr 20 + 22`" if shell != "fish" else "echo ALIVE-(math 20 + 22)")
    child.expect_exact("ALIVE-42")
    assert line.left()
    child.sendline("exit")
    # ksh93 did not wait for it, and may hear late that it is gone.
    if shell == "ksh93" and child.expect([pexpect.EOF, "You have running jobs"]) == 1:
        child.sendline("exit")
    child.expect(pexpect.EOF)
    child.close()
    helper.close()


# ---- a graphical session

TERMINALS = {"x-terminal-emulator": "-e", "gnome-terminal": "--", "kgx": "--", "konsole": "-e",
             "ptyxis": "--", "xfce4-terminal": "-x", "xterm": "-e"}


def desktop(desk, terminals, *words):
    """claim-terminal with these terminals on PATH, each of which says how it was called."""
    tools = os.path.join(desk.folder, "tools")
    shutil.rmtree(tools, ignore_errors=True)
    os.mkdir(tools)
    for name in ("id", "sh"):
        os.symlink(shutil.which(name), os.path.join(tools, name))
    for name in terminals:
        desk.write(f"tools/{name}", f'#!/bin/sh\necho "{name} $1"\nshift\n"$@" </dev/null\n', 0o755)
    program = os.path.join(desk.folder, "dest/usr/libexec/iamlp/claim-terminal")
    return subprocess.run(desk.words(program, *words, PATH=tools), capture_output=True, text=True,
                          check=False, timeout=30, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("terminal", TERMINALS)
def test_a_graphical_session_opens_a_terminal(desk, terminal):
    run = desktop(desk, [terminal])
    assert run.stdout.splitlines()[:2] == [f"{terminal} {TERMINALS[terminal]}", CALL]
    assert "Press Enter to close this window. " in run.stdout and desk.called() == [CALL]


@pytest.mark.parametrize("terminals, marked", [(list(TERMINALS), False), ([], True)])
def test_a_graphical_session_is_left_alone(desk, terminals, marked):
    desk.mark(*([UID] if marked else []))
    run = desktop(desk, terminals)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "") and desk.called() == []


def test_one_terminal_is_enough(desk):
    assert desktop(desk, list(TERMINALS)).stdout.startswith("x-terminal-emulator -e\n")
    assert desk.called() == [CALL]


def test_the_desktop_entry_is_valid(desk):
    if not shutil.which("desktop-file-validate"):
        pytest.skip("skipped: desktop-file-validate (desktop-file-utils) is not installed")
    run = subprocess.run(["desktop-file-validate", os.path.join(
        desk.folder, "dest/etc/xdg/autostart/iamlp-claim.desktop")], capture_output=True, text=True,
        check=False)
    assert (run.returncode, run.stdout) == (0, "")
