"""How the page of the interface shows examples: apart from the build's hooks, so that another
builder of the same pages can load it alone.
"""

import re

import griffe


class Examples(griffe.Extension):
    """Docstrings show their examples as code: `>>>` lines up to the next blank one are fenced."""

    def on_object(self, *, obj, **_):
        """Fence the examples of one docstring."""
        # such a section is code already
        if obj.docstring and "Examples:" not in obj.docstring.value:
            obj.docstring.value = re.sub(
                r"^( *)>>> (?:.+\n?)+",
                lambda found: f"{found[1]}```pycon\n{found[0].rstrip()}\n{found[1]}```\n",
                obj.docstring.value,
                flags=re.MULTILINE,
            )
