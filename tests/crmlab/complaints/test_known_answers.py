"""Numbers from the literature against the functions that claim them."""

import numpy as np
import pandas as pd

from crmlab import complaints
from crmlab.complaints.rules import fired
from tests.crmlab.known_answers import EveryAnswer, KnownAnswers

answers = KnownAnswers(__file__)


class TestKnownAnswers(EveryAnswer):
    """All entries of the file."""

    answers = answers


@answers("spc_p_and_c_chart")
def check_control_charts(inputs, outputs, near):
    cans, boards = inputs["orange_juice_cans"], inputs["circuit_boards"]
    assert (sum(cans), len(cans)) == (inputs["p_chart"]["total_nonconforming"], inputs["p_chart"]["samples"])
    assert (sum(boards), len(boards)) == (inputs["c_chart"]["total"], inputs["c_chart"]["samples"])
    p, c = complaints.p_chart(cans, inputs["p_chart"]["n"]), complaints.c_chart(boards)
    for chart, name in ((p, "p"), (c, "c")):
        assert chart.centre == near(outputs[f"{name}_bar"])
        assert chart.table["ucl"].tolist() == near([outputs[f"{name}_ucl"]] * len(chart.table))
        assert chart.table["lcl"].tolist() == near([outputs[f"{name}_lcl"]] * len(chart.table))
        assert chart.signals["point"].tolist() == outputs[f"{name}_out"]


@answers("newcombe_difference")
def check_newcombe(inputs, outputs, near):
    groups = [(name, k, n) for name, (k, n) in inputs.items()]
    table = pd.DataFrame(
        {
            "group": [g for g, _, n in groups for _ in range(n)],
            "again": [int(i < k) for _, k, n in groups for i in range(n)],
        }
    )
    result = complaints.recovery_effect(table, outcome="again", recovered="recovered", reference="reference")
    assert (result.difference, result.low, result.high) == near(
        (outputs["difference"], outputs["low"], outputs["high"])
    )


@answers("western_electric_run_length")
def check_run_length(inputs, outputs, near):
    rng = np.random.default_rng(inputs["seed"])
    lengths = []
    for _ in range(inputs["runs"]):
        z = rng.standard_normal(inputs["longest"])
        alarm = np.any(list(fired(z, z, complaints.RULE_SETS[inputs["rules"]]).values()), axis=0)
        assert alarm.any()
        lengths.append(alarm.argmax() + 1)
    assert np.mean(lengths) == near(outputs["average_run_length"])


@answers("sir_final_size")
def check_final_size(inputs, outputs, near):
    result = complaints.crisis_spread(**inputs)
    assert result.ever_share == near(outputs["final_share"])
    assert result.peak_spreading / inputs["population"] == near(outputs["peak_share"])
