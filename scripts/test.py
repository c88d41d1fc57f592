"""Run the tests in their own environment: `python3 scripts/test.py [pytest arguments]`."""

import os
import signal
import subprocess

from environment import ROOT, ensure, script  # first: it asks for a recent Python


def main(arguments: list[str]) -> int:
    """Run pytest with these arguments, on several cores; its status."""
    python = ensure("test")
    if os.environ.get("SHAPEALG_REQUIRE_BACKENDS") == "1":
        ensure("hosts")  # the libraries that tests/hosts runs
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    # one more than cores: some wait for a browser; each comes to hold every framework: some 3 GB
    workers = ["-n", str(min((os.cpu_count() or 1) + 1, 4)), "--dist", "loadfile"]
    workers += ["--max-worker-restart", "0"]  # with a new one, pytest-xdist 3.8 waits for ever
    tests = subprocess.Popen(
        [python, "-m", "pytest", *workers, *arguments], cwd=ROOT, env=variables
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is pytest's to answer, with its summary
    status = tests.wait()
    return status if status >= 0 else 128 - status  # ended by a signal: the shell's convention


if __name__ == "__main__":
    script(main)
