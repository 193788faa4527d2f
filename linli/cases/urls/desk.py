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
]
