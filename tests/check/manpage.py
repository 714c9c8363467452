#!/usr/bin/python3
"""The manual pages say what the tables in the code say: verbs, options, keys with their
defaults and ranges, words of the log. They know each other, and mandoc has nothing to say."""

import re
import shutil
import subprocess
from pathlib import Path

from tree import blank, finish, text

MAN = Path("man")
IAMLP, CONF, HELPER = MAN / "iamlp.1", MAN / "iamlp.conf.5", MAN / "iamlp-helper.8"

# What mandoc says of the machine it runs on.
MACHINE = ("referenced manual not found", "outdated mandoc.db")

SECONDS = {"MINUTE": 60, "HOUR": 3600, "DAY": 86400}


def compare(page, what, said, have):
    """Sets of names, in the page and in the code."""
    for name in sorted(have - said):
        yield page, 1, f"says nothing of {what}{name}"
    for name in sorted(said - have):
        yield page, 1, f"speaks of {what}{name}, which the code has not"


def code(*patterns):
    return "".join(text(path) for pattern in patterns for path in sorted(Path().glob(pattern)))


def options(*patterns):
    return set(re.findall(r'\{"([a-z-]+)", (?:(?:required|no)_argument|(?:NULL|"[^"]+"), LINE_)',
                          code(*patterns)))


def told(page):
    return set(re.findall(r"\bFl -([a-z-]+)", text(page)))


def kebab(name, between):
    """Of an action's or a member's name, as the command line has it."""
    return re.sub(between, "-", name).lower()


def dropin():
    """The verbs and the options of what stands in for `aws iam`; and what of the options may be
    told as well: the parameters' other halves."""
    order, action = code("src/dropin/order.c"), code("src/iam/action.c")
    listed = re.search(r"verbs\[\] = \{(.*?)\};", order, re.S)
    actions = re.findall(r"IAM_(\w+)", listed[1] if listed else "")
    known = set(re.findall(r'"--([a-z-]+)", WORDS_', order))
    for name in actions:
        row = re.search(rf"\[IAM_{name}\] = .*?\}},\n", action, re.S)
        for table in re.findall(r"MEMBERS\((\w+_in)\)", row[0] if row else ""):
            members = re.search(rf"{table}\[\] = \{{(.*?)\}};", action, re.S)[1]
            known |= {kebab(m, r"(?<=[a-z])(?=[A-Z])") for m in re.findall(r'IN\("(\w+)"', members)}
    return {kebab(name, "_") for name in actions}, known, {f"no-{name}" for name in known}


def iamlp():
    verbs = set(re.findall(r'^    \{"([a-z-]+)", ', code("src/cli/verb.c"), re.M))
    said = set(re.findall(r"^\.It Cm (\S+)", text(IAMLP), re.M))
    more, known, halves = dropin()
    yield from compare(IAMLP, "", said, verbs | more)
    have = options("src/cli/*.c") | known
    yield from compare(IAMLP, "--", told(IAMLP) - (halves - have), have)
    kinds = re.search(r"kind_names\[\w+\] = \{(.*?)\}", code("src/cli/policy.c"))
    for kind in re.findall(r'"(\w+)"', kinds[1] if kinds else ""):
        if not re.search(rf"^\.Cm {kind}\b", text(IAMLP), re.M):
            yield IAMLP, 1, f"does not say what --only {kind} prints"


# ---- iamlp.conf(5) ---------------------------------------------------------------------


def duration(seconds):
    for letter, unit in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        if seconds % unit == 0:
            return f"{seconds // unit}{letter}"
    return None


def number(words):
    """Of "15 * MINUTE"."""
    value = 1
    for word in words.split("*"):
        value *= SECONDS.get(word.strip()) or int(word)
    return value


def rows():
    """(section, key), and what its entry has to say: the range, the default, the words."""
    table = blank(code("src/conf/option.c"), "comment")
    words = {name: re.findall(r'\{"(\w+)"', row) for name, row in
             re.findall(r"value_word (\w+)\[\] = \{(.*?)\};", table, re.S)}
    for section, key, kind, rest in re.findall(
            r"^    \{([A-Z]+)\((\w+)\), OPTION_(\w+),(.*?)\},\n(?=\s*(?:\{[A-Z]|\};))",
            table, re.M | re.S):
        wanted = []
        span = re.search(r"\.range = \{(.*?), (.*?)\}", rest)
        if span is not None:
            least, most = (number(w) for w in span.groups())
            shown = duration if kind == "DURATION" else str
            wanted += [] if least == most else [f"{shown(least)} to {shown(most)}"]
        preset = re.search(r'\.preset = "(.+?)"', rest)
        if preset is not None:
            wanted.append(f"default is {preset[1]}")
        listed = re.search(r"\.words = (\w+)", rest)
        yield (section.lower(), key), wanted, words[listed[1]] if listed else []


def entries():
    """The body of each key's entry, macros taken off, by (section, key)."""
    found = {}
    for section, body in re.findall(r"^\.Ss Section (\w+).*?\n(.*?)(?=^\.S[sh] )", text(CONF),
                                    re.M | re.S):
        for heads, entry in re.findall(r"^\.It (Cm \w+ No = .*)\n((?:(?!\.It Cm \w+ No = ).*\n)*)",
                                       body, re.M):
            plain = " ".join(re.sub(r"^\.[A-Z]\w+ ", "", line) for line in entry.splitlines())
            for key in re.findall(r"Cm (\w+) No = ", heads):
                found[section, key] = heads, entry, plain
    return found


def conf():
    said, have = entries(), {}
    for name, wanted, words in rows():
        have[name] = True
        if name not in said:
            continue
        heads, entry, plain = said[name]
        key = f"[{name[0]}] {name[1]}"
        for sentence in wanted:
            if sentence not in plain:
                yield CONF, 1, f"does not say of {key}: {sentence}"
        listed = set(heads.partition(" = ")[2].split()) - {"Cm", "|"}
        if words:
            yield from compare(CONF, f"{key} = ", listed, set(words))
        for word in words:
            if not re.search(rf"^\.(It )?Cm {word}\b", entry, re.M):
                yield CONF, 1, f"does not say what {key} = {word} means"
    names = {f"[{section}] {key}" for section, key in have}
    yield from compare(CONF, "", {f"[{section}] {key}" for section, key in said}, names)


# ---- iamlp-helper(8) -------------------------------------------------------------------


def listed(title):
    """The words of a list below .Ss title."""
    body = re.search(rf"^\.Ss {title}\n(.*?)(?=^\.S[sh] )", text(HELPER), re.M | re.S)
    return set(re.findall(r"^\.It Ql (\w+)", body[1], re.M)) if body else set()


def helper():
    verbs = set(re.findall(r'\{"([a-z]+)", (?:true|false), ', code("src/helper/verb.c")))
    said = set(re.findall(r"\bCm (\w+)", " ".join(re.findall(r"^\.It Cm .*", text(HELPER), re.M))))
    yield from compare(HELPER, "", said, verbs)
    yield from compare(HELPER, "--", told(HELPER), options("src/helper/main.c"))

    grammar = code("src/base/log.h")
    story = code("src/core/*.c", "src/helper/*.c", "src/pam/*.c")
    known = re.search(r"/\* ([a-z ]+) \*/\n    const char \*event;", grammar)
    used = {w for w in (known[1].split() if known else ()) if f'"{w}"' in story}
    yield from compare(HELPER, "the event ", listed("Events"), used)
    yield from compare(HELPER, "the result ", listed("Results"),
                       set(re.findall(r'= \{"(\w+)", LOG_', code("src/base/outcome.c"))))
    codes = set(re.findall(r'OUTCOME_\w+,\s+"([a-z]+)"', story))
    codes |= set(re.findall(r'not_as_required\(s, "([a-z]+)"', story))
    for filled in re.findall(r"snprintf\(r->code,[^;]*;", story):
        codes |= set(re.findall(r'"([a-z]+)"', filled))
    codes |= set(re.findall(r'(?:put_fault\([^;"]*|WIRE_F_CODE, )"([a-z]+)"', code("src/net/*.c")))
    yield from compare(HELPER, "the code ", listed("Codes"), codes)


# ---- all of them -----------------------------------------------------------------------


def together():
    pages = sorted(MAN.glob("*.[158]"))
    names = {page: (page.stem, page.suffix[1:]) for page in pages}
    for page in pages:
        content = text(page)
        also = content.partition(".Sh SEE ALSO")[2]
        for other in pages:
            if other != page and f".Xr {names[other][0]} {names[other][1]}" not in also:
                yield page, 1, f"does not point to {other.name}"
        if str(page) not in text(Path("Makefile")):
            yield page, 1, "is not installed by the Makefile"
    if shutil.which("mandoc") is not None:
        lint = subprocess.run(["mandoc", "-Tlint", *map(str, pages)], capture_output=True,
                              text=True, check=False).stdout
        for line in lint.splitlines():
            where = re.match(r"mandoc: (\S+?):(\d+):\d+: (.*)", line)
            if where and not any(word in line for word in MACHINE):
                yield Path(where[1]), int(where[2]), where[3]


finish([*iamlp(), *conf(), *helper(), *together()])
