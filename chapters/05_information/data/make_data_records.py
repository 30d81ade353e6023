"""The messy records of chapter 5: three systems with the same people, a checked sample, service notes."""

import numpy as np
import pandas as pd
from make_data_words import LOOKALIKE, PLACES, STREETS, fake_mobiles, fake_names

PEOPLE = 600
AS_OF = np.datetime64("2026-08-31")


def _addresses(n: int, rng: np.random.Generator) -> np.ndarray:
    place, street = rng.choice(PLACES, n), rng.choice(STREETS, n)
    house, building, room = rng.integers(1, 300, n), rng.integers(1, 25, n), rng.integers(101, 1900, n)
    return np.array(
        [f"{p}{s}{h}号{b}栋{r}室" for p, s, h, b, r in zip(place, street, house, building, room, strict=True)],
        dtype=object,
    )


def _written(mobile: str, way: int) -> str:
    """Write a mobile number the way one of the systems does."""
    if way == 1:
        return f"{mobile[:3]} {mobile[3:7]} {mobile[7:]}"
    if way == 2:
        return f"+86-{mobile}"
    return mobile.translate(str.maketrans("0123456789", "０１２３４５６７８９")) if way == 3 else mobile


def make_dirty(rng: np.random.Generator) -> pd.DataFrame:
    """Draw 600 people, a quarter of them registered again in another system by somebody who typed differently."""
    n = PEOPLE
    born = np.datetime64("1955-01-01") + rng.integers(0, 18_500, n).astype("timedelta64[D]")
    base = pd.DataFrame({"name": fake_names(n, rng), "mobile": fake_mobiles(n, rng), "birthday": born.astype(str)})
    base["gender"] = rng.choice(["女", "男"], n, p=[0.6, 0.4])
    base["address"] = _addresses(n, rng)
    home, host = np.arange(560, 600), np.arange(0, 40)  # 40 people live with another member, 16 share the telephone
    base.loc[home, "address"] = base.loc[host, "address"].to_numpy()
    base.loc[home[:16], "mobile"] = base.loc[host[:16], "mobile"].to_numpy()
    base["points"] = rng.poisson(rng.gamma(1.2, 260, n))
    base["consent_mkt"] = rng.random(n) < 0.64
    base["system"] = rng.choice(["门店收银", "小程序"], n, p=[0.55, 0.45])
    base["person_id"] = np.arange(1, n + 1)
    copies = np.sort(rng.choice(n, 165))
    again = base.iloc[copies].reset_index(drop=True)
    m = len(again)
    pick = rng.random((7, m))
    again["name"] = np.where(pick[0] < 0.22, [v.translate(LOOKALIKE) for v in again["name"]], again["name"])
    again["mobile"] = np.where(pick[1] < 0.16, fake_mobiles(m, rng), again["mobile"])
    short = again["address"].str.replace(r"^江苏省|市", "", regex=True).str.replace("栋", "-").str.rstrip("室")
    again["address"] = np.where(pick[2] < 0.10, _addresses(m, rng), np.where(pick[2] < 0.60, short, again["address"]))
    again["birthday"] = again["birthday"].mask(pick[3] < 0.25)
    again["consent_mkt"] = np.where(pick[4] < 0.25, ~again["consent_mkt"], again["consent_mkt"]).astype(bool)
    again["points"] = np.where(pick[5] < 0.7, rng.poisson(60, m), 0)
    again["system"] = np.where(again["system"] == "小程序", "门店收银", "小程序")
    again["system"] = again["system"].mask(pick[6] < 0.3, "团购登记")
    frame = pd.concat([base, again], ignore_index=True)
    total = len(frame)
    since = rng.integers(120, 1500, total)
    frame["signup_at"] = AS_OF - since.astype("timedelta64[D]")
    frame["updated_at"] = AS_OF - (since * rng.random(total)).astype("timedelta64[D]")
    way = rng.choice(4, total, p=[0.72, 0.15, 0.08, 0.05])
    frame["mobile"] = [_written(number, int(w)) for number, w in zip(frame["mobile"], way, strict=True)]
    form = rng.random(total)
    day = pd.to_datetime(frame["birthday"])
    frame["birthday"] = np.where(
        form < 0.20,
        day.dt.strftime("%Y/%m/%d"),
        np.where(form < 0.30, day.dt.strftime("%Y年%m月%d日"), frame["birthday"]),
    )
    coded = frame["gender"].map({"女": "F", "男": "M"})
    frame["gender"] = frame["gender"].mask(rng.random(total) < 0.18, coded)
    frame["name"] = np.where(rng.random(total) < 0.05, " " + frame["name"], frame["name"])
    for column, share in {"birthday": 0.17, "gender": 0.07, "address": 0.09, "mobile": 0.04}.items():
        frame[column] = frame[column].mask(rng.random(total) < share)
    spoilt = rng.choice(total, 46, replace=False)
    frame.loc[spoilt[:14], "mobile"] = frame.loc[spoilt[:14], "mobile"].fillna("13800138000").str[:10]
    frame.loc[spoilt[14:20], "mobile"] = "11111111111"
    frame.loc[spoilt[20:28], "birthday"] = "2062-05-01"
    frame.loc[spoilt[28:34], "points"] = -200
    turned = frame.loc[spoilt[34:], ["signup_at", "updated_at"]].to_numpy()
    frame.loc[spoilt[34:], ["signup_at", "updated_at"]] = turned[:, ::-1]
    order = rng.permutation(total)
    frame = frame.iloc[order].reset_index(drop=True)
    frame.insert(0, "record_id", [f"R{i:04d}" for i in range(1, total + 1)])
    first = ["record_id", "name", "mobile", "birthday", "gender", "address", "points", "consent_mkt", "system"]
    return frame[[*first, "signup_at", "updated_at", "person_id"]]


def make_verified(dirty: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Ring up 90 records drawn at random: what the customer says is right; about one in nine had changed."""
    known = dirty.dropna(subset=["mobile", "address"])
    sample = known.iloc[np.sort(rng.choice(len(known), 90, replace=False))][["record_id", "address"]].copy()
    moved = rng.random(90) < 0.11
    sample["address"] = np.where(moved, _addresses(90, rng), sample["address"])
    return sample


OPENINGS = ["顾客来电", "店里留言", "小程序客服", "社群私信"]
PLAIN = [
    "想订一本缺货的长篇小说", "问周末读书会几点开始", "说收银排队太久", "反映快递盒子压坏了", "问积分怎么换咖啡",
    "想给学校订一批绘本", "问退换货要不要小票", "说店里冷气太足", "夸店员找书快", "问考研真题什么时候到货",
]  # fmt: skip
SENSITIVE = [
    ("健康", "说最近在看抑郁症，想找心理自助的书"), ("健康", "提到刚做完手术住院，请送货上门"),
    ("信仰", "是清真饮食，问咖啡里的配料"), ("信仰", "因为信仰的节日，那几天请不要打电话"),
    ("未成年人", "孩子 9 岁自己来买书，想加会员"), ("未成年人", "替 12 岁的女儿登记，问要不要家长同意"),
]  # fmt: skip
CRISIS = ["说会员信息被别人看到了，要求书店解释", "收到别家的推销电话，怀疑名单被卖", "要求删除全部资料，三天没有回音"]


def _resident_id(rng: np.random.Generator) -> str:
    """Make a number with a right check digit of somebody born in the 1890s: it belongs to no one living."""
    body = (
        f"320508189{rng.integers(0, 10)}{rng.integers(1, 13):02d}{rng.integers(1, 29):02d}{rng.integers(0, 1000):03d}"
    )
    total = sum(int(digit) * (2 ** (17 - i) % 11) for i, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def make_notes(rng: np.random.Generator) -> pd.DataFrame:
    """Write service notes by hand-made sentences: numbers and sensitive matters hide in the text."""
    rows = []
    for number in range(1, 241):
        dice, text = rng.random(), f"{rng.choice(OPENINGS)}，{rng.choice(PLAIN)}"
        label = "无"
        if dice < 0.09:
            label, said = SENSITIVE[int(rng.integers(len(SENSITIVE)))]
            text = f"{text.split('，')[0]}，{said}"
        elif dice < 0.13:
            label, text = "危机苗头", f"{text.split('，')[0]}，{rng.choice(CRISIS)}"
        if rng.random() < 0.17:
            text += f"，回电 {fake_mobiles(1, rng)[0]}"
        if rng.random() < 0.05:
            text += f"，邮箱 reader{rng.integers(100, 999)}@example.com"
        if rng.random() < 0.03:
            text += f"，身份证 {_resident_id(rng)}"
        day = AS_OF - int(rng.integers(0, 180))
        rows.append((f"N{number:03d}", day, text, label))
    return pd.DataFrame(rows, columns=["note_id", "date", "text", "label"])
