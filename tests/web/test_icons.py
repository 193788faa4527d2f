"""Icons come from the installed package, and a page never fails for want of one."""

from pathlib import Path

from linli.web.rules.icons import icon_shapes

DOT = '<circle cx="12" cy="12" r="3" />'


def test_the_invisible_frame_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "check.svg").write_text(
        '<svg width="24">\n  <path stroke="none" d="M0 0h24v24H0z" fill="none" />\n'
        '  <path d="M5 12l5 5l10 -10" />\n</svg>'
    )
    assert icon_shapes(tmp_path, "check") == '<path d="M5 12l5 5l10 -10" />'


def test_an_unknown_icon_is_a_dot(tmp_path: Path) -> None:
    assert icon_shapes(tmp_path, "no-such") == DOT


def test_a_name_that_leaves_the_folder_is_a_dot(tmp_path: Path) -> None:
    (tmp_path / "secret.svg").write_text("<svg><path d='secret' /></svg>")
    (tmp_path / "inner").mkdir()
    assert icon_shapes(tmp_path / "inner", "../secret") == DOT


def test_a_file_that_is_no_picture_is_a_dot(tmp_path: Path) -> None:
    (tmp_path / "broken.svg").write_text("nothing")
    assert icon_shapes(tmp_path, "broken") == DOT
