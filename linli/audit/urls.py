"""Addresses of what the audit log shows to everybody."""

from django.urls import URLPattern, path

from linli.audit import views

app_name = "audit"
urlpatterns: list[URLPattern] = [
    path("checkpoints.json", views.checkpoints, name="checkpoints"),
]
