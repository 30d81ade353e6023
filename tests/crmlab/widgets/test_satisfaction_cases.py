"""The widgets of the chapter-6 cases: findings agree with the topic functions, every slider position draws."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from crmlab import data
from crmlab.satisfaction import cases
from crmlab.widgets import satisfaction_cases as widgets

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made():
    """Return each case's tables as its notebook cleans them."""
    orders = data.load_case("c06_afu").orders.drop_duplicates()
    deliveries = data.load_case("c06_logistics").deliveries
    shop = data.load_case("c06_watsons")
    places = shop.orders[shop.orders["x_km"] < 900]
    gree = data.load_case("c06_gree")
    units = gree.units[gree.units["months_watched"] >= 0]
    sales = data.load_case("c06_miniso").weekly_sales
    return {
        "arms": cases.share_by_arm(orders, arm="gift_cost_yuan", outcome="repurchase_90d", control=0),
        "deliveries": deliveries[deliveries["actual_h"].between(0, 500)],
        "curve": cases.sales_curve(sales.assign(qty=sales["qty"].mask(sales["qty"] < 0)), survivors_only=False),
        "orders": places.join(cases.nearest_store(places, shop.stores)),
        "stores": shop.stores,
        "km": cases.kaplan_meier(units, months="months_watched", failed="failed"),
        "offers": gree.offers,
    }


def build(name, made):
    """Return the widget `name` at its first position."""
    return {
        "gift": lambda: widgets.gift_net_gain(made["arms"]),
        "promise": lambda: widgets.promise_on_time(made["deliveries"]),
        "launch": lambda: widgets.launch_stock(made["curve"]),
        "radius": lambda: widgets.coverage_radius(made["orders"], made["stores"]),
        "warranty": lambda: widgets.warranty_profit(made["km"], made["offers"], repair_yuan=243),
    }[name]()


EXTREMES = {
    "gift": [{"cost": 0, "margin": 20}, {"cost": 12, "margin": 300}, {"cost": 2.5}],
    "promise": [{"promise": 12, "region": "乡镇"}, {"promise": 96, "region": "城区"}, {"promise": 47}],
    "launch": [{"launches": 1, "batch": 20}, {"launches": 32, "batch": 400}, {"launches": 7}],
    "radius": [{"radius": 0.5, "limit": 15}, {"radius": 6, "limit": 60}, {"radius": 3.25}],
    "warranty": [
        {"warranty": 1, "repair": 50, "margin": 50},
        {"warranty": 10, "repair": 1000, "margin": 1500},
        {"warranty": 4},
    ],
}


@pytest.mark.parametrize("name", list(EXTREMES))
def test_every_position_draws_another_picture(name, made):
    """Do the ends of every slider draw without a message, each with its own picture and finding?"""
    figure = build(name, made)
    pictures, findings = [figure.png], [figure.alt]
    for position in EXTREMES[name]:
        figure.set(**position)
        assert figure.message.value == ""
        pictures.append(figure.png)
        findings.append(figure.alt)
    assert len(set(pictures)) == len(set(findings)) == 1 + len(EXTREMES[name])


@pytest.mark.parametrize("name", list(EXTREMES))
def test_controls_are_labelled_in_chinese(name, made):
    """Has every control a Chinese name, and the picture an alternative text that starts with the finding?"""
    figure = build(name, made)
    assert all(any("一" <= c <= "鿿" for c in control.description) for control in figure.controls.values())
    bundle, metadata = figure._repr_mimebundle_()
    assert metadata["image/png"]["alt"] == bundle["text/plain"] == figure.alt
    assert np.asarray(Image.open(io.BytesIO(figure.png))).std() > 5


def test_gift_finding(made):
    """Does the title say what `gift_net_gain` gives, also between the arms that were tried?"""
    figure = build("gift", made)
    figure.set(cost=8, margin=120)
    row = cases.gift_net_gain(made["arms"], [8], margin_yuan=120).iloc[0]
    assert figure.alt.startswith(
        f"送 8 元的赠品，每单净赚 {row['net_yuan']:+.1f} 元（95% 区间 {row['low']:+.1f} 到 {row['high']:+.1f}）。"
    )


def test_promise_finding(made):
    """Does the title say the on-time share of the chosen region?"""
    figure = build("promise", made)
    figure.set(promise=48, region="县城")
    part = made["deliveries"].query("region == '县城'")
    share = 100 * (part["actual_h"] <= 48).mean()
    assert figure.alt.startswith(f"县城：承诺 48 小时，准时率 {share:.0f}%，满意度约 ")


def test_launch_finding(made):
    """Does the title say what `launch_plan` gives?"""
    figure = build("launch", made)
    figure.set(launches=20, batch=150)
    row = cases.launch_plan(made["curve"], [20], slots=96, batch_qty=150).iloc[0]
    assert figure.alt.startswith(
        f"每周上新 20 款，每款在架 4.8 周：每周卖 {row['sold_per_week']:,.0f} 件，剩 {row['left_per_week']:,.0f} 件。"
    )


def test_radius_finding(made):
    """Does the title say what `radius_curve` gives, also between the points of the curve?"""
    figure = widgets.coverage_radius(made["orders"], made["stores"], radius_km=3.1, limit_min=40)
    row = cases.radius_curve(made["orders"], [3.1], limit_min=40, central_yuan=8).iloc[0]
    assert figure.alt.startswith(
        f"半径 3.1 公里：覆盖 {row['covered']:.0%} 的订单，{row['reach']:.0%} 在 40 分钟内送到，"
        f"单均成本 {row['cost_yuan']:.2f} 元。"
    )


def test_warranty_finding(made):
    """Does the title say what `warranty_plan` gives?"""
    figure = build("warranty", made)
    figure.set(warranty=8)
    row = cases.warranty_plan(made["km"], made["offers"], [8], repair_yuan=243, margin_yuan=400).iloc[0]
    assert figure.alt.startswith(
        f"保修 8 年：{row['buy']:.0%} 的人愿意买，每台保修成本 {row['cost_yuan']:.0f} 元，"
        f"每位客户毛利 {row['profit_yuan']:.0f} 元。"
    )


def test_tables_are_left_as_they_were(made):
    """Does no widget change the table it was given?"""
    kept = {name: table.copy() for name, table in made.items()}
    for name in EXTREMES:
        build(name, made)
    for name, table in kept.items():
        pd.testing.assert_frame_equal(table, made[name])
