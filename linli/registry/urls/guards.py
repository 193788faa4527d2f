"""Addresses of the guards: finding, emergencies, exports, who looked."""

from django.urls import URLPattern, path

from linli.registry.views import emergencies, exporting, finding, keeping, looked

app_name = "guards"
urlpatterns: list[URLPattern] = [
    path("find/", finding.find, name="find"),
    path("find/shown/<uuid:unmasking_id>/", finding.shown, name="shown"),
    path("find/<uuid:resident_id>/", finding.found, name="found"),
    path("find/<uuid:resident_id>/<slug:field>/", finding.unmask, name="unmask"),
    path("emergencies/", emergencies.overview, name="emergencies"),
    path("emergencies/new/", emergencies.new, name="new_emergency"),
    path("emergencies/<uuid:emergency_id>/", emergencies.emergency, name="emergency"),
    path("emergencies/<uuid:emergency_id>/review/", emergencies.review, name="review"),
    path("exports/", exporting.exports, name="exports"),
    path("exports/public/", exporting.public, name="public"),
    path("exports/<uuid:export_id>/", exporting.decide, name="export"),
    path("exports/<uuid:export_id>/take/", exporting.take, name="take"),
    path("looked/", looked.overview, name="looked"),
    path("looked/seen/", looked.seen, name="seen"),
    path("keeping/", keeping.overview, name="keeping"),
    path("looked/budgets/", looked.budgets, name="budgets"),
    path("looked/wishes/", looked.wishes, name="wishes"),
    path("looked/wishes/<uuid:wish_id>/", looked.wish, name="wish"),
    path("looked/<uuid:person_id>/<slug:day>/", looked.day, name="looked_day"),
]
