"""What the functions refuse: the whole message, as a student reads it."""

import numpy as np
import pandas as pd
import pytest

from crmlab import development as d

PEOPLE = pd.DataFrame({"months": [3, 5, 9], "left": [1, 0, 1], "plan": ["月付", "年付", "月付"]})
ORDERS = pd.DataFrame(
    {"customer_id": ["a", "a", "b"], "date": pd.to_datetime(["2026-01-01", "2026-02-10", "2026-03-05"])}
)
LOST = pd.DataFrame({"p_success": [0.3, 0.2], "value_yuan": [2000, 300], "cost_yuan": [80, 20]})
LEADS = pd.DataFrame({"source": ["展会", "官网"], "visits": [3, 12]})
CARD = pd.DataFrame({"column": ["visits", "visits"], "low": [1, 10], "high": [10, None], "points": [5, 20]})
SEGMENTS = pd.DataFrame({"size": [5, 2], "match": [1, 4]})
MANY = pd.DataFrame({"left": [0, 1] * 60, "spend": range(120), "code": [f"K{i}" for i in range(120)], "day": [1] * 120})
RNG = np.random.default_rng(1)

REFUSALS = [
    (
        lambda: d.auc([0.3, 0.8], [1, 0, 1]),
        ValueError,
        "scores 有 2 行，outcome 有 3 行，应一样长。请检查它们是不是取自同一张表。",
    ),
    (lambda: d.auc([0.3, 0.8], [1, 1]), ValueError, "参数 outcome 全是 1，要两类都有才能比较。请检查筛选条件。"),
    (
        lambda: d.auc([0.3, 0.8], [1, 2]),
        ValueError,
        "参数 outcome 只能是 0 和 1（或 False 和 True），第 2 行是 2。请先核对这些行。",
    ),
    (
        lambda: d.auc([0.3, 0.8], [1, 0.5]),
        ValueError,
        "参数 outcome 只能是 0 和 1（或 False 和 True），第 2 行是 0.5。请先核对这些行。",
    ),
    (
        lambda: d.auc([0.3, 0.8], ["Yes", "No"]),
        TypeError,
        '参数 outcome 只能是 0 和 1（或 False 和 True），第 1 行是“Yes”。请先换成 0/1，例如 (这一列 == "Yes").astype(int)。',
    ),
    (lambda: d.auc([0.3, None], [1, 0]), ValueError, "参数 scores 不能有缺失值，第 2 行是空的。请先补上或删去这一行。"),
    (lambda: d.lift([3, 2, 1], [0, 0, 0]), ValueError, "参数 outcome 全是 0，没有一个响应，算不出提升度。"),
    (
        lambda: d.lift([3, 2, 1], [0, 1, 0], share=0.99),
        ValueError,
        "前 99% 就是全部 3 人，没有其余的人可比。请把 share 改小，或用更长的名单。",
    ),
    (
        lambda: d.lift([3, 2, 1], [0, 1, 0], share=10),
        ValueError,
        "参数 share 应在 0–1 之间（不含两端），你给的是 10。10% 请写成 0.1。",
    ),
    (
        lambda: d.gains_table([3, 2, 1], [0, 1, 0], value=10),
        ValueError,
        "参数 value 和 contact_cost 要一起给：少了一个，算不出赚还是赔。",
    ),
    (lambda: d.gains_table([3, 2, 1], [0, 1, 0], bins=1), ValueError, "参数 bins 应是不小于 2 的整数，你给的是 1。"),
    (
        lambda: d.gains_table([3, 2, 1], [0, 1, 0], value=[5, 5], contact_cost=1),
        ValueError,
        "value 有 2 行，outcome 有 3 行，应一样长。请检查它们是不是取自同一张表。",
    ),
    (
        lambda: d.gains_table([3, 2, 1], [0, 1, 0], value=10, contact_cost=-1),
        ValueError,
        "参数 contact_cost 不能小于 0，你给的是 -1。",
    ),
    (
        lambda: d.uplift_table([3, 2, 1], [0, 1, 0], [1, 1, 1]),
        ValueError,
        "参数 treated 全是 1，没有对照组。要有一组没联系的人来比，才说得出联系的作用。",
    ),
    (
        lambda: d.uplift_table([3, 2, 1], [0, 1, 0], [0, 0, 0]),
        ValueError,
        "参数 treated 全是 0，没有联系组。要有一组联系过的人来比，才说得出联系的作用。",
    ),
    (
        lambda: d.uplift_table([3, 2, 1], [0, 1, 0], [0, 1, 0], contact_cost=2),
        ValueError,
        "参数 value 和 contact_cost 要一起给：少了一个，算不出盈亏点。",
    ),
    (
        lambda: d.survival_curve(PEOPLE, duration="month", event="left"),
        ValueError,
        "表 customers 里没有列“month”。你是不是想写“months”？现有的列：months、left、plan。",
    ),
    (
        lambda: d.survival_curve(PEOPLE.assign(months=[3, -1, 2]), duration="months", event="left"),
        ValueError,
        "列“months”应不小于 0，第 2 行是 -1。请先核对这些行。",
    ),
    (
        lambda: d.survival_curve(PEOPLE.assign(left=None), duration="months", event="left"),
        ValueError,
        "列“left”的 3 个值全是缺失值。请检查数据是否为空，或筛选条件是否太严。",
    ),
    (
        lambda: d.survival_curve(PEOPLE.assign(left=["是", "否", "是"]), duration="months", event="left"),
        TypeError,
        '列“left”只能是 0 和 1（或 False 和 True），第 1 行是“是”。请先换成 0/1，例如 (这一列 == "是").astype(int)。',
    ),
    (
        lambda: d.compare_survival(PEOPLE.assign(plan="月付"), duration="months", event="left", by="plan"),
        ValueError,
        "列“plan”在有效的行里只有 1 组（月付），至少要两组才能比较。",
    ),
    (
        lambda: d.compare_survival(PEOPLE.assign(left=0), duration="months", event="left", by="plan"),
        ValueError,
        "列“left”没有一个 1，没有人流失，无从比较。请检查编码，或等更长的观察期。",
    ),
    (
        lambda: d.churn_label(ORDERS, as_of="2026-02-28"),
        ValueError,
        "列“date”的第 3 行是 2026-03-05，晚于 as_of（2026-02-28）。请把 as_of 改到最后一笔订单之后，或先筛掉以后的订单。",
    ),
    (
        lambda: d.churn_label(ORDERS, as_of="明天"),
        TypeError,
        "参数 as_of 应是一个日期，例如 \"2026-06-30\"，你给的是 '明天'。",
    ),
    (
        lambda: d.churn_label(ORDERS, as_of=20260630),
        TypeError,
        '参数 as_of 应是一个日期，例如 "2026-06-30"，你给的是 20260630。',
    ),
    (
        lambda: d.churn_label(ORDERS.assign(date="2026-01-01"), as_of="2026-06-30"),
        TypeError,
        "列“date”应是日期。请先用 pd.to_datetime() 把这一列变成日期。",
    ),
    (
        lambda: d.churn_label(ORDERS.assign(date=[pd.NaT, *ORDERS["date"][1:]]), as_of="2026-06-30"),
        ValueError,
        "列“date”不能有缺失值，第 1 行是空的。请先补上或删去这一行。",
    ),
    (
        lambda: d.churn_label(ORDERS.assign(customer_id=["a", None, "b"]), as_of="2026-06-30"),
        ValueError,
        "列“customer_id”不能有缺失值，第 2 行是空的。请先补上或删去这一行。",
    ),
    (
        lambda: d.churn_label(ORDERS.assign(customer_id=list("abc")), as_of="2026-06-30"),
        ValueError,
        "没有一位客户买过两天以上，没有购买间隔，定不出界限。请用 threshold_days 自己给一个。",
    ),
    (
        lambda: d.churn_label(ORDERS.rename(columns={"date": "order_date"}), as_of="2026-06-30"),
        ValueError,
        "表 orders 里没有列“date”。你是不是想写“order_date”？现有的列：customer_id、order_date。",
    ),
    (
        lambda: d.churn_backtest(ORDERS, cut="2025-12-31", horizon_days=30, thresholds=[30]),
        ValueError,
        "cut（2025-12-31）以前没有订单，最早的一笔在 2026-01-01。请把 cut 往后挪。",
    ),
    (
        lambda: d.churn_backtest(ORDERS, cut="2026-02-28", horizon_days=30, thresholds=[30]),
        ValueError,
        "要看到 2026-03-30 才知道谁没回来，订单只记到 2026-03-05。请把 cut 往前挪，或把 horizon_days 改小。",
    ),
    (
        lambda: d.churn_pareto(pd.DataFrame({"cause": [None, None]})),
        ValueError,
        "列“cause”全是缺失值，没有一行写了原因。",
    ),
    (
        lambda: d.churn_pareto(pd.DataFrame({"cause": ["质量"], "yuan": [0]}), amount="yuan"),
        ValueError,
        "列“yuan”的合计是 0，算不出占比。不给 amount 就按人数排。",
    ),
    (
        lambda: d.churn_pareto(pd.DataFrame({"cause": ["质量"], "yuan": [-5]}), amount="yuan"),
        ValueError,
        "列“yuan”应不小于 0，第 1 行是 -5。请先核对这些行。",
    ),
    (
        lambda: d.churn_model(MANY, target="left", features=["spend", "left"], rng=RNG),
        ValueError,
        "目标“left”混进了 features，等于把答案告诉模型。请从 features 里去掉它。",
    ),
    (
        lambda: d.churn_model(MANY, target="left", features=["code"], rng=RNG),
        ValueError,
        "列“code”有 120 个不同的值，几乎每行一个，像是编号，不能当特征。若是日期，请先换成“距今几天”。",
    ),
    (
        lambda: d.churn_model(MANY, target="left", features=[], rng=RNG),
        ValueError,
        "参数 features 是空的。请至少给一个特征列。",
    ),
    (
        lambda: d.churn_model(MANY, target="left", features=["spend"], rng=42),
        TypeError,
        "参数 rng 应是 np.random.default_rng(种子)，你给的是 int。",
    ),
    (
        lambda: d.churn_model(MANY, target="left", features=["spend"], rng=RNG, group="day", time="day"),
        ValueError,
        "参数 group 和 time 只能给一个。要按时间分，又不让同一客户跨两边，请先每位客户只留一行。",
    ),
    (
        lambda: d.churn_model(MANY.assign(left=0), target="left", features=["spend"], rng=RNG),
        ValueError,
        "训练集的 84 行里，列“left”只有一类，没法学。请用更多数据，或改 test_share。",
    ),
    (
        lambda: d.churn_model(MANY, target="left", features=["spends"], rng=RNG),
        ValueError,
        "表 customers 里没有列“spends”。你是不是想写“spend”？现有的列：left、spend、code、day。",
    ),
    (
        lambda: d.winback_value(LOST.assign(p_success=[0.3, 20])),
        ValueError,
        "列“p_success”应在 0–1 之间，第 2 行是 20。20% 请写成 0.2。",
    ),
    (
        lambda: d.winback_value(LOST.assign(p_low=0.1)),
        ValueError,
        "表 customers 里没有列“p_high”。现有的列：p_success、value_yuan、cost_yuan、p_low。",
    ),
    (
        lambda: d.winback_value(LOST.assign(p_low=0.25, p_high=0.4)),
        ValueError,
        "第 2 行的 p_success（0.2）不在 p_low 和 p_high（0.25–0.4）之间。请检查三列的次序。",
    ),
    (
        lambda: d.winback_triage(LOST, key_min=100, ordinary_min=500),
        ValueError,
        "参数 ordinary_min（500）应小于 key_min（100），否则没有普通客户。",
    ),
    (
        lambda: d.winback_triage(LOST.assign(value_yuan=[1, None]), key_min=500, ordinary_min=100),
        ValueError,
        "列“value_yuan”不能有缺失值，第 2 行是空的。请先补上或删去这一行。",
    ),
    (
        lambda: d.lead_score(LEADS, CARD.assign(high=[15, None])),
        ValueError,
        "表 card 的第 1 行和第 2 行重叠：列“visits”的第 2 行（12）两条都符合。",
    ),
    (
        lambda: d.lead_score(LEADS, CARD.assign(low=None, high=None)),
        ValueError,
        "表 card 的第 1 行没写 value，也没写 low 或 high，不知道什么时候得分。",
    ),
    (
        lambda: d.lead_score(LEADS, CARD.assign(column="visit")),
        ValueError,
        "表 leads 里没有列“visit”。你是不是想写“visits”？现有的列：source、visits。",
    ),
    (
        lambda: d.lead_score(LEADS, CARD.assign(column="source")),
        TypeError,
        "列“source”应全是数字，第 1 行是“展会”。请先清理这一列。",
    ),
    (
        lambda: d.selection_matrix(SEGMENTS, attractiveness=["size"], fit={"match": 1}),
        TypeError,
        '参数 attractiveness 应写成“列名: 权重”的字典，例如 {"规模": 2}，你给的是 list。',
    ),
    (
        lambda: d.selection_matrix(SEGMENTS, attractiveness={"size": 0}, fit={"match": 1}),
        ValueError,
        "参数 attractiveness 的权重合计是 0。请至少给一列大于 0 的权重。",
    ),
    (
        lambda: d.selection_matrix(SEGMENTS, attractiveness={"size": -1}, fit={"match": 1}),
        ValueError,
        '参数 attractiveness["size"] 不能小于 0，你给的是 -1。',
    ),
    (
        lambda: d.selection_matrix(SEGMENTS, attractiveness={"size": 1}, fit={"match": 1}, scale=(1, 3)),
        ValueError,
        "列“size”应在 1–3 之间，第 1 行是 5。别的量表请写 scale=(最低分, 最高分)。",
    ),
    (lambda: d.lookalike(LEADS, [7], features=["visits"]), ValueError, "参数 seeds 里的“7”不在 customers 的索引里。"),
    (
        lambda: d.lookalike(LEADS, [], features=["visits"]),
        ValueError,
        "参数 seeds 应是一部分客户：现在是 0 位，全部有 2 位。",
    ),
    (
        lambda: d.lookalike(LEADS.assign(visits=3), [0], features=["visits"]),
        ValueError,
        "列“visits”的值全都一样，分不出像不像。请去掉这一列。",
    ),
    (
        lambda: d.lookalike(LEADS.set_index(pd.Index([1, 1])), [1], features=["visits"]),
        ValueError,
        "表 customers 的索引有重复，分不清谁是谁。请先用客户编号作索引，或 reset_index()。",
    ),
    (lambda: d.whale_curve([]), ValueError, "参数 profits 一个值也没有。请检查数据是否为空，或筛选条件是否太严。"),
    (
        lambda: d.whale_curve(["100"]),
        TypeError,
        "参数 profits 应全是数字，第 1 行是文字“100”。请先用 pd.to_numeric() 把这一列变成数字。",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSALS)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
