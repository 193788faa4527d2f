"""Where each address leads; every domain brings its own list."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("linli.web.urls")),
]
handler400 = "linli.web.views.errors.bad_request"
handler403 = "linli.web.views.errors.forbidden"
handler404 = "linli.web.views.errors.not_found"
