"""Drawn pictures for the demo's reports: a scene in flat colours, marked 演示.

They are drawings on purpose: nobody's street, face or number plate can be on them.  The mark is
a picture too (``data/mark.png``), because a machine without Chinese fonts must draw it as well.
"""

import io
from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw

from linli.demo.rules.divisions import DATA

WIDTH, HEIGHT = 960, 720
_HORIZON = 400
Colour = tuple[int, int, int]
_SKIES: tuple[Colour, ...] = ((176, 205, 226), (203, 212, 220), (226, 209, 183), (60, 72, 104))
_GROUNDS: tuple[Colour, ...] = ((150, 156, 150), (138, 142, 148), (164, 158, 140), (120, 140, 110))


def _shade(colour: Colour, share: float) -> Colour:
    return (int(colour[0] * share), int(colour[1] * share), int(colour[2] * share))


def _houses(draw: ImageDraw.ImageDraw, random: Random) -> None:
    left = -20
    while left < WIDTH:
        wide, high = random.randint(90, 190), random.randint(90, 250)
        wall = random.choice(((206, 196, 180), (188, 180, 172), (214, 206, 196), (176, 168, 156)))
        draw.rectangle((left, _HORIZON - high, left + wide, _HORIZON), fill=wall)
        for x in range(left + 14, left + wide - 24, 36):
            for y in range(_HORIZON - high + 16, _HORIZON - 30, 44):
                draw.rectangle((x, y, x + 18, y + 24), fill=_shade(wall, 0.72))
        left += wide + random.randint(0, 30)


def _hills(draw: ImageDraw.ImageDraw, random: Random) -> None:
    for step, green in enumerate(((126, 156, 130), (104, 138, 108), (86, 120, 92))):
        top = _HORIZON - 150 + step * 50
        points = [(x, top + random.randint(-40, 40)) for x in range(-60, WIDTH + 121, 120)]
        draw.polygon([(0, _HORIZON), *points, (WIDTH, _HORIZON)], fill=green)


def _lamp(draw: ImageDraw.ImageDraw, random: Random) -> None:
    x = random.randint(260, 700)
    draw.rectangle((x, 130, x + 14, 560), fill=(70, 74, 80))
    draw.line((x + 7, 134, x + 130, 110), fill=(70, 74, 80), width=10)
    draw.ellipse((x + 110, 100, x + 170, 132), fill=(48, 50, 54))


def _cover(draw: ImageDraw.ImageDraw, random: Random) -> None:
    x, y = random.randint(280, 560), random.randint(480, 560)
    draw.ellipse((x, y, x + 240, y + 104), fill=(72, 72, 74))
    draw.ellipse((x + 22, y + 16, x + 218, y + 92), fill=(26, 26, 28))
    for i in range(4):
        left = x - 60 + i * 110
        cone = [(left, y + 130), (left + 26, y + 60), (left + 52, y + 130)]
        draw.polygon(cone, fill=(222, 110, 46))


def _bins(draw: ImageDraw.ImageDraw, random: Random) -> None:
    for i, colour in enumerate(((62, 112, 78), (66, 96, 142), (128, 74, 62))):
        x = 220 + i * 160
        draw.rectangle((x, 400, x + 116, 580), fill=colour)
        draw.rectangle((x - 8, 384, x + 124, 408), fill=_shade(colour, 0.8))
    for _bag in range(14):
        x, y, r = random.randint(180, 720), random.randint(560, 620), random.randint(16, 40)
        shade = random.choice(((88, 84, 78), (190, 186, 176), (110, 120, 128)))
        draw.ellipse((x - r, y - r, x + r, y + r // 2), fill=shade)


def _water(draw: ImageDraw.ImageDraw, random: Random) -> None:
    for _pool in range(6):
        x, y = random.randint(60, 640), random.randint(460, 640)
        wide = random.randint(160, 320)
        draw.ellipse((x, y, x + wide, y + wide // 4), fill=(134, 156, 170))
        draw.ellipse((x + 20, y + 8, x + wide - 60, y + wide // 6), fill=(166, 186, 198))


def _tree(draw: ImageDraw.ImageDraw, random: Random) -> None:
    x = random.randint(300, 560)
    draw.line((x, 590, x + 90, 300), fill=(96, 74, 54), width=34)
    for _leaf in range(26):
        cx, cy = x + 90 + random.randint(-120, 140), 270 + random.randint(-120, 90)
        r = random.randint(30, 60)
        green = random.choice(((74, 112, 70), (88, 128, 80), (62, 98, 62)))
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=green)


def _hole(draw: ImageDraw.ImageDraw, random: Random) -> None:
    for _crack in range(7):
        x, y = random.randint(120, 760), random.randint(450, 640)
        points = [(x + i * 34, y + random.randint(-16, 16)) for i in range(6)]
        draw.line(points, fill=(70, 70, 72), width=5)
    x = random.randint(300, 520)
    draw.ellipse((x, 500, x + 260, 590), fill=(84, 78, 70))


_THINGS: dict[str, Callable[[ImageDraw.ImageDraw, Random], None]] = {
    "0101": _lamp,
    "0102": _cover,
    "0103": _hole,
    "0104": _hole,
    "0105": _water,
    "0201": _bins,
    "0202": _bins,
    "0205": _bins,
    "0302": _water,
    "0405": _water,
    "0507": _tree,
    "0208": _tree,
    "0604": _hole,
    "0901": _water,
}


def can_draw(category: str) -> bool:
    """Say whether there is a scene for a category."""
    return category in _THINGS or category[:2] in _THINGS


def _thing(category: str) -> Callable[[ImageDraw.ImageDraw, Random], None]:
    return _THINGS.get(category) or _THINGS.get(category[:2]) or _hole


def picture(category: str, seed: int) -> bytes:
    """Return a drawn picture (JPEG, 960 x 720) for a report of a category."""
    random = Random(seed)  # noqa: S311 - the same picture every time is the point
    sky, ground = random.choice(_SKIES), random.choice(_GROUNDS)
    image = Image.new("RGB", (WIDTH, HEIGHT), sky)
    draw = ImageDraw.Draw(image)
    (_houses if random.random() < 0.6 else _hills)(draw, random)
    draw.rectangle((0, _HORIZON, WIDTH, HEIGHT), fill=ground)
    road = [(120, HEIGHT), (430, _HORIZON), (530, _HORIZON), (840, HEIGHT)]
    draw.polygon(road, fill=_shade(ground, 0.86))
    _thing(category)(draw, random)
    mark = Image.open(DATA / "mark.png").convert("L")
    white = Image.new("RGB", mark.size, (255, 255, 255))
    draw.rectangle((WIDTH - mark.width - 40, 24, WIDTH - 24, 40 + mark.height), fill=(40, 44, 52))
    image.paste(white, (WIDTH - mark.width - 32, 32), mark)
    held = io.BytesIO()
    image.save(held, "JPEG", quality=72)
    return held.getvalue()
