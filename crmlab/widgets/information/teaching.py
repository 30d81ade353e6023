"""Simulated customers of the widgets: names, mobiles and addresses that belong to nobody, with known errors."""

import numpy as np
import pandas as pd

_SURNAMES = np.array(list("王李张刘陈杨赵黄"))
_SURNAME_SHARES = np.array([0.2, 0.18, 0.16, 0.13, 0.11, 0.09, 0.07, 0.06])
_GIVEN = np.array(list("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂玉萍红鹏宇浩轩梓萱诗雨欣怡佳琪思远"))
_PLACES = np.array(
    ["江苏省苏州市姑苏区", "江苏省苏州市吴中区", "江苏省无锡市梁溪区", "江苏省无锡市滨湖区", "浙江省杭州市西湖区"]
)
_STREETS = np.array(["人民路", "中山路", "建设路", "文化路", "湖滨路", "东风路"])
_PREFIXES = np.array(["138", "139", "158", "186"])
AS_OF = "2026-09-01"


def simulated_customers(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return n customers: customer_id, name, mobile, address, gender, points, orders, updated_at."""
    surname = rng.choice(_SURNAMES, n, p=_SURNAME_SHARES)
    given = rng.choice(_GIVEN, (n, 2))
    two = rng.random(n) < 0.75
    name = [s + a + (b if both else "") for s, (a, b), both in zip(surname, given, two, strict=True)]
    head, tail = rng.choice(_PREFIXES, n), rng.integers(0, 10**8, n)
    place, street = rng.choice(_PLACES, n), rng.choice(_STREETS, n)
    number, room = rng.integers(1, 200, n), rng.integers(101, 2500, n)
    updated = pd.Timestamp(AS_OF) - pd.to_timedelta(rng.gamma(1.3, 260, n).astype(int), unit="D")
    orders = rng.poisson(4, n)
    return pd.DataFrame(
        {
            "customer_id": [f"C{i:04d}" for i in range(1, n + 1)],
            "name": name,
            "mobile": [f"{h}{t:08d}" for h, t in zip(head, tail, strict=True)],
            "address": [f"{p}{s}{k}号{r}室" for p, s, k, r in zip(place, street, number, room, strict=True)],
            "gender": rng.choice(["女", "男"], n),
            "orders": orders,
            "points": 100.0 * orders + rng.integers(0, 100, n),
            "updated_at": updated,
        }
    )


def with_duplicates(n: int, copies: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.Series]:
    """Return customers of whom some stand there twice with typical errors, and by customer_id who each one is."""
    people = simulated_customers(n, rng)
    twice = people.iloc[rng.choice(n, copies, replace=False)].copy()
    other = np.array([_GIVEN[i] for i in rng.integers(0, len(_GIVEN), copies)])
    slip, moved, changed = (rng.random(copies) < share for share in (0.3, 0.25, 0.3))
    twice["name"] = [s[:-1] + c if bad else s for s, c, bad in zip(twice["name"], other, slip, strict=True)]
    street = rng.choice(_STREETS, copies)
    twice["address"] = [
        f"{a[:9]}{s}{k}号" if away else a.replace("省", "").replace("室", "")
        for a, s, k, away in zip(twice["address"], street, rng.integers(1, 200, copies), moved, strict=True)
    ]
    twice["mobile"] = [
        f"{m[:3]}{t:08d}" if new else m
        for m, t, new in zip(twice["mobile"], rng.integers(0, 10**8, copies), changed, strict=True)
    ]
    # Households: two persons, one address, often one mobile. They look alike and must not be merged.
    home = people.iloc[rng.choice(n, copies // 2, replace=False)].copy()
    home["name"] = [s[0] + "".join(rng.choice(_GIVEN, 2)) for s in home["name"]]
    entity = [*range(n), *twice.index, *range(n, n + len(home))]
    table = pd.concat([people, twice, home], ignore_index=True)
    table["customer_id"] = [f"C{i:04d}" for i in range(1, len(table) + 1)]
    return table, pd.Series(entity, index=table["customer_id"], name="entity")
