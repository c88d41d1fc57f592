"""What a page may do: a content security policy that allows the site's own files, and of inline
scripts and style sheets those that the page was built with, each by its hash.
"""

import re
from base64 import b64encode
from hashlib import sha256

CHARSET = '<meta charset="utf-8">'
INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
RULES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "style-src-attr": "'unsafe-inline'",  # how the columns of Markdown's tables are set
    "img-src": "'self' data: blob:",  # the theme's icons; pictures on their way to a file
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}


def guarded(page: str, wasm: bool = False) -> str:
    """A page with its policy; `wasm` where it runs Python.

    Raises:
        ValueError: if the page has no place for it, ahead of all that it is to hold for.

    >>> page = '<meta charset="utf-8"><script>1</script>'
    >>> guarded(page).partition("script-src ")[2].partition(";")[0]
    "'self' 'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"
    """
    if page.count(CHARSET) != 1:
        raise ValueError(f"a page begins without {CHARSET}: where is its policy to stand?")
    rules = dict(RULES)
    for kind, text in dict.fromkeys(INLINE.findall(page)):
        rules[f"{kind}-src"] += f" 'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
    if wasm:
        rules["script-src"] += " 'wasm-unsafe-eval'"
    told = "; ".join(f"{name} {value}" for name, value in rules.items())
    policy = f'<meta http-equiv="Content-Security-Policy" content="{told}">'
    return page.replace(CHARSET, CHARSET + policy, 1)
