"""The workbench: what is typed on a page, answered as plain data that the page shows.

A question is a dict of strings, an answer a dict of lists, strings and numbers: what JSON can hold,
and what a worker in a browser may be sent. Every answer is what the library says; nothing is worked
out here, and nothing that is typed is run.
"""

import re

from shapealg.errors import Received, ShapeError, one_line
from shapealg.render.workbench import layer, network
from shapealg.text import Text

QUESTIONS = {"layer": layer.answer, "network": network.answer}
LONGEST = 20_000  # characters of one field
DEEPEST = 40  # brackets within brackets
MANY = 500  # operators, and words that a parser nests, of which layers have next to none
QUOTED = re.compile(r"""'[^'\n]*'|"[^"\n]*"|#[^\n]*""")
LINKS = re.compile(
    r"[-+*/%@&|^~<>!]|[)\]]\s*[(\[]|\b(?:not|lambda|if|elif|await|for|and|or|is|in)\b"
)
DOTTED = re.compile(r"(?:\.\s*\w+\s*){20}")


def answer(question: dict, model: bytes | None = None) -> dict:
    """The blocks that answer a question, or the one line that says why there are none.

    Args:
        question: `ask`, "layer" or "network"; `lang`, "zh" or "en"; and what is typed, by the names
            of the page's fields. A field that is left out is empty.
        model: the bytes of an ONNX file, where one was dropped.

    >>> typed = {"ask": "layer", "call": "torch.MaxPool2d(2)", "shape": "1,3,9,9"}
    >>> answer(typed)["blocks"][0]["rows"][0]
    ['output', '(1, 3, 4, 4)']
    >>> answer(typed | {"shape": "1,9"})["error"]
    'MaxPool2d needs an input_shape of 3 or 4 entries; received (1, 9); the order is (N, C, H, W)'
    """
    language = "zh" if question.get("lang") == "zh" else "en"
    try:
        fields = {name: _field(name, typed) for name, typed in question.items()}
        ask = QUESTIONS.get(fields.get("ask", ""))
        if ask is None:
            raise _unknown(fields.get("ask", ""))
        return {"blocks": ask(fields, language, model)}
    except ShapeError as problem:
        return {"error": problem.zh if language == "zh" else str(problem)}
    except RecursionError:  # brackets within brackets
        return {"error": _DEEP[language]}
    except ModuleNotFoundError:  # a browser has no SymPy
        return {"error": _SYMBOL[language]}


def _field(name: str, typed: object) -> str:
    """What was typed into one field."""
    if not isinstance(typed, str):
        raise ShapeError(
            Text(zh=f"{name} 须是文字", en=f"{name} must be text"),
            typed,
            Text(zh="例如 ''", en="for example ''"),
        )
    if len(typed) > LONGEST:
        raise ShapeError(
            Text(zh=f"{name} 太长", en=f"{name} is too long"),
            Received(f"{len(typed)} characters", f"{len(typed)} 个字符"),
            Text(zh=f"至多 {LONGEST} 个字符", en=f"at most {LONGEST} characters work"),
        )
    if tangled(typed):
        raise ShapeError(
            Text(zh=f"{name} 里的写法套得太深", en=f"what {name} says lies too deep within itself"),
            one_line(typed, 60),
            Text(zh="层的调用不需要这样写", en="no call of a layer needs that"),
        )
    return typed.strip()


def tangled(text: str) -> bool:
    """Whether a text holds more brackets within brackets, or longer chains, than layers do.

    Python's parser goes as deep as the text, and a browser's stack is short: it would end there and
    refuse nothing.

    >>> tangled("Branches('add', [], [nn.Conv2d(8, 8, 3)])"), tangled("(" * 99), tangled("-" * 999)
    (False, True, True)
    """
    bare = QUOTED.sub("", text)
    depth = deepest = 0
    for character in bare:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return deepest > DEEPEST or len(LINKS.findall(bare)) > MANY or bool(DOTTED.search(bare))


def _unknown(asked: str) -> ShapeError:
    names = ", ".join(QUESTIONS)
    return ShapeError(
        Text(zh="没有这种提问", en="there is no such question"),
        asked,
        Text(zh=f"可用：{names}", en=f"one of {names} works"),
    )


_SYMBOL = Text(
    zh="层自己的参数在这里须是数；字母写在输入形状里，在 Python 里参数也可以是字母",
    en="a layer's own arguments are numbers here; letters go into the input shape, and in Python"
    " into arguments too",
)
_DEEP = Text(zh="括号套得太深", en="brackets lie too deep within each other")
