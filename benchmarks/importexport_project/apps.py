"""The application that holds the models."""

from django.apps import AppConfig


class PlainConfig(AppConfig):
    name = "benchmarks.importexport_project"
    label = "plain"
    default_auto_field = "django.db.models.AutoField"
