"""Numbers from the literature or another program: known_answers.json beside this file."""

import json
from pathlib import Path

import pandas as pd
import pytest

from crmlab import data, service
from tests import needs

ENTRIES = json.loads((Path(__file__).parent / "known_answers.json").read_text(encoding="utf-8"))["entries"]


def near(entry, expected):
    return pytest.approx(expected, **ENTRIES[entry]["tolerance"])


def test_county_hospital():
    """Do one and two doctors give the waits printed in Hillier & Lieberman, in minutes?"""
    case = ENTRIES["mmc_hillier_hospital"]
    for servers in ("1", "2"):
        result = service.waiting(**case["inputs"], servers=int(servers))
        assert result.wait_min == near("mmc_hillier_hospital", case["outputs"]["wait_min"][servers])
        assert result.wait_share == near("mmc_hillier_hospital", case["outputs"]["wait_share"][servers])
        assert result.over_share == result.wait_share


def test_concentration_of_cdnow():
    """Does the Gini coefficient of what 2,357 customers spent come out, within its interval?"""
    needs.package("lifetimes", "data")
    spent = data.load_real("cdnow_sample").groupby("customer_id")["amount_usd"].sum()
    table = pd.DataFrame({"amount_usd": spent.to_numpy(), "all": "x"})
    row = service.variability(table, by="all", column="amount_usd").iloc[0]
    known = ENTRIES["gini_cdnow"]["outputs"]
    assert row["n"] == known["n"]
    assert row["gini"] == near("gini_cdnow", known["gini"])
    assert row["gini_low"] < known["gini"] < row["gini_high"]


def test_every_entry_has_its_check():
    """Is there a test here for each entry of the file?"""
    assert set(ENTRIES) == {"mmc_hillier_hospital", "gini_cdnow"}
