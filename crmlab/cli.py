"""The command line: ``crmlab lab | case | lesson | pages | progress | coverage | doctor | new | notebooks``.

Every command imports what it needs itself, so that help and `crmlab lab` start at once.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from crmlab import __version__
from crmlab._click_zh import Group, run

_EPILOG = "出错时退出码不是 0。设环境变量 CRMLAB_DEBUG=1 可看到程序员用的详细信息。"


@click.group(cls=Group, epilog=_EPILOG)
@click.version_option(__version__, message="crmlab %(version)s", help="显示版本号。")
def cli() -> None:
    """《客户服务与管理》课程工作台。"""
    # jsonschema would build the grammar of internationalised addresses: two seconds for what no notebook holds.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


@cli.command()
@click.option(
    "--port",
    type=click.IntRange(1024, 65535),
    default=8888,
    show_default=True,
    metavar="端口",
    help="最先试的端口；被占用就用下一个。",
)
@click.option("--no-browser", is_flag=True, help="不打开浏览器，只给出地址。")
def lab(port: int, no_browser: bool) -> int:
    """打开工作台（中文 JupyterLab，从首页开始）。"""
    from crmlab import paths, workbench

    return workbench.start(
        paths.project_root().resolve(), paths.state_dir().resolve(), first_port=port, browser=not no_browser, say=_say
    )


def _say(text: str) -> None:
    print(text, flush=True)


@cli.group(cls=Group)
def case() -> None:
    """列出案例，或换参数运行一个案例。"""


@case.command("list")
def case_list() -> None:
    """列出现有的案例和可以改的参数。"""
    from crmlab import cases

    for found in cases.list_cases():
        print(f"{found.id}  {found.title}")
        for parameter in found.parameters:
            print(f"    {parameter}")


@case.command("run")
@click.argument("name", metavar="案例名")
@click.option(
    "-p",
    "--parameter",
    "given",
    multiple=True,
    metavar="名=值",
    help="改一个参数，可写多次，如 crmlab case run c06_afu -p gift_cost=8。",
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="文件", help="网页写到哪里；不写时是当前目录的 案例名.html。"
)
def case_run(name: str, given: tuple[str, ...], out: Path | None) -> None:
    """运行一个案例，得到一个可以离线打开的网页。"""
    from crmlab import cases

    parameters = dict(_pair(text) for text in given)
    print(f"已写好：{cases.run_case(name, parameters, out or Path(f'{name}.html'))}")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise ValueError(f"参数“{text}”的写法不对，应是 名=值，如 -p gift_cost=8。等号两边不要空格。")
    return name.strip(), value


@cli.command()
@click.argument("chapter", type=click.IntRange(1, 9), metavar="章号")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="文件", help="网页写到哪里；不写时是当前目录的 微课章号.html。"
)
def lesson(chapter: int, out: Path | None) -> None:
    """把一章的微课写成一张网页，断网能看，如 crmlab lesson 6。"""
    from crmlab import lessons

    print(f"已写好：{lessons.write_page(chapter, out or Path(f'微课{chapter}.html'))}")


@cli.command()
@click.argument("names", nargs=-1, metavar="[名字]…")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="网页",
    show_default=True,
    metavar="目录",
    help="网页写到哪个文件夹；没有就新建。",
)
def pages(names: tuple[str, ...], out: Path) -> None:
    """把课和案例写成断网能看的网页，如 crmlab pages 6-1 c06_gree 06_satisfaction；不写名字时是全部。"""
    from crmlab.authoring import pages as web

    *written, index = web.write(names, out)
    print(f"已写好 {len(written)} 页，从目录看起：{index}")


@cli.command()
@click.option("--chapter", metavar="名字", help="只看一章、一课或一个案例，如 06_satisfaction、6-1、c06_afu。")
def progress(chapter: str | None) -> None:
    """看自己的学习进度：即时练和自测做对几题，对话走完几段。"""
    from crmlab.authoring import overview

    print(overview.progress_table(chapter), end="")


@cli.command()
def coverage() -> int:
    """（教师）对照大纲：每章的小节、案例、习题、测验讲到了几行。"""
    from crmlab.authoring import coverage as counts

    missing = counts.untaught()
    print(counts.coverage_table(missing=missing), end="")
    return 1 if missing else 0


@cli.command()
def doctor() -> int:
    """给这台电脑做体检：缺什么、怎么修。"""
    from crmlab import doctor as checks
    from crmlab import paths

    results = checks.examine(paths.project_root().resolve(), paths.state_dir().resolve(), _ORIGINAL_ENCODING)
    print(checks.report(results), end="")
    failed = [check.name for check in results if not check.ok]
    print(f"有 {len(failed)} 项没有通过：{'、'.join(failed)}。" if failed else "全部通过，可以运行 crmlab lab。")
    return 1 if failed else 0


def _unicode(_: click.Context, __: click.Parameter, text: str | None) -> str | None:
    # Under the C locale Python hands Chinese arguments over as lone surrogates.
    return text and text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


@cli.group(cls=Group)
def new() -> None:
    """（教师）新建一课、一个案例或一个实训。"""


@new.command("section")
@click.argument("name", metavar="课号_英文名")
@click.option("--title", metavar="标题", callback=_unicode, help="中文标题。")
@click.option(
    "--minutes", type=click.IntRange(5, 240), default=45, show_default=True, metavar="分钟", help="大约几分钟。"
)
def new_section(name: str, title: str | None, minutes: int) -> None:
    """新建一课，如 crmlab new section 6-4_review --title 复习。"""
    from crmlab.authoring import scaffold

    _created(scaffold.new_section(name, title=title, minutes=minutes))


@new.command("case")
@click.argument("name", metavar="案例名")
@click.option("--title", metavar="标题", callback=_unicode, help="中文标题。")
@click.option(
    "--kind",
    type=click.Choice(["案例导入", "案例链接", "案例分析", "综合案例"]),
    default="案例链接",
    show_default=True,
    help="类别。",
)
@click.option(
    "--minutes", type=click.IntRange(5, 240), default=45, show_default=True, metavar="分钟", help="大约几分钟。"
)
def new_case(name: str, title: str | None, kind: str, minutes: int) -> None:
    """新建一个案例，如 crmlab new case c06_teashop --title 茶饮店的会员日。"""
    from crmlab.authoring import scaffold

    _created(scaffold.new_case(name, title=title, case=kind, minutes=minutes))


@new.command("lab")
@click.argument("name", metavar="实训名")
@click.option("--title", metavar="标题", callback=_unicode, help="中文标题。")
@click.option(
    "--minutes", type=click.IntRange(5, 240), default=90, show_default=True, metavar="分钟", help="大约几分钟。"
)
def new_lab(name: str, title: str | None, minutes: int) -> None:
    """新建一个实训，如 crmlab new lab lab06_nps --title 净推荐值。"""
    from crmlab.authoring import scaffold

    _created(scaffold.new_lab(name, title=title, minutes=minutes))


def _created(files: Sequence[str]) -> None:
    print("已新建：")
    for file in files:
        print(f"  {file}")
    print("改好内容后运行：make notebooks，再运行 make check。")


@cli.command()
@click.option("--execute", is_flag=True, help="先从头运行一遍。")
@click.argument("files", nargs=-1, metavar="[笔记本]…", type=click.Path(path_type=Path))
def notebooks(execute: bool, files: tuple[Path, ...]) -> int:
    """（教师）把笔记本改成提交时的规范形式；不写文件时处理全部。"""
    from crmlab.authoring import audit
    from crmlab.authoring.normalise import process
    from crmlab.paths import project_root

    root = project_root()
    found = ("index.ipynb", *audit.notebooks_on_disk(root), *audit.gallery_on_disk(root))
    every = [root / f for f in found if not f.startswith("labs/")]
    failed = 0
    for path in files or every:
        try:
            print(f"{path}：{'已更新' if process(path, run=execute) else '没有变化'}", flush=True)
        except (ValueError, RuntimeError) as err:
            failed += 1
            print(f"错误：{err if str(path) in str(err) else f'{path}：{err}'}", file=sys.stderr)
    return 1 if failed else 0


_ORIGINAL_ENCODING = sys.stdout.encoding if sys.stdout else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    return run(cli, arguments, "crmlab")


if __name__ == "__main__":
    sys.exit(main())
