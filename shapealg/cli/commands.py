"""The commands: what each does, and the arguments that it takes."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from shapealg.text import Text
from shapealg.words import frameworks

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from shapealg.cli.parser import Parser

LAYER = Text(
    zh='一个层的调用，例如 "torch.Conv2d(3, 64, 7, stride=2, padding=3)"；只解析，不执行',
    en='a call such as "torch.Conv2d(3, 64, 7, stride=2, padding=3)"; it is parsed, not evaluated',
)


def _shape(parser: Parser) -> None:
    parser.takes("layer", told=LAYER)
    parser.takes(
        "--input",
        required=True,
        told=Text(
            zh="输入形状，照该框架的次序，例如 N,3,H,W",
            en="input shape in the framework's layout, such as N,3,H,W",
        ),
    )


def _convert(parser: Parser) -> None:
    parser.takes("layer", told=LAYER)
    names = ", ".join(frameworks.NAMES)
    parser.takes("framework", told=Text(zh=f"其一：{names}", en=f"one of {names}"))
    parser.takes(
        "--input",
        told=Text(
            zh="输入形状；不给时，取决于尺寸的答案按余数分情形",
            en="input shape; without it, what depends on the size is told by remainder",
        ),
    )
    parser.takes(
        "--explicit",
        action="store_true",
        told=Text(
            zh="填充写成数字，不写成 same 一类的词",
            en="padding in numbers, never by a word such as same",
        ),
    )


def _compare(parser: Parser) -> None:
    parser.takes("layer", told=LAYER)
    parser.takes(
        "other", told=Text(zh="另一个这样的调用，哪个框架都可以", en="another, of any framework")
    )


def _solve(parser: Parser) -> None:
    parser.takes(
        "terms",
        nargs="+",
        metavar=Text(zh="名=值", en="name=value")[parser.language],
        told=Text(
            zh="n m k s d p lo hi op，例如 n=224 m=112 k=3..7 s=2 p=?",
            en="n m k s d p lo hi op, such as n=224 m=112 k=3..7 s=2 p=?",
        ),
    )
    parser.takes(
        "--transposed",
        action="store_true",
        told=Text(zh="转置卷积", en="of a transposed convolution"),
    )
    parser.takes("--ceil", action="store_true", told=Text(zh="向上取整", en="with ceil_mode"))


def _formula(parser: Parser) -> None:
    parser.takes(
        "name",
        nargs="?",
        told=Text(
            zh="例如 conv 或 conv_output_size；不写则列出全部",
            en="such as conv or conv_output_size; without it, all are listed",
        ),
    )
    forms = "plain, latex, mathml, python, numpy, sympy, c, rust, js, julia, smtlib"
    parser.takes(
        "--as",
        dest="form",
        default="plain",
        metavar="FORM",
        told=Text(zh=f"其一：{forms}（默认 plain）", en=f"one of {forms} (default: plain)"),
    )


def _network(parser: Parser) -> None:
    from shapealg.cli.networks import known

    names = " ".join(known())
    parser.takes(
        "model",
        told=Text(
            zh="ONNX 文件；或写出的各层，以分号隔开；或 模块:属性（也可 文件.py:属性），指向"
            " PyTorch 模块、Keras 模型或一列层，模块会被导入，也就会执行；或已知的网络："
            f"{names}",
            en="an ONNX file; or layers, with semicolons between them; or module:attribute (or"
            " file.py:attribute) for a PyTorch module, a Keras model or a list of layers, which"
            f" imports the module, and so runs it; or a known network: {names}",
        ),
    )
    parser.takes(
        "--input",
        action="append",
        told=Text(
            zh="输入形状，例如 N,3,H,W：定下的写数，敞开的写名字；几个输入就写几次；ONNX 与 Keras"
            " 模型可能自带",
            en="input shape, such as N,3,H,W: numbers, and names for open sizes; once for each"
            " input; an ONNX or Keras model may say its own",
        ),
    )
    parser.takes(
        "--sizes",
        told=Text(
            zh="看这些尺寸：224 是每个空间尺寸，224,256 依次，或 H=224,W=256；没给的批量为 1",
            en="sizes to look at: 224 for every spatial size, 224,256 in their order, or"
            " H=224,W=256; a batch that is not given is 1",
        ),
    )
    _length_function(parser)


def _length_function(parser: Parser) -> None:
    """How a network's length function is asked for."""
    parser.takes(
        "--as",
        dest="form",
        metavar="LANGUAGE",
        told=Text(
            zh="改给补齐批次用的长度函数与掩码：python、numpy、torch、jax、c、js",
            en="the length function and mask for padded batches instead: python, numpy, torch, jax,"
            " c, js",
        ),
    )
    parser.takes(
        "--axis",
        told=Text(
            zh="长度函数所取的那个敞开的尺寸", en="the open size that the length function takes"
        ),
    )


def _annotate(parser: Parser) -> None:
    parser.takes("model", told=Text(zh="ONNX 文件", en="an ONNX file"))
    parser.takes(
        "output",
        told=Text(
            zh="写到这里，可以就是原来的文件；外部数据不动，须与它同在一个文件夹",
            en="where it is written, which may be the same file; external data stays where it is,"
            " in the same folder",
        ),
    )
    parser.takes(
        "--input",
        action="append",
        told=Text(
            zh="输入形状，例如 N,3,H,W；不写则用文件自己说的",
            en="input shape, such as N,3,H,W; without it, what the file says",
        ),
    )
    parser.takes(
        "--multiples",
        action="store_true",
        told=Text(
            zh="须是倍数的尺寸就写成倍数：16*h",
            en="a size that must be a multiple is written as one: 16*h",
        ),
    )


def _audit(parser: Parser) -> None:
    parser.takes(
        "function",
        told=Text(
            zh="模块:函数（也可 文件.py:函数），收一个长度，给一个长度；模块会被导入，也就会执行",
            en="module:function (or file.py:function) that takes a length and gives one; it is"
            " imported, and so run",
        ),
    )
    parser.takes(
        "--against",
        required=True,
        metavar="LAYERS",
        told=Text(
            zh="它所代表的层，用分号隔开；或一个 ONNX 文件，或已知的网络",
            en="the layers it stands for, with semicolons between; or an ONNX file, or a known"
            " network",
        ),
    )
    parser.takes(
        "--input",
        told=Text(
            zh="层的输入形状，例如 N,80,T", en="the shape that goes into the layers, such as N,80,T"
        ),
    )
    parser.takes(
        "--axis",
        told=Text(
            zh="函数所取的那个尺寸（默认最后一个）", en="the size it takes (default: the last one)"
        ),
    )
    parser.takes(
        "--as",
        dest="form",
        default="python",
        metavar="LANGUAGE",
        told=Text(
            zh="不对时给出的函数：python、numpy、torch、jax、c、js",
            en="the right function, where it is wrong: python, numpy, torch, jax, c, js",
        ),
    )


def _verify(parser: Parser) -> None:
    _run(parser)
    _elsewhere(parser)
    _record(parser)


def _run(parser: Parser) -> None:
    """Which checks are run, and how."""
    parser.takes(
        "--backend",
        action="append",
        choices=("numpy", *frameworks.BACKENDS),
        told=Text(zh="只跑一个后端，可重复", en="one backend only; may be repeated"),
    )
    parser.takes(
        "--layers",
        action="append",
        told=Text(
            zh="laws、conv、transposed、pool 等，可重复",
            en="laws, conv, transposed, pool, …; may be repeated",
        ),
    )
    parser.takes(
        "--grid",
        choices=("quick", "full"),
        default="quick",
        told=Text(
            zh="多少次调用；记录的是所有后端的 full（默认 quick）",
            en="how many calls; the full grid of all backends is the one that is recorded (default:"
            " quick)",
        ),
    )
    parser.takes(
        "--jobs",
        default=os.cpu_count() or 1,
        told=Text(zh="同时几个进程（默认等于核数）", en="processes at a time (default: the cores)"),
    )


def _elsewhere(parser: Parser) -> None:
    """Other versions, other machines."""
    parser.takes(
        "--against",
        told=Text(
            zh="另一个版本，如 torch==2.12.1：同样的调用说给两个版本，列出变化",
            en="another version, such as torch==2.12.1: the same calls are said to both, and what"
            " changed is listed",
        ),
    )
    parser.takes(
        "--scheduler",
        told=Text(
            zh="Dask 调度器的地址，各批调用在它的 worker 上运行，如 tcp://10.0.0.1:8786",
            en="the address of a Dask scheduler, such as tcp://10.0.0.1:8786, on whose workers the"
            " grids run",
        ),
    )


def _record(parser: Parser) -> None:
    """What becomes of the record."""
    parser.takes(
        "--check",
        action="store_true",
        told=Text(
            zh="不改写记录，只比较；不同则退出码 1",
            en="compare with the record instead of rewriting it; exit 1 if it differs",
        ),
    )
    from pathlib import Path  # here, as no other command takes one

    folder = Path("docs")
    parser.takes(
        "--output",
        type=Path,
        default=folder,
        told=Text(
            zh=f"记录所在的文件夹（默认 {folder}）",
            en=f"the folder of the record (default: {folder})",
        ),
    )


class Command(NamedTuple):
    """One command.

    Args:
        name: as it is typed.
        home: the function that runs it, in a module that is imported then.
        told: what it does.
        example: a line that works.
        arguments: adds its arguments to its parser.
    """

    name: str
    home: str
    told: Text
    example: str
    arguments: Callable[[Parser], None]

    def run(self, chosen: argparse.Namespace) -> int | None:
        """Run it; the exit status."""
        module, _, function = self.home.partition(".")
        return getattr(import_module(f"shapealg.cli.{module}"), function)(chosen)


COMMANDS = (
    Command(
        "shape",
        "layers.run_shape",
        Text(
            zh="一层的输出形状、权重形状、参数个数与乘加次数",
            en="output shape, weight shape, parameters and MACs of one layer",
        ),
        'shapealg shape "torch.Conv2d(3, 64, 7, stride=2, padding=3)" --input N,3,H,W',
        _shape,
    ),
    Command(
        "convert",
        "layers.run_convert",
        Text(zh="用另一个框架的词写同一层", en="the same layer in the words of another framework"),
        'shapealg convert "torch.Conv2d(3, 64, 7, stride=2, padding=3)" keras',
        _convert,
    ),
    Command(
        "compare",
        "layers.run_compare",
        Text(
            zh="两层在哪些尺寸上一样大，在哪些尺寸上数值也一样",
            en="where two layers give the same size, and the same values",
        ),
        'shapealg compare "torch.MaxPool1d(2)" "torch.MaxPool1d(2, ceil_mode=True)"',
        _compare,
    ),
    Command(
        "solve",
        "laws.run_solve",
        Text(
            zh="一个轴上的反问：名=数 是已知，名=? 是要问，名=1..9 是限定范围地问",
            en="inverse questions of one axis: name=number is given, name=? is asked, name=1..9 is"
            " asked within bounds",
        ),
        'shapealg solve n=224 m=112 k=7 s=2 "p=?"',
        _solve,
    ),
    Command(
        "formula",
        "laws.run_formula",
        Text(zh="一条公式，写成文字或代码", en="a law as text or code"),
        "shapealg formula conv --as rust",
        _formula,
    ),
    Command(
        "network",
        "networks.run_network",
        Text(
            zh="整个网络：输出多大，哪些尺寸进得去，看多远",
            en="a whole network: what comes out, which sizes go in, how far it sees",
        ),
        "shapealg network model.onnx --input N,3,H,W --sizes 224",
        _network,
    ),
    Command(
        "annotate",
        "annotating.run_annotate",
        Text(
            zh="把每个张量的形状与可用尺寸写进 ONNX 文件",
            en="every tensor's shape and the accepted sizes, written into an ONNX file",
        ),
        "shapealg annotate model.onnx annotated.onnx --multiples",
        _annotate,
    ),
    Command(
        "audit",
        "auditing.run_audit",
        Text(
            zh="手写的长度函数与它所代表的层，对所有长度比较",
            en="a hand-written length function against the layers it stands for, at all lengths",
        ),
        'shapealg audit lengths.py:frames --against "torch.Conv1d(80, 512, 3, 2, 1)"',
        _audit,
    ),
    Command(
        "verify",
        "verifying.run_verify",
        Text(
            zh="运行真实的框架：各条定律，以及每种层的一批调用",
            en="run the real frameworks: the laws, and a grid of calls for every layer",
        ),
        "shapealg verify --backend torch --layers pool",
        _verify,
    ),
)
