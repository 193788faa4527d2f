"""Addresses of the map's layers, under ``map/``: boundaries are public facts."""

from django.urls import path

from linli.territory import views

app_name = "layers"
urlpatterns = [
    path("grids.json", views.grids_json, name="grids"),
    path("divisions/<str:level>.json", views.divisions_json, name="divisions"),
]
