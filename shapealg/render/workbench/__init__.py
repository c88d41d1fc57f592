"""The workbench: what is typed on a page, answered as plain data that the page shows.

A question is a dict of strings, an answer a dict of lists, strings and numbers: what JSON can hold,
and what a worker in a browser may be sent. Every answer is what the library says; nothing is worked
out here, and nothing that is typed is run.
"""

from shapealg.errors import Received, ShapeError
from shapealg.render.workbench import layer, network
from shapealg.text import Text

QUESTIONS = {"layer": layer.answer, "network": network.answer}
LONGEST = 20_000  # characters of one field


def answer(question: dict, model: bytes | None = None) -> dict:
    """The blocks that answer a question, or the one line that says why there are none.

    Args:
        question: `ask`, "layer" or "network"; `lang`, "zh" or "en"; and what is typed, by the names
            of the page's fields. A field that is left out is empty.
        model: the bytes of an ONNX file, where one was dropped.

    >>> typed = {"ask": "layer", "call": "torch.MaxPool2d(2)", "shape": "1,3,9,9"}
    >>> answer(typed)["blocks"][0]["rows"][0]
    ['output', '(1, 3, 4, 4)']
    >>> answer(typed | {"shape": "1,9"})["error"][:40]
    'MaxPool2d takes (N, C, H, W) or (C, H, W'
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
    return typed.strip()


def _unknown(asked: str) -> ShapeError:
    names = ", ".join(QUESTIONS)
    return ShapeError(
        Text(zh="没有这种提问", en="there is no such question"),
        asked,
        Text(zh=f"可用：{names}", en=f"one of {names} works"),
    )


_SYMBOL = Text(
    zh="层自己的参数在这里须是数；字母写在输入形状里",
    en="a layer's own arguments are numbers here; letters go into the input shape",
)
_DEEP = Text(zh="括号套得太深", en="brackets lie too deep within each other")
