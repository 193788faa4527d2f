"""Addresses of the desk pages."""

from django.urls import URLPattern, path

from linli.cases.views import desk

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", desk.work, name="work"),
    path("cases/", desk.cases, name="cases"),
    path("cases/bulk/", desk.bulk, name="bulk"),
    path("cases/<uuid:case_id>/", desk.case, name="case"),
    path("cases/<uuid:case_id>/do/<slug:verb>/", desk.deed, name="do"),
    path("cases/<uuid:case_id>/contact/", desk.contact, name="contact"),
    path("cases/<uuid:case_id>/duplicates/", desk.duplicates, name="duplicates"),
    path("cases/<uuid:case_id>/clashes/<uuid:clash_id>/", desk.settle, name="settle"),
    path("clashes/", desk.clashes, name="clashes"),
    path("triage/", desk.triage, name="triage"),
    path("triage/skip/", desk.skip, name="skip"),
    path("new/", desk.new, name="new"),
    path("new/alike/", desk.alike, name="alike"),
    path("spot/", desk.spot, name="spot"),
    path("map/", desk.map_page, name="map"),
    path("map/cases.json", desk.map_cases, name="map_cases"),
    path("calls/", desk.calls, name="calls"),
    path("notices/", desk.notices, name="notices"),
    path("notices/read/", desk.read_notices, name="read_notices"),
    path("oversight/", desk.oversight, name="oversight"),
]
