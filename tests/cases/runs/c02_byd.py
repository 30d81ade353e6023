"""c02_byd: parameters with what the page must then say, and the flaws of its data."""

import pandas as pd

RUNS = [
    (
        {"hours": "6", "form": "视频", "influencer_yuan": "900", "coupon_yuan": "150"},
        [
            "视频走完 71% 的转发曝光，图文 54%",
            "（视频）：达人每千次 29 元（19–56），车主 189 元（151–253），两个区间不重叠",
        ],
    )
]


def flaws(case):
    """Are 75 rows copies, 640 shares bought, 120 views and 90 parents unknown, and do parents come first?"""
    shares = case.shares.drop_duplicates()
    assert len(case.shares) - len(shares) == 75
    assert ((shares["views"] == -1).sum(), shares["parent_id"].isna().sum()) == (120, 90)
    posts = case.posts.set_index("post_id")
    assert posts["author"].value_counts().to_dict() == {"车主": 520, "门店": 90, "达人": 24, "官方号": 10}
    since = shares["shared_at"] - shares["post_id"].map(posts["posted_at"])
    early = shares[(since < pd.Timedelta(minutes=10)) & shares["views"].between(0, 2)]
    bought = early["post_id"].value_counts().head(2)
    assert (bought.to_list()[0], set(posts.loc[bought.index, "author"])) == (380, {"门店", "达人"})
    assert bought.sum() >= 640 and early["post_id"].value_counts().iloc[2] <= 3
    times = pd.concat([posts["posted_at"], shares.set_index("share_id")["shared_at"]])
    known = shares.dropna(subset=["parent_id"])
    assert (known["shared_at"].to_numpy() >= known["parent_id"].map(times).to_numpy()).all()
