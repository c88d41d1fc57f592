"""Blocks of layers in Sphinx: the directive `shapealg`.

extensions = ["shapealg.adapters.sphinx"]
"""

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import shapealg
from shapealg.adapters import fenced
from shapealg.errors import ShapeError

LOG = logging.getLogger(__name__)


class Directive(SphinxDirective):
    """Layers, one a line, become formula, table and picture; in what is no HTML, the table."""

    has_content = True
    option_spec = {"input": directives.unchanged, "lang": directives.unchanged}  # noqa: RUF012

    def run(self):
        """The nodes of a block."""
        language = self.options.get("lang") or self.env.config.shapealg_language
        text = "\n".join(self.content)
        if "input" in self.options:
            text += f"\ninput: {self.options['input']}"
        try:
            block = fenced.block(text, language)
        except ShapeError as problem:
            LOG.warning("shapealg: %s", problem, location=self.get_location())
            return [nodes.raw("", fenced.refusal(problem, language), format="html")]
        elsewhere = addnodes.only(expr="not html")
        elsewhere += nodes.literal_block(block.text(), block.text(), language="none")
        return [nodes.raw("", block.html(), format="html"), elsewhere]


def setup(app):
    """What Sphinx asks an extension for."""
    app.add_directive("shapealg", Directive)
    app.add_config_value("shapealg_language", "en", "env", str)
    return {
        "version": shapealg.__version__,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
