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
