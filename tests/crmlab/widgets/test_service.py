"""The widgets of chapter 1: their findings are the topic functions' numbers; the queue moves as simulated."""

from itertools import pairwise

import ipywidgets as w
import numpy as np
import pytest

from crmlab import service, technology
from crmlab.widgets import service as widgets
from crmlab.widgets.service.chain import LINKS, made_stores
from tests.crmlab.widgets import live_laws
from tests.crmlab.widgets.live_laws import finding

pytestmark = pytest.mark.slow

LIVE = {
    "queue_animation": (
        widgets.queue_animation,
        [{"minute": 0}, {"minute": 90}, {"servers": 6}, {"arrivals": 90, "servers": 2}, {"seed": 8, "minute": 120}],
    ),
    "store_hour": (
        widgets.store_hour,
        [{"staff": 5}, {"visitors": 0}, {"visitors": 120, "staff": 8}, {"seats": 0, "service_min": 10}],
    ),
    "perceived_wait": (
        widgets.perceived_wait,
        [{"uncertain": True}, {"actual": 20, "factor": 1.2}, {"unfair": True, "alone": True}, {"factor": 1.0}],
    ),
    "queue_cost": (
        widgets.queue_cost,
        [
            {"price": 200},
            {"arrivals": 60, "service_min": 8, "wage": 80},
            {"price": 0},
            {"arrivals": 5, "service_min": 1},
        ],
    ),
    "profit_chain": (widgets.profit_chain, [{"n": 20}, {"effect": 0, "place": 0.8}, {"n": 300, "draw_no": 7}]),
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
def test_words(name):
    """Does each setting draw, with words that follow the values?"""
    live_laws.check_words(*LIVE[name])


@EVERY
def test_extremes(name):
    """Do the ends of every control draw, with nothing cut off?"""
    live_laws.check_extremes(LIVE[name][0])


@EVERY
def test_labels(name):
    """Are controls and axes labelled?"""
    live_laws.check_labels(LIVE[name][0])


@EVERY
def test_speed(name):
    """Is a move quick?"""
    live_laws.check_speed(*LIVE[name])


@pytest.mark.parametrize("seed", [3, 11])
@pytest.mark.parametrize("minute", [0, 37, 90])
def test_queue_shows_the_simulation(seed, minute):
    """Are the dots the customers who wait at that minute, the squares the desks then at work?"""
    live = widgets.queue_animation()
    said = finding(live, seed=seed, minute=minute, arrivals=60, servers=4)
    expected = 120
    table = technology.simulate_queue(
        np.random.default_rng(seed), arrivals_per_hour=60, service_s=240, servers=4,
        customers=int(expected + 6 * np.sqrt(expected)) + 10,
    )  # fmt: skip
    now = 60 * minute
    waiting = int(((table["arrive_s"] <= now) & (table["start_s"] > now)).sum())
    busy = int(((table["start_s"] <= now) & (table["end_s"] > now)).sum())
    shop, course = live.axes
    queue, at_work, free = shop.lines
    assert (len(queue.get_xdata()), len(at_work.get_xdata()), len(free.get_xdata())) == (waiting, busy, 4 - busy)
    assert f"第 {minute} 分钟（种子 {seed}）：{waiting} 人在等" in said
    if minute:
        begun = table[table["start_s"] <= now]
        assert f"这一天到现在平均等 {begun['wait_s'].mean() / 60:.1f} 分钟" in said
    assert course.lines[0].get_ydata()[-1] == waiting
    assert min(course.lines[0].get_ydata()) >= 0


def test_queue_theory_stands_beside():
    """Is the dashed line M/M/c's mean queue, and absent with a sentence where the queue has no mean?"""
    live = widgets.queue_animation()
    theory = service.waiting(arrivals_per_hour=50, service_min=4, servers=4, over_min=5)
    assert finding(live).endswith(f"公式说长期平均 {theory.wait_min:.1f} 分钟")
    assert live.axes[1].lines[2].get_ydata() == pytest.approx([theory.queue_length] * 2)
    assert finding(live, servers=3).endswith("公式说长期看队伍越来越长")
    assert np.isnan(live.axes[1].lines[2].get_ydata()).all()


def test_queue_longer_than_the_shop():
    """Does a queue too long for the picture still have its number in the title?"""
    live = widgets.queue_animation()
    said = finding(live, arrivals=90, servers=1, service_min=8, minute=120)
    assert int(said.split("：")[1].split(" 人")[0]) > 100
    assert len(live.axes[0].lines[0].get_xdata()) == 48


def test_play_moves_the_clock():
    """Is there a play button with a label, over the clock's own range, linked to it in the browser?"""
    live = widgets.queue_animation()
    (row,) = [child for child in live.container.children if isinstance(child, w.HBox)]
    label, play = row.children
    clock = live.controls["minute"]
    assert label.value == play.description == "动画"
    assert (play.min, play.max, play.step) == (clock.min, clock.max, clock.step)
    assert (row.link.source, row.link.target) == ((play, "value"), (clock, "value"))


@pytest.mark.parametrize(("visitors", "service_min", "staff", "seats"), [(40, 4, 3, 3), (120, 10, 1, 0), (5, 1, 8, 10)])
def test_store_hour_agrees_with_the_loss_formula(visitors, service_min, staff, seats):
    """Are lost customers and utilisation those of lost_customers?"""
    said = finding(widgets.store_hour(), visitors=visitors, service_min=service_min, staff=staff, seats=seats)
    now, more = (
        service.lost_customers(visitors_per_hour=visitors, service_s=60 * service_min, staff=n, seats=seats)
        for n in (staff, staff + 1)
    )
    assert said == (
        f"{staff} 名员工：每小时流失 {now.lost_rate:.1f} 位（{now.lost_share:.0%}），利用率 {now.utilization:.0%}"
        + (f"；再添 1 名，流失 {more.lost_share:.0%}" if staff < 8 else "")
    )


def test_store_hour_without_visitors():
    """Is an empty hour a finding, not a failure?"""
    assert finding(widgets.store_hour(), visitors=0, staff=2) == (
        "没有来客：2 名员工都闲着，闲下来的时间存不到忙的时候"
    )


def test_perceived_wait_agrees_with_the_model():
    """Are the felt minutes those of perceived_wait, with and without remedies, and are eased steps hollow?"""
    live = widgets.perceived_wait()
    factors = dict.fromkeys(service.WAITING_PRINCIPLES, 1.1)
    result = service.perceived_wait(15, factors, eased=["unfair", "alone"])
    assert finding(live, actual=15, factor=1.1, unfair=True, alone=True) == (
        f"实际等 15 分钟，感觉像 {result.perceived_min:.0f} 分钟；缓解 2 条之后像 {result.eased_min:.0f} 分钟"
        "（假定每条放大 1.1 倍）"
    )
    bars = live.axes[0].patches
    names = list(service.WAITING_PRINCIPLES)
    assert [n for n, bar in zip(names, bars[1:-1], strict=True) if bar.get_width() == 0] == ["unfair", "alone"]
    assert bars[-1].get_width() == pytest.approx(result.eased_min)
    steps = [bar.get_x() + bar.get_width() for bar in bars[:-1]]
    assert steps == sorted(steps)


def test_queue_cost_agrees_with_the_table():
    """Is the star the cheapest number of desks, and the title its neighbours' difference?"""
    live = widgets.queue_cost()
    said = finding(live, arrivals=30, service_min=5, wage=40, price=60)
    table = service.queue_cost(arrivals_per_hour=30, service_min=5, cost_server_hour=40, cost_wait_hour=60, most=12)
    best = int(table["best"].to_numpy().argmax())
    total = table["total_cost"]
    assert list(live.axes[0].lines[3].get_xdata()) == [table["servers"][best]]
    assert said.endswith(
        f"少一个贵 {total[best - 1] - total[best]:,.0f} 元，多一个贵 {total[best + 1] - total[best]:,.0f} 元"
    )
    assert finding(live, price=0).endswith("少一个就不够用，多一个贵 40 元")


def test_every_cheapest_number_is_on_the_picture():
    """At the dearest ends of the sliders, does the star stay inside the fixed limits?"""
    live = widgets.queue_cost()
    for setting in ({"arrivals": 60, "service_min": 8, "wage": 80, "price": 200}, {"arrivals": 60, "service_min": 8}):
        live.set(**setting)
        star = live.axes[0].lines[3]
        assert star.get_xdata()[0] <= 12 and star.get_ydata()[0] < live.axes[0].get_ylim()[1]


def test_profit_chain_agrees_with_the_estimate():
    """Are points and title those of service_profit_chain on the same stores?"""
    live = widgets.profit_chain()
    said = finding(live, n=150, effect=0.6, place=0.0, draw_no=2)
    result = service.service_profit_chain(made_stores(150, 0.6, 0.0, 2), list(pairwise(LINKS)))
    assert said.startswith(
        f"全程 {result.indirect:.2f}（95% 区间 {result.indirect_low:.2f} 到 {result.indirect_high:.2f}，n = 150）："
    )
    points = [line.get_xdata()[0] for line in live.axes[0].lines if len(line.get_xdata()) == 1]
    assert points == pytest.approx([*result.paths["beta"], result.indirect, result.direct])


def test_profit_chain_confounded_and_unclear():
    """Is a chain that only the store's place makes told as such, and a small sample as unclear?"""
    live = widgets.profit_chain()
    assert finding(live, effect=0.0, place=1.0).endswith("：是没有进模型的店址在冒充")
    assert finding(live, effect=0.1, place=0.0, n=20).endswith("：区间跨 0，这些店说不清链条连没连上")


def test_made_stores_have_the_stated_effect():
    """Is the slope from each link to the next the stated one when the place plays no part?"""
    slopes = []
    for draw_no in range(1, 21):
        stores = made_stores(300, 0.5, 0.0, draw_no)
        slopes += [np.polyfit(stores[a], stores[b], 1)[0] for a, b in pairwise(LINKS)]
    assert np.mean(slopes) == pytest.approx(0.5, abs=0.03)
