"""``crmgrade``: grade a lab, check a lab, look at the machine."""

import json
import logging
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from autograder.engine.command import Commands, sentence

OUTCOMES = {
    "graded": "已评分", "timed_out": "超时", "out_of_memory": "超内存", "killed": "自己中止", "tampered": "干扰批改",
    "unreadable": "读不出来", "missing": "没有笔记本", "failed": "没批成",
}  # fmt: skip


_course = click.option(
    "--course", default=".", metavar="目录", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="课程目录（nbgrader_config.py 所在的文件夹），默认是当前目录。",
)  # fmt: skip


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """批改 nbgrader 课程：又快，又拦得住，分数改不了。

    最常用：在课程目录里运行 crmgrade 实训名，例如 crmgrade lab06_satisfaction。
    """
    # jsonschema would build the grammar of internationalised addresses: two seconds for what no notebook holds.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


@main.command()
@click.argument("lab", metavar="实训名")
@_course
@click.option("--student", "students", multiple=True, metavar="学号", help="只批这个学生，可以写多次。")
@click.option("--workers", type=click.IntRange(0), default=0, metavar="个数", help="同时批几份；不给就每个核一份。")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]), metavar="时间",
    help="只批这个时间以后交的，例如 2026-11-20。",
)  # fmt: skip
@click.option("--force", is_flag=True, help="已经有结果的也重新批。")
@click.option("--scheduler", metavar="地址", help="交给 Dask 集群，例如 tcp://127.0.0.1:8786。")
@click.option("--no-sandbox", is_flag=True, help="不设防地运行学生代码（会写进每份结果）。")
@click.option(
    "--log",
    "journal",
    metavar="文件",
    type=click.Path(dir_okay=False, path_type=Path),
    help="把每份结果追加成一行 JSON。",
)
def grade(
    lab: str, course: Path, students: tuple[str, ...], workers: int, since: datetime | None, force: bool,
    scheduler: str | None, no_sandbox: bool, journal: Path | None,
) -> None:  # fmt: skip
    """批改一个实训的全部提交；中断以后再运行，会接着批。"""
    from autograder.engine.worker import PRELOAD, Started

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=console, disable=not console.is_terminal)
    # nbgrader takes as long to load as the libraries of the labs: both at once.
    with Started(PRELOAD) as started, progress:
        from autograder.engine.batch import run

        bar = progress.add_task(lab, total=None)

        def told(summary: Any, result: Any) -> None:
            progress.update(bar, total=summary.todo, advance=0 if result is None else 1)
            if result is None and summary.skipped:
                console.print(f"{summary.skipped} 份已经批过，没有再批（要重批加 --force）。")

        summary = run(
            _load(course), lab, students=students, since=since and since.astimezone(), force=force, workers=workers,
            scheduler=scheduler, sandbox=False if no_sandbox else None, journal=journal, told=told, started=started,
        )  # fmt: skip
    _table(summary)
    if no_sandbox:
        console.print("这一次没有设防：学生的代码能读写这台机器上的文件。")
    if summary.failed:
        sys.exit(1)


def _table(summary: Any) -> None:
    table = Table()
    for name, justify in (("学号", "left"), ("结果", "left"), ("得分", "right"), ("满分", "right"), ("说明", "left")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for student, code, score, maximum, message in sorted(summary.results):
        table.add_row(Text(student), OUTCOMES[code], f"{score:g}", f"{maximum:g}", Text(message))
    console = Console()
    if summary.results:
        console.print(table)
    for pair in summary.pairs:
        click.echo(pair.sentence)
    console.print(f"{summary.lab}：批了 {summary.todo} 份，用时 {summary.seconds:.1f} 秒。")


@main.command()
@click.argument("lab", metavar="实训名")
@_course
def check(lab: str, course: Path) -> None:
    """出题时检查：参考答案能不能得满分，空白卷是不是 0 分，有没有取不出来的答案。"""
    from autograder.engine.batch import check_reference, prepare

    held = _load(course)
    batch = prepare(held, lab)
    full, empty = check_reference(held, batch)
    faults = 0
    for name, notebook in full.notebooks.items():
        odd = batch.produced[name].uncrossable
        for grade_id, cell in notebook.cells.items():
            if cell.role == "check" and cell.score != cell.max_score:
                faults += 1
                click.echo(
                    f"“{grade_id}”：参考答案只得 {cell.score:g} 分（满分 {cell.max_score:g} 分）。{cell.message}"
                )
        for answer, kind in odd.items():
            click.echo(
                f"答案“{answer}”是 {kind}，它的内容不能搬到学生的程序外面来检查。请改成数、文字、表、图或函数；"
                f"做不到时在 nbgrader_config.py 里写 c.CrmGrade.isolation = {{'{lab}': 'same-interpreter'}}。"
            )
    for notebook in empty.notebooks.values():
        for grade_id, cell in notebook.cells.items():
            if cell.role == "check" and cell.score:
                faults += 1
                click.echo(f"“{grade_id}”：什么也不做就得 {cell.score:g} 分。请让检查先看有没有作答。")
    if faults:
        click.echo(f"{lab}：{faults} 处要改。")
        sys.exit(1)
    click.echo(f"{lab}：参考答案满分，空白卷 0 分，可以发布。")


@main.command()
@_course
def doctor(course: Path) -> None:
    """看这台机器能不能批改：隔离、要导入的包、成绩册、用量。"""
    from autograder.engine.doctor import examine

    found = list(examine(_load(course)))
    for finding in found:
        click.echo(f"{'✓' if finding.good else '✗'} {finding.text}")
    wrong = sum(not finding.good for finding in found)
    click.echo(f"有 {wrong} 处要处理。" if wrong else "可以批改。")
    if wrong:
        sys.exit(1)


@main.command()
def schema() -> None:
    """打印批改结果（JSON）的格式定义。"""
    from autograder.engine.result import SCHEMA

    click.echo(json.dumps(SCHEMA, ensure_ascii=False, indent=2))


def _load(root: Path) -> Any:
    from autograder.engine.course import Course

    if sys.platform != "linux":
        raise click.ClickException(
            "crmgrade 只能在 Linux 上运行。在这台机器上请用 nbgrader autograde 实训名（没有隔离），或换到 Linux 上批改。"
        )
    logging.getLogger("crmgrade").setLevel(logging.WARNING)
    if not (root / "nbgrader_config.py").exists():
        raise click.ClickException(
            f"“{root}”里没有 nbgrader_config.py，它不是课程目录。请换到课程目录里运行，或用 --course 指定。"
        )
    return Course.load(root)


def entry() -> None:
    """Run the command line: what went wrong is one Chinese sentence and exit code 1, never a traceback."""
    # jsonschema, which nbformat imports, would spend seconds on a grammar of web addresses that no notebook needs.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from autograder.engine.channel import ClosedError
    from autograder.engine.lab import LabError
    from autograder.engine.sandbox import WallsMissing

    try:
        main(standalone_mode=False, prog_name="crmgrade")
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(2)
    except click.ClickException as error:
        click.echo(f"错误：{sentence(error)}", err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.exceptions.Abort):
        click.echo("已中断。批完的都存好了，再运行一次会接着批。", err=True)
        sys.exit(130)
    except (LabError, WallsMissing, ImportError, ClosedError) as error:
        click.echo(f"错误：{error}", err=True)
        sys.exit(1)
    except Exception as error:
        from autograder.engine.cluster import ClusterMissing
        from autograder.engine.gradebook import WriteError
        from autograder.engine.ledger import LedgerError

        if not isinstance(error, WriteError | LedgerError | ClusterMissing):
            raise
        click.echo(f"错误：{error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    entry()
