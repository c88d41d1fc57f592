"""Hold the code against its layout and style and types: `python3 scripts/lint.py`; `--fix` mends
what it can.
"""

import subprocess

from environment import ROOT, ensure, script  # first: it asks for a recent Python


def main(arguments: list[str]) -> int:
    """Run ruff's formatter and linter over the tree, and mypy over what pyproject.toml lists; not
    0 if one of them finds something.
    """
    ruff = ensure("lint").with_name("ruff")
    mend = "--fix" in arguments
    steps = (
        ["format"] if mend else ["format", "--check"],
        ["check", "--fix"] if mend else ["check"],
    )
    found = [
        subprocess.run([ruff, *step, ROOT], cwd=ROOT, check=False).returncode for step in steps
    ]
    types = subprocess.run([ruff.with_name("mypy")], cwd=ROOT, check=False).returncode
    return max(*found, types)


if __name__ == "__main__":
    script(main)
