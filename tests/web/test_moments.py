"""The short way of writing a moment says what Django's own way says."""

from datetime import UTC, datetime

import pytest
from django.template.defaultfilters import date as date_words
from hypothesis import given
from hypothesis import strategies as st

from linli.web.rules.moments import in_figures

FORMS = ("Y-m-d H:i", "Y-m-d", "m-d H:i", "Y年n月j日 H:i", "j/n/Y")


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(FORMS))
def test_figures_are_those_of_django(moment: datetime, form: str) -> None:
    assert in_figures(moment, form) == date_words(moment, form)


@pytest.mark.parametrize("form", ["j F Y, H:i", "D", "\\Y Y", "{Y}"])
def test_words_are_left_to_django(form: str) -> None:
    assert in_figures(datetime(2026, 2, 3, tzinfo=UTC), form) is None
