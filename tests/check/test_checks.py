"""Each house rule holds in the tree, and each check sees its rule broken.

A rule is broken on a scratch copy, one thing at a time; what the check then says
names the file, the line and the thing.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
CHECKS = Path("tests/check")
BUILD = os.environ.get("BUILD", "build")

WITHOUT = {
    "format": "clang-format",
    "manpage": "mandoc",
    "shell": "shellcheck",
}


def run(check, top, *arguments):
    """Exit status and output of a check, run as a person would run it."""
    done = subprocess.run([sys.executable, CHECKS / f"{check}.py", *arguments], cwd=top,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, timeout=120)
    return done.returncode, done.stdout


def need(check):
    tool = WITHOUT.get(check)
    if tool is None:
        return
    if shutil.which(tool) is None:
        pytest.skip(f"needs {tool}")
    if check == "format" and "version 14." not in subprocess.run(
            [tool, "--version"], capture_output=True, text=True, check=True).stdout:
        pytest.skip("needs clang-format 14")


@pytest.mark.parametrize(
    "check", ["banned", "child", "exports", "format", "headers", "layers", "manpage", "policies", "shell",
              "sizes", "unfinished"])
def test_holds_in_the_tree(check):
    need(check)
    status, said = run(check, TOP, *([BUILD] if check == "exports" else []))
    assert (status, said) == (0, "")


# ---- broken on purpose -----------------------------------------------------------

MODEL_ACTIONS = '"iam:GetUser", "iam:GetAll", "sts:AssumeRole", "sts:SetSourceIdentity"'
POLICY = '{"Version": "2012-10-17", "Statement": [{"Action": [%s]}]}'

PAGE = (".Dd November 23, 2026\n.Dt {3} {1}\n.Os\n.Sh NAME\n.Nm {0}\n.Nd a page\n"
        ".Sh DESCRIPTION\n{2}.Sh SEE ALSO\n{4}")


def page(name, section, body):
    """A manual page of the model, which mandoc finds nothing about."""
    others = [f"{n} {s}" for n, s in (("iamlp", 1), ("iamlp.conf", 5), ("iamlp-helper", 8))
              if n != name]
    return PAGE.format(name, section, body, name.upper(), " ,\n".join(f".Xr {o}" for o in others) + "\n")


def items(*entries):
    return ".Bl -tag -width Ds\n" + "".join(f".It {e}\nIt.\n" for e in entries) + ".El\n"


IAMLP = items("Cm claim", "Fl -auto")
SNOOZE = ".It Cm snooze No = Ar duration\n1m to 1d, the default is\n.Ql 24h .\n"
MODE = ".It Cm mode No = Cm on | off\n.Cm on\nor\n.Cm off .\nThe default is\n.Ql on .\n"
CONF = ".Ss Section login\n.Bl -tag -width Ds\n{}.El\n"
HELPER = "{}.Sh LOG\n.Ss Events\n{}.Ss Results\n{}.Ss Codes\n{}"
HELPER_WORDS = [("Cm mark", "Fl -listen Ar path"), ("Ql mark",), ("Ql ok",), ("Ql peer", "Ql tag")]


def helper(**changed):
    """iamlp-helper(8) of the model; verbs, events, results, codes: other items."""
    names = ("verbs", "events", "results", "codes")
    lists = [items(*changed.get(n, w)) for n, w in zip(names, HELPER_WORDS)]
    return page("iamlp-helper", 8, HELPER.format(*lists))


# A small tree that keeps every rule.
MODEL = {
    ".clang-format": (TOP / ".clang-format").read_text(encoding="utf-8"),
    "Makefile": "USES_base = base\nUSES_conf = base conf\n\n"
                "pages: man/iamlp.1 man/iamlp.conf.5 man/iamlp-helper.8\n",
    "src/base/a.h": "#ifndef A_H\n#define A_H\nint a_one(void);\n#endif\n",
    "src/base/a.c": '#include "base/a.h"\n\nint\na_one(void)\n{\n    return 1;\n}\n',
    "src/conf/conf.c": '#include <iniparser/iniparser.h>\n\n#include "base/a.h"\n',
    "src/core/keyring.c": "#include <linux/keyctl.h>\n",
    "run.sh": "#!/bin/sh\necho run\n",
    "man/iamlp.1": page("iamlp", 1, IAMLP),
    "man/iamlp.conf.5": page("iamlp.conf", 5, CONF.format(SNOOZE + MODE)),
    "man/iamlp-helper.8": helper(),
    "src/conf/option.c": 'static const struct value_word on_words[] = {{"on", 1}, {"off", 0}};\n'
                         "/* clang-format off */\nconst struct option option_table[] = {\n"
                         "    {LOGIN(snooze), OPTION_DURATION, 0, .range = {MINUTE, DAY},\n"
                         '     .preset = "24h"},\n    /* Why. */\n    {LOGIN(mode), OPTION_WORD, '
                         '.words = on_words, .preset = "on"},\n};\n',
    "src/helper/verb.c": 'static const struct verb v[] = {{"mark", false, true, mark}};\n\n'
                         'int v_log = fault("mark", OUTCOME_OK, "peer");\n',
    "src/helper/main.c": 'static int o[] = {{"listen", required_argument, 0, 0}};\n',
    "src/core/create.c": 'int c = not_as_required(s, "tag");\n',
    "src/base/log.h": "#ifndef L_H\n#define L_H\nstruct log_event {\n    /* mark create */\n"
                      "    const char *event;\n};\n#endif\n",
    "src/base/outcome.c": 'static int outcomes[] = {[OUTCOME_OK] = {"ok", LOG_INFO}};\n',
    "src/cli/verb.c": 'static const struct verb v[] = {\n    {"claim", "", "", claim_run},\n};\n',
    "src/cli/claim.c": 'static const struct option o[] = {\n    {"auto", no_argument, 0, 0},\n};\n',
    "src/wire/wire.h": "#ifndef W_H\n#define W_H\nenum wire_type {\n    WIRE_GET_USER,\n"
                       "    WIRE_GET_POLICY,\n};\n#endif\n",
    "src/net/serve.c": "static int calls[] = {{WIRE_GET_POLICY, IAM_GET_ALL}};\n",
    "src/iam/action.c": 'int a[] = {[IAM_GET_USER] = {"GetUser"}, [IAM_GET_ALL] = {"GetAll"}};\n',
    "src/cred/sts.h": "extern int sts_a; /* AssumeRole, AssumeRoleWithWebIdentity; source_identity */\n",
    "src/cli/grant.c": 'int a[] = {"iam:GetUser", "iam:GetAll", "sts:AssumeRole"};\n',
    "src/cli/trust.c": 'int b[] = {"sts:AssumeRoleWithWebIdentity", "sts:SetSourceIdentity"};\n',
    "config/iam/README.md": "| `a.json` | where |\n",
    "config/iam/a.json": POLICY % MODEL_ACTIONS,
}


def function(lines):
    """A function of so many lines from its name to its last brace."""
    return "void a_long(void);\n\nvoid\na_long(void)\n{\n" + "    ;\n" * (lines - 3) + "}\n"


# check, file, what to put there, what the check has to say of it
BROKEN = [
    ("layers", "src/base/b.c", '#include "conf/conf.h"\n', r"b.c:1: .*is no header of a room"),
    ("layers", "src/base/b.c", '\n#include "aws/x.h"\n', r"b.c:2: base may not include aws"),
    ("layers", "src/conf/b.h", '#include "aws/x.h"\n', r"b.h:1: conf may not include aws, only b"),
    ("layers", "src/base/b.c", '#include "a.h"\n', r'b.c:1: "a.h" is no header of a room'),
    ("layers", "src/base/b.c", "  #  include <curl/curl.h>\n", r"its home in src/aws/transfer.c"),
    ("layers", "src/aws/xml.c", "#include <openssl/evp.h>\n", r"its home in src/aws/sigv4.c"),
    ("layers", "src/aws/uri.c", "#include <expat.h>\n", r"its home in src/aws/xml.c"),
    ("layers", "src/aws/uri.c", "#include <jansson.h>\n", r"its home in src/aws/json.c"),
    ("layers", "src/conf/map.c", "#include <iniparser/dictionary.h>\n",
     r"map.c:1: .* has its home in src/conf/conf.c already"),
    ("layers", "src/core/b.c", "#include <security/pam_modules.h>\n", r"its home in src/pam/"),
    ("layers", "src/net/main.c", "#include <seccomp.h>\n", r"its home in src/net/sandbox.c"),
    ("layers", "src/core/b.c", "#include <linux/keyctl.h>\n", r"its home in src/base/proc.c"),
    ("layers", "src/base/b.c", "#include <zlib.h>\n", r"<zlib.h> is neither the C library's nor"),
    ("layers", "pam_iamlp.c", '#include "aws/x.h"\n', r"pam_iamlp.c may not include aws"),
    ("layers", "src/attic/b.c", "", r"the room attic has no row"),
    ("layers", "Makefile", "USES_conf = base aws conf\n", r"Makefile:1: conf and the rooms it"),
    ("layers", "Makefile", "\nUSES_attic = base\n", r"Makefile:2: the room attic has no row"),
    ("headers", "src/base/b.h", "size_t b_size(void);\n", r"b.h:1: does not compile alone with"),
    ("headers", "src/base/b.h", "struct b {\n    int b;\n};\n", r"b.h:1: does not compile alone"),
    ("banned", "src/base/b.c", "\nx = strcpy(a, b);\n", r"b.c:2: strcpy is banned; use snprintf"),
    ("banned", "src/base/b.h", "#define b_get() getenv (1)\n", r"b.h:1: getenv is banned"),
    ("banned", "src/cli/b.c", "x = system(a);\n", r"b.c:1: system is banned"),
    ("banned", "pam_iamlp.c", "setenv(a, b, 1);\n", r"pam_iamlp.c:1: setenv is banned"),
    ("banned", "src/base/b.c", '/* " */ atoi(a); /* " */\n', r"b.c:1: atoi is banned"),
    ("banned", "src/base/b.c", "'\"'; rand(); '\"';\n", r"b.c:1: rand is banned"),
    ("sizes", "src/base/b.c", function(81), r"b.c:4: a_long has 81 lines, more than 80"),
    ("sizes", "src/base/b.c", "\n" * 351, r"b.c:1: the file has 351 lines, more than 350"),
    ("sizes", "pam_iamlp.c", function(200), r"pam_iamlp.c:4: a_long has 200 lines"),
    ("unfinished", "README.md", "one\nTO" "DO: two\n", r"README.md:2: TO" r"DO: finish it"),
    ("unfinished", "src/base/b.c", "/* FIX" "ME */\n", r"b.c:1: FIX" r"ME"),
    ("unfinished", "dev", "# XX" "X\n", r"dev:1: XX" r"X"),
    ("unfinished", "dev", "# HA" "CK\n", r"dev:1: HA" r"CK"),
    ("manpage", "man/iamlp.1", page("iamlp", 1, items("Fl -auto")), r"says nothing of claim"),
    ("manpage", "man/iamlp.1", page("iamlp", 1, items("Cm claim")), r"says nothing of --auto"),
    ("manpage", "src/cli/verb.c", "", r"speaks of claim, which"),
    ("manpage", "src/dropin/order.c", "static const enum iam_action verbs[] = {IAM_GET_USER};\n",
     r"iamlp.1:1: says nothing of get-user"),
    ("manpage", "src/dropin/order.c", 'static int o[] = {{"--debug", WORDS_FLAG, 0}};\n',
     r"iamlp.1:1: says nothing of --debug"),
    ("manpage", "src/cli/claim.c", "", r"speaks of --auto, which the code has not"),
    ("manpage", "src/cli/policy.c", 'char *kind_names[KINDS] = {"host"};\n', r"--only host prints"),
    ("manpage", "man/iamlp.conf.5", page("iamlp.conf", 5, CONF.format(MODE)),
     r"conf.5:1: says nothing of \[login\] snooze"),
    ("manpage", "man/iamlp.conf.5",
     page("iamlp.conf", 5, CONF.format(SNOOZE + MODE + ".It Cm more No = Ar x\nIt.\n")),
     r"speaks of \[login\] more, which the code has not"),
    ("manpage", "man/iamlp.conf.5",
     page("iamlp.conf", 5, CONF.format(SNOOZE.replace("1m", "2m") + MODE)),
     r"does not say of \[login\] snooze: 1m to 1d"),
    ("manpage", "man/iamlp.conf.5",
     page("iamlp.conf", 5, CONF.format(SNOOZE.replace("24h", "23h") + MODE)),
     r"does not say of \[login\] snooze: default is 24h"),
    ("manpage", "man/iamlp.conf.5",
     page("iamlp.conf", 5, CONF.format(SNOOZE + MODE.replace("| off", "| off | no"))),
     r"speaks of \[login\] mode = no, which"),
    ("manpage", "man/iamlp.conf.5",
     page("iamlp.conf", 5, CONF.format(SNOOZE + MODE.replace(".Cm off .", "not."))),
     r"does not say what \[login\] mode = off means"),
    ("manpage", "man/iamlp-helper.8", helper(verbs=("Fl -listen",)), r"says nothing of mark"),
    ("manpage", "man/iamlp-helper.8", helper(verbs=("Cm mark",)), r"says nothing of --listen"),
    ("manpage", "man/iamlp-helper.8", helper(events=("Ql mark", "Ql create")),
     r"speaks of the event create, which the code has not"),
    ("manpage", "man/iamlp-helper.8", helper(results=("Ql no", "Ql ok")),
     r"speaks of the result no, which"),
    ("manpage", "man/iamlp-helper.8", helper(codes=("Ql tag",)), r"nothing of the code peer"),
    ("manpage", "man/iamlp-helper.8", helper(codes=("Ql peer",)), r"nothing of the code tag"),
    ("manpage", "src/core/ask.c",
     'int d = snprintf(r->code, sizeof(r->code), "%s", late ? "tag" : "net");\n',
     r"nothing of the code net"),
    ("manpage", "src/net/refuse.c", 'int e = put(a, WIRE_F_CODE, "sandbox");\n',
     r"nothing of the code sandbox"),
    ("manpage", "man/iamlp.1", page("iamlp", 1, IAMLP).replace(".Xr iamlp.conf 5 ,\n", ""),
     r"iamlp.1:1: does not point to iamlp.conf.5"),
    ("manpage", "Makefile", "pages: man/iamlp.1 man/iamlp.conf.5\n",
     r"iamlp-helper.8:1: is not installed by the Makefile"),
    ("manpage", "man/iamlp.1", page("iamlp", 1, IAMLP + ".Pp\n"), r"iamlp.1:\d+: WARNING: .*Pp"),
    ("policies", "src/cli/trust.c", 'int b = "sts:SetSourceIdentity";\n',
     r"grant.c:1: lacks sts:AssumeRoleWithWebIdentity, which the programs call"),
    ("policies", "src/cli/trust.c",
     'int b = "sts:AssumeRoleWithWebIdentity" "sts:SetSourceIdentity" "iam:TagUser";\n',
     r"grant.c:1: has iam:TagUser, which no program calls"),
    ("policies", "config/iam/b.json", POLICY % "", r"README.md:1: has no line for b.json"),
    ("policies", "config/iam/README.md", "| `a.json` |\n| `b.json` |\n", r"b.json, which is not"),
    ("policies", "config/iam/a.json", POLICY.replace("17", "18") % MODEL_ACTIONS,
     r"a.json:1: has not the Version"),
    ("policies", "config/iam/a.json", POLICY % (MODEL_ACTIONS + ', "iam:*"'),
     r"README.md:1: has iam:\*, which no program calls"),
    ("format", "src/base/b.c", "int a;\n\nint  b;\n", r"b.c:3: is not formatted"),
    ("format", "tests/unit/base/b.c", "int  b;\n", r"b.c:1: is not formatted"),
    ("shell", "run.sh", "#!/bin/sh\necho $1\n", r"run.sh:2: .*SC2086"),
    ("shell", "dev", "#!/bin/bash\n\necho $1\n", r"dev:3: .*SC2086"),
]

# What looks like a fault and is none.
FINE = [
    ("layers", "src/base/b.c", '/* #include "aws/x.h" */\n// #include <curl/curl.h>\n'),
    ("layers", "src/net/sandbox.c", "#include <seccomp.h>\n#include <linux/seccomp.h>\n"),
    ("layers", "src/base/proc.c", "#include <linux/keyctl.h>\n#include <sys/time.h>\n"),
    ("layers", "src/pam/b.h", "#include <security/pam_modules.h>\n"),
    ("banned", "src/base/b.c", '#include <signal.h>\n/* strcpy */ x("system"); // rand\n'),
    ("banned", "src/base/b.c", "x.signal = my_system(y->rand(1), system, rand);\n"),
    ("banned", "src/cli/b.c", 'x = getenv("AWS_PROFILE");\n'),
    ("sizes", "src/base/b.c", function(80)),
    ("sizes", "src/base/b.c", "\n" * 350),
    ("unfinished", "dev", "mktemp /tmp/XXXXXX hackney\n"),
    ("shell", "dev.txt", "echo $1\n"),
]


def write(top, name, content):
    (top / name).parent.mkdir(parents=True, exist_ok=True)
    (top / name).write_text(content, encoding="utf-8")


def copy_checks(top):
    shutil.copytree(TOP / CHECKS, top / CHECKS,
                    ignore=shutil.ignore_patterns("test_*", "__pycache__"))


def set_exceptions(top, check, entries):
    """The scratch tree does not have the files that the list names."""
    script = top / CHECKS / f"{check}.py"
    code, found = re.subn(r"^EXCEPTIONS = \{.*?^\}", lambda _: f"EXCEPTIONS = {{{entries}\n}}",
                          script.read_text(encoding="utf-8"), flags=re.M | re.S)
    assert found == 1
    script.write_text(code, encoding="utf-8")


@pytest.fixture(name="model")
def model_tree(tmp_path):
    for name, content in MODEL.items():
        write(tmp_path, name, content)
    write(tmp_path, "src/aws/x.h", "#ifndef X_H\n#define X_H\nextern int x_one;\n#endif\n")
    copy_checks(tmp_path)
    for check in ("banned", "sizes"):
        set_exceptions(tmp_path, check, "")
    return tmp_path


def numbered(cases):
    """Ids that say the check and the file; what stands in the file is in the table."""
    return [f"{case[0]}-{case[1]}-{number}" for number, case in enumerate(cases)]


@pytest.mark.parametrize("check, name, content, sentence", BROKEN, ids=numbered(BROKEN))
def test_sees_its_rule_broken(model, check, name, content, sentence):
    need(check)
    assert run(check, model) == (0, "")
    write(model, name, content)
    status, said = run(check, model)
    assert status == 1
    assert re.search(sentence, said), said
    assert all(re.match(r"[\w./-]+:\d+: .", line) for line in said.splitlines()), said
    assert len(said.splitlines()) == (2 if check == "headers" and shutil.which("clang") else 1)


@pytest.mark.parametrize("check, name, content", FINE, ids=numbered(FINE))
def test_takes_what_only_looks_broken(model, check, name, content):
    need(check)
    write(model, name, content)
    assert run(check, model) == (0, "")


# ---- lists that only shrink ------------------------------------------------------

LISTED = [
    ("banned", '"src/base/b.c: atoi": "why"', "atoi(a);\n", None),
    ("banned", '"src/base/b.c: atoi": "why"', "atol(a);\n", r"b.c:1: atol is banned"),
    ("banned", '"src/base/b.c: atoi": "why"', "", r'"src/base/b.c: atoi" is no longer needed'),
    ("sizes", '"src/base/b.c": 400', "\n" * 400, None),
    ("sizes", '"src/base/b.c": 400', "\n" * 401, r"401 lines, more than 400"),
    ("sizes", '"src/base/b.c": 400', "\n" * 390, r'lower the exception "src/base/b.c" to 390'),
    ("sizes", '"src/base/b.c": 400', "\n" * 300, r"to nothing: remove it"),
    ("sizes", '"src/base/gone.c": 400', "", r'"src/base/gone.c" names nothing: remove it'),
    ("sizes", '"src/base/b.c: a_long": 90', function(90), None),
    ("sizes", '"src/base/b.c: a_long": 99', function(90), r'b.c: a_long" to 90'),
]


@pytest.mark.parametrize("check, entry, content, sentence", LISTED, ids=numbered(LISTED))
def test_an_exception_has_to_be_needed(model, check, entry, content, sentence):
    set_exceptions(model, check, entry)
    write(model, "src/base/b.c", content)
    status, said = run(check, model)
    if sentence is None:
        assert (status, said) == (0, "")
    else:
        assert status == 1
        assert re.search(sentence, said), said
