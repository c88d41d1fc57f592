"""What nobody can tell of open sizes, at the line of the model that asks for it."""

from shapealg.errors import Received, ShapeError, Undecided
from shapealg.network.readers.torch.running import line
from shapealg.text import Text

ELSE = Text(
    zh="给出数值的尺寸，传入子模块，或导出 ONNX 后再读",
    en="give that size as a number, pass a sub-module, or export to ONNX and read that",
)


def unanswered(asked: Text, received, works: Text = ELSE) -> Undecided:
    """What the running line of the model asks of open sizes, and none of them can tell."""
    at = line()
    told = Text(zh=f"{asked.zh}（{at}）", en=f"{asked.en} ({at})")
    return Undecided(told, Received(str(received)), works)


def of_data(what: str) -> ShapeError:
    """What the running line of the model asks of a tensor's data."""
    return ShapeError(
        Text(
            zh=f"forward 需要数据里的数值（{line()}）",
            en=f"forward needs a number that data tell ({line()})",
        ),
        Received(f"{what} of a tensor"),
        ELSE,
    )


def square(*names: str) -> Text:
    """What works; where a root was taken of the product of two sizes, these under one name."""
    if not names:
        return ELSE
    one, other = names
    return Text(
        zh=f"模型取了平方根：给 {one} 与 {other} 同一个名字；或{ELSE.zh}",
        en=f"the model takes a root: give {one} and {other} one name; or {ELSE.en}",
    )
