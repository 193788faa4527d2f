"""Addresses of GeoReport v2; the ending chooses the format."""

from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from linli.open311.views import discovery, requests

app_name = "open311"
urlpatterns: list[URLPattern] = [
    path("requests.<str:ending>", requests.requests, name="requests"),
    path("requests/<str:number>.<str:ending>", requests.one_request, name="request"),
    path("services.<str:ending>", discovery.service_list, name="services"),
    path(
        "services/<str:code>.<str:ending>", discovery.service_definition, name="service_definition"
    ),
    path("tokens/<str:token>.<str:ending>", requests.token, name="token"),
    path("discovery.<str:ending>", discovery.discovery, name="discovery"),
    path("", csrf_exempt(discovery.nothing_here)),
    path("<path:rest>", csrf_exempt(discovery.nothing_here), name="nothing_here"),
]
