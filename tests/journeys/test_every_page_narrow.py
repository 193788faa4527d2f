"""Every page on a phone: at night, in both languages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.ground import Ground
from tests.journeys.pages import Look, Windows, check, every_pattern

FIRST, SECOND = Look(360, "dark", "en"), Look(360, "dark", "zh-hans")


@pytest.fixture(scope="module")
def windows(chromium: Browser, ground: Ground) -> Iterator[Windows]:
    opened = Windows(chromium, ground)
    yield opened
    opened.close()


@pytest.mark.parametrize("name", sorted(every_pattern()))
def test_the_page_is_for_everyone(windows: Windows, name: str) -> None:
    check(windows, name, FIRST, SECOND)
