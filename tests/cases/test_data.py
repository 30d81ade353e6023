"""The data of every case: rebuilt byte for byte, of the promised size, described column by column."""

import csv
import re
import subprocess
import sys

import pytest

from crmlab import data
from crmlab.paths import project_root
from tests.cases import runs

FOLDERS = sorted(p.parent for p in (project_root() / "cases").glob("*/make_data.py"))
CASES = pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)


def sections(text):
    """Return the lines of a datasheet under each heading that names a CSV file."""
    parts = re.split(r"^## ", text, flags=re.MULTILINE)
    return {part.split("（")[0].strip(): part for part in parts if part.split("（")[0].strip().endswith(".csv")}


@CASES
def test_data_are_rebuilt_byte_for_byte(folder, tmp_path):
    """Does make_data.py write exactly the committed files, and say nothing?"""
    done = subprocess.run(
        [sys.executable, "-W", "error", folder / "make_data.py", tmp_path], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    committed = {p.name: p.read_bytes() for p in folder.glob("*.csv")}
    assert committed == {p.name: p.read_bytes() for p in tmp_path.iterdir()}


@CASES
def test_data_are_of_the_promised_size(folder):
    """Are there 300-20,000 rows and at most 1 MB, UTF-8 with plain line ends?"""
    files = list(folder.glob("*.csv"))
    assert sum(p.stat().st_size for p in files) <= 1_000_000
    assert 300 <= sum(len(p.read_text(encoding="utf-8").splitlines()) - 1 for p in files) <= 20_000
    assert all(b"\r" not in p.read_bytes() for p in files)


@CASES
def test_datasheet_describes_every_column(folder):
    """Has every column of every file its row (type and meaning filled in), and no row stands for nothing?"""
    described = sections((folder / "datasheet.md").read_text(encoding="utf-8"))
    assert set(described) == {p.name for p in folder.glob("*.csv")}
    for name, text in described.items():
        rows = re.findall(r"^\| ([a-z0-9_]+) \| ([^|]+) \| ([^|]*)\| ([^|]+) \|$", text, flags=re.MULTILINE)
        with (folder / name).open(encoding="utf-8", newline="") as file:
            assert [row[0] for row in rows] == next(csv.reader(file))
        lines = len((folder / name).read_text(encoding="utf-8").splitlines()) - 1
        assert f"{lines:,} 行" in text.splitlines()[0]


@CASES
def test_datasheet_says_what_the_data_are(folder):
    """Does it say simulated, what is known, what is built in, what is wrong on purpose, and the licence?"""
    text = (folder / "datasheet.md").read_text(encoding="utf-8")
    for words in ("模拟的教学数据", "## 它照着什么做的", "## 埋进去的关系", "## 故意放的毛病", "CC BY 4.0"):
        assert words in text


@CASES
def test_flaws_are_those_stated(folder):
    """Are the flaws that the datasheet promises in the data, as many as it says?"""
    runs.modules()[folder.name].flaws(data.load_case(folder.name))
