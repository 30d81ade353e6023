"""Numbers from the literature or another program: known_answers.json beside this file."""

import pandas as pd

from crmlab import data, service
from tests import needs
from tests.crmlab.known_answers import EveryAnswer, KnownAnswers

answers = KnownAnswers(__file__)


class TestKnownAnswers(EveryAnswer):
    """All entries of the file."""

    answers = answers


@answers("mmc_hillier_hospital")
def check_county_hospital(inputs, outputs, near):
    """Do one and two doctors give the waits printed in Hillier & Lieberman, in minutes?"""
    for servers in ("1", "2"):
        result = service.waiting(**inputs, servers=int(servers))
        assert result.wait_min == near(outputs["wait_min"][servers])
        assert result.wait_share == near(outputs["wait_share"][servers])
        assert result.over_share == result.wait_share


@answers("gini_cdnow")
def check_concentration_of_cdnow(inputs, outputs, near):
    """Does the Gini coefficient of what 2,357 customers spent come out, within its interval?"""
    needs.package("lifetimes", "data")
    spent = data.load_real("cdnow_sample").groupby("customer_id")["amount_usd"].sum()
    table = pd.DataFrame({"amount_usd": spent.to_numpy(), "all": "x"})
    row = service.variability(table, by="all", column="amount_usd").iloc[0]
    assert row["n"] == outputs["n"]
    assert row["gini"] == near(outputs["gini"])
    assert row["gini_low"] < outputs["gini"] < row["gini_high"]
