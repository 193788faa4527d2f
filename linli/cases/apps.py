"""The cases domain."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Register the domain with Django."""

    name = "linli.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
