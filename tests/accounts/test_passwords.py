"""Passwords that are tried first are refused, with a sentence that helps."""

import pytest
from django.contrib.auth.hashers import get_hashers_by_algorithm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from linli import settings as product
from linli.accounts.models import Person
from linli.accounts.policies.passwords import common_words
from linli.accounts.rules.passwords import is_common, is_walk

PERSON = Person(username="lidaming", name="李大明", email="daming@example.org")


@pytest.mark.parametrize(
    "password",
    [
        "woaini1314520",
        "WoAiNi!!!520",
        "wo1ai2ni3zhongguo",
        "nihao2026nihao",
        "Admin@2026!!",
        "P@ssw0rd2026",
        "nanyue123456",
        "wangge430412001",
        "qwertyuiop12",
        "1qaz2wsx3edc",
        "zyxwvutsrqpo",
        "13800138000",
        "tel13800138000",
        "19900101",
        "ly19900101",
        "430412199001011234",
        "aaaaaaaaaaaa",
        "abababababab",
        "123456789012",
    ],
)
def test_what_everybody_tries_first_is_common(password: str) -> None:
    assert is_common(password, common_words())


@pytest.mark.parametrize(
    "password",
    [
        "台灯-西瓜-九点半-不远",
        "correct horse battery",
        "kT9!vexation-lamp",
        "river.seven.otter",
        "7KMQ-2XHT-9WEJ-3CPQ",
    ],
)
def test_words_that_have_nothing_to_do_with_one_another_are_not(password: str) -> None:
    assert not is_common(password, common_words())
    validate_password(password, PERSON)


@pytest.mark.parametrize(
    "password",
    [
        "short-one",
        "lidaming-lidaming",
        "daming@example.org",
        "83920174652837",
        "woaini1314520",
        "password1234",
    ],
)
def test_the_product_refuses_weak_passwords(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, PERSON)


def test_only_whole_walks_are_walks() -> None:
    assert is_walk("qwerty")
    assert not is_walk("qwerty-lamp-river")


def test_guessing_a_stolen_password_table_needs_memory() -> None:
    assert product.PASSWORD_HASHERS[0].endswith("ScryptPasswordHasher")
    assert get_hashers_by_algorithm()
