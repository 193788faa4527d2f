"""Where each address leads; every domain brings its own list."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    # First, since programs ask most often.
    path("open311/v2/", include("linli.open311.urls")),
    path("", include("linli.cases.urls.portal")),
    path("desk/", include("linli.cases.urls.desk")),
    path("manage/", include("linli.cases.urls.manage")),
    path("manage/", include("linli.territory.urls")),
    path("manage/", include("linli.accounts.urls.manage")),
    path("registry/", include("linli.registry.urls.guards")),
    path("registry/", include("linli.registry.urls.pages")),
    path("my/", include("linli.registry.urls.own")),
    path("map/", include("linli.territory.urls.layers")),
    path("accounts/", include("linli.accounts.urls.entrance")),
    path("audit/", include("linli.audit.urls")),
    path("", include("linli.web.urls")),
]
handler400 = "linli.web.views.errors.bad_request"
handler403 = "linli.web.views.errors.forbidden"
handler404 = "linli.web.views.errors.not_found"
