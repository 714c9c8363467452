"""Completion in bash, zsh and fish, and --help: every verb and option of the tables."""

import os
import re
import shutil
import subprocess

import pexpect
import pytest

from world.tables import IAMLP, dropin, own

SHELLS = ["bash", "zsh", "fish"]
OWN, DROPIN = own(), dropin()
OPTIONS = {**{verb: {*options, "--help"} for verb, (_, options) in OWN.items()}, **DROPIN}
BASH = r"""
. "$1"
while IFS= read -r COMP_LINE; do
    COMP_WORDS=(); part=$COMP_LINE
    # As readline takes words apart: "=" is one.
    for word in $COMP_LINE; do
        while [[ $word == *=* ]]; do
            [ -z "${word%%=*}" ] || COMP_WORDS+=("${word%%=*}")
            COMP_WORDS+=(=); word=${word#*=}
        done
        [ -z "$word" ] || COMP_WORDS+=("$word")
    done
    case $COMP_LINE in *" ") COMP_WORDS+=("") ;; esac
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    $(complete -p iamlp | sed 's/.*-F \([^ ]*\) .*/\1/')
    printf '%s\n' "${COMPREPLY[@]}" --end
done
"""
# What would be offered is written down, and not inserted.
ZSH = r"""
autoload -U compinit; compinit -D -u
. "$1"
compadd() {
    local -a offered
    [[ "$*" == *-[OAD]* ]] || { builtin compadd -O offered "$@"; print -rl -- $offered >&9 }
    builtin compadd "$@"
}
ask() { print -r -- --end >&9; BUFFER= }
zle -C offer list-choices _main_complete
bindkey '^A' offer
zle -N ask; bindkey '^B' ask
PS1='ready> '
"""


def need(shell):
    if not shutil.which(shell):
        pytest.skip(f"skipped: {shell} is not installed")


class Completer:
    """A shell that is asked what it would offer behind a line."""

    def __init__(self, shell, folder):
        self.shell, self.folder = shell, str(folder)
        self.script = os.path.join(self.folder, "_iamlp")
        with open(self.script, "wb") as file:
            subprocess.run([IAMLP, "completion", shell], stdout=file, check=True)
        self.env = dict(os.environ, HOME=self.folder, TERM="xterm", LC_ALL="C.UTF-8")

    def offers(self, lines):
        """For each line, the words that are offered."""
        return dict(zip(lines, getattr(self, self.shell)(lines)))

    def run(self, *words, said=""):
        run = subprocess.run(words, input=said, env=self.env, capture_output=True, text=True,
                             check=True, cwd=self.folder)
        assert run.stderr == ""
        return run.stdout

    def bash(self, lines):
        out = self.run("bash", "--norc", "-c", BASH, "bash", self.script,
                       said="".join(f"{line}\n" for line in lines))
        return [{w for w in part.split("\n") if w} for part in out.split("--end\n")]

    def fish(self, lines):
        os.makedirs(os.path.join(self.folder, ".local/share/fish/generated_completions"),
                    exist_ok=True)
        script = f"source {self.script}\nwhile read -l line\ncomplete -C $line\necho --end\nend"
        out = self.run("fish", "--no-config", "-c", script, said="".join(f"{x}\n" for x in lines))
        return [{w.split("\t")[0].rpartition("=")[2] for w in part.split("\n") if w}
                for part in out.split("--end\n")]

    def zsh(self, lines):
        """On a terminal: its completion works nowhere else."""
        rc, said = (os.path.join(self.folder, name) for name in ("rc", "said"))
        with open(rc, "w", encoding="utf-8") as file:
            file.write(ZSH)
        child = pexpect.spawn("zsh", ["-f", "-i"], env=self.env, timeout=60, echo=False,
                              cwd=self.folder, dimensions=(200, 200))
        child.sendline(f"exec 9>{said}; set -- {self.script}; . {rc}")
        child.expect_exact("ready> ")
        for line in lines:
            child.send(line + "\x01\x02")
        child.sendline("exit")
        child.expect(pexpect.EOF)
        child.close()
        with open(said, encoding="utf-8") as file:
            return [{w.rstrip("= ") for w in part.split("\n") if w.strip()}
                    for part in file.read().split("--end\n")]


@pytest.fixture(scope="module", params=SHELLS)
def completer(request, tmp_path_factory):
    need(request.param)
    return Completer(request.param, tmp_path_factory.mktemp(request.param))


def test_every_verb_and_option(completer):
    lines = {"iamlp ": set(OPTIONS), "iamlp --": {"--help", "--version"}} | {f"iamlp {verb} --": options
                                        for verb, options in OPTIONS.items()}
    offered = completer.offers(list(lines))
    assert offered == lines


def test_values(completer):
    """What an option or a verb takes, where more is known of it than that it is a word."""
    for name in ("some.conf", "sources"):
        path = os.path.join(completer.folder, name)
        if not os.path.exists(path):
            os.mkdir(path) if name == "sources" else open(path, "w", encoding="utf-8").close()
    services = {name for name in os.listdir("/etc/pam.d") if name.startswith("su")}
    lines = {
        "iamlp provision --output ": {"table", "csv", "json"},
        "iamlp provision --output=": {"table", "csv", "json"},
        "iamlp provision --output t": {"table"},
        "iamlp policy --only ": {"host", "role", "trust", "optional"},
        "iamlp create-login-profile --output ": {"json", "text"},
        "iamlp get-login-profile --generate-cli-skeleton ": {"input", "output"},
        "iamlp get-login-profile --color ": {"on", "off", "auto"},
        "iamlp completion ": {"bash", "zsh", "fish"},
        "iamlp explain roo": {"root"},
        "iamlp provision --group roo": {"root"},
        "iamlp enable su": services,
        "iamlp check --timeout ": set(),
    }
    offered = completer.offers([*lines, "iamlp check --conf so", "iamlp check --state so"])
    assert {line: words for line, words in offered.items() if line in lines} == lines
    assert {"some.conf"} <= offered["iamlp check --conf so"]
    assert {w.rstrip("/") for w in offered["iamlp check --state so"]} == {"sources"}


def test_bash_at_a_terminal(tmp_path):
    """A person's Tab, in a shell that has read what is installed."""
    need("bash")
    completer = Completer("bash", tmp_path)
    (tmp_path / "the file").touch()
    child = pexpect.spawn("bash", ["--norc", "-i"], env=completer.env, timeout=60, echo=False,
                          encoding="utf-8", cwd=tmp_path, dimensions=(50, 200))
    child.sendline(f"bind 'set enable-bracketed-paste off'; PS1='ready> '; . {completer.script}; "
                   "iamlp() { echo \"<$*>\"; }")
    child.expect_exact("ready> ")
    for typed, got in (("iamlp expl\troo\t\r", "<explain root>"),
                       ("iamlp provision --output=ta\t\r", "<provision --output=table>"),
                       ("iamlp policy --on\tro\t\r", "<policy --only role>"),
                       ("iamlp check --conf the\t\r", "<check --conf the file>")):
        child.send(typed)
        child.expect_exact(f"{got}\r\n")
    child.sendline("exit")
    child.expect(pexpect.EOF)
    child.close()


# ---- --help


@pytest.mark.parametrize("words", [["--help"], ["help"], *([verb, "--help"] for verb in OPTIONS),
                                   *([verb, "help"] for verb in DROPIN)], ids=" ".join)
def test_help_fits_a_screen(words):
    run = subprocess.run([IAMLP, *words], capture_output=True, text=True, check=False)
    lines = run.stdout.splitlines()
    assert run.returncode == 0 and run.stderr == ""
    assert len(lines) <= 24 and max(map(len, lines)) <= 80, run.stdout
    assert [line for line in lines if line != line.rstrip()] == []
    assert lines[0].startswith(f"usage: iamlp {words[0] if words[0] in OPTIONS else 'VERB'} ")


@pytest.mark.parametrize("verb", OWN)
def test_help_names_every_option(verb):
    run = subprocess.run([IAMLP, verb, "--help"], capture_output=True, text=True, check=False)
    assert set(re.findall(r"^  (--[a-z-]+)", run.stdout, re.M)) == set(OWN[verb][1])


def test_help_names_every_verb():
    run = subprocess.run([IAMLP, "--help"], capture_output=True, text=True, check=False)
    assert set(OPTIONS) <= set(re.findall(r"(?<=  )[a-z-]+", run.stdout))
