"""Every invocation of the table: iamlp prints, returns and sends what was recorded of Debian's
aws, or what differences.py says."""

import json
import os

import pytest

from .differences import DIFFERENT
from .play import play
from .table import TABLE
from . import byname, more  # noqa: F401

IAMLP = os.path.abspath(os.path.join(os.environ.get("BUILD", "build"), "iamlp"))

with open(os.path.join(os.path.dirname(__file__), "recorded.json"), encoding="utf-8") as file:
    RECORDED = json.load(file)["invocations"]


def ends(recorded, name):
    """What iamlp has to do: the recorded, with what is different on purpose."""
    return {**recorded, **DIFFERENT.get(name, {})}


@pytest.mark.parametrize("one", TABLE, ids=[one.name for one in TABLE])
def test_as_recorded(fake, tmp_path, one):
    found, said = play([IAMLP], one, fake, str(tmp_path / "at"))
    assert found == ends(RECORDED[one.name], one.name), said


def test_the_record_is_of_this_table():
    assert set(RECORDED) == {one.name for one in TABLE}
    assert len(TABLE) >= 200


def test_nothing_is_called_different_that_is_not():
    for name, ours in DIFFERENT.items():
        assert ends(RECORDED[name], name) != RECORDED[name], name
        assert set(ours) <= {"status", "out", "asked", "named"}
