"""The data of every case: rebuilt byte for byte, of the promised size, described column by column."""

import csv
import re
import subprocess
import sys

import pandas as pd
import pytest

from crmlab import data
from crmlab.paths import project_root

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


def test_gift_flaws_are_those_stated():
    """Are 40 rows copies and 15 orders tests, and are the arms equal?"""
    orders = data.load_case("c06_afu").orders
    unique = orders.drop_duplicates()
    assert (orders.duplicated().sum(), (unique["amount_yuan"] == 0.01).sum()) == (40, 15)
    assert unique["gift_cost_yuan"].value_counts().to_dict() == {0: 2500, 3: 2500, 6: 2500, 12: 2500}
    assert unique["order_id"].is_unique


def test_delivery_flaws_are_those_stated():
    """Are 8 times negative and 25 the mark 999, and is about 30 % of satisfaction missing?"""
    table = data.load_case("c06_logistics").deliveries
    assert ((table["actual_h"] < 0).sum(), (table["actual_h"] == 999).sum()) == (8, 25)
    assert 0.25 < table["csat"].isna().mean() < 0.35


def test_launch_flaws_are_those_stated():
    """Are 10 quantities negative, and do slow sellers have no row after week 8?"""
    case = data.load_case("c06_miniso")
    assert (case.weekly_sales["qty"] < 0).sum() == 10
    assert set(case.weekly_sales.groupby("sku")["week"].max()) == {8, 16}
    assert set(case.new_sku["sku"]) == set(case.weekly_sales["sku"])
    assert (case.new_sku["launch_date"].dt.day_of_week == 0).all()


def test_store_flaws_are_those_stated():
    """Have 30 orders no place, and do the shops deliver within 6 km only?"""
    orders = data.load_case("c06_watsons").orders
    assert (orders["x_km"] == 999).sum() == 30
    assert orders.loc[orders["store"] == "总仓", "minutes"].isna().all()


def test_warranty_flaws_are_those_stated():
    """Are 6 watch times -1 and 20 repair costs missing, and does nobody fail after the cut-off?"""
    units = data.load_case("c06_gree").units
    failed = units[units["failed"] == 1]
    assert ((units["months_watched"] == -1).sum(), failed["repair_cost_yuan"].isna().sum()) == (6, 20)
    ends = failed["sold_date"] + pd.to_timedelta(failed["months_watched"] * 30.4375, unit="D")
    assert (ends <= pd.Timestamp("2026-07-02")).all()
