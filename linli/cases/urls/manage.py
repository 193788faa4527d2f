"""Addresses of the administration of cases, under ``manage/``."""

from django.urls import path

from linli.cases.views import manage

app_name = "manage"
urlpatterns = [
    path("start/", manage.start, name="start"),
    path("categories/", manage.categories, name="categories"),
    path("categories/new/", manage.new_category, name="new_category"),
    path("categories/import/", manage.import_file, name="category_import"),
    path("categories/import/<uuid:upload>/", manage.preview, name="category_preview"),
    path("categories/export.xlsx", manage.export_workbook, name="category_workbook"),
    path("categories/<slug:sheet>.csv", manage.export_csv, name="category_csv"),
    path("categories/<uuid:category_id>/", manage.category, name="category"),
    path("categories/<uuid:category_id>/edit/", manage.edit_category, name="edit_category"),
    path("categories/<uuid:category_id>/offer/", manage.offer, name="offer_category"),
    path("templates/", manage.templates, name="templates"),
    path("templates/new/", manage.new_template, name="new_template"),
    path("templates/<uuid:template_id>/", manage.edit_template, name="edit_template"),
    path("templates/<uuid:template_id>/remove/", manage.drop_template, name="drop_template"),
    path("rules/", manage.rules, name="rules"),
    path("rules/new/", manage.new_rule, name="new_rule"),
    path("rules/try/", manage.try_rules, name="try_rules"),
    path("rules/accuracy/", manage.proposals, name="rule_accuracy"),
    path("rules/import/", manage.import_rule_file, name="rule_import"),
    path("rules/import/<uuid:upload>/", manage.rule_preview, name="rule_preview"),
    path("rules/export.<slug:ending>", manage.rule_export, name="rule_export"),
    path("rules/<uuid:rule_id>/end/", manage.close_rule, name="close_rule"),
    path("calendars/", manage.calendars, name="calendars"),
    path("calendars/years/<int:number>/", manage.year, name="calendar_year"),
    path("calendars/deadline/", manage.deadline, name="deadline"),
    path("calendars/import/", manage.import_calendar_file, name="calendar_import"),
    path("calendars/import/<uuid:upload>/", manage.calendar_preview, name="calendar_preview"),
    path("calendars/<uuid:calendar_id>.json", manage.calendar_json, name="calendar_json"),
    path("calendars/closing/new/", manage.close_day, name="close_day"),
    path("calendars/closing/<str:written>/", manage.open_day, name="open_day"),
]
