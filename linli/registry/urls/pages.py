"""Addresses of the registry: coverage, grids, records, changes, imports, doubles."""

from django.urls import URLPattern, path

from linli.registry.views import areas, changes, doubles, importing, records

app_name = "registry"
urlpatterns: list[URLPattern] = [
    path("", areas.home, name="home"),
    path("areas/<str:code>/", areas.area, name="area"),
    path("grids/<str:code>/", areas.grid, name="grid"),
    path("records/<slug:kind>/<uuid:record_id>/", records.record, name="record"),
    path("records/<slug:kind>/<uuid:record_id>/confirm/", records.confirm_record, name="confirm"),
    path("records/<slug:kind>/<uuid:record_id>/end/", records.end, name="end"),
    path(
        "records/<slug:kind>/<uuid:record_id>/change/<slug:field>/", records.change, name="change"
    ),
    path("changes/", changes.waiting, name="changes"),
    path("changes/<uuid:change_id>/", changes.decide, name="change_waiting"),
    path("imports/", importing.overview, name="imports"),
    path("imports/<uuid:run_id>/", importing.show, name="import"),
    path("imports/<uuid:run_id>/act/", importing.act, name="import_act"),
    path("imports/<uuid:run_id>/progress/", importing.progress, name="import_progress"),
    path("imports/<uuid:run_id>/refused.xlsx", importing.refused, name="import_refused"),
    path("imports/<uuid:run_id>/undo/", importing.undo, name="import_undo"),
    path("doubles/", doubles.overview, name="doubles"),
    path("doubles/<uuid:pair_id>/", doubles.double, name="double"),
]
