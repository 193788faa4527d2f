"""Addresses of the administration of the territory, under ``manage/``."""

from django.urls import path

from linli.territory import views

app_name = "territory"
urlpatterns = [
    path("territory/", views.overview, name="overview"),
    path("territory/new/", views.add_division, name="add_division"),
    path("territory/divisions/<str:code>/", views.division, name="division"),
    path("territory/divisions/<str:code>/rename/", views.rename_division, name="rename_division"),
    path("territory/divisions/<str:code>/close/", views.end_division, name="close_division"),
    path("territory/divisions/<str:code>/merge/", views.merge_villages, name="merge_villages"),
    path("territory/divisions/<str:code>/split/", views.split_village, name="split_village"),
    path("territory/grids/<str:code>/", views.grid, name="grid"),
    path("territory/grids/<str:code>/rename/", views.rename_grid, name="rename_grid"),
    path("territory/grids/<str:code>/close/", views.end_grid, name="close_grid"),
    path("territory/grids/<str:code>/post/", views.post_person, name="post_person"),
    path("territory/grids/<str:code>/split/", views.split, name="split_grid"),
    path("territory/grids/<str:code>/merge/", views.merge, name="merge_grids"),
    path("territory/postings/<uuid:posting_id>/end/", views.end_post, name="end_posting"),
    path("territory/areas/", views.areas, name="areas"),
    path("territory/areas/<uuid:unit_id>/", views.unit_areas, name="unit_areas"),
    path("territory/import/", views.import_file, name="import"),
    path("territory/import/<uuid:upload>/", views.preview, name="preview"),
    path("territory/import/<uuid:upload>/map.json", views.preview_map, name="preview_map"),
]
