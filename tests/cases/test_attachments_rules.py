"""A file is what its bytes are; pictures lose everything but their pixels; bombs cost nothing."""

import io
import struct
import time
import zipfile
import zlib

import pytest
from PIL import Image

from linli.cases.rules.attachments import Fault, Limits, NotTaken, examine, safe_name

LIMITS = Limits()
SECRET = b"secret-of-the-file"


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot(size, (-2, -1, 1, 1), 20).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def with_place(orientation: int = 6) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (27.0, 14.0, 1.0), 3: "E", 4: (112.0, 44.0, 1.0)})
    return picture(exif=exif, comment=SECRET)


def office(*names: str, types: str = "<Types/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


def png_bomb(side: int = 30_000) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 10_000_000, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_a_plain_jpeg_with_a_thumbnail(kind: str) -> None:
    taken = examine(picture(kind, (3000, 1500)), LIMITS)
    assert taken.media_type == "image/jpeg"
    assert (taken.width, taken.height) == (2560, 1280)
    with Image.open(io.BytesIO(taken.data)) as image:
        assert image.format == "JPEG"
        assert image.size == (2560, 1280)
    with Image.open(io.BytesIO(taken.thumbnail)) as small:
        assert max(small.size) == 480


def test_place_camera_and_comment_are_gone_and_the_picture_stands_upright() -> None:
    taken = examine(with_place(), LIMITS)
    with Image.open(io.BytesIO(taken.data)) as image:
        assert dict(image.getexif()) == {}
        assert "comment" not in image.info
    assert b"Secret Camera" not in taken.data
    assert SECRET not in taken.data
    assert (taken.width, taken.height) == (48, 64)


def test_what_hides_behind_a_picture_is_gone() -> None:
    taken = examine(picture() + b"<script>alert(1)</script>" + office("x.js"), LIMITS)
    assert b"<script>" not in taken.data
    assert b"PK\x03\x04" not in taken.data


def test_of_an_animation_the_first_picture_is_kept() -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    taken = examine(out.getvalue(), LIMITS)
    with Image.open(io.BytesIO(taken.data)) as image:
        red, _green, blue = image.getpixel((20, 20))
    assert red > 200
    assert blue < 60


def test_what_was_transparent_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    taken = examine(out.getvalue(), LIMITS)
    with Image.open(io.BytesIO(taken.data)) as image:
        assert min(image.getpixel((10, 10))) > 250


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", Fault.EMPTY),
        (picture()[:400], Fault.DAMAGED),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, Fault.DAMAGED),
        (b"x" * (LIMITS.size + 1), Fault.TOO_LARGE),
        (b"MZ\x90\0" + b"\0" * 200, Fault.KIND),
        (b"\x7fELF" + b"\0" * 200, Fault.KIND),
        (office("script.js"), Fault.KIND),
        (office("word/document.xml", "xl/workbook.xml"), Fault.KIND),
        (office("word/document.xml", "word/vbaProject.bin"), Fault.MACROS),
        (
            office("xl/workbook.xml", types="<Types><O C='vnd.ms-excel.MacroEnabled.12'/></Types>"),
            Fault.MACROS,
        ),
        (office("word/document.xml")[:-30], Fault.DAMAGED),
        (b"text with \x00 in it", Fault.KIND),
    ],
)
def test_what_is_not_taken_is_named(data: bytes, fault: Fault) -> None:
    with pytest.raises(NotTaken) as refused:
        examine(data, LIMITS)
    assert refused.value.fault is fault


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"%PDF-1.7\n1 0 obj\n", "application/pdf"),
        (office("word/document.xml"), LIMITS and "application/vnd.openxmlformats-officedocument"),
        ("水管漏水三天了".encode(), "text/plain"),
        ("水管漏水三天了".encode("gb18030"), "text/plain"),
        (b"ID3\x03\0\0\0\0\0\0" + b"\0" * 64, "audio/mpeg"),
    ],
)
def test_documents_on_the_list_are_taken(data: bytes, media_type: str) -> None:
    assert examine(data, LIMITS).media_type.startswith(media_type)


def test_old_chinese_text_is_kept_readable() -> None:
    assert examine("水管漏水".encode("gb18030"), LIMITS).data == "水管漏水".encode()


def test_a_kind_taken_off_the_list_is_refused() -> None:
    with pytest.raises(NotTaken):
        examine(b"%PDF-1.7\n", Limits(documents=frozenset({"txt"})))


def test_a_page_that_calls_itself_text_stays_text() -> None:
    assert examine(b"<html><script>alert(1)</script>", LIMITS).media_type.startswith("text/plain")


@pytest.mark.parametrize(
    "data",
    [
        png_bomb(),
        b"\xff\xd8\xff" + b"\xff\xda\x00\x08" * 4000,
        picture("PNG", (5000, 4000)),
    ],
)
def test_bombs_are_refused_at_once(data: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(NotTaken) as refused:
        examine(data, LIMITS)
    assert refused.value.fault is Fault.TOO_MANY_PIXELS
    assert time.process_time() - begun < 2


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<x/>")
        for number in range(3):
            archive.writestr(f"xl/{number}.xml", b"\0" * 70_000_000)
    with pytest.raises(NotTaken) as refused:
        examine(out.getvalue(), LIMITS)
    assert refused.value.fault is Fault.TOO_LARGE


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("路灯.PNG", "路灯.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\x\\my photo.jpeg.exe", "my photo.jpeg.jpg"),
        ('a"\r\nSet-Cookie: x', "aSet-Cookie x.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ("", "file.jpg"),
        ("长" * 300, "长" * 80 + ".jpg"),
    ],
)
def test_a_name_is_made_harmless(given: str, kept: str) -> None:
    assert safe_name(given, "jpg") == kept


def test_a_progressive_jpeg_is_taken_and_a_picture_of_the_palette_too() -> None:
    assert examine(picture(progressive=True, size=(300, 200)), LIMITS).width == 300
    out = io.BytesIO()
    Image.new("P", (30, 20)).save(out, "PNG")
    assert examine(out.getvalue(), LIMITS).width == 30


@pytest.mark.parametrize("limits", [Limits(raw_pixels=100), Limits(pixels=100)])
def test_the_limits_of_pixels_are_data(limits: Limits) -> None:
    with pytest.raises(NotTaken) as refused:
        examine(picture("PNG"), limits)
    assert refused.value.fault is Fault.TOO_MANY_PIXELS


def test_bytes_that_are_text_in_no_encoding_are_refused() -> None:
    with pytest.raises(NotTaken) as refused:
        examine(b"abc \xff\xff\xff", LIMITS)
    assert refused.value.fault is Fault.KIND
