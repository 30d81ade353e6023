"""c02_netease: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"listener": "58", "other": "19", "rank_by": "去掉循环", "min_seconds": "60"},
        [
            "第 58 位听众：全年 11.7 小时，多过 57% 的听众",
            "（按去掉循环）：《浮桥一万次》，13 次；换个算法就换一首；重抽样里它拿第一的占 49%",
            "第 19 位的年度歌曲是《冬青慢车》，标签是尝鲜派、离不开歌",
        ],
    ),
]


def flaws(case):
    """Are 90 rows copies, 40 plays of 0 seconds, 35 longer than the song and 14 songs without a genre?"""
    plays = case.plays.drop_duplicates()
    assert len(case.plays) - len(plays) == 90
    assert case.songs["genre"].isna().sum() == 14
    assert case.songs["title"].is_unique
    plays = plays.merge(case.songs, on="song_id", validate="many_to_one")
    assert ((plays["seconds"] == 0).sum(), (plays["seconds"] > plays["length_s"] + 5).sum()) == (40, 35)
    assert 0.12 < (plays["seconds"] < 30).mean() < 0.17
    assert set(plays["listener_id"]) == set(range(1, 61))
    cards = case.cards
    assert cards["card"].value_counts().tolist() == [800, 800, 800]
    assert (cards["shared"] <= cards["opened"]).all()
    assert (cards.loc[cards["shared"] == 0, "friends_opened"] == 0).all()
