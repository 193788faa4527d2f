"""Addresses that every site has: preferences, health, the style guide."""

from django.urls import path

from linli.web import views

app_name = "web"
urlpatterns = [
    path("preferences/theme/", views.theme, name="theme"),
    path("preferences/language/", views.language, name="language"),
    path("health/", views.health, name="health"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("styleguide/grids.json", views.styleguide_grids, name="styleguide_grids"),
    path("styleguide/cases.json", views.styleguide_cases, name="styleguide_cases"),
]
