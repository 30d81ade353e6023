"""The call centre, its people and the fixed tables of chapter 2 (fictional online retailer 远山优选)."""

import numpy as np
import pandas as pd

SEED = 2026_02
SKILLS = ["订单", "退换", "技术", "投诉"]
ROLES = ["经理", "班组长", "质检员", "培训师", "坐席"]


def stream(table: int) -> np.random.Generator:
    """Return the table's own random stream."""
    return np.random.default_rng([SEED, table])


def make_calls() -> pd.DataFrame:
    """Draw one day of calls; inbound waits are long at 10:00 and 14:00, outbound calls often stay unanswered."""
    rng = stream(21)
    per_hour = dict(zip(range(8, 22), [70, 150, 215, 180, 110, 120, 185, 160, 130, 100, 95, 105, 80, 50], strict=True))
    rows = []
    for hour, mean in per_hour.items():
        for second in np.sort(rng.integers(0, 3600, rng.poisson(mean))):
            busy = {10: 62.0, 11: 30.0, 14: 42.0}.get(hour, 9.0)
            wait, patience = rng.exponential(busy) * (rng.random() < 0.75), rng.exponential(150)
            skill = str(rng.choice(SKILLS, p=[0.46, 0.28, 0.18, 0.08]))
            rows.append((hour * 3600 + int(second), "呼入", skill, round(min(wait, patience)), int(wait <= patience)))
    for second in np.sort(rng.integers(9 * 3600, 20 * 3600, 520)):
        rows.append((int(second), "呼出", "回访", int(rng.exponential(14)), int(rng.random() < 0.38)))
    frame = pd.DataFrame(rows, columns=["second", "direction", "skill", "wait_s", "answered"]).sort_values(
        "second", kind="stable"
    )
    n, got = len(frame), frame["answered"].to_numpy() == 1
    mean_talk = frame["skill"].map({"订单": 150, "退换": 210, "技术": 330, "投诉": 380, "回访": 90}).to_numpy()
    solved = frame["skill"].map({"订单": 0.88, "退换": 0.74, "技术": 0.62, "投诉": 0.48, "回访": 1.0}).to_numpy()
    calls = pd.DataFrame({"call_id": [f"L{i:04d}" for i in range(1, n + 1)]})
    calls["start_at"] = pd.Timestamp("2026-05-18") + pd.to_timedelta(frame["second"].to_numpy(), unit="s")
    calls[["direction", "skill", "wait_s", "answered"]] = frame[["direction", "skill", "wait_s", "answered"]].to_numpy()
    calls["talk_s"] = np.where(got, rng.gamma(3, mean_talk / 3).round(), np.nan)
    calls["hold_s"] = np.where(got, (rng.exponential(18, n) * (rng.random(n) < 0.4)).round(), np.nan)
    calls["wrap_s"] = np.where(got, rng.gamma(4, 9, n).round(), np.nan)
    asked = got & (frame["direction"] == "呼入").to_numpy() & (rng.random(n) < 0.7)
    calls["resolved"] = np.where(asked, (rng.random(n) < solved).astype(float), np.nan)
    return calls


def make_people() -> dict[str, pd.DataFrame]:
    """Draw agents, their skills and one month of results, candidates, and a stress survey."""
    rng = stream(22)
    agents = pd.DataFrame(
        {"agent": [f"A{i:02d}" for i in range(1, 25)], "team": np.repeat(["甲组", "乙组", "丙组"], [12, 7, 5])}
    )
    agents["lead"] = agents["team"].map({"甲组": "班长一", "乙组": "班长二", "丙组": "班长三"})
    agents["shift"] = rng.choice(["早", "中", "晚"], 24)
    pairs = [(a, "订单") for a in agents["agent"]] + [(a, "退换") for a in agents["agent"][::2]]
    pairs += [
        ("A03", "技术"),
        ("A07", "技术"),
        ("A11", "技术"),
        ("A15", "技术"),
        ("A08", "投诉"),
        ("A20", "投诉"),
        ("A05", "英语"),
        ("A17", "手语视频"),
    ]
    skill = rng.normal(0, 1, 24)
    month = pd.DataFrame({"agent": agents["agent"], "calls": rng.integers(780, 1280, 24)})
    month["aht_s"] = (248 - 14 * skill + rng.normal(0, 20, 24)).round()
    month["qa_score"] = np.clip(86 + 4 * skill + rng.normal(0, 3, 24), 60, 100).round(1)
    month["fcr"] = np.clip(0.76 + 0.04 * skill + rng.normal(0, 0.03, 24), 0, 1).round(3)
    month["csat"] = np.clip(4.2 + 0.12 * skill + rng.normal(0, 0.12, 24), 1, 5).round(2)
    month["attendance"] = np.clip(rng.normal(0.965, 0.02, 24), 0, 1).round(3)
    month.loc[month["agent"] == "A22", "csat"] = np.nan
    n = 180
    talk, mind, typing = rng.normal(0, 1, (3, n))
    candidates = pd.DataFrame(
        {
            "candidate": [f"D{i:03d}" for i in range(1, n + 1)],
            "listening": np.clip(70 + 9 * talk, 30, 100).round(),
            "patience": np.clip(68 + 10 * (0.3 * talk + 0.95 * mind), 30, 100).round(),
            "typing": np.clip(72 + 11 * typing, 30, 100).round(),
            "qa_6m": np.clip(80 + 3.0 * talk + 3.6 * mind + 0.4 * typing + rng.normal(0, 5, n), 40, 100).round(1),
        }
    )
    candidates["qa_6m"] = candidates["qa_6m"].mask(rng.random(n) < 0.12)
    m = 160
    power, load = rng.integers(1, 6, m), rng.normal(0, 1, m)
    stress = np.clip(np.rint(3 + 0.75 * load - 0.35 * (power - 3) + rng.normal(0, 0.7, m)), 1, 5)
    left = rng.random(m) < 1 / (1 + np.exp(-(-2.1 + 0.85 * (stress - 3))))
    burnout = pd.DataFrame(
        {
            "agent": [f"Y{i:03d}" for i in range(1, m + 1)],
            "calls_per_day": (78 + 12 * load).round(),
            "discretion": power,
        }
    )
    burnout["stress"], burnout["left_6m"] = stress.astype(int), left.astype(int)
    return {
        "agents": agents,
        "skills": pd.DataFrame(pairs, columns=["agent", "skill"]),
        "agent_month": month,
        "candidates": candidates,
        "burnout": burnout,
    }


def make_fixed() -> dict[str, pd.DataFrame]:
    """Return the tables without chance: features, vendors, money, project, duties, sales, industries."""
    names = "订单录入 工单流转 销售过程 优惠券发放 合同审批 回访提醒 现场派工 客户分群 流失预警 购物篮分析 销售预测 满意度报表 价值打分 多维报表"
    names += " 在线客服 知识库 客户社群 合作商门户 邮件与短信 电话接入"
    marks = [
        "300",
        "311",
        "310",
        "210",
        "301",
        "311",
        "301",
        "030",
        "130",
        "030",
        "130",
        "130",
        "030",
        "030",
        "103",
        "102",
        "003",
        "103",
        "103",
        "203",
    ]
    need = [1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1]
    features = pd.DataFrame(
        {"feature": names.split(), "operational": [int(m[0]) for m in marks], "analytical": [int(m[1]) for m in marks]}
    )
    features["collaborative"], features["need"] = [int(m[2]) for m in marks], need
    vendors = pd.DataFrame(
        [
            ("青云", 4, 4, 3, 4, 4, 4),
            ("北斗", 5, 3, 5, 4, 3, 2),
            ("拾光", 3, 5, 4, 5, 3, 2),
            ("小满", 3, 2, 1, 2, 5, 5),
            ("方舟", 4, 3, 3, 3, 3, 4),
        ],
        columns=["vendor", "自身需求", "发展规模", "定制", "扩展与集成", "运行环境", "易用"],
    )
    cash = pd.DataFrame({"year": range(6)})
    cash["悲观"] = [-680000, 80000, 140000, 160000, 160000, 160000]
    cash["中间"] = [-600000, 130000, 220000, 250000, 250000, 250000]
    cash["乐观"] = [-560000, 180000, 300000, 340000, 340000, 340000]
    tco = pd.DataFrame(
        {"year": range(1, 9), "onprem_yuan": [520000, 90000, 95000, 100000, 210000, 105000, 110000, 115000]}
    )
    tco["saas_yuan"] = [168000, 168000, 176000, 176000, 185000, 185000, 194000, 194000]
    tasks = [
        ("需求调研", "", 8, 12, 20),
        ("选型招标", "需求调研", 10, 15, 30),
        ("签合同", "选型招标", 3, 5, 10),
        ("数据清洗", "需求调研", 12, 20, 45),
        ("安装配置", "签合同", 6, 10, 18),
        ("接口开发", "签合同", 10, 15, 35),
        ("数据迁移", "数据清洗、安装配置", 4, 6, 12),
        ("培训", "安装配置", 4, 6, 9),
        ("试运行", "接口开发、数据迁移、培训", 8, 10, 20),
        ("上线", "试运行", 1, 2, 4),
    ]
    project = pd.DataFrame(tasks, columns=["task", "after", "optimistic_days", "likely_days", "pessimistic_days"])
    duties = [
        ("预测来电", "A", "C", "", "", ""),
        ("排班", "I", "A/R", "", "", "I"),
        ("接电话", "", "A", "I", "C", "R"),
        ("质检打分", "I", "C", "A/R", "I", "I"),
        ("新人培训", "A", "C", "C", "R", "I"),
        ("升级投诉", "A", "A", "I", "", "R"),
        ("知识库更新", "I", "C", "C", "A/R", "C"),
        ("系统报修", "I", "R", "", "", "C"),
    ]
    sales = pd.DataFrame({"rep": [f"销{i}" for i in range(1, 13)], "target_yuan": [200000] * 12})
    sales["sales_yuan"] = [
        96000,
        118000,
        142000,
        155000,
        168000,
        176000,
        190000,
        204000,
        226000,
        268000,
        342000,
        515000,
    ]
    rows = []
    growths = [
        ("交通", 38, 1.13, 92),
        ("医疗", 9, 1.32, 78),
        ("金融", 45, 1.09, 85),
        ("教育", 18, 1.17, 70),
        ("旅游", 30, 1.10, 81),
    ]
    for industry, start, growth, mobile in growths:
        rows += [
            (industry, 2020 + i, round(start * growth**i * (0.9 if i == 2 else 1), 1), mobile - 3 * (5 - i))
            for i in range(6)
        ]
    return {
        "crm_features": features,
        "crm_vendors": vendors,
        "crm_cash": cash,
        "crm_tco": tco,
        "crm_project": project,
        "raci": pd.DataFrame(duties, columns=["task", *ROLES]),
        "sales_team": sales,
        "internet_plus": pd.DataFrame(rows, columns=["industry", "year", "penetration_pct", "mobile_pct"]),
    }


def make_centre_tables() -> dict[str, pd.DataFrame]:
    """Return the tables of the call centre and the fixed tables by name."""
    return {"calls": make_calls(), **make_people(), **make_fixed()}
