"""lab.load and the generator: the right student's data, always well posed."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from crmlab import lab
from crmlab._checks import listing
from crmlab.labdata import lab06_satisfaction as generator
from crmlab.learn import NotYet, profile
from tests.labs import bench

LAB = "lab06_satisfaction"
DEMO = (
    "现在用的是演示数据：还没有设置学号，做出来的答案不得分。"
    "请打开开始页 index.ipynb 填上学号，回来点菜单“内核”里的“重启并运行所有单元格…”。\n"
)


def test_same_number_same_data_for_ever():
    """Do the data of a number never change (students come back days later, the grader runs elsewhere)?"""
    survey = lab.load(LAB, "20260315", quiet=True).survey
    assert (len(survey), survey["store"].iloc[0], int(survey["csat"].sum())) == (665, "城东", 2511)
    pd.testing.assert_frame_equal(survey, generator.make(seeded("20260315"))["survey"])


def seeded(number):
    import hashlib

    digest = hashlib.sha256(f"{LAB}:{number}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def test_tables_are_fresh_copies():
    """Does a student who spoils a table get it whole again?"""
    data = lab.load(LAB, "1", quiet=True)
    table = data.survey
    table.loc[0, "nps"] = -5
    del table["csat"]
    assert "csat" in data.survey
    assert data.survey.loc[0, "nps"] != -5


def test_number_from_argument_environment_profile_or_demo(monkeypatch, capsys):
    """Where does the number come from, and what does the student read?"""
    assert lab.load(LAB).student_id is None
    assert capsys.readouterr().out == DEMO
    profile.set_student_id("2026001")
    assert lab.load(LAB).student_id == "2026001"
    assert capsys.readouterr().out == "已载入学号 2026001 的数据。每个学号的数据都不一样。\n"
    monkeypatch.setenv("CRMLAB_STUDENT_ID", "2026002")
    assert lab.load(LAB).student_id == "2026002"
    assert lab.load(LAB, "2026 003", quiet=True).student_id == "2026003"
    assert capsys.readouterr().out == "已载入学号 2026002 的数据。每个学号的数据都不一样。\n"


def test_case_of_letters_in_a_number_does_not_matter():
    """Do s2026001 and S2026001 work on the same data?"""
    pd.testing.assert_frame_equal(lab.load(LAB, "s2026001", quiet=True).raw, lab.load(LAB, "S2026001", quiet=True).raw)


def test_errors(monkeypatch):
    """Does each mistake get its whole sentence?"""
    with pytest.raises(ValueError) as err:
        lab.load("lab06_satisfacton")
    assert str(err.value) == (
        f"没有叫“lab06_satisfacton”的实训。你是不是想写“lab06_satisfaction”？现有的实训：{listing(bench.names())}。"
    )
    with pytest.raises(AttributeError) as missing:
        lab.load(LAB, "1", quiet=True).surveys  # noqa: B018
    assert str(missing.value) == (
        "实训“lab06_satisfaction”里没有表“surveys”。你是不是想写“survey”？"
        "现有的表：raw、rules、survey、monthly、dimensions、attributes、questions。"
    )
    monkeypatch.setenv("CRMLAB_STUDENT_ID", "2026#1")
    with pytest.raises(ValueError) as odd:
        lab.load(LAB)
    assert str(odd.value) == "学号“2026#1”里有不能用的字符“#”。学号只能有字母、数字、- 和 _，请检查后重写。"


def test_an_answer_that_is_not_there(monkeypatch):
    """What does a check say when the answer cell was never run, or a function still has blanks?"""

    shell = SimpleNamespace(user_ns={"half": lambda x: x >= ..., "done": 3})
    monkeypatch.setattr(lab, "_shell", lambda: shell)
    assert lab.answer("done") == 3
    with pytest.raises(NotYet) as err:
        lab.answer("n_valid")
    assert str(err.value) == "还没有 `n_valid`：先运行上面的答题单元格（Shift+Enter）。如果那一格报错，先把它改好。"
    with pytest.raises(NotYet) as blank:
        lab.answer("half")
    assert str(blank.value) == "`half` 里还有 `...` 没有填：把每一处 `...` 都换成你的代码。"


def test_marking_tools_never_raise():
    """Do the comparisons of the hidden tests give False, not an error, on whatever a student stored?"""
    right = pd.DataFrame({"store": ["城南", "城北"], "nps": [1.0, 2.0]})
    for odd in (None, ..., "x", [1], {"a": 1}, pd.NA, float("nan"), float("inf"), True, right, 1 + 2j, object()):
        assert lab.close(odd, 1.0, 0.1) is False
        assert lab.same_column(odd, right.assign(nps=9), key="store", column="nps", tolerance=0.1) is False
        assert lab.names_month(odd, "2026-05") is False
    assert lab.close(np.float32(1.0), 1.0, 0.1)
    assert not lab.same_column(right[["store"]], right, key="store", column="nps", tolerance=1)
    assert not lab.same_column(right.iloc[[0, 0]], right, key="store", column="nps", tolerance=1)
    assert type(lab.score(("a", 2, np.True_), ("b", 3, False))) is float


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("5 月最低", True), ("05月最低", True), ("2026-05 最低", True), ("五月最低", True), ("５月最低", True),
        ("15 月", False), ("十五月", False), ("6 月最低", False), ("", False),
    ],
)  # fmt: skip
def test_a_month_is_recognised_however_it_is_written(text, named):
    assert lab.names_month(text, "2026-05") is named


def test_warnings_go_to_stdout_inside_a_notebook(monkeypatch, capsys):
    """Does nothing that Python warns about reach stderr, where it would cost the mark?"""
    import logging
    import warnings

    monkeypatch.setattr(lab, "_shell", object)
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    monkeypatch.setattr(logging, "lastResort", logging.lastResort)
    lab.load(LAB, "1", quiet=True)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("小心", stacklevel=1)
    record = logging.LogRecord("x", logging.WARNING, "", 0, "记录", (), None)
    logging.lastResort.handle(record)
    out, err = capsys.readouterr()
    assert (out, err) == ("提醒（不扣分）：UserWarning：小心\n记录\n", "")


NUMBERS = [f"2026{i:04d}" for i in range(300)]


@pytest.fixture(scope="module")
def answers():
    """The right answers of 300 students, computed without crmlab."""
    return pd.DataFrame([key(generator.make(seeded(number))) for number in NUMBERS], index=NUMBERS)


def key(tables):
    raw, survey, attributes = tables["raw"], tables["survey"], tables["attributes"]
    bad = {
        "store": ~raw["store"].isin(generator.STORES),
        "minutes": ~raw["minutes"].between(0.5, 60),
        "csat": ~raw["csat"].isin([1, 2, 3, 4, 5]),
        "nps": raw["nps"].notna() & ~raw["nps"].isin(range(11)),
    }
    counts = pd.Series({name: int(mask.sum()) for name, mask in bad.items()}).sort_values()
    valid = raw[~(bad["store"] | bad["minutes"] | bad["csat"] | bad["nps"])]
    by = survey.groupby("store")
    csat = by["csat"].agg(lambda s: 100 * (s >= 4).sum() / s.count())
    nps = by["nps"].agg(lambda s: 100 * ((s >= 9).sum() - (s <= 6).sum()) / s.count())
    gap = (survey["perceive"] - survey["expect"]).groupby(survey["store"]).mean().sort_values()
    first = (attributes["importance"] > attributes["importance"].mean()) & (
        attributes["performance"] < attributes["performance"].mean()
    )
    months = tables["monthly"].set_index("month")["csat_pct"].sort_values()
    answered = survey["csat"].dropna()
    return {
        "n_valid": len(valid),
        "n_clean": valid["response_id"].nunique(),
        "n_unique": raw["response_id"].nunique(),
        "n_raw": len(raw),
        "worst": counts.index[-1],
        "worst_lead": counts.iloc[-1] - counts.iloc[-2],
        "csat": (answered >= 4).mean(),
        "csat_missing_as_no": (survey["csat"] >= 4).mean(),
        "stores": by.ngroups,
        "store_least": by.size().min(),
        "csat_gap": np.diff(np.sort(csat)).min(),
        "nps_gap": np.diff(np.sort(nps)).min(),
        "best": nps.idxmax(),
        "disappointed": (survey["perceive"] < survey["expect"]).mean(),
        "worst_store": gap.index[0],
        "worst_store_lead": gap.iloc[1] - gap.iloc[0],
        "worst_store_gap": gap.iloc[0],
        "least_perceived": survey.groupby("store")["perceive"].mean().idxmin(),
        "delighted": (survey["perceive"] > survey["expect"]).mean(),
        "n_weak": (attributes["performance"] < attributes["performance"].mean()).sum(),
        "n_that_matter": (attributes["importance"] > attributes["importance"].mean()).sum(),
        "fix_first": tuple(attributes.loc[first, "attribute"]),
        "odd_item": tables["questions"]["text"].ne([two[0] for two in generator.QUESTIONS.values()]).idxmax(),
        "lowest": months.index[0],
        "month_lead": months.iloc[1] - months.iloc[0],
    }


@pytest.mark.slow
def test_every_task_has_one_clear_answer_for_300_students(answers):
    """No ties, no empty groups, and the usual slips give another number than the right one."""
    assert (answers["worst_lead"] >= 2).all()
    assert (answers["n_valid"] > answers["n_clean"]).all()
    assert (answers["n_unique"] > answers["n_clean"]).all()
    assert (answers["stores"] == 5).all()
    assert (answers["store_least"] >= 60).all()
    assert (answers["csat_gap"] >= 0.39).all()
    assert (answers["nps_gap"] >= 0.59).all()
    assert (answers["worst_store_lead"] >= 0.049).all()
    assert (answers["worst_store_gap"] <= -0.049).all()
    assert (answers["worst_store"] != answers["least_perceived"]).all()
    assert ((answers["disappointed"] - answers["delighted"]).abs() >= 0.0014).all()
    assert answers["fix_first"].map(len).isin([2, 3]).all()
    assert (answers[["n_weak", "n_that_matter"]].min(axis=1) > answers["fix_first"].map(len)).all()
    assert (answers["month_lead"] >= 2.9).all()
    assert ((answers["csat"] - answers["csat_missing_as_no"]) > 0.005).all()


@pytest.mark.slow
def test_answers_differ_between_students(answers):
    """Can a copied answer be right? Numbers hardly ever, choices no more often than by chance."""
    numbers = answers[["n_valid", "n_clean", "csat", "disappointed"]]
    assert not numbers.duplicated().any()
    assert numbers["csat"].round(4).nunique() > 240
    for column, least, most in [
        ("worst", 4, 0.45), ("best", 5, 0.35), ("worst_store", 5, 0.35), ("odd_item", 6, 0.3), ("lowest", 7, 0.3),
    ]:  # fmt: skip
        shares = answers[column].value_counts(normalize=True)
        assert len(shares) == least, column
        assert shares.iloc[0] <= most, column
    assert answers["fix_first"].value_counts(normalize=True).iloc[0] <= 0.08
