"""Figures of chapter 1: what is drawn is the result, words do not collide, a wrong argument gets a Chinese sentence."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from crmlab import plots, service
from crmlab.plots.service import wait_steps
from tests.crmlab.plots.looks import assert_no_text_overlaps, assert_within

LOG = pd.DataFrame({"stage": ["售前"] * 3 + ["售中"] * 2 + ["售后"] * 5, "nature": ["功能性"] * 8 + ["态度性"] * 2})
MIX = service.service_mix(LOG)
HOURS = service.utilization(
    pd.DataFrame(
        {
            "hour": [19, 10, 15],
            "visitors": [60, 20, 0],
            "staff": [3, 3, 3],
            "service_s": [200, 240, 240],
            "lost": [12, 0, 0],
        }
    )
)
RNG = np.random.default_rng(5)
RECORDS = pd.DataFrame(
    {
        "store": RNG.choice(["城南", "城北", "名字特别长的旗舰店"], 300),
        "level": RNG.choice(service.SERVICE_LEVEL_NAMES, 300),
        "delivered": (RNG.random(300) < 0.85).astype(int),
    }
)
LEVELS = service.service_level_pyramid(RECORDS, by="store", needed={"基础": 0.8, "附加": 0.9, "超值": 0.5})
LINKS = ["内部服务质量", "员工满意", "客户满意", "利润"]
STORES = pd.DataFrame(RNG.normal(size=(90, 4)), columns=LINKS)
for _cause, _effect in pairwise(LINKS):
    STORES[_effect] += 0.7 * STORES[_cause]
CHAIN = service.service_profit_chain(STORES, list(pairwise(LINKS)))
COSTS = service.queue_cost(arrivals_per_hour=30, service_min=5, cost_server_hour=40, cost_wait_hour=60)
FELT = service.perceived_wait(10, {"unoccupied": 1.3, "uncertain": 1.5, "unfair": 1.2}, eased=["uncertain"])

DRAW = {
    "service_grid": lambda: plots.service_grid(MIX, "售前没有态度性服务"),
    "store_hours": lambda: plots.store_hours(HOURS, "晚上流失两成"),
    "service_levels": lambda: plots.service_levels(LEVELS, "附加服务都没站稳"),
    "profit_chain": lambda: plots.profit_chain(CHAIN, "一环扣一环"),
    "queue_costs": lambda: plots.queue_costs(COSTS, "4 个最省"),
    "perceived_steps": lambda: plots.perceived_steps(FELT, str(FELT)),
}


def test_every_figure_is_tested():
    """Is each exported figure among those drawn here?"""
    from crmlab.plots import service as module

    assert sorted(DRAW) == module.__all__


@pytest.mark.parametrize("name", DRAW)
def test_words_are_readable(name):
    """Do title and labels stand inside the picture and off each other?"""
    figure = DRAW[name]().get_figure(root=True)
    assert_within(figure)
    assert_no_text_overlaps(figure)


def test_service_grid_names_empty_cells():
    """Has every cell its count, and the empty ones a hatch and words?"""
    ax = DRAW["service_grid"]()
    words = [text.get_text() for text in ax.texts]
    assert words == ["3 次\n30%", "一次也没有", "2 次\n20%", "一次也没有", "3 次\n30%", "2 次\n20%"]
    assert [bool(patch.get_hatch()) for patch in ax.patches] == [False, True, False, True, False, False]


def test_store_hours_are_the_table():
    """Are hours in order, served and lost stacked to the visitors, utilisation written, the interval round the loss?"""
    ax = DRAW["store_hours"]()
    served, lost = ax.containers
    assert [label.get_text() for label in ax.get_xticklabels()] == ["10", "15", "19"]
    assert [bar.get_height() for bar in served] == pytest.approx([20, 0, 48])
    assert [bar.get_height() for bar in lost] == pytest.approx([0, 0, 12])
    assert [text.get_text() for text in ax.texts] == ["44%", "0%", "89%"]
    (segment,) = ax.collections[0].get_segments()
    evening = HOURS.iloc[0]
    np.testing.assert_allclose(segment[:, 1], [60 * (1 - evening["lost_high"]), 60 * (1 - evening["lost_low"])])


def test_service_levels_fill_what_stands():
    """Is a met level a filled dot, an unmet one hollow, the requirement a line?"""
    axes = DRAW["service_levels"]().get_figure(root=True).axes
    assert [ax.get_title(loc="left") for ax in axes] == ["基础服务", "附加服务", "超值服务"]
    for ax, level in zip(axes, service.SERVICE_LEVEL_NAMES, strict=True):
        part = LEVELS[LEVELS["level"] == level]
        dots = [line for line in ax.lines if line.get_marker() == "o"]
        assert [line.get_xdata()[0] for line in dots] == pytest.approx(list(100 * part["share"]))
        assert [line.get_markerfacecolor() != "white" for line in dots] == list(part["met"])
        assert ax.lines[-1].get_xdata()[0] == pytest.approx(100 * part["needed"].iloc[0])


def test_service_level_without_records():
    """Is a level nobody recorded told, not drawn as zero?"""
    table = service.service_level_pyramid(RECORDS[RECORDS["level"] != "超值"], by="store", needed=0.8)
    axes = plots.service_levels(table, "超值没有记录").get_figure(root=True).axes
    assert {text.get_text() for text in axes[2].texts} == {"没有记录"}


def test_profit_chain_writes_every_path():
    """Has every link a box and every path its coefficient, the product below?"""
    ax = DRAW["profit_chain"]()
    words = [text.get_text() for text in ax.texts]
    assert words[:4] == ["内部服务\n质量", "员工满意", "客户满意", "利润"]
    for path in CHAIN.paths.itertuples():
        assert f"{path.beta:.2f}\n（{path.low:.2f} 到 {path.high:.2f}）" in words
    assert ax.get_xlabel() == (
        f"全程 {CHAIN.indirect:.2f}（95% 区间 {CHAIN.indirect_low:.2f} 到 {CHAIN.indirect_high:.2f}，n = 90）；一起变，不是因果"
    )


def test_profit_chain_with_branches_stays_readable():
    """With two causes side by side and a shortcut, do boxes and numbers keep apart?"""
    paths = [("内部服务质量", "客户满意"), ("员工满意", "客户满意"), ("客户满意", "利润"), ("内部服务质量", "利润")]
    figure = plots.profit_chain(service.service_profit_chain(STORES, paths), "两个原因").get_figure(root=True)
    assert_within(figure)
    assert_no_text_overlaps(figure)


@pytest.mark.parametrize("count", [2, 5, 7, 9])
def test_profit_chain_of_any_length_is_lettered_alike(count):
    """Are words at least 9 points in a picture no wider than a notebook's column, however many links there are?"""
    names = [name + str(count) for name in ("内部服务的质量怎样", "employee_satisfaction", *"甲乙丙丁戊己庚")][:count]
    links = pd.DataFrame(np.cumsum(RNG.normal(size=(60, count)), axis=1), columns=names)
    paths = [*pairwise(names), *([(names[0], names[-1]), (names[1], names[3])] if count > 4 else [])]
    ax = plots.profit_chain(service.service_profit_chain(links, paths), "一环扣一环")
    figure = ax.get_figure(root=True)
    assert figure.get_figwidth() <= 9
    assert min(text.get_fontsize() for text in ax.texts) >= 9
    assert len(ax.texts) == count + len(paths)
    assert_within(figure)
    assert_no_text_overlaps(figure)


def test_profit_chain_with_many_causes_keeps_its_words_apart():
    """Do the words of six arrows into one box stand clear of each other and of the boxes?"""
    names = [f"原因{i}" for i in range(6)]
    links = pd.DataFrame(RNG.normal(size=(60, 7)), columns=[*names, "利润"])
    chain = service.service_profit_chain(links, [(name, "利润") for name in names])
    assert_no_text_overlaps(plots.profit_chain(chain, "六个原因").get_figure(root=True))


def test_queue_costs_star_the_cheapest():
    """Are the lines the three costs and the star the cheapest number?"""
    ax = DRAW["queue_costs"]()
    for line, column in zip(ax.lines, ("server_cost", "wait_cost", "total_cost"), strict=False):
        np.testing.assert_allclose(line.get_ydata(), COSTS[column])
    assert list(ax.lines[3].get_xdata()) == [4]
    assert "★ 4 个最省：192 元" in {text.get_text() for text in ax.texts}


def test_perceived_steps_climb_to_the_felt_wait():
    """Do the steps start at the actual wait, skip what was eased and end at the eased felt wait?"""
    rows = wait_steps(FELT)
    assert [row[3] for row in rows] == ["whole", "step", "eased", "step", "whole"]
    assert rows[0][2] == 10 and rows[1][1:3] == (10, 13) and rows[2][1:3] == (13, 13)
    assert rows[-1][2] == pytest.approx(FELT.eased_min) == pytest.approx(rows[-2][2])
    bars = DRAW["perceived_steps"]().patches
    assert [bar.get_width() for bar in bars] == pytest.approx([end - start for _, start, end, _ in rows])


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            plots.profit_chain,
            "参数 result 应是 service.service_profit_chain 的结果，你给的是 DataFrame。请先算出结果，再交给这张图。",
        ),
        (
            plots.perceived_steps,
            "参数 result 应是 service.perceived_wait 的结果，你给的是 DataFrame。请先算出结果，再交给这张图。",
        ),
    ],
)
def test_wrong_result_is_refused(draw, message):
    """Is a table in place of the result told whose result is wanted?"""
    with pytest.raises(TypeError) as caught:
        draw(COSTS, "错")
    assert str(caught.value) == message


def test_wrong_table_is_refused():
    """Does a raw log in place of the crosstab say which column is missing?"""
    with pytest.raises(ValueError) as caught:
        plots.service_grid(LOG, "没有数")
    assert str(caught.value) == "表 mix 里没有列“n”。现有的列：stage、nature。"
