"""Click in Chinese: help pages, usage errors and an entry point that never shows a traceback."""

import os
import re
import sys
import traceback
import unicodedata
from collections.abc import Sequence
from typing import Any

import click
from click import exceptions as errors

_DEFAULT = re.compile(r" *\[default: ([^;\]]+)[^\]]*\]")


class Command(click.Command):
    """A command whose help page and usage line are Chinese."""

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
        records = [r for p in options if (r := p.get_help_record(ctx)) is not None]
        _section(formatter, "选项", [(left, _DEFAULT.sub(r"（默认 \1）", right)) for left, right in records])


def _columns(text: str) -> int:
    """Return how many terminal columns ``text`` takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _section(formatter: click.HelpFormatter, title: str, rows: list[tuple[str, str]]) -> None:
    width = max(_columns(left) for left, _ in rows)
    formatter.write(f"\n{title}：\n")
    for left, right in rows:
        formatter.write(f"  {left}{' ' * (width - _columns(left))}  {right}\n")


class Group(Command, click.Group):
    """A group of such commands."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, subcommand_metavar="命令 …", no_args_is_help=True, **kwargs)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        Command.format_options(self, ctx, formatter)
        commands = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        _section(formatter, "命令", [(name, command.get_short_help_str(80)) for name, command in commands])

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they were defined."""
        return list(self.commands)


def _usage(error: errors.UsageError) -> str:
    """Return the Chinese sentence for a mistake on the command line."""
    path = error.ctx.command_path if error.ctx else "crmlab"
    ask = f"用法见：{path} --help"
    if isinstance(error, errors.NoSuchOption | errors.NoSuchCommand):
        what = f"选项 {error.option_name}" if isinstance(error, errors.NoSuchOption) else f"命令 {error.command_name}"
        near = f"你是不是想写“{error.possibilities[0]}”？" if error.possibilities else ""
        return f"没有{what}。{near}{ask}"
    if isinstance(error, errors.MissingParameter):
        name = error.param.human_readable_name if error.param else ""
        return f"缺少{'选项' if error.param_type == 'option' else '参数'} {name}。{ask}"
    if isinstance(error, errors.BadParameter) and error.param is not None:
        return f"{error.param.human_readable_name} 的值不对：{_bad_value(error)}{ask}"
    if isinstance(error, errors.BadOptionUsage):
        wrong = "后面不要跟值" if "not take" in error.message else "后面要跟一个值"
        return f"选项 {error.option_name} {wrong}。{ask}"
    return f"参数太多，或写法不对。{ask}"


def _bad_value(error: errors.BadParameter) -> str:
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return f"应是 {'、'.join(map(str, kind.choices))} 之一。"
    if isinstance(kind, click.IntRange):
        return f"应是 {kind.min} 到 {kind.max} 的整数。"
    if isinstance(kind, click.types.IntParamType):
        return "应是整数。"
    return error.message if not error.message.isascii() else "不合要求。"


def tolerant_streams() -> None:
    """Let no character stop a sentence: not on a GBK console, not under the C locale."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            plain = (stream.encoding or "ascii").lower() in ("ascii", "us-ascii", "ansi_x3.4-1968", "646")
            stream.reconfigure(encoding="utf-8" if plain else stream.encoding, errors="replace")


def run(command: click.Command, arguments: Sequence[str] | None, name: str) -> int:
    """Run ``command``; a failure becomes one Chinese sentence on stderr and an exit code.

    Set ``CRMLAB_DEBUG=1`` to see the traceback as well.
    """
    tolerant_streams()
    try:
        code = command.main(args=arguments, prog_name=name, standalone_mode=False)
        return code if isinstance(code, int) else 0
    except errors.Exit as err:
        return err.exit_code
    except errors.NoArgsIsHelpError as err:
        print(err.ctx.get_help(), file=sys.stderr)
        return 2
    except errors.UsageError as err:
        print(f"错误：{_usage(err)}", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, errors.Abort):
        print("已中断。", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except Exception as err:
        if os.environ.get("CRMLAB_DEBUG"):
            traceback.print_exc()
        print(f"错误：{_sentence(err)}", file=sys.stderr)
        return 1


def _sentence(error: Exception) -> str:
    """Return the error's own words when they are Chinese, else a frame round them."""
    text = str(error).strip()
    if isinstance(error, OSError) and error.filename:
        return f"不能读写“{error.filename}”：{error.strerror}。请检查路径和权限。"
    if any("\u4e00" <= letter <= "\u9fff" for letter in text):
        return text
    return f"程序内部出错（{type(error).__name__}：{text}）。请设环境变量 CRMLAB_DEBUG=1 再运行一次，把显示的内容告诉老师。"
