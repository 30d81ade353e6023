"""Small simulated data and every widget of chapter 6 with a few settings, shared by the tests of this folder."""

import numpy as np
import pandas as pd

from crmlab import satisfaction
from crmlab.widgets import satisfaction as widgets

RNG = np.random.default_rng(6)
N = 120
ANSWERS = pd.DataFrame(
    {
        "store": np.repeat(["城南", "城北", "城东"], N // 3),
        "age": np.tile(["青年", "中年"], N // 2),
        "overall": RNG.integers(3, 11, N),
        "nps": RNG.integers(2, 11, N),
        "q1": RNG.integers(2, 6, N),
        "q2": RNG.integers(1, 6, N),
        "q3": RNG.integers(2, 5, N),
    }
)
TREE = pd.DataFrame(
    {
        "indicator": ["A", "B", "B1", "B2"],
        "name": ["产品", "服务", "态度", "售后"],
        "parent": [None, None, "B", "B"],
        "weight": [0.6, 0.4, 0.5, 0.5],
        "column": ["q1", None, "q2", "q3"],
    }
)
DIMENSIONS = pd.DataFrame(
    {
        "item_dim": np.tile(["产品", "服务", "理念", "行为", "视听"], 40),
        "store": np.repeat(["城南", "城北"], 100),
        "score": np.where((np.arange(200) < 100) & (np.arange(200) % 5 == 0), 2, RNG.integers(3, 6, 200)),
    }
)
ATTRIBUTES = pd.DataFrame(
    {
        "attribute": ["有货", "质量", "音乐", "排队"],
        "importance": [8.8, 9.0, 3.9, 7.9],
        "performance": [5.8, 7.8, 6.9, 5.6],
    }
)
LEVERS = pd.DataFrame({"lever": ["培训", "提速", "包装"], "cost": [60000, 50000, 50000], "uplift": [7, 5, 5]})
ITEMS = pd.DataFrame(
    {
        "item": ["产品价值", "服务价值", "货币成本", "时间成本"],
        "side": ["value", "value", "cost", "cost"],
        "score": [8.0, 7.0, 6.0, 5.0],
        "weight": [0.6, 0.4, 0.7, 0.3],
    }
)
SPEND = pd.DataFrame({"overall": np.arange(40) % 8 + 3, "spend": np.arange(40) % 8 * 20 + 100 + np.arange(40) % 3 * 9})
SLOPE = satisfaction.outcome_per_point(SPEND, score="overall", outcome="spend")

# name: (make, settings to walk through; the last ones are extremes)
LIVE = {
    "nps_threshold": (
        lambda: widgets.nps_threshold(ANSWERS["nps"]),
        [{"n": 20}, {"promoter_min": 7, "detractor_max": 3}, {"promoter_min": 10, "detractor_max": 8, "n": 120}],
    ),
    "sampling_error": (
        lambda: widgets.sampling_error(),
        [{"gold": 10, "silver": 20}, {"n": 60, "draw_no": 20}, {"n": 1000, "gold": 45, "silver": 45}],
    ),
    "group_means": (
        lambda: widgets.group_means(ANSWERS, {"门店": "store", "年龄": "age"}, "overall"),
        [{"by": "age"}, {"by": "store", "confidence": 0.99}],
    ),
    "dimension_profile": (
        lambda: widgets.dimension_profile(DIMENSIONS, {"门店": "store"}),
        [{"group": ("store", "城南")}, {"group": ("store", "城北")}],
    ),
    "gap_states": (
        lambda: widgets.gap_states(),
        [{"expect": 3, "perceive": 9}, {"expect": 10, "perceive": 1, "delight": 3}, {"expect": 1, "perceive": 10}],
    ),
    "expectation": (
        lambda: widgets.expectation(),
        [{"promise": 6}, {"promise": 0, "delivery": 10, "sensitivity": 0.3}, {"promise": 10, "delivery": 0}],
    ),
    "perceived_value": (
        lambda: widgets.perceived_value(ITEMS, ITEMS.assign(score=[7.0, 8.0, 5.0, 5.0])),
        [{"item_0": 1, "item_2": 10}, {"item_0": 10, "item_1": 10, "item_2": 1, "item_3": 1}],
    ),
    "importance_performance": (
        lambda: widgets.importance_performance(ATTRIBUTES),
        [{"cut_performance": 7.0, "cut_importance": 4.0}, {"cut_performance": 5.6, "cut_importance": 9.0}],
    ),
    "satisfaction_revenue": (
        lambda: widgets.satisfaction_revenue(SLOPE),
        [{"change": -2, "customers": 100_000}, {"change": 2, "customers": 1_000}, {"change": 0}],
    ),
    "lever_budget": (lambda: widgets.lever_budget(LEVERS), [{"budget": 10}, {"budget": 0}, {"budget": 16}]),
    "index_weights": (
        lambda: widgets.index_weights(TREE, ANSWERS),
        [{"A": 0, "B": 100}, {"A": 100, "B": 0}, {"A": 5, "B": 100}],
    ),
    "ahp": (
        lambda: widgets.ahp(["产品", "服务", "环境", "价格", "便利"]),
        [{"pair_0_1": 2}, {"pair_0_1": 8, "pair_1_2": 8, "pair_0_2": -8}, {"pair_3_4": -8}],
    ),
}
