"""Addresses of the registry: coverage, grids, records, changes, imports, doubles."""

from django.urls import URLPattern, path

from linli.registry.views import (
    answering,
    areas,
    asking,
    burden,
    changes,
    creating,
    doubles,
    ending,
    filling,
    helping,
    homes,
    importing,
    moving,
    records,
)

app_name = "registry"
urlpatterns: list[URLPattern] = [
    path("", areas.home, name="home"),
    path("areas/<str:code>/", areas.area, name="area"),
    path("grids/<str:code>/", areas.grid, name="grid"),
    path("grids/<str:code>/homes/", homes.grid, name="homes"),
    path("grids/<str:code>/homes.json", homes.houses_json, name="houses"),
    path("grids/<str:code>/homes/<uuid:house_id>/", homes.house, name="house"),
    path("grids/<str:code>/chats/", creating.chats, name="chats"),
    path("records/new/", creating.choose, name="new"),
    path("records/lines/", creating.lines, name="lines"),
    path("records/resident/<uuid:record_id>/move/", moving.move, name="move"),
    path("records/assistance/<uuid:record_id>/workers/", helping.workers, name="workers"),
    path("records/<slug:kind>/new/", creating.create, name="create"),
    path("records/<slug:kind>/<uuid:record_id>/", records.record, name="record"),
    path("records/<slug:kind>/<uuid:record_id>/confirm/", records.confirm_record, name="confirm"),
    path("records/<slug:kind>/<uuid:record_id>/end/", ending.end, name="end"),
    path(
        "records/<slug:kind>/<uuid:record_id>/change/<slug:field>/", records.change, name="change"
    ),
    path("records/<slug:kind>/<uuid:record_id>/address/", moving.address, name="address"),
    path("records/<slug:kind>/<uuid:record_id>/take_up/", ending.take_up, name="take_up"),
    path("changes/", changes.waiting, name="changes"),
    path("changes/<uuid:change_id>/", changes.decide, name="change_waiting"),
    path("imports/", importing.overview, name="imports"),
    path("imports/<uuid:run_id>/", importing.show, name="import"),
    path("imports/<uuid:run_id>/act/", importing.act, name="import_act"),
    path("imports/<uuid:run_id>/progress/", importing.progress, name="import_progress"),
    path("imports/<uuid:run_id>/refused.xlsx", importing.refused, name="import_refused"),
    path("imports/<uuid:run_id>/undo/", importing.undo, name="import_undo"),
    path("dictionary/", burden.field_dictionary, name="dictionary"),
    path("burden/", burden.burden, name="burden"),
    path("forms/", asking.overview, name="forms"),
    path("forms/new/", asking.ask, name="form_new"),
    path("forms/fill/", filling.fill, name="form_fill"),
    path("forms/<uuid:form_id>/", asking.show, name="form"),
    path("forms/<uuid:form_id>/decide/", asking.decide, name="form_decide"),
    path("forms/<uuid:form_id>/end/", asking.end, name="form_end"),
    path("forms/<uuid:form_id>/<uuid:record_id>/", answering.answer, name="form_answer"),
    path("doubles/", doubles.overview, name="doubles"),
    path("doubles/<uuid:pair_id>/", doubles.double, name="double"),
]
