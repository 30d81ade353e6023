"""What customers say: answers to the satisfaction survey, and reviews of what they bought."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from crmlab.data.simulate._world import (
    BLOCK,
    DAYS,
    TIERS,
    Floats,
    Ints,
    Part,
    Seasonal,
    Texts,
    check_dirt,
    check_size,
    customer_ids,
    moments,
    parts,
    pick,
    seasonal_parts,
    soil,
    stream,
    traits,
    whole,
)
from crmlab.data.simulate.sales import purchases

_ANSWERED = 0.35  # of the customers
_ITEMS = ["q1", "q2", "q3", "q4", "q5"]
# One row a tier: shares of the answers from the lowest to the highest.
_CSAT = np.array(
    [[0.045, 0.09, 0.165, 0.385, 0.315], [0.036, 0.072, 0.132, 0.418, 0.342], [0.024, 0.048, 0.088, 0.462, 0.378]]
)
_NPS = np.array(  # 0 to 10: detractors .24 .20 .14, passives .38 .36 .32, promoters .38 .44 .54
    [
        [0.01, 0.01, 0.02, 0.03, 0.04, 0.06, 0.07, 0.16, 0.22, 0.20, 0.18],
        [0.01, 0.01, 0.02, 0.02, 0.03, 0.05, 0.06, 0.15, 0.21, 0.23, 0.21],
        [0.01, 0.01, 0.01, 0.01, 0.02, 0.03, 0.05, 0.13, 0.19, 0.28, 0.26],
    ]
)
_CES = np.array([[0.03, 0.05, 0.08, 0.12, 0.24, 0.28, 0.20]] * 3)
_ITEM = np.array([[0.04, 0.09, 0.20, 0.40, 0.27]] * 3)

_POSITIVE = 0.8
_TOPICS_GOOD = {"质量": 0.40, "物流": 0.25, "服务": 0.15, "价格": 0.12, "包装": 0.08}
_TOPICS_BAD = {"物流": 0.40, "质量": 0.25, "服务": 0.20, "价格": 0.10, "包装": 0.05}
_GOOD = {
    "质量": ["质量很好", "做工细致，用着放心", "和描述的一样，很满意", "用了一周，质量没得说"],
    "物流": ["物流很快，第二天就到了", "发货快，快递小哥态度好", "配送准时"],
    "服务": ["客服很耐心", "售后处理得快", "店员讲解得很清楚"],
    "价格": ["价格实惠", "活动价买的，很划算", "性价比高"],
    "包装": ["包装结实，没有破损", "包装很用心，送人合适"],
}
_BAD = {
    "质量": ["用了两天就坏了", "质量一般，有色差", "和描述不一样，失望", "做工粗糙，有线头"],
    "物流": ["物流太慢，等了一周", "快递没送到家，放在路边", "说好次日达，拖了四天"],
    "服务": ["客服半天不回复", "退货推来推去", "态度很差，问什么都不耐烦"],
    "价格": ["刚买完就降价", "比别家贵不少", "优惠券用不了"],
    "包装": ["包装破了，盒子压扁", "收到时漏了一半"],
}
_OPENING = ["", "", "", "第二次买了，", "给家里人买的，", "朋友推荐来的，", "说实话，"]
_ENDING_GOOD = ["。", "，推荐。", "，会再来！", "，好评。"]
_ENDING_BAD = ["。", "，不会再买。", "，希望改进。", "！"]


def simulate_responses(
    customers: int, *, seed: int, missing: float = 0.0, duplicates: float = 0.0, impossible: float = 0.0
) -> pd.DataFrame:
    """模拟满意度问卷的回答：35% 的客户在注册之后的某一天答了一份。

    Parameters
    ----------
    customers : int
        多少位客户；与 :func:`simulate_customers` 同一个 ``seed`` 时就是那些客户。
    seed : int
        种子。同一个种子每次得到一模一样的表。
    missing : float, default 0
        csat、nps、ces 和 q1–q5 各有多少题没答，0–0.5。
    duplicates : float, default 0
        有多少份一字不差地又出现一行（重复提交），0–0.5。
    impossible : float, default 0
        有多少份的 nps 填成 11 或 csat 填成 0，0–0.5。

    Returns
    -------
    DataFrame
        一行一份。列：response_id、customer_id、answered_at（日期）、wave（季度，如 2025Q3）、member_tier、
        csat（1–5）、nps（0–10）、ces（1–7，7 最省力）、q1–q5（五道题，1–5）。有题没答时，那一列是小数。

    Raises
    ------
    TypeError
        参数不是数。
    ValueError
        客户数或种子不是非负整数，或比例不在 0–0.5 之间。

    Notes
    -----
    写进去的关系：

    - 满意率（csat 4–5 分）：普通 70%、银卡 76%、金卡 84%。净推荐值：14、24、40。ces 平均 5.13，与等级无关。
    - 几道题看的是同一个满意程度，q1–q5 的克隆巴赫 α 约 0.83；csat 与 nps 的等级相关约 0.7。
    - 满意的人留得久：满意程度与“买完就不再来”的倾向相关 −0.6（客户之间），一份回答又只反映其中一半；
      所以 csat 与这位客户的订单数只有很弱的正相关，等级相关约 0.06。
    - 谁回答与满意程度无关（现实里往往有关，这里没有写进去）。

    Examples
    --------
    >>> from crmlab import data, satisfaction
    >>> responses = data.simulate_responses(2000, seed=1)
    >>> result = satisfaction.csat(responses["csat"])
    >>> result.low < 0.7248 < result.high  # 0.70 × 70% + 0.76 × 22% + 0.84 × 8%
    True
    """
    return whole(response_parts(customers, seed=seed, missing=missing, duplicates=duplicates, impossible=impossible))


def response_parts(
    customers: int, *, seed: int, missing: float = 0.0, duplicates: float = 0.0, impossible: float = 0.0
) -> Iterator[pd.DataFrame]:
    """Yield the responses block by block; everything is checked before the first."""
    customers, seed = check_size(customers, seed)
    shares = check_dirt(missing=missing, duplicates=duplicates, impossible=impossible)

    def make(seed: int, block: int) -> Part:
        table, owner = _answers(seed, block)
        gaps = ["csat", "nps", "ces", *_ITEMS]
        if missing:
            table[gaps] = table[gaps].astype(float)
        return soil(table, owner, stream(seed, "dirt", block), gaps=gaps, spoil=_wrong_answers, **shares)

    return parts(customers, seed, make)


def _wrong_answers(table: pd.DataFrame, rows: npt.NDArray[np.bool_], rng: np.random.Generator) -> None:
    high = rows & (rng.random(len(rows)) < 0.5)
    table["nps"] = table["nps"].mask(high, 11)
    table["csat"] = table["csat"].mask(rows & ~high, 0)


def _graded(opinion: Floats, shares: Floats, tier: Ints, lowest: int) -> Ints:
    """Return answers on a scale: standard normal opinions cut so that each tier answers with its shares."""
    from scipy.special import ndtr

    edges = np.cumsum(shares, axis=1)[tier, :-1]
    above: Ints = (ndtr(opinion)[:, None] > edges).sum(axis=1)
    return above + lowest


def _answers(seed: int, block: int) -> Part:
    rng, who = stream(seed, "responses", block), traits(seed, block)
    answers = rng.random(BLOCK) < _ANSWERED
    day = who.signup + np.floor(rng.random(BLOCK) * (DAYS - who.signup)).astype(np.int64)
    opinion = np.sqrt(0.5) * who.content + np.sqrt(0.5) * rng.standard_normal(BLOCK)

    def asked(shares: Floats, lowest: int, weight: float) -> Ints:
        heard = weight * opinion + np.sqrt(1 - weight**2) * rng.standard_normal(BLOCK)
        return _graded(heard, shares, who.tier, lowest)

    table = pd.DataFrame(
        {
            "response_id": who.number * 10 + 1,
            "customer_id": pd.array(customer_ids(who.number), dtype="str"),
            "answered_at": moments(day),
            "wave": pd.array(_quarters(day), dtype="str"),
            "member_tier": pd.array(TIERS[who.tier], dtype="str"),
            "csat": asked(_CSAT, 1, 0.9),
            "nps": asked(_NPS, 0, 0.85),
            "ces": asked(_CES, 1, 0.5),
            **{item: asked(_ITEM, 1, 0.75) for item in _ITEMS},
        }
    )
    return table[answers].reset_index(drop=True), np.flatnonzero(answers)


def _quarters(day: Ints) -> Texts:
    at = moments(day)
    return np.array([f"{year}Q{quarter}" for year, quarter in zip(at.year, at.quarter, strict=True)], dtype=object)


def simulate_reviews(
    customers: int,
    *,
    seed: int,
    season: float = 1.0,
    missing: float = 0.0,
    duplicates: float = 0.0,
    impossible: float = 0.0,
) -> pd.DataFrame:
    """模拟订单的文字评价：约两成的订单有评价，多数是好评，差评多在说物流。

    Parameters
    ----------
    customers : int
        多少位客户；与 :func:`simulate_orders` 同一个 ``seed`` 和 ``season`` 时，order_id 和 customer_id 都对得上。
    seed : int
        种子。同一个种子每次得到一模一样的表。
    season : float, default 1
        订单的季节起伏，0–2，见 :func:`simulate_orders`。
    missing : float, default 0
        有多少条只打分、没有文字，0–0.5。
    duplicates : float, default 0
        有多少条一字不差地又出现一行（刷评），0–0.5。
    impossible : float, default 0
        有多少条的评分是 0 或 6，0–0.5。

    Returns
    -------
    DataFrame
        一行一条。列：review_id、order_id、customer_id、date（日期）、rating（1–5）、text（文字）、
        positive（是不是好评，True/False）、topic（说的是什么：质量、物流、服务、价格、包装）。
        positive 和 topic 是人工标注的样子，当真值用。

    Raises
    ------
    TypeError
        参数不是数。
    ValueError
        客户数或种子不是非负整数，或比例不在范围内。

    Notes
    -----
    写进去的关系：好评占 80%；好评 4–5 分，差评 1–3 分。差评的主题：物流 40%、质量 25%、服务 20%、价格 10%、包装 5%；
    好评的主题：质量 40%、物流 25%、服务 15%、价格 12%、包装 8%。句子是从几十个短语拼的，词很少，分类比真实评论容易得多。

    Examples
    --------
    >>> from crmlab import complaints, data
    >>> reviews = data.simulate_reviews(1000, seed=1)
    >>> bad = reviews[~reviews["positive"]]
    >>> complaints.cause_pareto(bad, cause="topic")["cause"].iloc[0]
    '物流'
    """
    return whole(
        review_parts(customers, seed=seed, season=season, missing=missing, duplicates=duplicates, impossible=impossible)
    )


def _wrong_ratings(table: pd.DataFrame, rows: npt.NDArray[np.bool_], rng: np.random.Generator) -> None:
    high = rows & (rng.random(len(rows)) < 0.5)
    table["rating"] = table["rating"].mask(high, 6).mask(rows & ~high, 0)


def _any(rng: np.random.Generator, options: list[str], n: int) -> Texts:
    return np.array(options, dtype=object)[rng.integers(0, len(options), n)]


def _reviews(seed: int, block: int, season: float) -> Part:
    bought, _ = purchases(seed, block, season)
    rng, who = stream(seed, "reviews", block), traits(seed, block)
    day = bought.day + 3 + np.floor(rng.exponential(4.0, len(bought.day))).astype(np.int64)
    written = (rng.random(len(day)) < 0.2) & (day < DAYS)
    owner, day, order_id = bought.owner[written], day[written], bought.order_id[written]
    n = len(owner)
    good = rng.random(n) < _POSITIVE
    topic = np.where(good, pick(rng, _TOPICS_GOOD, n), pick(rng, _TOPICS_BAD, n))
    phrase = np.empty(n, dtype=object)
    for name in _GOOD:
        for positive, phrases in ((True, _GOOD[name]), (False, _BAD[name])):
            here = (topic == name) & (good == positive)
            phrase[here] = _any(rng, phrases, int(here.sum()))
    text = _any(rng, _OPENING, n) + phrase + np.where(good, _any(rng, _ENDING_GOOD, n), _any(rng, _ENDING_BAD, n))
    stars = np.where(good, 4 + (rng.random(n) < 0.72), np.searchsorted([0.45, 0.72], rng.random(n)) + 1)
    table = pd.DataFrame(
        {
            "review_id": order_id * 10 + 2,
            "order_id": order_id,
            "customer_id": pd.array(customer_ids(who.number)[owner], dtype="str"),
            "date": moments(day),
            "rating": stars,
            "text": pd.array(text, dtype="str"),
            "positive": good,
            "topic": pd.array(topic, dtype="str"),
        }
    )
    return table, owner


review_parts = partial(seasonal_parts, Seasonal(_reviews, ["text"], _wrong_ratings))
