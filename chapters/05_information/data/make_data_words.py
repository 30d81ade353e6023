"""The fixed words and tables of chapter 5's data: names, goods, channels, permissions, the data dictionary."""

import numpy as np

SURNAMES = np.array([*"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹", "欧阳"], dtype=object)
GIVEN = np.array(
    list(
        "伟芳娜秀英敏静丽磊军洋勇艳杰娟涛明超兰霞平刚桂萍红鹏宇浩轩子涵梓萱诗雨欣怡佳琪思远俊辉文博晓建华春雪婷云星阳安宁"
    ),
    dtype=object,
)
LOOKALIKE = str.maketrans("晓明丽英静杰伟涛宇子涵雨欣怡佳", "小名莉瑛靖捷玮滔雨梓晗语心仪嘉")
PLACES = np.array(
    [
        "江苏省苏州市姑苏区",
        "江苏省苏州市吴中区",
        "江苏省苏州市相城区",
        "江苏省无锡市梁溪区",
        "江苏省无锡市滨湖区",
        "上海市静安区",
    ],
    dtype=object,
)
STREETS = np.array(["人民路", "中山路", "解放街", "建设路", "新华街", "和平路", "文化路", "湖滨路"], dtype=object)

# name, price (yuan), weight for 家长, 备考, 文学, 随缘, category
GOODS = [
    ("绘本", 42.0, 30, 1, 2, 4, "童书"), ("拼音读物", 28.0, 18, 1, 1, 3, "童书"), ("少儿科普", 48.0, 16, 1, 2, 4, "童书"),
    ("考研真题", 68.0, 1, 24, 2, 3, "考试"), ("行测题库", 75.0, 1, 16, 2, 4, "考试"), ("单词书", 39.0, 2, 18, 3, 5, "考试"),
    ("长篇小说", 52.0, 4, 4, 28, 12, "文学"), ("推理小说", 45.0, 4, 5, 20, 10, "文学"), ("诗集", 36.0, 1, 1, 10, 4, "文学"),
    ("家常菜谱", 46.0, 6, 2, 5, 10, "生活"), ("养花手册", 38.0, 3, 1, 5, 8, "生活"), ("心理自助", 49.0, 4, 5, 6, 8, "心理"),
    ("中性笔", 6.0, 22, 26, 14, 18, "文具"), ("笔记本", 15.0, 8, 14, 12, 10, "文具"), ("荧光笔", 9.0, 4, 8, 3, 5, "文具"),
    ("贴纸", 8.0, 7, 2, 3, 5, "文具"), ("书签", 5.0, 5, 4, 10, 6, "文具"),
    ("拿铁咖啡", 22.0, 8, 10, 12, 14, "饮品"), ("美式咖啡", 18.0, 4, 8, 8, 8, "饮品"), ("柠檬茶", 16.0, 9, 8, 7, 10, "饮品"),
]  # fmt: skip

# source, kind, rows, duplicates, valid, cost_yuan, lag_days, bought_90d
SOURCES = [
    ("门店登记卡", "直接", 520, 61, 398, 2340.0, 3, 143), ("小程序注册", "直接", 860, 74, 705, 3010.0, 0, 226),
    ("读者活动", "直接", 240, 38, 176, 1920.0, 2, 81), ("客服与投诉", "直接", 150, 42, 101, 300.0, 1, 38),
    ("直播间登记", "直接", 430, 96, 236, 1180.0, 1, 33), ("异业合作名单", "间接", 1600, 610, 352, 1600.0, 30, 14),
    ("书展主办方名录", "间接", 300, 45, 162, 450.0, 90, 11),
]  # fmt: skip

# column, kind of masking, then the level for each post
ROLES = [
    ("record_id", None, "clear", "clear", "clear", "clear"), ("name", "name", "clear", "clear", "medium", "hidden"),
    ("mobile", "mobile", "light", "light", "light", "hidden"), ("birthday", None, "clear", "hidden", "hidden", "hidden"),
    ("gender", None, "clear", "clear", "hidden", "clear"), ("address", "address", "light", "light", "medium", "medium"),
    ("points", None, "clear", "clear", "clear", "clear"), ("consent_mkt", None, "clear", "clear", "clear", "hidden"),
]  # fmt: skip

# column, name_zh, dimension, type, allowed, purpose, required
DICTIONARY = [
    ("customer_id", "会员编号", "基本", "文本", "M 加 4 位数字", "认出是哪一位会员", "是"),
    ("name", "姓名", "基本", "文本", "", "称呼、取货核对", "是"),
    ("mobile", "手机号", "基本", "文本", "11 位，13–19 开头", "到货通知", "是"),
    ("birthday", "生日", "基本", "日期", "1900 年以后，不在将来", "生日券（可不填）", "否"),
    ("gender", "性别", "基本", "枚举", "女|男", "没有用到", "否"),
    ("district", "所在区县", "基本", "枚举", "六个区县", "选离得近的门店", "否"),
    ("education", "学历", "态度", "枚举", "高中及以下|大专|本科|研究生", "没有用到", "否"),
    ("occupation", "职业", "基本", "枚举", "八种", "活动时间安排", "否"),
    ("has_child", "有没有孩子", "基本", "枚举", "有|没有", "推荐童书", "否"),
    ("taste", "偏好题材", "态度", "枚举", "文学|童书|考试|生活|科普|心理", "推荐书单", "否"),
    ("price_view", "消费理念", "态度", "枚举", "看内容|看价格|看装帧|看推荐", "推荐版本", "否"),
    ("motive", "购买动机", "行为", "枚举", "自己读|给孩子|考试|送礼|办公", "推荐书单", "否"),
    ("buy_path", "购买途径", "行为", "枚举", "门店|小程序|团购", "安排人手", "否"),
    ("orders_12m", "近 12 个月单数", "行为", "整数", "0 以上", "分群", "是"),
    ("spend_12m_yuan", "近 12 个月消费", "行为", "小数", "0 以上，元", "分群", "是"),
    ("last_order_date", "最近一次购买", "行为", "日期", "不在将来", "唤回沉睡会员", "否"),
]


def fake_names(n: int, rng: np.random.Generator) -> np.ndarray:
    """Put together surnames and given names at random."""
    first, second = rng.integers(0, len(GIVEN), (2, n))
    given = np.where(rng.random(n) < 0.8, GIVEN[first] + GIVEN[second], GIVEN[first])
    return SURNAMES[rng.zipf(1.7, n) % len(SURNAMES)] + given


def fake_mobiles(n: int, rng: np.random.Generator) -> list[str]:
    """Put together eleven digits at random that pass the form check."""
    return [str(number) for number in rng.integers(13_000_000_000, 20_000_000_000, n).tolist()]
