"""The widgets of chapter 5: what their titles say is what the topic functions give."""

import numpy as np
import pandas as pd
import pytest

from crmlab import information
from crmlab.widgets import information as widgets
from crmlab.widgets.information import baskets, quality, tags, teaching
from tests.crmlab.widgets import live_laws
from tests.crmlab.widgets.live_laws import finding

pytestmark = pytest.mark.slow

LIVE = {
    "association_rules": (
        widgets.association_rules,
        [{"min_support": 10}, {"min_confidence": 50}, {"min_support": 1, "min_confidence": 0}, {"min_confidence": 90}],
    ),
    "duplicate_threshold": (
        widgets.duplicate_threshold,
        [
            {"threshold": 0.8},
            {"compared": "姓名、地址"},
            {"threshold": 1.0, "compared": "姓名、手机号"},
            {"threshold": 0.44},
        ],
    ),
    "information_value": (
        widgets.information_value,
        [{"p": 60}, {"gain": 60, "coupon": 30}, {"cost": 20, "p": 0}, {"gain": 10, "coupon": 1, "p": 100}],
    ),
    "mask_preview": (
        widgets.mask_preview,
        [{"mobile": "full"}, {"name": "medium", "address": "full"}, {"required": 20}, {"name": "clear"}],
    ),
    "profile_tags": (
        widgets.profile_tags,
        [{"rules": "女客户, gender, ==, 女"}, {"rules": "没人, orders, >, 999"}, {"rules": "甲，points，known"}],
    ),
    "quality_dashboard": (
        widgets.quality_dashboard,
        [{"step": 3}, {"dimension": "timeliness"}, {"step": 5, "dimension": "accuracy"}, {"step": 1}],
    ),
}
EVERY = pytest.mark.parametrize("name", LIVE)


def test_every_widget_is_tested():
    """Is each exported widget among those walked through here?"""
    assert sorted(LIVE) == widgets.__all__


@EVERY
def test_same_values_same_picture(name):
    """Is the picture after many moves the one of a widget that went straight there?"""
    live_laws.check_same_values_same_picture(*LIVE[name])


@EVERY
def test_every_setting_draws_and_says_so(name):
    """Does each setting draw without a failure, with words that change with the values?"""
    live_laws.check_words(*LIVE[name])


@pytest.mark.parametrize("name", [name for name in LIVE if name != "profile_tags"])  # a text has no ends
def test_extremes(name):
    """Do all extremes of the controls give a finding, with nothing cut off?"""
    live_laws.check_extremes(LIVE[name][0])


@EVERY
def test_labels(name):
    """Are controls and axes labelled, with units?"""
    live_laws.check_labels(LIVE[name][0])


@EVERY
def test_redraw_is_quick(name):
    """Is a new picture there within 80 ms of processor time?"""
    live_laws.check_speed(*LIVE[name])


@pytest.mark.parametrize("levels", [("light", "light", "light"), ("medium", "full", "full"), ("full", "full", "light")])
@pytest.mark.parametrize("required", [2, 10])
def test_mask_preview_agrees_with_k_anonymity(levels, required):
    """Is k that of the masked table, and do the two bars add up to everybody?"""
    people = teaching.simulated_customers(120, np.random.default_rng(1))
    fields = ("name", "mobile", "address")
    masked = pd.DataFrame({f: information.mask(people[f], f, level=lv) for f, lv in zip(fields, levels, strict=True)})
    result = information.k_anonymity(masked, list(fields), required=required)
    live = widgets.mask_preview(people)
    said = finding(live, **dict(zip(fields, levels, strict=True)), required=required)
    verdict = "达到" if result.k >= required else "没有达到"
    assert said.startswith(f"k = {result.k}，{verdict} {required}-匿名：")
    widths = [bar.get_width() for bar in live.axes[1].patches]
    assert widths == pytest.approx([100 * result.n_below / 120, 100 - 100 * result.n_below / 120])


@pytest.mark.parametrize("compared", ["姓名、手机号、地址", "姓名、地址"])
@pytest.mark.parametrize("threshold", [0.4, 0.6, 0.86])
def test_duplicate_threshold_agrees_with_a_new_search(threshold, compared):
    """Does a moved threshold count what a search with that threshold finds?"""
    customers, truth = teaching.with_duplicates(400, 100, np.random.default_rng(52))
    compare = {"姓名、手机号、地址": ("name", "mobile", "address"), "姓名、地址": ("name", "address")}[compared]
    ways = {"name": "jaro_winkler", "mobile": "exact", "address": "levenshtein"}
    found = information.find_duplicates(
        customers, compare={c: ways[c] for c in compare}, block=["mobile", "name", "address"], threshold=threshold
    )
    quality_now = information.duplicate_quality(found.pairs, truth)
    said = finding(widgets.duplicate_threshold(), threshold=threshold, compared=compared)
    wrong, missed = quality_now.n_found - quality_now.n_right, quality_now.n_true - quality_now.n_right
    assert said.startswith(
        f"阈值 {threshold:.2f}：找到 {quality_now.n_found} 对，错并 {wrong} 对，漏掉 {missed} 对；"
        f"查准率 {quality_now.precision:.0%}（"
    )


def test_duplicate_threshold_takes_own_results():
    """Does it open on results and truth that are given, and say when nothing is left?"""
    customers, truth = teaching.with_duplicates(60, 20, np.random.default_rng(2))
    found = information.find_duplicates(customers, compare={"name": "exact"}, block=["mobile"], threshold=0.1)
    live = widgets.duplicate_threshold({"只看姓名": found}, truth)
    assert live.values["compared"] == "只看姓名"
    assert live.axes[1].lines[0].get_xdata()[0] == 0.3


@pytest.mark.parametrize(("min_support", "min_confidence"), [(1, 0), (5, 30), (12, 40)])
def test_rules_are_those_of_a_new_search(min_support, min_confidence):
    """Is filtering what was found at 1 % the same as searching with these limits?"""
    orders = baskets.simulated_orders(600, np.random.default_rng(53))
    rules = information.association_rules(orders, min_support=min_support / 100, min_confidence=min_confidence / 100)
    live = widgets.association_rules()
    said = finding(live, min_support=min_support, min_confidence=min_confidence)
    sure = int((rules["lift_low"] > 1).sum())
    assert said.startswith(
        f"支持度至少 {min_support}%、置信度至少 {min_confidence}%：留下 {len(rules)} 条，{sure} 条的提升度可靠地大于 1；"
    )
    assert sum(len(line.get_xdata()) for line in live.axes[0].lines[1:4]) == len(rules)


def test_rules_without_any_and_without_a_sure_one():
    """Do no rule and only doubtful rules get a sentence each?"""
    live = widgets.association_rules()
    assert (
        finding(live, min_support=20, min_confidence=90)
        == "支持度至少 20%、置信度至少 90%：一条规则也没有，把门槛放低些"
    )
    rng = np.random.default_rng(3)
    apart = pd.DataFrame({"order_id": rng.integers(0, 60, 120), "item_id": rng.choice(["甲", "乙", "丙"], 120)})
    assert finding(widgets.association_rules(apart), min_support=1, min_confidence=0).endswith(
        "没有一条的提升度可靠地大于 1"
    )


@pytest.mark.parametrize(("p", "gain", "coupon", "cost"), [(20, 35, 5, 1), (50, 60, 30, 20), (10, 10, 1, 0.5)])
def test_information_value_agrees(p, gain, coupon, cost):
    """Is the value of perfect information the topic's, and the verdict that of its net value?"""
    payoffs = pd.DataFrame({"会回应": [gain - coupon, 0.0], "不回应": [-coupon, 0.0]}, index=["发券", "不发"])
    result = information.information_value(payoffs, {"会回应": p / 100, "不回应": 1 - p / 100}, cost=cost)
    said = finding(widgets.information_value(), p=p, gain=gain, coupon=coupon, cost=cost)
    assert said.startswith(f"弄清一位客户最多值 {result.evpi:.2f} 元，成本 {cost:g} 元：")
    assert ("不值得" in said) == (result.net <= 0)
    assert f"不弄清就“{result.best_action}”" in said


def test_tags_are_those_of_the_rules():
    """Is each tag's number that of profile_tags, rules of one tag all to be met?"""
    people = teaching.simulated_customers(80, np.random.default_rng(4))
    rules = "常客, orders, >=, 5\n常客, points, >=, 550\n\n苏州，address，contains，苏州"
    result = information.profile_tags(people, tags.parse_rules(rules))
    live = widgets.profile_tags(people, rules)
    numbers = dict(zip(result.summary["tag"], result.summary["n"], strict=True))
    assert numbers["常客"] == ((people["orders"] >= 5) & (people["points"] >= 550)).sum()
    shown = [t.get_text() for t in live.axes[0].texts]
    assert {f"{n} 人（{n / 80:.0%}）" for n in numbers.values()} <= set(shown)
    assert finding(live).endswith(f"{result.n_untagged} 位客户没有标签")


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("", "还没有规则。请至少写一行，例如：常客, orders, &gt;=, 5"),
        ("常客, orders", "第 1 行“常客, orders”写得不全，应是：标签, 列, 比法, 值。例如：常客, orders, &gt;=, 5"),
        (
            "常客, orders, 大于, 5",
            "第 1 行的比法“大于”不认识，可用：==、!=、&gt;、&gt;=、&lt;、&lt;=、between、in、contains、missing、known。",
        ),
        ("常客, orders, &gt;=, 很多".replace("&gt;", ">"), "标签“常客”：列“orders”是数字，value 不能是“很多”。"),
    ],
)
def test_a_half_written_rule_gets_a_sentence(rules, said):
    """While a rule is being typed, does the widget say what is missing, and recover afterwards?"""
    live = widgets.profile_tags()
    live.set(rules=rules)
    assert live.message.value == f'<p role="alert">这一组取值画不出图：{said}</p>'
    live.set(rules="女客户, gender, ==, 女")
    assert live.message.value == ""


def test_rules_nobody_meets():
    """Does a tag without customers get a finding?"""
    said = finding(widgets.profile_tags(), rules="没人, orders, >, 999")
    assert said == "1 个标签，没有一位客户符合：规则太严，或值写错了"


@pytest.mark.parametrize("step", range(6))
def test_quality_steps_are_the_reports(step):
    """Are the bars the scores of that step's report, and the clean rows those it counts?"""
    name, report = list(quality._cleaning().items())[step]
    live = widgets.quality_dashboard()
    said = finding(live, step=step)
    known = report.scores["score"].fillna(0)
    assert [bar.get_width() for bar in live.axes[0].patches] == pytest.approx(100 * known)
    assert said.endswith(f"{report.n} 行里 {report.n_clean} 行没有问题（{report.n_clean / report.n:.0%}）")
    assert name in said


def test_cleaning_makes_each_dimension_better():
    """Does the cleaning that is taught leave no dimension worse than at the start?"""
    first, *_, last = quality._cleaning().values()
    before, after = (r.scores.set_index("dimension")["score"].dropna() for r in (first, last))
    assert (after >= before).all() and (after > before).sum() >= 4


def test_quality_that_does_not_change():
    """Does a step without effect say so?"""
    report = next(iter(quality._cleaning().values()))
    live = widgets.quality_dashboard({"原始": report, "白忙": report})
    assert "各维度都没有变" in finding(live, step=1)


PEOPLE = teaching.simulated_customers(30, np.random.default_rng(5))
BAD = [
    (
        lambda: widgets.mask_preview(PEOPLE.drop(columns="mobile")),
        ValueError,
        "表 customers 里没有列“mobile”。现有的列：customer_id、name、address、gender、orders、points、updated_at。",
    ),
    (
        lambda: widgets.duplicate_threshold({}, pd.Series([1])),
        ValueError,
        "参数 results 是空的，请至少给一种比法的查重结果。",
    ),
    (
        lambda: widgets.duplicate_threshold({"甲": 1}),
        ValueError,
        "参数 results 和 entity 要么都给，要么都不给：没有真相就算不出对错。",
    ),
    (
        lambda: widgets.duplicate_threshold({"甲": 1}, pd.Series([1])),
        TypeError,
        "参数 results 的“甲”应是 information.find_duplicates() 的结果，你给的是 int。",
    ),
    (
        lambda: widgets.duplicate_threshold(
            {"甲": information.find_duplicates(PEOPLE, compare={"name": "exact"}, block=["name"])}, pd.Series([1])
        ),
        ValueError,
        "参数 results 的“甲”是用阈值 0.6 算的，低处的对已经丢了。请用 0.3 以下再算一次。",
    ),
    (
        lambda: widgets.association_rules(PEOPLE),
        ValueError,
        "表 orders 里没有列“order_id”。你是不是想写“orders”？"
        "现有的列：customer_id、name、mobile、address、gender、orders、points、updated_at。",
    ),
    (
        lambda: widgets.quality_dashboard({"甲": 1}),
        TypeError,
        "参数 stages 的“甲”应是 information.quality_report() 的结果，你给的是 int。",
    ),
    (
        lambda: widgets.quality_dashboard({}),
        ValueError,
        "参数 stages 至少要有两步（原始数据和清洗之后），现在有 0 步。",
    ),
    (
        lambda: widgets.profile_tags(PEOPLE, 3),
        TypeError,
        "参数 rules 应是文字，一行一条规则，你给的是 int。",
    ),
    (lambda: widgets.profile_tags(PEOPLE, " "), ValueError, "还没有规则。请至少写一行，例如：常客, orders, >=, 5"),
]


@pytest.mark.parametrize(("make", "error", "message"), BAD, ids=[m[:24] for *_, m in BAD])
def test_bad_input_is_refused_before_anything_is_shown(make, error, message):
    """Does bad input get the whole Chinese sentence?"""
    with pytest.raises(error) as caught:
        make()
    assert str(caught.value) == message
