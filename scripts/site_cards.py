"""The picture that stands for a page where it is sent to somebody: its title, its formula, windows
on a line.

Drawn by Pillow when the site is built for an address, with fonts of this machine and the font of
the formulas; nothing is fetched. Chinese is left out where no font has it, and without Pillow
there are no pictures.
"""

import re
import shutil
import subprocess
from functools import cache
from importlib.resources import files as package
from io import BytesIO
from pathlib import Path

try:
    from PIL import Image, ImageDraw, ImageFont
except ModuleNotFoundError:
    Image = None

DOCS = Path(__file__).resolve().parent.parent / "docs"
LACKING = "cards: Pillow is not installed, so shared pages have no picture"
SIZE = WIDTH, HEIGHT = 1200, 630
EDGE = 80
INK, MUTED, LINE, ACCENT, PAPER = "#1b1d21", "#5a6069", "#dfe2e7", "#23539b", "#ffffff"
SANS = {"zh": ("Noto Sans CJK SC", "CJK"), "en": ("DejaVu Sans", "DejaVu Sans")}
UNICODE = re.compile(r'=== "Unicode"\n\n    ```text\n    (.*)\n')
LETTER = re.compile(r"(?<![A-Za-z])[a-zA-Z](?![A-Za-z])")
WORD = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|[^\u2e80-\u9fff\uff00-\uffef\s]+|\s+")
CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")


def drawn() -> bool:
    """Whether there are cards."""
    return Image is not None


def formula(html: str) -> str:
    """The formula of the law that a page calculates or proves, in one line; empty without one."""
    law = re.search(r'data-law="(\w+)"', html)
    path = DOCS / "en" / "formulas" / f"{law[1]}.md" if law else None
    found = UNICODE.search(path.read_text(encoding="utf-8")) if path and path.is_file() else None
    if not found:
        return ""
    return ("m = " if law[1].endswith("_output_size") else "") + found[1]


def card(title: str, told: str, law: str, language: str) -> bytes:
    """The card as a PNG: the page's title, and its formula, or what it tells."""
    made = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(made)
    draw.rectangle((0, 0, 20, HEIGHT), fill=ACCENT)
    if _readable(title):
        _lines(draw, title, _font(language, "bold"), 68, (EDGE, 150), INK, 2)
    if law:
        _fitted(draw, LETTER.sub(_slanted, law), (EDGE, 390))
    elif _readable(told):
        _lines(draw, told, _font(language, "regular"), 32, (EDGE, 340), MUTED, 3)
    _mark(draw)
    _windows(draw)
    out = BytesIO()
    made.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()


def _readable(text: str) -> bool:
    """Whether there is a font for all of a text."""
    return not CHINESE.search(text) or _font("zh", "bold") is not None


@cache
def _font(language: str, weight: str) -> str | None:
    """Where this machine has a font for a language; `None` where it has none."""
    asked, family = SANS[language]
    if not shutil.which("fc-match"):
        return None
    words = ["fc-match", "-f", "%{family}\n%{file}", f"{asked}:{weight}"]
    told = subprocess.run(words, capture_output=True, text=True, check=False).stdout.split("\n")
    return told[1] if len(told) == 2 and family in told[0] else None


@cache
def _loaded(path: str | None, size: int):
    """A font at a size; the font of the formulas where there is no other."""
    return ImageFont.truetype(path or str(_mathematics()), size)


def _mathematics() -> Path:
    """The font of the formulas."""
    return Path(str(package("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf"))


def _lines(draw, text: str, path, size: int, at: tuple, ink: str, most: int) -> None:
    """A text in at most so many lines, broken between words or Chinese signs; smaller where it is
    long.
    """
    room = WIDTH - 2 * EDGE
    for points in range(size, size // 2, -4):
        font = _loaded(path, points)
        lines = _broken(text, lambda line, font=font: draw.textlength(line, font=font) <= room)
        if len(lines) <= most:
            break
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip("，, ") + "…"]
    for i, line in enumerate(lines):
        draw.text((at[0], at[1] + i * points * 1.4), line, font=font, fill=ink)


def _broken(text: str, fits) -> list[str]:
    """The lines of a text."""
    lines = [""]
    for word in WORD.findall(text):
        if fits(lines[-1] + word.rstrip()) or not lines[-1]:
            lines[-1] += word
        else:
            lines.append(word.lstrip())
    return [line.strip() for line in lines if line.strip()]


def _fitted(draw, text: str, at: tuple) -> None:
    """A formula, as large as there is room."""
    size = next(
        (n for n in range(56, 16, -2) if draw.textlength(text, font=_loaded(None, n)) < 1040), 0
    )
    if size:
        draw.text(at, text, font=_loaded(None, size), fill=ACCENT)


def _slanted(found: re.Match) -> str:
    """A letter as mathematics sets it."""
    letter = found[0]
    if letter == "h":
        return "\u210e"
    start, first = (0x1D44E, "a") if letter.islower() else (0x1D434, "A")
    return chr(start + ord(letter) - ord(first))


def _mark(draw) -> None:
    """The site's sign and name."""
    draw.rounded_rectangle((EDGE, 56, EDGE + 52, 108), 10, fill=ACCENT)
    for x, side in ((EDGE + 13, 1), (EDGE + 39, -1)):
        bracket = ((x + 8 * side, 69), (x, 69), (x, 95), (x + 8 * side, 95))
        draw.line(bracket, fill=PAPER, width=5)
    draw.text((EDGE + 72, 64), "shapealg", font=_loaded(_font("en", "bold"), 32), fill=INK)


def _windows(draw) -> None:
    """A window of three, every second position, as it slides."""
    for i in range(17):
        x = EDGE + i * 62
        draw.rounded_rectangle((x, 500, x + 52, 530), 5, outline=LINE, width=3)
    for row, start in enumerate((0, 4, 8, 12)):
        left = EDGE + start * 62
        y = 542 + row % 2 * 22
        draw.line((left + 26, y + 8, left + 4 * 62 + 26, y + 8), fill=ACCENT, width=3)
        for tap in (0, 2, 4):
            x = left + tap * 62
            draw.rounded_rectangle((x, y, x + 52, y + 16), 5, fill=ACCENT)
