"""What members of lab07 say of themselves: who comes often without liking the shop, and who likes it."""

import numpy as np
import pandas as pd

FAKE = (
    "公司楼下就你们一家，我天天来，没得挑。", "一周来四次，懒得换，别家再近一步我就去别家。",
    "每天都来，因为你们最便宜；谁再便宜一块，我就去谁家。", "为了攒积分，一周来五趟；积分停了就不来了。",
    "年卡交都交了，只好常来，到期不续。", "几乎天天来，其实哪家都一样，这里顺路罢了。",
)  # fmt: skip
FAKE_TRAPS = ("十年老客了，天天来：这一片没有第二家。", "挺满意的，每周来五次；对面一打折，我就去对面。")
TRUE = (
    "每周来四五次，别家半价我也不换。", "常来，想买菜先想到你们，还拉着同事一起来。",
    "旁边新开了一家，我试过，还是天天回这里。", "一周来三四次，涨一点价我也来。",
)  # fmt: skip
POTENTIAL = (
    "最喜欢你们家，可惜搬远了，一年来不了两次。", "心里只认你们，就是太忙，半年才来一回。",
    "东西最合我心意，就是贵，过年才来一趟。",
)  # fmt: skip
NEITHER = ("来过一次，一般，没想过再来。", "难得买一回，哪家都行。")


def voices(rng: np.random.Generator) -> pd.DataFrame:
    """Return eight voices: two or three false friends, one who sounds like one, the others beside them."""
    n_fake = int(rng.integers(2, 4))
    chosen = [
        rng.choice(FAKE, n_fake, replace=False), rng.choice(FAKE_TRAPS, 1), rng.choice(TRUE, 2, replace=False),
        rng.choice(POTENTIAL, 1), rng.choice(NEITHER, 4 - n_fake, replace=False),
    ]  # fmt: skip
    texts = rng.permutation(np.concatenate(chosen))
    return pd.DataFrame({"voice_id": [f"Y{i}" for i in range(1, 9)], "text": texts}).astype("str")
