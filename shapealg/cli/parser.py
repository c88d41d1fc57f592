"""What was typed, read by the commands and their options; refused in the reader's language."""

import argparse
import os
import re
import sys
from contextlib import suppress
from functools import partial
from typing import Any

import shapealg
from shapealg.cli.commands import COMMANDS, Command
from shapealg.cli.telling import refuse, write
from shapealg.errors import ShapeError
from shapealg.names import near
from shapealg.text import LANGUAGES, Text

# argparse says these in English only: its pattern, what it means, what is done about it
COMPLAINTS = (
    (
        r"the following arguments are required: (.+)",
        Text(zh=r"缺少 \1", en=r"\1 is missing"),
        None,
    ),
    (
        r"argument (\S+): expected .*",
        Text(zh=r"\1 后面要有一个值", en=r"\1 takes a value"),
        Text(
            zh="值以减号开头时写作 选项=值",
            en="write OPTION=VALUE where the value begins with a dash",
        ),
    ),
    (
        r"argument (\S+): ignored explicit argument .*",
        Text(zh=r"\1 不带值", en=r"\1 takes no value"),
        None,
    ),
)


class _Help(argparse.HelpFormatter):
    """argparse's layout, with the one word that it says itself in the reader's language."""

    def __init__(self, *arguments, language: str, **options):
        options.setdefault("width", _columns() - 2)
        super().__init__(*arguments, **options)
        self.language = language

    def add_usage(self, usage, actions, groups, prefix=None):
        said = Text(zh="用法：", en="usage: ")[self.language]
        super().add_usage(usage, actions, groups, said if prefix is None else prefix)


def _columns() -> int:
    """How wide the terminal is; argparse would load five modules to ask."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    with suppress(OSError):  # no terminal
        return os.get_terminal_size(1).columns or 80  # of standard output
    return 80


class Parser(argparse.ArgumentParser):
    """argparse in either language, whose complaint is one line and exit status 2.

    Args:
        language: of the help and of the complaints.
        as_data: whether complaints are JSON.
        typed: the whole command line, for the complaint to show.
        example: a line that works.
    """

    def __init__(
        self,
        *,
        language="en",
        as_data=False,
        typed=None,
        example="",
        formatter_class=None,
        **options,
    ):
        super().__init__(
            add_help=False,
            allow_abbrev=False,
            formatter_class=formatter_class or partial(_Help, language=language),
            **options,
        )
        self.language, self.as_data, self.example = language, as_data, example
        self.typed = sys.argv[1:] if typed is None else typed
        self.values = self.add_argument_group(Text(zh="参数", en="arguments")[language])
        self.choices = self.add_argument_group(Text(zh="选项", en="options")[language])
        told = Text(zh="显示这段帮助", en="show this help")
        self.takes("-h", "--help", told=told, action="help")

    def takes(self, *names, told: Text, **options) -> None:
        """One argument or option, with its help in both languages."""
        group = self.choices if names[0].startswith("-") else self.values
        group.add_argument(*names, help=told[self.language].replace("%", "%%"), **options)

    def _print_message(self, message, file=None):
        write(message, file or sys.stderr)

    def error(self, message):
        """Refuse what argparse complains of, in the language and with what works."""
        for pattern, asked, works in COMPLAINTS:
            if found := re.fullmatch(pattern, message):
                self.refuse(Text(zh=found.expand(asked.zh), en=found.expand(asked.en)), works)
        self.refuse(Text(zh=f"无法读懂：{message}", en=message))

    def refuse(self, asked: Text, works: Text | None = None, received=None) -> None:
        """One line, and the end."""
        example = self.example or f"{self.prog} --help"
        if works is None:
            works = Text(zh=f"例如 {example}", en=f"for example {example}")
        if received is None:
            received = _line(self.typed)
        refuse(self.prog, ShapeError(asked, received, works), self.language, self.as_data)
        self.exit(2)

    def _check_value(self, action, value):
        """argparse asks this of every value that has choices."""
        if action.choices is None or value in action.choices:
            return
        known = list(action.choices)
        name = "/".join(action.option_strings) or action.metavar or action.dest
        found = near(value, known, 1)
        told = ", ".join(known)
        self.refuse(
            Text(zh=f"{name} 没有这个值", en=f"there is no such {name}"),
            Text(
                zh=f"最近的是 {found[0]}" if found else f"可用：{told}",
                en=f"the nearest is {found[0]}" if found else f"one of {told} works",
            ),
            value,
        )

    def refuse_unknown(self, rest: list) -> None:
        """Arguments that nobody asked for."""
        known = [name for action in self._actions for name in action.option_strings]
        found = near(rest[0].partition("=")[0], known, 1)
        told = found[0] if found else f"{self.prog} --help"
        self.refuse(
            Text(zh="没有这样的参数", en="there is no such argument"),
            Text(zh=f"最近的是 {told}", en=f"the nearest is {told}")
            if found
            else Text(zh=f"可用的见 {told}", en=f"{told} tells those that work"),
            _line(rest),
        )


def _line(words) -> str:
    """Words as they are typed."""
    import shlex

    return shlex.join(words)


def options_of(typed: tuple) -> tuple:
    """The language, and whether JSON is wanted: known before the rest is parsed, for complaints
    are told so, too.
    """
    before = typed[: typed.index("--")] if "--" in typed else typed
    language = "en"
    for i, word in enumerate(before):
        name, equals, value = word.partition("=")
        if name == "--lang":
            value = value if equals else "".join(before[i + 1 : i + 2])
            language = value if value in LANGUAGES else language
    return language, "--json" in before


def parse(typed: tuple) -> argparse.Namespace:
    """What was typed; `run` is the command, `parser` its parser."""
    language, as_data = options_of(typed)
    parser = _parser(language, as_data, typed)
    chosen, rest = parser.parse_known_args(list(typed))
    if rest:
        chosen.parser.refuse_unknown(rest)
    chosen.lang, chosen.json = language, as_data
    chosen.progress = "progress" in chosen
    return chosen


def _parser(language: str, as_data: bool, typed: tuple) -> Parser:
    # argparse calls it, and asks for no class
    made: Any = partial(Parser, language=language, as_data=as_data, typed=typed)
    about = Text(
        zh="层与网络的尺寸：形状、换写、反问、公式；以及在真实框架上的核对。",
        en="Sizes of layers and networks: shapes, conversions, inverse questions, formulas; and the"
        " checks on real frameworks.",
    )
    parser = made(
        prog="shapealg", description=about[language], example="shapealg network unet --sizes 512"
    )
    _common(parser)
    version = f"shapealg {shapealg.__version__}"
    parser.takes(
        "--version", told=Text(zh="版本", en="the version"), action="version", version=version
    )
    commands = parser.add_subparsers(
        title=Text(zh="命令", en="commands")[language],
        dest="command",
        required=True,
        metavar=Text(zh="命令", en="command")[language],
        # whoever is not typed is only listed: making a parser takes its time
        parser_class=lambda wanted, **options: made(**options) if wanted else None,
    )

    for command in COMMANDS:
        _add(commands, command, language, typed)
    return parser


def _add(commands, command: Command, language: str, typed: tuple) -> None:
    """A command; its parser only where it may be the one that is typed."""
    wanted = command.name in typed
    added = commands.add_parser(
        command.name,
        wanted=wanted,
        help=command.told[language],
        description=command.told[language],
        epilog=Text(zh=f"例如：{command.example}", en=f"example: {command.example}")[language],
        example=command.example,
    )
    if wanted:
        added.set_defaults(run=command.run, parser=added)
        _common(added)
        command.arguments(added)


def _common(parser: Parser) -> None:
    """What every command takes."""
    parser.takes(
        "--json",
        told=Text(zh="答案用 JSON，出错时也是", en="the answer as JSON, errors too"),
        action="store_true",
        default=argparse.SUPPRESS,
    )
    parser.takes(
        "--lang",
        told=Text(zh="语言：zh 或 en（默认 en）", en="the language: zh or en (default: en)"),
        choices=LANGUAGES,
        default=argparse.SUPPRESS,
    )
    parser.takes(
        "--progress",
        action="store_true",
        default=argparse.SUPPRESS,
        told=Text(
            zh="不在终端上也显示进度（标准错误）",
            en="tell the progress on standard error, even where it is no terminal",
        ),
    )
