"""A page loads what it uses: the theme's rules that match nothing are left out, and so are scripts
that find nothing to do on a page.
"""

import re
from pathlib import Path

# a script, and what a page has in it, as a pattern, where the script is needed
USED = {
    "formulas.js": 'class="sa-calc',
    "worked.js": 'class="sa-steps" data-law',
    "phrases/conv.js": 'data-phrases="conv"',
    "phrases/pool.js": 'data-phrases="pool"',
    "phrases/transposed.js": 'data-phrases="transposed"',
    "phrases/pad.js": 'data-phrases="pad"',
    "copied.js": 'class="sa-steps" data-law|data-phrases=',
    "calculator.js": 'class="sa-calc',
    "picture.js": "data-words=",
    "plane.js": "data-where=",
    "cone.js": "&quot;cone&quot;",
    "boxes.js": 'class="sa-box|id="workbench"',
    "models.js": "sa-models",
    "errors.js": "sa-finder",
    "sift.js": "sa-sift",
}
API = '<link rel="stylesheet" href="{}assets/_mkdocstrings.css">'
TEXT = r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'"""
PIECE = re.compile(rf"""{TEXT}|url\((?:{TEXT}|[^)"'])*\)|[{{}};]|[^{{}};"'u]+|u""", re.DOTALL)
KEPT = re.compile(r"(<(pre|textarea|script)\b.*?</\2>)|\s*\n\s*", re.DOTALL)
LAW = re.compile(r"^    (\w+): \{\n(?:(?!    \}).*\n)*    \},\n", re.MULTILINE)
ATTRIBUTE = re.compile(r'="([^"]*)"')
WORD = re.compile(r"[A-Za-z_][\w-]*")


def lighter(page: str, root: str) -> str:
    """A page without scripts and styles that it has no use for; the theme's program comes when the
    reader stirs.
    """
    for name, sign in USED.items():
        if not re.search(sign, page):
            page = page.replace(f'<script src="{root}assets/{name}"></script>', "")
    if 'class="doc ' not in page:
        page = page.replace(API.format(root), "")
    asked = set(re.findall(r'<form class="sa-calc[^>]* data-law="(\w+)"', page))
    if len(asked) == 1:
        page = page.replace(f"{root}assets/formulas.js", f"{root}assets/laws/{asked.pop()}.js")
    disk = f"{root}assets/iframe-worker.js"
    page = page.replace(f'<script src="{disk}"></script>', "")
    page = re.sub(
        r'<script src="([^"]*assets/javascripts/bundle\.\w+\.min\.js)"></script>',
        rf'<script src="{root}assets/wake.js" data-then="\1" data-disk="{disk}"></script>',
        page,
    )
    return narrower(page)


def laws(program: str) -> dict:
    """The programs of all calculators, apart: each law's own, which is all that its page runs.

    >>> laws("(() => {\\n    one: {\\n      a\\n    },\\n    two: {\\n    },\\n})();")["two"]
    '(() => {\\n    two: {\\n    },\\n})();'
    """
    found = list(LAW.finditer(program))
    head, tail = program[: found[0].start()], program[found[-1].end() :]
    return {law[1]: f"{head}{law[0]}{tail}" for law in found}


def narrower(page: str) -> str:
    """A page without the indentation of the theme's templates.

    >>> narrower("<p>\\n    a\\n</p><pre>\\n    b\\n</pre>")
    '<p>\\na\\n</p><pre>\\n    b\\n</pre>'
    """
    return KEPT.sub(lambda found: found[1] or "\n", page)


def words(site: Path) -> set:
    """Whatever could be the name of a class: what attributes say on the pages of a site, and each
    word of its programs.
    """
    found: set = set()
    for path in site.rglob("*.html"):
        for value in set(ATTRIBUTE.findall(path.read_text(encoding="utf-8"))):
            found.update(WORD.findall(value))
    for path in site.rglob("*.js"):
        if path.name != "search_index.js":
            found.update(WORD.findall(path.read_text(encoding="utf-8")))
    return found


def purged(css: str, known: set) -> str:
    """A style sheet without the rules whose selectors name what is nowhere, and without variables
    that nothing reads.

    >>> purged(".a,.b{c:d}.e{f:g}@media print{.e{f:g}}", {"a"})
    '.a{c:d}'
    >>> purged(":root{--x:1;--y:2}.a{b:var(--x)}", {"a"})
    ':root{--x:1}.a{b:var(--x)}'
    """
    pieces = PIECE.findall(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    made = _rules(iter(pieces), known)
    read = set(re.findall(r"var\((--[\w-]+)", made)) | known
    return re.sub(r":root\{([^{}]*)\}", lambda found: f":root{{{_declared(found[1], read)}}}", made)


def _rules(pieces, known: set) -> str:
    """The rules of one block, down to its closing brace."""
    made, prelude = "", ""
    for piece in pieces:
        if piece == "}":
            break
        if piece == "{":
            made += _rule(prelude, pieces, known)
            prelude = ""
        elif piece == ";" and prelude.lstrip().startswith("@"):
            made, prelude = f"{made}{prelude};", ""
        else:
            prelude += piece
    return made


def _rule(prelude: str, pieces, known: set) -> str:
    if prelude.lstrip().startswith(("@media", "@supports", "@layer", "@container")):
        inside = _rules(pieces, known)
    else:
        inside = _body(pieces)
        if not prelude.lstrip().startswith("@"):
            prelude = ",".join(one for one in _selectors(prelude) if _alive(one, known))
    return f"{prelude}{{{inside}}}" if inside and prelude else ""


def _body(pieces) -> str:
    """What stands between a rule's braces, as it is; keyframes have braces of their own."""
    made, depth = "", 1
    for piece in pieces:
        depth += (piece == "{") - (piece == "}")
        if not depth:
            break
        made += piece
    return made


def _selectors(prelude: str) -> list:
    """The selectors of a rule, apart at the commas that stand in no brackets."""
    made, depth = [""], 0
    for letter in prelude:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth:
            made.append("")
        else:
            made[-1] += letter
    return made


def _alive(selector: str, known: set) -> bool:
    """Whether a selector may match: each class, number and value it asks for is somewhere."""
    asked = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "", selector)  # :not(.a) asks for no a
    names = re.findall(r"[.#](-?[A-Za-z_][\w-]*)", re.sub(r"\[[^\]]*\]", "", asked))
    values = re.findall(r"""\[[\w-]+=["']?([A-Za-z_][\w-]*)["']?\]""", asked)
    return known.issuperset(name.lstrip("-") for name in (*names, *values))


def _declared(body: str, read: set) -> str:
    """A block's declarations, less the variables that nobody reads."""
    made, one = [], ""
    for piece in (*PIECE.findall(body), ";"):
        if piece != ";":
            one += piece
            continue
        name = one.partition(":")[0].strip()
        if one and (not name.startswith("--") or name in read or name[2:] in read):
            made.append(one)
        one = ""
    return ";".join(made)


def pressed(css: str) -> str:
    """Our own style sheet without comments and the room between its words.

    >>> pressed("/* why */ .a > .b {\\n  margin: calc(1px + 2px);\\n}\\n")
    '.a > .b{margin: calc(1px + 2px)}'
    """
    css = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).strip()
    return re.sub(r";?\s*([{};])\s*", r"\1", css)


def terse(program: str) -> str:
    """Our own program without indentation and lines of comment; no text of ours goes over lines.

    >>> terse("// why\\nif (a) {\\n  // so\\n  b()\\n}\\n")
    'if (a) {\\nb()\\n}\\n'
    """
    return re.sub(r"^[ \t]*(//.*)?\n|^[ \t]+", "", program, flags=re.MULTILINE)
