"""Click in Chinese: help pages and mistakes on the command line."""

import re
import unicodedata
from typing import Any

import click
from click import exceptions as errors

_RANGE = re.compile(r" *\[[^\]]*\]$")


class Command(click.Command):
    """A command whose help page is Chinese."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["options_metavar"] = "[选项]"
        super().__init__(*args, **kwargs)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the help option with a Chinese text."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这段说明。"
        return option

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of options."""
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        records = [record for p in options if (record := p.get_help_record(ctx)) is not None]
        section(formatter, "选项", [(left, _RANGE.sub("", right)) for left, right in records])


class Commands(Command, click.Group):
    """``crmgrade LAB`` means ``crmgrade grade LAB``."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, subcommand_metavar="实训名 … 或 命令 …", no_args_is_help=True, **kwargs)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command's name before a lab's name."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["grade", *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands in the order of their definition."""
        Command.format_options(self, ctx, formatter)
        section(formatter, "命令", [(name, command.get_short_help_str(80)) for name, command in self.commands.items()])


def section(formatter: click.HelpFormatter, title: str, rows: list[tuple[str, str]]) -> None:
    """Write two columns; a Chinese character takes two places."""
    width = max(_places(left) for left, _ in rows)
    formatter.write(f"\n{title}：\n")
    for left, right in rows:
        formatter.write(f"  {left}{' ' * (width - _places(left))}  {right}\n")


def _places(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def sentence(error: click.ClickException) -> str:
    """Return the Chinese sentence for an error that click found."""
    if not isinstance(error, errors.UsageError):
        return error.format_message()
    ask = f"用法见：{error.ctx.command_path if error.ctx else 'crmgrade'} --help"
    if isinstance(error, errors.NoSuchOption):
        near = f"你是不是想写“{error.possibilities[0]}”？" if error.possibilities else ""
        return f"没有选项 {error.option_name}。{near}{ask}"
    if isinstance(error, errors.MissingParameter):
        return f"缺少{error.param.human_readable_name if error.param else '参数'}。{ask}"
    if isinstance(error, errors.BadParameter) and error.param is not None:
        return f"{error.param.opts[0]} 的值不对：{_wanted(error.param.type)}{ask}"
    if isinstance(error, errors.BadOptionUsage):
        return f"选项 {error.option_name} 的写法不对：后面要跟的值没有跟，或不要跟的值跟了。{ask}"
    return f"参数太多，或写法不对。{ask}"


def _wanted(kind: Any) -> str:
    if isinstance(kind, click.DateTime):
        return '应是日期（2026-11-20）或时间（"2026-11-20 08:00"）。'
    if isinstance(kind, click.types.IntParamType):
        return "应是不小于 0 的整数。"
    if isinstance(kind, click.Path):
        return "没有这个文件夹，或不能用。"
    return "不合要求。"
