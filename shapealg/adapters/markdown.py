"""Blocks of layers in Markdown: an extension of Python-Markdown, and a fence for SuperFences.

In MkDocs, Zensical and plain Python-Markdown:

    markdown_extensions: [shapealg]

Inside lists and tabs SuperFences finds the fences; there this one is its custom fence:

    markdown_extensions:
      - pymdownx.superfences:
          custom_fences:
            - name: shapealg
              class: shapealg
              format: !!python/name:shapealg.adapters.markdown.fence
"""

import logging
import re

from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from shapealg.adapters import fenced
from shapealg.errors import ShapeError

# below MkDocs' own, so that a strict build counts it
LOG = logging.getLogger("mkdocs.plugins.shapealg")
OPEN = re.compile(r"(`{3,}|~{3,})\s*\{?\s*\.?([\w-]*)[^`]*$")


class Blocks(Extension):
    """Fenced blocks named `shapealg` become formula, table and picture.

    Args:
        language: of the answers, unless a block says `lang: zh`.
    """

    def __init__(self, **options):
        self.config = {"language": ["en", "of the answers"]}
        super().__init__(**options)

    def extendMarkdown(self, md):
        """Come before the fences of code, which would take the block."""
        found = _Fences(md, self.getConfig("language"))
        md.registerExtension(found)
        md.preprocessors.register(found, "shapealg", 27)


class _Fences(Preprocessor):
    """Finds the blocks; a fence within another fence is left alone."""

    def __init__(self, md, language: str):
        super().__init__(md)
        self.language, self.styled = language, False

    def reset(self) -> None:
        """A new page has no style yet."""
        self.styled = False

    def run(self, lines):
        """The lines of a page, with HTML in place of the blocks."""
        made, inside, mark = [], None, ""
        for line in lines:
            found = OPEN.match(line)
            if mark:
                if line.strip().startswith(mark) and not line.strip().strip(mark[0]):
                    made.append(self._made(inside) if inside is not None else line)
                    inside, mark = None, ""
                elif inside is None:
                    made.append(line)
                else:
                    inside.append(line)
            elif found:
                mark = found[1]
                inside = [] if found[2] == "shapealg" else None
                if inside is None:
                    made.append(line)
            else:
                made.append(line)
        return made if inside is None else [*made, f"{mark}shapealg", *inside]

    def _made(self, lines: list) -> str:
        html = told("\n".join(lines), self.language, styled=not self.styled)
        self.styled = True
        return self.md.htmlStash.store(html)


def told(text: str, language: str, styled: bool = True) -> str:
    """The HTML of a block; of a wrong one what is wrong, which is logged as a warning."""
    try:
        return fenced.block(text, language).html(styled)
    except ShapeError as problem:
        LOG.warning("shapealg: %s", problem)
        return fenced.refusal(problem, language)


def fence(source, language, css_class, options, md, **others) -> str:
    """A custom fence of SuperFences."""
    return told(source, options.get("lang", "en") if options else "en")


def makeExtension(**options) -> Blocks:
    """What Python-Markdown asks a module for."""
    return Blocks(**options)
