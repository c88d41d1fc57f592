"""Blocks of layers in freshly made sites: Python-Markdown, SuperFences, MkDocs, Sphinx."""

import os
import subprocess
import sys

import pytest
from needed import ROOT, module

from shapealg import ShapeError
from shapealg.adapters import fenced

pytestmark = pytest.mark.slow

markdown = module("markdown")

STEM = "torch.Conv2d(3, 64, 7, stride=2, padding=3)"
GIVES = "(1, 64, 112, 112)"  # PyTorch's own, at 224
BLOCK = f"{STEM}\ninput: 1,3,224,224"
PAGE = f"""# A page

```shapealg
{BLOCK}
```

````md
```shapealg
{STEM}
```
````

~~~ shapealg
# a comment
{STEM}
torch.MaxPool2d(3, 2, padding=1)  # and another
input: 1,3,224,224
lang: zh
~~~
"""
EVIL = "torch.Conv2d(3, 64, __import__('os').system('touch evil'))"


def run(folder, *words):
    """A tool as a reader runs it."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, env=env, capture_output=True, text=True
    )


def test_python_markdown_makes_table_and_picture_and_leaves_code_alone():
    from shapealg.adapters.markdown import Blocks

    md = markdown.Markdown(extensions=["fenced_code", Blocks(language="en")])
    made = md.convert(PAGE)
    assert made.count('<div class="sa-nb"') == 2 and made.count("<style>") == 2
    assert GIVES in made and "(1, 64, 56, 56)" in made and "<svg" in made
    assert '<div class="sa-nb" lang="zh">' in made and "参数" in made
    assert f"```shapealg\n{STEM}\n```" in made  # the fence within a fence
    assert "<style>" in md.reset().convert(PAGE)  # the next page has its own


def test_an_unended_fence_stays_as_it_is():
    md = markdown.Markdown(extensions=["shapealg.adapters.markdown"])
    assert STEM in md.convert(f"text\n\n```shapealg\n{STEM}\n")


def test_superfences_finds_it_in_a_list():
    module("pymdownx")
    from shapealg.adapters.markdown import fence

    custom = [{"name": "shapealg", "class": "shapealg", "format": fence}]
    md = markdown.Markdown(
        extensions=["pymdownx.superfences"],
        extension_configs={"pymdownx.superfences": {"custom_fences": custom}},
    )
    made = md.convert(
        "- an item\n\n    ```shapealg\n    " + BLOCK.replace("\n", "\n    ") + "\n    ```\n"
    )
    assert GIVES in made and made.index("<li>") < made.index("sa-nb") < made.index("</li>")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (EVIL, "a call of one layer is needed"),
        ("", "so many layers"),
        ("torch.Conv2d(3, 64, 0)", "kernel_size"),
        ("torch.MaxPool2d(2)", "the shape of the input is needed"),
        (f"{STEM}\ninput: N,4,H,W", "3"),
        (f"{STEM}\nlang: fr", "there is no such language"),
        (f"{STEM}\n" * 401, "so many layers"),
    ],
)
def test_what_is_wrong_is_one_line_on_the_page_and_in_the_log(text, line, tmp_path, caplog):
    with pytest.raises(ShapeError) as told:
        fenced.block(text)
    assert line in str(told.value) and "\n" not in str(told.value)
    made = markdown.markdown(
        f"```shapealg\n{text}\n```\n", extensions=["shapealg.adapters.markdown"]
    )
    assert '<pre class="sa-error">shapealg: ' in made and "<script" not in made
    assert caplog.records[0].name == "mkdocs.plugins.shapealg"
    assert not (ROOT / "evil").exists()


def test_a_fresh_mkdocs_site_has_it_and_a_strict_build_fails_on_a_mistake(tmp_path):
    module("mkdocs")
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: x\nplugins: []\nmarkdown_extensions: [shapealg.adapters.markdown]\n"
    )
    (tmp_path / "docs/index.md").write_text(PAGE, encoding="utf-8")
    done = run(tmp_path, "mkdocs", "build", "--strict")
    assert done.returncode == 0, done.stderr
    assert GIVES in (tmp_path / "site/index.html").read_text(encoding="utf-8")
    (tmp_path / "docs/index.md").write_text(f"```shapealg\n{EVIL}\n```\n")
    done = run(tmp_path, "mkdocs", "build", "--strict")
    assert done.returncode == 1 and "a call of one layer is needed" in done.stderr


SPHINX = f"""A page
======

.. shapealg::
   :input: 1,3,224,224

   {STEM}

.. shapealg::
   :lang: zh

   {STEM}
   torch.MaxPool2d(3, 2, padding=1)
"""


def test_a_fresh_sphinx_site_has_it_with_workers_and_text_has_the_table(tmp_path):
    module("sphinx")
    (tmp_path / "conf.py").write_text('extensions = ["shapealg.adapters.sphinx"]\n')
    (tmp_path / "index.rst").write_text(SPHINX + "\n.. toctree::\n\n   a\n   b\n   c\n   d\n   e\n")
    for name in "abcde":
        (tmp_path / f"{name}.rst").write_text(SPHINX.replace("A page", f"Page {name}"))
    done = run(tmp_path, "sphinx", "-q", "-W", "-j", "2", ".", "out")
    assert done.returncode == 0, done.stderr
    for name in ("index", *"abcde"):
        made = (tmp_path / f"out/{name}.html").read_text(encoding="utf-8")
        assert GIVES in made and "最大池化" in made and made.count("<svg") >= 2
    done = run(tmp_path, "sphinx", "-q", "-W", "-b", "text", ".", "text")
    assert done.returncode == 0, done.stderr
    told = (tmp_path / "text/index.txt").read_text(encoding="utf-8")
    assert GIVES in told and "<svg" not in told
    (tmp_path / "a.rst").write_text(f"Page a\n======\n\n.. shapealg::\n\n   {EVIL}\n")
    done = run(tmp_path, "sphinx", "-q", "-W", ".", "out")
    assert done.returncode != 0 and "a.rst:4" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "evil").exists()
