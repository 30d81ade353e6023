"""Numbers from the literature against the functions that claim them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crmlab import complaints
from crmlab.complaints.rules import fired

ENTRIES = json.loads((Path(__file__).parent / "known_answers.json").read_text(encoding="utf-8"))["entries"]
CHECKS = {}


def answers(entry):
    def register(check):
        assert entry not in CHECKS
        CHECKS[entry] = check
        return check

    return register


@pytest.mark.parametrize("entry", sorted(ENTRIES))
def test_the_known_answer_comes_out(entry):
    """Does the code give the number that the source gives, within the stated tolerance?"""
    case = ENTRIES[entry]
    assert case["source"]
    CHECKS[entry](case["inputs"], case["outputs"], lambda expected: pytest.approx(expected, **case["tolerance"]))


def test_every_entry_has_its_check():
    """Is no entry without a check and no check without an entry?"""
    assert set(CHECKS) == set(ENTRIES)


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
