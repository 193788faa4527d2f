"""Walk every address of the project, and compare what each role gets with the matrix."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from linli.accounts.rules.roles import ROLE_PERMISSIONS, Permission, Role

MATRIX = Path(__file__).with_name("matrix.toml")
# Who asks: a stranger, somebody who is logged in without a role, and every role.
STRANGER, BARE = "stranger", "bare"
ASKERS = (STRANGER, BARE, *(role.value for role in Role))
METHODS = ("get", "post")
Answer = int | str
_PLACE = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>(?P<shape>[^)]*)\)")


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver, spelled as in the urls modules."""

    route: str
    needs: Permission | None

    def lacking(self, samples: Mapping[str, object]) -> list[str]:
        """Return the places of the path that no sample fills."""
        names = [place["name"] or place["group"] for place in _PLACE.finditer(self.route)]
        return [n for n in names if n not in samples and f"{self.route}|{n}" not in samples]

    def filled(self, samples: Mapping[str, object]) -> str:
        """Return the path with samples in its places."""

        def sample(place: re.Match[str]) -> str:
            name = place["name"] or place["group"]
            own = f"{self.route}|{name}"
            return str(samples[own] if own in samples else samples[name])

        path = _PLACE.sub(sample, self.route)
        return "/" + path.replace("^", "").replace("$", "").replace("\\", "")


def _needed(view: Any) -> Permission | None:
    while view is not None:
        if hasattr(view, "needs"):
            return Permission(view.needs)
        view = getattr(view, "__wrapped__", None)
    return None


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[Address]:
    """Yield every address that answers, allauth's included."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Address(route, _needed(entry.callback))
        else:
            yield from addresses(entry, route)


@dataclass(frozen=True)
class Entry:
    """One line of the matrix: what a stranger, one without and one with the right gets."""

    route: str
    needs: str = ""
    get: tuple[Answer, ...] = ()
    post: tuple[Answer, ...] = ()
    scope: str = ""
    query: str = ""
    but: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)

    def expected(self, asker: str, method: str, *, foreign: bool = False) -> Answer:
        """Return what the asker gets; of a thing that is not theirs, 404."""
        answers = self.get if method == "get" else self.post
        special = self.but.get(asker, {})
        if method in special:
            return special[method]
        if asker == STRANGER:
            return answers[0]
        if not may(asker, self.needs):
            return answers[1]
        if foreign and not may(asker, Permission.SEE_ALL_CASES) and answers[-1] != 405:
            return 404
        return answers[2]


def may(asker: str, permission: str) -> bool:
    """Say whether the role has the permission; without one named, everybody logged in has."""
    if not permission:
        return True
    if asker in {STRANGER, BARE}:
        return False
    return Permission(permission) in ROLE_PERMISSIONS[Role(asker)]


def _three(value: Any) -> tuple[Answer, ...]:
    return tuple(value) if isinstance(value, list) else (value, value, value)


def matrix(text: str | None = None) -> dict[str, Entry]:
    """Read the matrix; every answer is one number for all, or three: stranger, without, with."""
    body = tomllib.loads(MATRIX.read_text(encoding="utf-8") if text is None else text)
    entries = {}
    for line in body["url"]:
        said = {"post": 405, **line}
        entries[line["at"]] = Entry(
            route=line["at"],
            needs=said.get("needs", ""),
            get=_three(said["get"]),
            post=_three(said["post"]),
            scope=said.get("scope", ""),
            query=said.get("query", ""),
            but=said.get("but", {}),
        )
    return entries


def line_to_add(address: Address, seen: Mapping[tuple[str, str], Answer]) -> str:
    """Return the line of the matrix for an address as it answers now, to be judged by a person."""
    needs = address.needs.value if address.needs else ""
    having = [asker for asker in ASKERS[1:] if may(asker, needs)]
    lacking = [asker for asker in ASKERS[1:] if asker not in having]
    lines, but = ["[[url]]", f'at = "{address.route}"'.replace("\\", "\\\\")], {}
    if needs:
        lines.append(f'needs = "{needs}"')
    for method in METHODS:
        groups = [[STRANGER], lacking or having, having]
        answers = []
        for group in groups:
            found = [seen[asker, method] for asker in group]
            usual = max(set(found), key=found.count)
            answers.append(usual)
            for asker in group:
                if seen[asker, method] != usual:
                    but.setdefault(asker, {})[method] = seen[asker, method]
        if method == "post" and set(answers) == {405}:
            continue
        same = len(set(answers)) == 1
        spelled = [f'"{a}"' if isinstance(a, str) else str(a) for a in answers]
        lines.append(f"{method} = {spelled[0] if same else '[' + ', '.join(spelled) + ']'}")
    for asker, answers_of in but.items():
        pairs = ", ".join(
            f"{method} = " + (f'"{a}"' if isinstance(a, str) else str(a))
            for method, a in answers_of.items()
        )
        lines.append(f"but.{asker} = {{ {pairs} }}")
    return "\n".join(lines)
