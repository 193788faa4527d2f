"""The desk: what people who work here see."""

from linli.cases.views.desk.bulk import bulk
from linli.cases.views.desk.calls import calls
from linli.cases.views.desk.clashes import clashes, settle
from linli.cases.views.desk.lists import cases
from linli.cases.views.desk.maps import map_cases, map_page
from linli.cases.views.desk.notices import notices, read_notices
from linli.cases.views.desk.oversight import oversight
from linli.cases.views.desk.page import case, contact, deed
from linli.cases.views.desk.reporting import alike, new, spot
from linli.cases.views.desk.triage import duplicates, skip, triage
from linli.cases.views.desk.work import work

__all__ = [
    "alike",
    "bulk",
    "calls",
    "case",
    "cases",
    "clashes",
    "contact",
    "deed",
    "duplicates",
    "map_cases",
    "map_page",
    "new",
    "notices",
    "oversight",
    "read_notices",
    "settle",
    "skip",
    "spot",
    "triage",
    "work",
]
