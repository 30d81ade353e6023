"""c03_jiangxiaobai: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"young_below": "45", "drink": "经典高度", "margin_yuan": "20"},
        [
            "以 45 岁为界，年轻的减年长的是 -22 个百分点",
            "偏爱经典高度的，问卷里 15%，按全城加权 26%",
            "生意最大的是 55 以上",
        ],
    ),
]


def flaws(case):
    """Are 36 rows copies, ages impossible or under 18, and places and marks missing as promised?"""
    survey = case.drink_survey.drop_duplicates()
    assert len(case.drink_survey) - len(survey) == 36
    assert ((survey["age"] == 0).sum(), (survey["age"] == 199).sum()) == (8, 6)
    assert 20 <= survey["age"].between(1, 17).sum() <= 80
    assert (survey["scene"].isna().sum(), survey["liking"].isna().sum()) == (90, 150)
    assert abs(case.population["share"].sum() - 1) < 1e-9
