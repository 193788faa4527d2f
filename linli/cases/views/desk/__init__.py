"""The desk: what people who work here see."""

from linli.cases.views.desk.bulk import bulk
from linli.cases.views.desk.lists import cases
from linli.cases.views.desk.page import case, contact, deed
from linli.cases.views.desk.work import work

__all__ = ["bulk", "case", "cases", "contact", "deed", "work"]
