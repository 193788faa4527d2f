"""The encoding that a form declares."""

import pytest

from linli.open311.rules.form import UnreadableError, encoding_of


def test_the_declared_encoding_counts_and_utf_8_without_one() -> None:
    assert encoding_of("application/x-www-form-urlencoded") == "utf-8"
    assert encoding_of("application/x-www-form-urlencoded; charset=GB18030") == "gb18030"


def test_an_encoding_nobody_knows_is_refused_by_its_name() -> None:
    with pytest.raises(UnreadableError, match="charset=klingon"):
        encoding_of("application/x-www-form-urlencoded; charset=klingon")
