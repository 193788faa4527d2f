"""The navigation is data: allowed entries only, and exactly one is where you are."""

from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest
from django.conf import settings as product
from django.test import RequestFactory
from django.urls import reverse
from pytest_django import Settings

from linli.accounts.rules.roles import Permission
from linli.web import context_processors
from linli.web.context_processors import chrome
from linli.web.rules.components import NavGroup

ENTRIES = [
    {"url_name": "web:health", "label": "Health", "icon": "heart"},
    {"url_name": "web:styleguide", "label": "Guide", "icon": "x", "permission": "handle_case"},
    {
        "url_name": "web:styleguide_grids",
        "label": "Grids",
        "icon": "x",
        "permission": ["dispatch_case", Permission.HANDLE_CASE],
        "group": "Maps",
    },
    {"url_name": "no:such", "label": "Nowhere", "icon": "x"},
]


def groups_at(
    path: str, monkeypatch: pytest.MonkeyPatch, held: frozenset[Permission] = frozenset()
) -> list[NavGroup]:
    def permissions_of(_person: object, _on: date) -> frozenset[Permission]:
        return held

    monkeypatch.setattr(context_processors, "permissions_of", permissions_of)
    request = RequestFactory().get(path)
    request.user = SimpleNamespace(is_authenticated=True)  # type: ignore[assignment]
    return list(cast(list[NavGroup], chrome(request)["nav_groups"]))


def test_entries_without_permission_are_not_shown(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LINLI_NAV = ENTRIES
    found = groups_at("/", monkeypatch)
    assert [link.label for group in found for link in group.links] == ["Health"]


def test_one_of_several_permissions_is_enough_and_groups_are_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LINLI_NAV = ENTRIES
    found = groups_at("/", monkeypatch, frozenset({Permission.HANDLE_CASE}))
    labels = [(group.label, [link.label for link in group.links]) for group in found]
    assert labels == [("", ["Health", "Guide"]), ("Maps", ["Grids"])]


def test_only_the_nearest_entry_is_active(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LINLI_NAV = ENTRIES
    held = frozenset({Permission.HANDLE_CASE})
    found = groups_at("/styleguide/grids.json", monkeypatch, held)
    assert [link.label for group in found for link in group.links if link.active] == ["Grids"]


def test_a_stranger_sees_what_needs_no_permission(settings: Settings) -> None:
    settings.LINLI_NAV = ENTRIES
    groups = chrome(RequestFactory().get("/"))["nav_groups"]
    assert [link.label for group in groups for link in group.links] == ["Health"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["LINLI_NAV", "LINLI_PORTAL_NAV", "LINLI_USER_MENU"])
def test_every_entry_of_the_product_leads_somewhere(name: str) -> None:
    for entry in getattr(product, name, ()):
        assert reverse(entry["url_name"])
