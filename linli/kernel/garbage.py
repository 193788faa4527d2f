"""Looking for circular garbage seldom while millions of small objects come and go.

Each time the collector runs it walks what has lived long already, which never is garbage: a fifth
of the time of an import. What does not go in circles is let go at once, with or without it.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Let the collector rest; `collect_new` does its work now and then."""
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


def collect_new() -> None:
    """Collect the garbage among what came after the collector was sent to rest."""
    gc.collect()
