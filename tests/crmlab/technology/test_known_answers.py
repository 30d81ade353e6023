"""Numbers from the literature or another program: known_answers.json beside this file."""

import pandas as pd

from crmlab import technology
from tests.crmlab.known_answers import EveryAnswer, KnownAnswers

answers = KnownAnswers(__file__)


class TestKnownAnswers(EveryAnswer):
    """All entries of the file."""

    answers = answers


@answers("erlang_b")
def check_erlang_b(inputs, outputs, near):
    assert [technology.erlang_b(a, n) for a, n in inputs["cases"]] == near(outputs["blocking"])


@answers("erlang_c_100calls")
def check_hundred_calls(inputs, outputs, near):
    aht_s = inputs["aht_min"] * 60
    traffic = technology.traffic_erlangs(inputs["calls"], interval_s=inputs["interval_min"] * 60, aht_s=aht_s)
    agents, target = inputs["agents"], inputs["target_s"]
    assert traffic == near(outputs["traffic_erlangs"])
    assert technology.erlang_c(traffic, agents) == near(outputs["p_wait"])
    assert technology.average_speed_of_answer(traffic, agents, aht_s=aht_s) == near(outputs["asa_s"])
    reached = technology.service_level(traffic, agents, aht_s=aht_s, answer_within_s=target)
    assert reached == near(outputs["service_level"])
    needed = technology.required_agents(
        inputs["calls"],
        interval_s=inputs["interval_min"] * 60,
        aht_s=aht_s,
        service_level=inputs["target_service_level"],
        answer_within_s=target,
        max_occupancy=inputs["max_occupancy"],
        shrinkage=inputs["shrinkage"],
    )
    assert (needed.agents, needed.scheduled) == (
        outputs["required_agents_raw"],
        outputs["required_agents_with_shrinkage"],
    )
    assert needed.occupancy == near(outputs["occupancy"])


@answers("erlang_c_required_agents")
def check_required_agents(inputs, outputs, near):
    for case, known in zip(inputs["cases"], outputs["results"], strict=True):
        found = technology.required_agents(
            case["calls"],
            interval_s=case["interval_s"],
            aht_s=case["aht_s"],
            service_level=case["target_sl"],
            answer_within_s=case["target_s"],
        )
        assert found.agents == known["agents"]
        assert [found.erlangs, found.p_wait, found.service_level, found.asa_s, found.occupancy] == near(
            [known[k] for k in ("traffic_erlangs", "p_wait", "service_level", "asa_s", "occupancy")]
        )


def queue(result, near, known):
    found = [result.rho, result.p0, result.p_wait, result.Lq, result.Wq, result.W, result.L]
    assert found == near([known[k] for k in ("rho", "P0", "P_wait", "Lq", "Wq", "W", "L")])


@answers("mmc_hillier_hospital")
def check_hospital(inputs, outputs, near):
    for servers in inputs["servers"]:
        result = technology.mmc(inputs["lambda_per_h"], inputs["mu_per_h"], servers)
        queue(result, near, outputs[f"c{servers}"])


@answers("mmc_lambda3_mu1_c4")
def check_mmc(inputs, outputs, near):
    queue(technology.mmc(inputs["lambda"], inputs["mu"], inputs["c"]), near, outputs)


@answers("call_centre_kpis")
def check_kpis(inputs, outputs, near):
    result = technology.call_centre_kpis_from_counts(
        offered=inputs["offered"],
        abandoned=inputs["abandoned"],
        short_abandoned=inputs["abandoned_within_5s"],
        answered_in_time=inputs["answered_within_20s"],
        talk_s=inputs["talk_s"],
        hold_s=inputs["hold_s"],
        wrap_s=inputs["wrap_s"],
        resolved=inputs["resolved_first_contact"],
        logged_in_s=inputs["agent_logged_in_s"],
    )
    assert {name: getattr(result, name) for name in outputs} == near(outputs)


@answers("association_rule_diaper_beer")
def check_lift(inputs, outputs, near):
    baskets = [set(t) for t in inputs["transactions"]]
    tags = pd.DataFrame({"rule": [{"Milk", "Diaper"} <= b for b in baskets]})
    row = technology.tag_lift(tags, ["Beer" in b for b in baskets]).iloc[0]
    assert row["response"] == near(outputs["confidence"])
    assert row["lift"] == near(outputs["lift"])
    assert row["share"] * row["response"] == near(outputs["support"])


@answers("pert_reliable_construction")
def check_pert(inputs, outputs, near):
    result = technology.critical_path(
        pd.DataFrame({k: v for k, v in inputs.items() if k != "deadline"}), deadline=inputs["deadline"]
    )
    assert "".join(result.path) == outputs["path"]
    assert (result.days, result.sd_days**2, result.on_time) == near(
        (outputs["days"], outputs["variance"], outputs["on_time"])
    )
