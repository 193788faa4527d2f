"""Drawn pictures, marked, small, and never twice the same."""

import io

import pytest
from PIL import Image

from linli.demo.rules.pictures import HEIGHT, WIDTH, can_draw, picture


@pytest.mark.parametrize("category", ["0101", "0102", "0103", "0201", "0405", "0507", "9999"])
def test_a_picture_is_a_small_jpeg_with_a_white_mark_on_a_dark_plate(category: str) -> None:
    data = picture(category, seed=4)
    assert len(data) < 80_000
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == ("JPEG", (WIDTH, HEIGHT))
    corner = image.convert("L").crop((WIDTH - 120, 30, WIDTH - 30, 90))
    darkest, brightest = corner.getextrema()
    assert darkest < 80
    assert brightest > 230


def test_the_seed_decides_what_is_drawn() -> None:
    assert picture("0101", 1) == picture("0101", 1)
    assert picture("0101", 1) != picture("0101", 2)


def test_only_matters_that_can_be_seen_have_a_scene() -> None:
    assert can_draw("0101")
    assert not can_draw("0801")


def test_some_scenes_lie_in_town_and_some_before_hills() -> None:
    def above_the_horizon(seed: int) -> tuple[int, int, int]:
        image = Image.open(io.BytesIO(picture("0101", seed)))
        red, green, blue = image.resize((1, 1), box=(0, 380, 200, 398)).getpixel((0, 0))
        return red, green, blue

    greenish = [g > r and g > b for r, g, b in map(above_the_horizon, range(12))]
    assert any(greenish)
    assert not all(greenish)
