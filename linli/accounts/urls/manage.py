"""Addresses of the pages for people, units and the audit log."""

from django.urls import URLPattern, path

from linli.accounts.views import audit, people, quarantine, roles, units

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path("people/", people.people, name="people"),
    path("people/new/", people.new_person, name="new_person"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("people/<uuid:person_id>/edit/", people.edit_person, name="edit_person"),
    path("people/<uuid:person_id>/active/", people.active, name="active"),
    path("people/<uuid:person_id>/password/", people.password, name="password"),
    path("people/<uuid:person_id>/factors/", people.factors, name="factors"),
    path("people/<uuid:person_id>/roles/", roles.grant, name="grant"),
    path("people/<uuid:person_id>/roles/<uuid:grant_id>/end/", roles.end, name="end_grant"),
    path("units/", units.units, name="units"),
    path("units/new/", units.new_unit, name="new_unit"),
    path("units/<uuid:unit_id>/", units.unit, name="unit"),
    path("quarantine/", quarantine.waiting, name="quarantine"),
    path("quarantine/<uuid:row_id>/", quarantine.one, name="quarantined"),
    path("quarantine/<uuid:row_id>/open/", quarantine.unseal, name="unseal"),
    path("quarantine/<uuid:row_id>/settle/", quarantine.settle, name="settle"),
    path("audit/", audit.state, name="audit"),
    path("audit/verify/", audit.verify, name="audit_verify"),
    path("audit/events/", audit.events, name="audit_events"),
    path("audit/events.csv", audit.download, name="audit_download"),
    path("audit/reads/", audit.reads, name="audit_reads"),
    path("audit/checkpoint/", audit.checkpoint, name="audit_checkpoint"),
]
