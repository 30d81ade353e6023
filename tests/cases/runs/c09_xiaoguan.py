"""c09_xiaoguan: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"drinker": "偶尔喝", "single_price": "3.5", "multi_price": "3.2", "multi_cost": "0.8"},
        [
            "偶尔喝的 2.23 元，天天喝的 0.65 元",
            "从单泡小罐拿走 12 个百分点；每 100 泡的毛利从 65 元变成 107 元",
            "照问卷 3.6 元毛利最高，照货架 2.8 元",
        ],
    ),
]


def flaws(case):
    """Are 22 tasks copies, did 16 people click through, is every price one of those drawn, every week in every shop?"""
    tasks = case.tasks.drop_duplicates()
    assert (len(case.tasks) - len(tasks), len(tasks)) == (22, 4200)
    hasty = tasks.groupby("person_id")["seconds"].median() < 2
    assert hasty.sum() == 16
    assert tasks.loc[tasks["person_id"].isin(hasty.index[hasty]), "chosen_pack"].eq("单泡小罐").all()
    assert tasks["price_multi"].isin([1.5, 2.0, 2.5, 3.0, 4.0]).all()
    assert 0.02 < case.people["age"].isna().mean() < 0.09
    assert case.shelf.groupby(["week", "shop"]).size().eq(1).all()
    assert len(case.shelf) == 104
    assert set(case.shelf["multi_price"]) == {1.8, 2.4, 3.0}
