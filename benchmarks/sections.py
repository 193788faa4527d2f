"""All sections by name, in the order they run. Each is independent of the others."""

from __future__ import annotations

from benchmarks.baseline import bare_database, generator, helpdesk_create, helpdesk_pages
from benchmarks.doubles import doubles
from benchmarks.measured import Section
from benchmarks.ours import create, pages, points, replay, start
from benchmarks.registry import registry
from benchmarks.registry_search import registry_search

SECTIONS: dict[str, Section] = {
    "generator": generator,
    "bare": bare_database,
    "helpdesk": helpdesk_create,
    "create": create,
    "helpdesk-pages": helpdesk_pages,
    "pages": pages,
    "points": points,
    "replay": replay,
    "start": start,
    "registry": registry,
    "registry_search": registry_search,
    "doubles": doubles,
}
