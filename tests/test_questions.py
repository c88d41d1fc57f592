"""Questions that people asked: every answer runs, and gives what was found by running a framework
or by hand.
"""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from shapealg import ShapeError, formulas
from shapealg.render.questions import MODULES, questions

DOCS = Path(__file__).parent.parent / "docs"
CATEGORIES = questions(DOCS / "questions.toml")
QUESTIONS = {question.id: question for category in CATEGORIES for question in category.questions}


def shown(line: str, room: dict):
    """What a line shows when it is typed: what it prints, or its value; the name of the error;
    nothing for a statement.
    """
    try:
        code = compile(line, "<line>", "eval")
    except SyntaxError:
        exec(line, room)
        return None
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            value = eval(code, room)
    except ShapeError as error:
        return type(error).__name__
    return printed.getvalue().rstrip("\n") if value is None else repr(value)


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_code_gives_the_answer(name):
    room = {}
    made = [shown(line, room) for line in QUESTIONS[name].code]
    assert [answer for answer in made if answer is not None] == list(QUESTIONS[name].gives)


def test_no_question_is_lost_and_every_category_has_some():
    assert len(QUESTIONS) == 77
    assert all(category.questions for category in CATEGORIES)


@pytest.mark.parametrize("name", QUESTIONS)
def test_both_languages_say_it_in_their_own_words(name):
    question = QUESTIONS[name]
    for text in (question.title, question.asked, question.answer):
        assert re.search("[一-鿿]", text.zh) and not re.search("[一-鿿]", text.en)


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_to_read_on_exists(name):
    pages = {f"formulas/{law}" for law in formulas.__all__} | {
        p.relative_to(DOCS / "templates/en").with_suffix("").as_posix()
        for p in (DOCS / "templates/en").rglob("*.md")
    }
    # one template for all
    pages |= {
        p.relative_to(DOCS / "en").with_suffix("").as_posix()
        for p in (DOCS / "en/networks").glob("*.md")
    }
    assert set(QUESTIONS[name].see) <= pages


def test_a_page_is_one_session_that_imports_each_module_once():
    for category in CATEGORIES:
        room = {}
        exec(category.imports, room)
        lines = category.imports.splitlines()
        assert len({line.split()[1] for line in lines}) == len(lines) and {
            line.split()[1] for line in lines
        } <= set(MODULES)
        for question in category.questions:
            made = [shown(line, room) for line in question.lines]
            assert [answer for answer in made if answer is not None] == list(question.gives), (
                question.id
            )


def test_a_source_is_told_in_short():
    assert QUESTIONS["Q002"].place == "pytorch/pytorch#82559"
    assert QUESTIONS["Q136"].place == "iiask.com"


GOOD = """
[[category]]
name = "size"
title.zh = "尺寸"
title.en = "Size"
[[question]]
id = "Q1"
source = "https://example.org/1"
category = "size"
title.zh = "几"
title.en = "How many"
asked.zh = "几个？"
asked.en = "How many?"
code = ["from math import comb", "n = 4", "comb(n, 2)"]
gives = ["6"]
answer.zh = "六"
answer.en = "Six"
"""
SPOILED = {
    'title.zh = "几"': ('title.zh = " "', "Q1: title needs zh, as a string"),
    "[[category]]": ("[category]", "there must be tables [[category]]"),
    'title.en = "Size"': ("", "category size needs title.zh and title.en"),
    'answer.en = "Six"': ("", "Q1 needs answer.zh and answer.en"),
    'id = "Q1"': ("", "a question needs id, as a string"),
    'category = "size"': ('category = "sise"', "Q1: there is no category 'sise'; there are size"),
    'source = "https://example.org/1"': ('source = "example"', "Q1: source must be a link"),
    'gives = ["6"]': ('gives = ["6", "7"]', "Q1: 1 lines of code show something, gives has 2"),
    'code = ["from math import comb", "n = 4", "comb(n, 2)"]': (
        'code = ["from os import remove", "remove"]',
        "Q1: 'from os import remove' is no import",
    ),
    '"comb(n, 2)"]': ("3]", "Q1: code must be a list of strings"),
    'asked.en = "How many?"': ('asked.en = "How many?"\nanswr = "x"', "Q1: unknown answr"),
}


def test_a_file_in_order_is_read(tmp_path):
    path = tmp_path / "questions.toml"
    path.write_text(GOOD, encoding="utf-8")
    (category,), (question,) = questions(path), questions(path)[0].questions
    assert (
        category.imports == "from math import comb"
        and question.lines == ("n = 4", "comb(n, 2)")
        and question.anchor == "q1"
        and question.see == ()
    )


@pytest.mark.parametrize("right", SPOILED)
def test_a_spoiled_file_gets_one_line(tmp_path, right):
    wrong, line = SPOILED[right]
    assert GOOD.count(right) == 1
    path = tmp_path / "questions.toml"
    path.write_text(GOOD.replace(right, wrong), encoding="utf-8")
    with pytest.raises(ValueError) as error:
        questions(path)
    assert str(error.value).startswith(line) and "\n" not in str(error.value)


def test_an_id_said_twice_is_refused(tmp_path):
    path = tmp_path / "questions.toml"
    path.write_text(GOOD + GOOD[GOOD.index("[[question]]") :], encoding="utf-8")
    with pytest.raises(ValueError, match=r"^Q1 is there twice$"):
        questions(path)
