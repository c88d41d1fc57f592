"""A receptive field: how far an output sees, axis by axis of the input, and how that is told."""

from dataclasses import dataclass, fields

from shapealg.axis.by_size import BySize
from shapealg.errors import one_line
from shapealg.printing import Pictured
from shapealg.text import Text


@dataclass(frozen=True, slots=True)
class ReceptiveField(Pictured):
    """How far an output sees, axis by axis of the input.

    Attributes:
        axes: the axes that are told, each by the name of its size or by its number.
        size: positions from the first to the last one read; of several outputs in turn, the most.
            `None` where all are read, or nobody can tell.
        jump: how many input positions lie between neighbouring outputs, a fraction behind an
            upsampling.
        start: the first position that output 0 reads, negative in the padding.
        centre: the middle of what output 0 reads, on average over a turn.
        gates: nodes through which everything is seen besides (squeeze-and-excitation), or what
            nobody can follow; the size is that of the other path.
        misaligned: nodes where branches meet misaligned at some sizes: (node, `Sizes`).
        whole: per axis whether all positions are read, as behind a global pooling or a `Linear`.
        layer: the node that sees so far.
        before: where no size is told, the receptive field of the last node that has one, what an
            output sees before the global pooling; otherwise `None`.

    What depends on the input's size is a `BySize`.
    """

    axes: tuple
    size: tuple
    jump: tuple
    start: tuple
    centre: tuple
    gates: tuple = ()
    misaligned: tuple = ()
    whole: tuple = ()
    layer: str = ""
    before: "ReceptiveField | None" = None

    @property
    def text(self) -> Text:
        """A line for each axis; what is seen besides through gates; where everything is seen, what
        was seen before that.
        """
        lines = [self._axis(i) for i in range(len(self.axes))]
        if self.gates:
            shown = [one_line(name, 40) for name in self.gates[:3]]
            more = " …" if len(self.gates) > len(shown) else ""
            lines.append(
                Text(
                    zh=f"此外经 {'、'.join(shown)}{more} 看到整个输入",
                    en=f"besides, the whole input through {', '.join(shown)}{more}",
                )
            )
        if self.before is not None:
            last, layer = self.before.text, one_line(self.before.layer, 80)
            zh = "\n".join(f"  {line}" for line in last.zh.splitlines())
            en = "\n".join(f"  {line}" for line in last.en.splitlines())
            lines.append(
                Text(
                    zh=f"在此之前，{layer} 处：\n{zh}",
                    en=f"before, at {layer}:\n{en}",
                )
            )
        if not lines:
            return Text(zh="没有空间轴", en="no spatial axis")
        return Text(zh="\n".join(t.zh for t in lines), en="\n".join(t.en for t in lines))

    def _axis(self, i: int) -> Text:
        axis, size = self.axes[i], self.size[i]
        if size is not None:
            values = (size, self.jump[i], self.start[i], self.centre[i])
            size, jump, start, centre = map(_told, values)
            return Text(
                zh=f"{axis}：大小 {size.zh}，间距 {jump.zh}，起点 {start.zh}，中心 {centre.zh}",
                en=f"{axis}: size {size.en}, jump {jump.en}, start {start.en}, centre {centre.en}",
            )
        told = self.brief(i)
        return Text(zh=f"{axis}：{told.zh}", en=f"{axis}: {told.en}")

    def brief(self, i: int) -> Text:
        """Axis number i in a few words: how many positions, how far apart outputs lie, and whether
        everything is seen besides.
        """
        if self.size[i] is not None:
            size, jump = _told(self.size[i]), _told(self.jump[i])
            many = "position" if self.size[i] == 1 else "positions"
            also = Text(zh="，此外看到整个输入", en=", and besides the whole input")
            zh, en = (also.zh, also.en) if self.gates else ("", "")
            return Text(
                zh=f"{size.zh} 格，间距 {jump.zh}{zh}", en=f"{size.en} {many}, {jump.en} apart{en}"
            )
        if i < len(self.whole) and self.whole[i]:
            return Text(zh="整个输入", en="the whole input")
        return Text(zh="这里说不出", en="cannot be told here")

    def __str__(self) -> str:
        return self.text.en

    def __repr__(self) -> str:
        told = [(field.name, getattr(self, field.name)) for field in fields(self)]
        given = [f"{name}={value!r}" for name, value in told if value not in ((), "", None)]
        return f"ReceptiveField({', '.join(given)})"


def _told(value) -> Text:
    """A number, or in brackets the numbers with their sizes."""
    if not isinstance(value, BySize):
        return Text(zh=str(value), en=str(value))
    text = value.text()
    return Text(zh=f"({text.zh})", en=f"({text.en})")
