"""Addresses of the pages for the public, and of attachments."""

from django.urls import URLPattern, path

from linli.cases.views import attachments
from linli.cases.views.portal import board, following, hints, pages, reporting

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("", pages.home, name="home"),
    path("privacy/", pages.privacy, name="privacy"),
    path("robots.txt", pages.robots, name="robots"),
    path("report/", reporting.report, name="report"),
    path("report/suggestions/", hints.suggestions, name="suggestions"),
    path("report/nearby/", hints.nearby, name="nearby"),
    path("report/places.json", pages.places, name="places"),
    path("known/<str:token>/", hints.known, name="known"),
    path("follow/", following.follow, name="follow"),
    path("follow/leave/", following.leave, name="leave"),
    path("c/<slug:number>/", following.case, name="case"),
    path("c/<slug:number>/receipt/", reporting.receipt, name="receipt"),
    path("c/<slug:number>/add/", following.add, name="add"),
    path("c/<slug:number>/rate/", following.rate, name="rate"),
    path("c/<slug:number>/reopen/", following.reopen, name="reopen"),
    path("board/", board.board, name="board"),
    path("files/<uuid:file_id>/", attachments.attachment, name="attachment"),
    path("files/<uuid:file_id>/small/", attachments.thumbnail, name="thumbnail"),
]
