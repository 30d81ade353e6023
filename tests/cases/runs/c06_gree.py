"""c06_gree: parameters with what the page must then say, and the flaws of its data."""

import pandas as pd

RUNS = [
    ({"warranty_years": "10", "line": "升级款", "margin_yuan": "50"}, ["升级款产品线用满 10 年，10.1% 坏过"]),
    ({"warranty_years": "1", "line": "经典款", "margin_yuan": "1500"}, ["经典款产品线用满 1 年，1.7% 坏过"]),
]


def flaws(case):
    """Are 6 watch times -1 and 20 repair costs missing, and does nobody fail after the cut-off?"""
    units = case.units
    failed = units[units["failed"] == 1]
    assert ((units["months_watched"] == -1).sum(), failed["repair_cost_yuan"].isna().sum()) == (6, 20)
    ends = failed["sold_date"] + pd.to_timedelta(failed["months_watched"] * 30.4375, unit="D")
    assert (ends <= pd.Timestamp("2026-07-02")).all()
