"""The collector rests and comes back, and what goes in circles is collected all the same."""

import gc
import weakref

import pytest

from linli.kernel.garbage import collect_new, collecting_seldom


class _Circle:
    def __init__(self) -> None:
        self.me = self


def test_the_collector_rests_and_circles_are_collected_when_asked() -> None:
    assert gc.isenabled()
    with collecting_seldom():
        assert not gc.isenabled()
        gone = weakref.ref(_Circle())
        assert gone() is not None
        collect_new()
        assert gone() is None
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt])
def test_the_collector_comes_back_after_an_error(error: type[BaseException]) -> None:
    with pytest.raises(error), collecting_seldom():
        raise error
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collecting_seldom():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
