"""The complaints of chapter 8 in words: put together from phrases, labelled by two people."""

import numpy as np
import pandas as pd
from make_data_base import numbered, stream

MATTERS = {
    "物流": [
        "说好三天到，今天第{d}天还没到",
        "快递显示签收了，我根本没收到",
        "包裹在中转站停了{d}天不动",
        "配送员把箱子扔在楼下就走了",
        "约好上午送，等到晚上{d}点也没人来",
        "催了{d}次，物流一直没有更新",
    ],
    "质量": [
        "豆浆机用了{d}天就不转了",
        "电水壶烧到一半自己断电",
        "新买的风扇响得睡不着",
        "榨汁杯漏水，台面全湿了",
        "电饭煲的内胆起泡掉皮",
        "插上电一点反应也没有",
    ],
    "服务": [
        "客服问了{d}遍还是那一句话",
        "电话打了{d}次都占线",
        "说好回电，等了{d}天没人理",
        "师傅上门态度很差",
        "把我从一个人推到另一个人",
        "刚说两句就把电话挂了",
    ],
    "价格": [
        "昨天才买，今天就降了{d}0 块",
        "标的是包邮，结账又加了运费",
        "说好送配件，到手什么也没有",
        "满减算错了，多收了 {d}0 块",
        "赠品要另外付邮费",
    ],
    "描述": [
        "页面写 1.8 升，实际只有 1.5 升",
        "写着静音，声音跟拖拉机一样",
        "图片是金属的，收到是塑料的",
        "说能煮{d}人份，两个人都不够",
        "颜色和图上完全两样",
    ],
}
FEELINGS = {
    "发泄": ["我都快气炸了，你们太过分了", "气死我了，什么破东西", "一肚子火，你们听我说完", "真是受够了，越想越气"],
    "尊重": ["你们根本没把我当回事", "起码给我道个歉吧", "跟我说话能不能客气一点", "我是花了钱的客人，不是来求你们的"],
    "补救": ["赶紧给我退款", "什么时候能换一台新的", "请把多收的钱退给我", "修好或者换掉，二选一"],
    "认同": [
        "换了谁都会生气吧，你说是不是我的错",
        "你们说说看，我提的要求过分吗",
        "我只想听你们承认这事不对",
        "别人也遇到了，不是我一个人这么想",
    ],
    "表现": [
        "我用过十几个牌子，你们的流程该这么改",
        "我在这一行干了多年，教你们一句",
        "建议你们把说明书第一页重写",
        "我帮好几家店提过意见，都照做了",
    ],
    "报复": [
        "不给说法我就发到网上去",
        "我要让大家都知道你们是什么店",
        "明天就去 12315 投诉你们",
        "你们等着，我认识媒体的人",
    ],
}


def make_texts() -> pd.DataFrame:
    """Draw 600 complaints: a matter, mostly a feeling, and the labels that two people gave."""
    rng, n = stream(21), 600
    kinds = list(FEELINGS)
    matter = rng.choice(list(MATTERS), n, p=[0.3, 0.26, 0.22, 0.11, 0.11])
    feeling = rng.choice(kinds, n, p=[0.26, 0.15, 0.29, 0.11, 0.08, 0.11])
    plain = rng.random(n) < 0.12
    rows = []
    for one, felt, bare in zip(matter, feeling, plain, strict=True):
        said = [rng.choice(MATTERS[one]).format(d=rng.integers(2, 9))]
        if rng.random() < 0.25:
            other = rng.choice([name for name in MATTERS if name != one])
            said.append(rng.choice(MATTERS[other]).format(d=rng.integers(2, 9)))
        if not bare:
            said.append(rng.choice(FEELINGS[felt]))
        if rng.random() < 0.2:
            said = said[::-1]
        rows.append("，".join(said) + rng.choice(["。", "！", "！！", "…"]))
    miss_a, miss_b = rng.random(n) < np.where(plain, 0.5, 0.07), rng.random(n) < np.where(plain, 0.6, 0.13)
    drawn = rng.choice(kinds, (2, n), p=[0.3, 0.18, 0.3, 0.14, 0.04, 0.04])
    return pd.DataFrame(
        {
            "text_id": numbered("X", n),
            "text": rows,
            "topic": matter,
            "psych_a": np.where(miss_a, drawn[0], feeling),
            "psych_b": np.where(miss_b, drawn[1], feeling),
        }
    )
