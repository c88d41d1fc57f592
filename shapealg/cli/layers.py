"""One layer: its shapes, the same in other words, and two side by side."""

from shapealg.cli.progress import progress
from shapealg.cli.telling import tell
from shapealg.errors import answered
from shapealg.text import Text
from shapealg.words import spoken

LABELS = {
    "layer": Text(zh="层", en="layer"),
    "input_shape": Text(zh="输入", en="input"),
    "output_shape": Text(zh="输出", en="output"),
    "weight_shape": Text(zh="权重", en="weight"),
    "parameters": Text(zh="参数个数", en="parameters"),
    "macs": Text(zh="乘加次数（FLOPs = 2 × MACs）", en="MACs (FLOPs = 2 × MACs)"),
    "smallest_input": Text(zh="最小的输入", en="smallest input"),
}


def run_shape(chosen) -> None:
    """Tell the shapes of one layer."""
    with progress(chosen):
        answer = _shapes(spoken.read(chosen.layer), spoken.shape(chosen.input))
    tell(
        chosen,
        answer,
        [
            (LABELS[name][chosen.lang], value)
            for name, value in answer.items()
            if name in LABELS and value is not None
        ],
    )


def _shapes(words, shape: tuple) -> dict:
    """What there is to tell of a layer at a shape, under the names that Python has."""
    answer = {
        "layer": repr(words),
        "framework": words.framework,
        "input_shape": shape,
        "output_shape": words.output_shape(shape),
    }
    if weight := answered(lambda: words.weight_shape(shape)):
        answer |= {
            "weight_shape": weight,
            "parameters": words.parameters(shape),
            "macs": answered(lambda: words.macs(shape)),
        }
    if smallest := answered(words.smallest_input):
        answer["smallest_input"] = smallest
    return answer


def run_convert(chosen) -> None:
    """Tell one layer in the words of another framework."""
    from shapealg.words.conversion import convert  # here, as it knows all frameworks

    words, framework = spoken.read(chosen.layer), spoken.framework(chosen.framework)
    shape = None if chosen.input is None else spoken.shape(chosen.input)
    with progress(chosen):
        made = convert(words, framework, shape, explicit=chosen.explicit)
    answer = {
        "framework": made.framework,
        "cases": [
            {
                "text": piece.text(),
                "where": piece.where,
                "steps": list(map(repr, piece.answer.words)),
            }
            for piece in made.by_size
        ],
        "data": made.data,
        "reshape": made.reshape,
        "weight": made.weight,
        "flip": made.flip,
        "whole": made.whole,
        "rest": made.rest,
        "after": made.after,
    }
    tell(chosen, answer, made.lines(chosen.lang))


def run_compare(chosen) -> None:
    """Tell where two layers are the same."""
    from shapealg.words.comparison import compare

    with progress(chosen):
        made = compare(spoken.read(chosen.layer), spoken.read(chosen.other))
    answer = {
        "equal": made.equal,
        "equal_in_size": made.equal_in_size,
        "both": made.both,
        "sizes": made.sizes,
        "values": made.values,
        "reason": made.reason,
        "text": made.text,
    }
    tell(chosen, answer, [made.text[chosen.lang]])
