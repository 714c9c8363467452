"""The table of pam_iamlp(8) is the one that the tests here hold."""

import os
import re
import shutil
import subprocess

import pytest
from rows import ROWS

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "..", "..", "man", "pam_iamlp.8")

pytestmark = pytest.mark.anywhere


def test_rows_are_those_of_the_page():
    with open(PAGE, encoding="utf-8") as file:
        table = file.read().partition(".Bl -column")[2].partition(".El")[0]
    page = [tuple(line[4:].split(" Ta ")) for line in table.splitlines()[2:]]
    assert page == [tuple(row[1:]) for row in ROWS]


@pytest.mark.parametrize("key", [row.key for row in ROWS if row.key])
def test_row_is_held_by_a_test(key):
    sources = ""
    for name in sorted(os.listdir(HERE)):
        if re.fullmatch(r"test_(?!page).*\.py", name):
            with open(os.path.join(HERE, name), encoding="utf-8") as file:
                sources += file.read()
    assert f'"{key}"' in sources


@pytest.mark.skipif(not shutil.which("mandoc"), reason="skipped: needs mandoc")
@pytest.mark.parametrize("page", sorted(os.listdir(os.path.dirname(PAGE))))
def test_page_is_clean(page):
    run = subprocess.run(["mandoc", "-Tlint", os.path.join(os.path.dirname(PAGE), page)],
                         capture_output=True, text=True, check=False)
    # What is installed on this machine is not the page's affair.
    said = [line for line in run.stdout.splitlines()
            if "mandoc.db" not in line and "referenced manual not found" not in line]
    assert said == []


# ---- the queries of LOG ----------------------------------------------------------------

WEB1, WEB2 = "Nov 23 16:00:00 web1 pam_iamlp[7]:", "2026-11-23T16:00:01+00:00 web2 pam_iamlp[8]:"
LINES = {name: line + " service=sshd rhost=- via=claim code=" + code for name, line, code in (
    ("marked", f"{WEB1} event=mark result=pending user=alice", "-"),
    ("shown", f"{WEB1} event=show result=ok user=alice", "-"),
    ("typed", f"{WEB1} event=accept result=ok user=bob", "-"),
    ("kept", f"{WEB2} event=show result=pending user=alice", "-"),
    ("denied", f"{WEB2} event=create result=denied user=bob", "AccessDenied"),
    ("peer", f"{WEB2} event=claim result=denied user=carol", "peer "),
    ("config", f"{WEB2} event=config result=error user=carol", "config"),
    ("breaker", f"{WEB2} event=breaker result=error user=bob", "network"))}
STATE = ["web1 alice show ok", "web1 bob accept ok", "web2 alice show pending",
         "web2 bob create denied", "web2 carol claim denied"]
ANSWERS = [["shown", "typed"], ["kept"], ["denied", "config", "breaker"], ["breaker"],
           ["peer"]]


def test_queries(tmp_path):
    with open(PAGE, encoding="utf-8") as file:
        log = file.read().partition(".Sh LOG")[2].partition("\n.Sh ")[0].replace("\\e", "\\")
    queries = [q for q in re.findall(r"^\.Bd.*?\n(.*?)^\.Ed", log, re.M | re.S) if "auth.log" in q]
    (tmp_path / "auth.log").write_text("\n".join(LINES.values()) + "\n", encoding="utf-8")
    found = [subprocess.run(["sh", "-c", q], cwd=tmp_path, capture_output=True, text=True,
                            check=True).stdout.splitlines() for q in queries]
    assert found == [[LINES[name] for name in names] for names in ANSWERS] + [STATE]
