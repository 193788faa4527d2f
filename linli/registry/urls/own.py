"""Addresses of the residents' own page."""

from django.urls import URLPattern, path

from linli.registry.views import own

app_name = "my"
urlpatterns: list[URLPattern] = [
    path("", own.page, name="page"),
    path("code/", own.code, name="code"),
    path("leave/", own.leave, name="leave"),
    path("correct/<slug:field>/", own.correct, name="correct"),
    path("wish/<slug:kind>/", own.wish, name="wish"),
]
