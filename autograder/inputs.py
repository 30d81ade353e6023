"""What our commands are told: the teacher's folder, and the class list with the columns 学号 and 姓名."""

import csv
import io
from pathlib import Path

from crmlab._checks import listing, nearest
from crmlab.learn.profile import clean_student_id
from crmlab.paths import project_root

COLUMNS = ("学号", "姓名")


def course_folder(given: Path | None) -> Path:
    """Return the teacher's folder: the one named, else the current one if it is a course, else this project's.

    Parameters
    ----------
    given : Path or None
        What the user named on the command line.

    Returns
    -------
    Path
        An absolute path.
    """
    here = Path.cwd()
    if given is None and (here / "nbgrader_config.py").is_file():
        return here
    return (given or project_root() / "autograder").absolute()


def read_roster(path: Path) -> dict[str, str]:
    """读一份名单，返回“学号 → 姓名”。

    Parameters
    ----------
    path : Path
        ``.csv``（UTF-8 或 GBK）或 ``.xlsx`` 文件，第一行是列名，要有 学号、姓名 两列，别的列不管。

    Returns
    -------
    dict of str to str
        学号到姓名，次序同名单。

    Raises
    ------
    ValueError
        文件不存在、读不出、是空的、缺列，或有一行的学号不能用；消息是一句中文。
    """
    rows = _rows(path)
    if not rows:
        raise ValueError(f"名单“{path.name}”是空的。第一行应是列名：学号,姓名。")
    heading = [cell.strip() for cell in rows[0]]
    for column in COLUMNS:
        if column not in heading:
            raise ValueError(
                f"名单“{path.name}”里没有列“{column}”。{nearest(column, heading)}现有的列：{listing(heading)}。"
            )
    number_at, name_at = heading.index("学号"), heading.index("姓名")
    people: dict[str, str] = {}
    for at, row in enumerate(rows[1:], start=2):
        cells = [cell.strip() for cell in row] + [""] * (max(number_at, name_at) + 1 - len(row))
        if not any(cells):
            continue
        try:
            number = clean_student_id(cells[number_at])
        except ValueError as err:
            science = (
                "它像是被表格软件改成了科学计数法，请把这一列设成文本。" if "E+" in cells[number_at].upper() else ""
            )
            raise ValueError(f"名单“{path.name}”第 {at} 行：{err}{science}") from None
        if number in people:
            raise ValueError(f"名单“{path.name}”第 {at} 行：学号 {number} 出现了第二次。请先删掉重复的行。")
        people[number] = cells[name_at]
    if not people:
        raise ValueError(f"名单“{path.name}”只有列名，没有学生。")
    return people


def _rows(path: Path) -> list[list[str]]:
    if not path.is_file():
        raise ValueError(f"找不到名单“{path}”。请检查路径。")
    if path.suffix.lower() == ".xlsx":
        return _excel(path)
    if path.suffix.lower() != ".csv":
        raise ValueError(f"名单“{path.name}”应是 .csv 或 .xlsx 文件。请在表格软件里另存一份。")
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return [row for row in csv.reader(io.StringIO(data.decode(encoding))) if row]
        except UnicodeDecodeError:
            continue
    raise ValueError(f"名单“{path.name}”的编码认不出来。请在表格软件里另存为“CSV UTF-8”。")


def _excel(path: Path) -> list[list[str]]:
    from zipfile import BadZipFile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError):
        raise ValueError(f"名单“{path.name}”不是完好的 Excel 文件。请在表格软件里重新另存。") from None
    try:
        rows = [[_text(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()
    return [row for row in rows if any(row)]


def _text(value: object) -> str:
    # Excel keeps a number typed into a cell as a float.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)
