"""The spoken and written tables of chapter 4: telephone turns, chats and short messages."""

import numpy as np
import pandas as pd

AGENTS = {"小林": (0.85, 0.55), "小周": (0.6, 0.4), "小何": (0.45, 0.3), "小田": (0.3, 0.15)}  # restates, asks openly
TROUBLES = [
    "沙发腿少了一颗螺丝",
    "餐桌到货有划痕",
    "床垫比网上看着薄",
    "书柜还没有发货",
    "灯送错了颜色",
    "想问沙发能不能拆洗",
]
OPEN = ["能说说是怎么回事吗？", "您觉得哪里不合适？", "您对送货有什么要求？", "您打算怎么用它？"]
CLOSED = ["是昨天收到的吗？", "订单号是多少？", "给您换一件好吗？", "您还有问题吗？"]
FIXES = ["我马上为您补发，明天送到。", "给您安排换货，3 天内上门。", "我来登记，今天 17 点前给您回电话。"]
BRUSH = ["不知道，这个不归我管。", "你自己看说明书。", "公司规定就是这样。"]
STAGES = ["问候", "核实", "处理", "确认", "结束"]


def make_calls(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw 120 telephone calls turn by turn; long silence and interruptions go with lower scores."""
    rows, calls = [], []
    for i in range(1, 121):
        hard = rng.random()
        pushy = 0.05 + 0.25 * rng.random()
        at = 0.0
        silence = cuts = 0
        for stage, turns, length, pause in zip(
            STAGES, [2, 3, 6, 2, 1], [4, 8, 13, 6, 3], [0.6, 1.6, 4.5, 1.0, 0.5], strict=True
        ):
            for k in range(turns):
                who = "客服" if (k + (stage in ("核实", "处理"))) % 2 == 0 else "客户"
                talk = max(1.5, rng.gamma(4, length / 4))
                gap = rng.gamma(1.2, pause * (0.5 + 1.8 * hard))
                if who == "客服" and k and rng.random() < pushy:
                    gap, cuts = -min(1.2, talk / 3), cuts + 1
                start = max(0.0, at + gap)
                silence += max(gap, 0.0)
                rows.append((f"L{i:03d}", stage, who, round(start, 1), round(start + talk, 1)))
                at = start + talk
        score = 4.9 - 2.6 * silence / at - 0.26 * cuts + rng.normal(0, 0.75)
        calls.append((f"L{i:03d}", int(np.clip(round(score), 1, 5)), int(rng.random() < 0.9 - 0.3 * hard)))
    turns = pd.DataFrame(rows, columns=["call_id", "stage", "speaker", "start_s", "end_s"])
    table = pd.DataFrame(calls, columns=["call_id", "csat", "resolved"])
    return turns, table


def make_chats(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw 160 chats of four agents; open questions and restating go with more matters solved at once."""
    rows, dialogs = [], []
    for i in range(1, 161):
        name = f"H{i:03d}"
        agent = str(rng.choice(list(AGENTS)))
        restate, openly = AGENTS[agent]
        trouble = str(rng.choice(TROUBLES))
        at = 0
        first = int(rng.lognormal(np.log(30), 0.9)) + 3
        rows.append((name, "客户", at, trouble))
        said = "您好，" if rng.random() < 0.9 else ""
        feel = bool(rng.random() < 0.3 + 0.4 * restate)
        rows.append((name, "客服", at := at + first, said + ("非常抱歉，给您添麻烦了。" if feel else "在的。")))
        asked_open = 0
        for _ in range(int(rng.integers(1, 4))):
            is_open = bool(rng.random() < openly)
            asked_open += is_open
            at += int(rng.gamma(2, 12)) + 5
            rows.append((name, "客服", at, str(rng.choice(OPEN if is_open else CLOSED))))
            at += int(rng.gamma(2, 15)) + 5
            rows.append(
                (name, "客户", at, str(rng.choice(["昨天刚收到", "拆开就这样", "我想尽快弄好", "不太清楚，你说呢"])))
            )
        echo = bool(rng.random() < restate)
        at += int(rng.gamma(2, 12)) + 5
        if echo:
            rows.append((name, "客服", at, f"我复述一下：{trouble}，对吗？"))
            at += int(rng.gamma(2, 12)) + 5
            rows.append((name, "客户", at, "对"))
        rude = bool(rng.random() < 0.13 - 0.1 * restate)
        at += int(rng.gamma(2, 12)) + 5
        rows.append((name, "客服", at, str(rng.choice(BRUSH if rude else FIXES))))
        if rng.random() < 0.6:
            rows.append((name, "客服", at + 8, "谢谢您，有事随时找我。"))
        logit = -0.35 + 0.6 * (asked_open > 0) + 0.7 * echo - 1.6 * rude
        solved = int(rng.random() < 1 / (1 + np.exp(-logit)))
        score = 2.9 + 0.7 * solved + 0.35 * feel + 0.2 * echo - 1.0 * rude - 0.15 * (first > 60) + rng.normal(0, 0.7)
        dialogs.append((name, agent, solved, int(np.clip(round(score), 1, 5)) if rng.random() > 0.15 else None))
    chats = pd.DataFrame(rows, columns=["dialog_id", "speaker", "seconds", "text"])
    table = pd.DataFrame(dialogs, columns=["dialog_id", "agent", "solved", "csat"]).astype({"csat": "Int64"})
    return chats, table


_WORDS = {
    "信息": ["您的{}明天上午送到", "{}到货了，可以来看样", "{}的安装师傅周六 9 点上门"],
    "情感": ["祝您生日快乐，{}用得还好吗", "天冷了，{}旁边别开太高的暖气", "谢谢您三年来一直选{}"],
    "理念": ["{}的木料都来自可追溯的林场", "我们相信{}应该用十年", "旧{}可以送回来翻新，少砍一棵树"],
    "意见": ["您觉得{}哪里可以改", "请给这次{}的安装打个分", "对{}有建议请回复"],
    "政策": ["{}的退换期改为 30 天", "{}保修三年，人为损坏除外", "买{}以旧换新的办法有变"],
}
_GOODS = ["沙发", "餐桌", "床垫", "书柜", "台灯", "衣柜", "茶几"]


def make_messages(rng: np.random.Generator) -> pd.DataFrame:
    """Draw 320 messages, each labelled by two people who mostly agree."""
    kinds = list(_WORDS)
    rows = []
    for i in range(1, 321):
        kind = str(rng.choice(kinds, p=[0.42, 0.16, 0.1, 0.14, 0.18]))
        text = str(rng.choice(_WORDS[kind])).format(str(rng.choice(_GOODS)))
        labels = []
        for slip in (0.1, 0.16):
            near = {"信息": "政策", "政策": "信息", "情感": "理念", "理念": "情感", "意见": "情感"}[kind]
            labels.append(near if rng.random() < slip else kind)
        rows.append((f"M{i:03d}", text, labels[0], labels[1] if rng.random() > 0.03 else None))
    return pd.DataFrame(rows, columns=["message_id", "text", "label_a", "label_b"])
