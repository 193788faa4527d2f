"""What the frame of every page needs: navigation, theme, demo mark, the moment of rendering."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from linli.accounts.queries import permissions_of
from linli.web.rules.components import NavGroup, NavLink

THEME_COOKIE = "linli_theme"
THEMES = ("auto", "light", "dark")


def chrome(request: HttpRequest) -> dict[str, object]:
    """Return the context of the frame; costly parts are worked out only when a page shows them."""
    choice = request.COOKIES.get(THEME_COOKIE, "auto")
    groups: list[NavGroup] = SimpleLazyObject(lambda: _groups("LINLI_NAV", request))  # type: ignore[assignment]
    return {
        "now": timezone.now(),
        "demo": getattr(settings, "LINLI_DEMO", False),
        "demo_guide": SimpleLazyObject(_demo_guide),
        "centre_name": getattr(settings, "LINLI_CENTRE_NAME", ""),
        "theme_choice": choice if choice in THEMES else "auto",
        "nav_groups": groups,
        "nav_short": SimpleLazyObject(
            lambda: [link for group in groups for link in group.links][:4]
        ),
        "portal_nav": SimpleLazyObject(lambda: _links("LINLI_PORTAL_NAV", request)),
        "user_menu": SimpleLazyObject(lambda: _links("LINLI_USER_MENU", request)),
        "unread_notifications": cache(lambda: _unread(request)),
        "bell_url": _address(getattr(settings, "LINLI_BELL_URL_NAME", "")),
    }


def _unread(request: HttpRequest) -> int:
    """Ask the function that LINLI_UNREAD names how many notices a person has not read.

    A name and no import: who keeps notices stands above this domain.
    """
    named = getattr(settings, "LINLI_UNREAD", "")
    person = getattr(request, "user", None)
    if not named or person is None or not person.is_authenticated:
        return 0
    return int(import_string(named)(person))


def _demo_guide() -> object:
    """Ask the function that LINLI_DEMO_GUIDE names how to log in to the demo; None elsewhere."""
    named = getattr(settings, "LINLI_DEMO_GUIDE", "")
    if not named or not getattr(settings, "LINLI_DEMO", False):
        return None
    guide: object = import_string(named)()
    return guide


def _address(url_name: str) -> str:
    if not url_name:
        return ""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _allowed(entry: Mapping[str, Any], held: frozenset[str]) -> bool:
    wanted = entry.get("permission")
    if wanted is None:
        return True
    any_of = [wanted] if isinstance(wanted, str) else list(wanted)
    return any(str(getattr(one, "value", one)) in held for one in any_of)


def _held(request: HttpRequest) -> frozenset[str]:
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return frozenset()
    return frozenset(str(one.value) for one in permissions_of(person, timezone.localdate()))


def _visible(setting: str, request: HttpRequest) -> list[tuple[Mapping[str, Any], str]]:
    entries: Iterable[Mapping[str, Any]] = getattr(settings, setting, ())
    needs_rights = any("permission" in entry for entry in entries)
    held = _held(request) if needs_rights else frozenset()
    found = [(entry, _address(entry["url_name"])) for entry in entries if _allowed(entry, held)]
    return [(entry, url) for entry, url in found if url]


def _active(urls: list[str], path: str) -> str:
    """Return the longest address that the current path lies under."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(under, key=len, default="")


def _links(setting: str, request: HttpRequest) -> list[NavLink]:
    return [link for group in _groups(setting, request) for link in group.links]


def _groups(setting: str, request: HttpRequest) -> list[NavGroup]:
    visible = _visible(setting, request)
    active = _active([url for _, url in visible], request.path)
    groups: list[tuple[object, list[NavLink]]] = []
    for entry, url in visible:
        label = entry.get("group", "")
        if not groups or groups[-1][0] != label:
            groups.append((label, []))
        groups[-1][1].append(NavLink(url, entry["label"], entry["icon"], url == active))
    return [NavGroup(label, links) for label, links in groups]
