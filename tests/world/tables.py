"""The verbs and the options of iamlp, as the tables in the code have them."""

import os
import re
import subprocess

from .host import BUILD, TOP

IAMLP = os.path.join(BUILD, "iamlp")
REFUSED = {"--query", "--cli-input-yaml"}  # with a sentence of their own


def _code(path):
    with open(os.path.join(TOP, "src", path), encoding="utf-8") as file:
        return re.sub(r"\s+", " ", file.read())


def _bits(words):
    return set(re.findall(r"LINE_\w+", words))


def own():
    """{verb: (operand, {option: what it takes, or None})} of iamlp's own verbs."""
    rows = re.findall(r'\{"([a-z-]+)", (NULL|"[^"]+"), ((?:\| |LINE_\w+ ?)+), AT', _code("cli/line.c"))
    verbs = re.findall(r'\{"(\w+)", "([^"]*)", "[^"]*", ([^,]*), \w+_run\}', _code("cli/verb.c"))
    return {name: (operand, {f"--{option}": None if value == "NULL" else value.strip('"')
                             for option, value, of in rows if _bits(of) & _bits(takes)})
            for name, operand, takes in verbs}


def dropin():
    """{verb: options} of those that stand in for `aws iam`."""
    code = _code("dropin/order.c")
    shared = set(re.findall(r'"(--[a-z-]+)", WORDS_', code)) - REFUSED
    of_password = {o for o in shared if "password" in o}
    names = re.search(r"verbs\[\] = \{(.*?)\}", code)[1]
    found = {}
    for name in re.findall(r"IAM_(\w+)", names):
        verb = name.lower().replace("_", "-")
        said = subprocess.run([IAMLP, verb, "--help"], capture_output=True, text=True,
                              check=True).stdout
        found[verb] = (shared - of_password) | set(re.findall(r"--[a-z-]+", said))
    return found
