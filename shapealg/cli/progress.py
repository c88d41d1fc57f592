"""A line that tells what is being done, on anything over a second; pipes never see it."""

import sys
from contextlib import contextmanager
from itertools import chain, repeat

from shapealg.cli.telling import write
from shapealg.printing import width
from shapealg.text import Text

WORKING = Text(zh="正在计算", en="working it out")
FIRST = 1  # seconds before anything is told
# seconds between two lines, where they stay; a terminal's line is written over every second
PAUSES = (1, 3, 5, 10, 20)


@contextmanager
def progress(chosen, what: Text = WORKING):
    """Tell on standard error what is being done, if that takes more than a second and somebody is
    looking: a terminal, or `--progress`.
    """
    stream = sys.stderr
    is_terminal = bool(stream and stream.isatty())
    if not (is_terminal or chosen.progress):
        yield
        return
    from threading import Event, Thread  # nobody looks at most commands

    ended = Event()
    told = f"shapealg {chosen.command}: {what[chosen.lang]}"
    teller = Thread(target=tell_until, args=(ended.wait, told, stream, is_terminal), daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()


def tell_until(ended, told: str, stream, is_terminal: bool) -> None:
    """A line after a second, then now and then; `ended(seconds)` waits, and says whether all is
    done.
    """
    pauses = repeat(1) if is_terminal else chain(PAUSES, repeat(30))
    seconds, widest = FIRST, 0
    if ended(FIRST):
        return
    for pause in pauses:
        line = f"{told} … {seconds} s"
        widest = max(widest, width(line))
        write(f"\r{line}" if is_terminal else f"{line}\n", stream)
        stream.flush()
        if ended(pause):
            break
        seconds += pause
    if is_terminal:
        write(f"\r{' ' * widest}\r", stream)
        stream.flush()
