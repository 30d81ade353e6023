"""c05_stitchfix: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"style": "运动", "send_share": "0.2", "margin_yuan": "200"},
        ["运动风格 42.1%", "1,840 件、715 位客户", "只寄前 20% 时，它让每件多赚 31.2 元", "不挑都寄是 68.1 元"],
    ),
]


def flaws(case):
    """Are 60 rows copies, 90 pieces without an end and 12 without a price, and is the quiz all or nothing?"""
    pieces = case.fix_items.drop_duplicates()
    assert len(case.fix_items) - len(pieces) == 60
    assert (pieces["kept"].isna().sum(), (pieces["price_yuan"] == 0).sum()) == (90, 12)
    assert not pieces.duplicated(["box_id", "item_id"]).any()
    assert (pieces.groupby("box_id").size() <= 5).all()
    clients = case.clients
    assert 0.2 < (clients["quiz_done"] == 0).mean() < 0.28
    assert (clients["budget_yuan"].isna() == (clients["quiz_done"] == 0)).all()
    assert (clients["style_liked"].isna() == (clients["quiz_done"] == 0)).all()
