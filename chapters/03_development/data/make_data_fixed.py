"""Tables of chapter 3 that need no chance: channels, segments, rivals, deals, small aggregates."""

from io import StringIO

import pandas as pd

# cause: (share of lost members, chance that a contact brings one back, lower and upper end from a pilot)
CAUSES = {
    "服务质量": (0.22, 0.24, 0.17, 0.33),
    "产品质量": (0.15, 0.15, 0.09, 0.24),
    "缺乏创新": (0.11, 0.14, 0.08, 0.23),
    "营销组合": (0.10, 0.20, 0.13, 0.30),
    "员工流失": (0.06, 0.22, 0.13, 0.35),
    "缺乏诚信": (0.04, 0.06, 0.02, 0.17),
    "市场监管": (0.02, 0.10, 0.03, 0.29),
    "新的诱惑": (0.14, 0.11, 0.06, 0.19),
    "新的需求": (0.07, 0.05, 0.02, 0.13),
    "搬家毕业": (0.09, 0.01, 0.00, 0.06),
}

SEGMENTS = """segment,size,growth,margin,rivalry_low,brand_fit,service_fit,reach
附近白领,4,4,4,2,5,4,5
新手父母,3,4,5,3,5,4,4
大学生,5,3,2,2,3,4,5
银发邻居,4,2,2,4,3,4,3
企业茶歇,2,5,5,3,3,2,3
婚庆甜品台,2,3,5,2,3,1,2
游客,3,2,3,1,2,3,2
团购比价族,5,2,1,1,1,3,4
"""

COMPETITORS = """firm,sales_yuan,price_yuan,quality
麦灯烘焙,4600000,36,4.1
云岸面包,7200000,42,4.3
好邻超市面包柜,5800000,17,2.9
晨星蛋糕,3900000,58,4.4
街角早点,2600000,11,3.2
甜步,1500000,33,3.0
其余小店,1900000,24,3.3
"""

STAGES = """stage,n,won
接洽,260,26
试吃,150,39
报价,96,44
谈判,58,39
"""

PIPELINE = """opp_id,stage,amount_yuan,days_open
P01,接洽,12000,6
P02,接洽,8000,12
P03,接洽,26000,21
P04,接洽,9500,33
P05,接洽,15000,8
P06,接洽,7200,47
P07,接洽,18000,15
P08,接洽,11000,62
P09,接洽,6800,9
P10,接洽,30000,28
P11,接洽,14500,19
P12,接洽,9000,75
P13,试吃,16000,24
P14,试吃,22000,31
P15,试吃,8800,40
P16,试吃,13500,18
P17,试吃,27000,52
P18,试吃,9600,29
P19,试吃,12400,66
P20,试吃,19500,35
P21,报价,24000,38
P22,报价,11800,45
P23,报价,36000,57
P24,报价,15200,80
P25,报价,9900,34
P26,报价,20500,49
P27,谈判,18000,61
P28,谈判,42000,73
P29,谈判,13000,58
P30,谈判,120000,96
"""

GOODS = """goods,involvement,brand_difference
家用轿车,6.6,6.0
手机,6.1,5.6
生日蛋糕,5.2,4.8
地毯,5.6,2.6
瓷砖,6.0,2.4
床垫,5.4,3.1
饼干,2.6,5.3
茶饮,2.9,5.7
面包,2.4,4.6
食盐,1.4,1.6
火柴,1.2,1.3
鸡蛋,2.2,2.0
"""

ENDORSE = """version,shown,clicked,bought
普通顾客,4200,336,84
营养师,4180,376,121
本地名人,4220,515,97
"""

DECISION = """step,n
引起需要,2400
收集信息,1560
评估方案,830
决定购买,328
购后再来,181
"""

ROLES = """who,initiator,influencer,decider,buyer,user
孩子,38,29,12,0,64
妈妈,41,35,52,48,18
爸爸,14,18,27,45,14
外婆,7,18,9,7,4
"""


def make_fixed_tables() -> dict[str, pd.DataFrame]:
    """Return the tables by file stem."""
    texts = {
        "segments": SEGMENTS,
        "competitors": COMPETITORS,
        "stages": STAGES,
        "pipeline": PIPELINE,
        "goods": GOODS,
        "endorse": ENDORSE,
        "decision": DECISION,
        "roles": ROLES,
    }
    return {name: pd.read_csv(StringIO(text)) for name, text in texts.items()}
