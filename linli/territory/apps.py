"""The territory domain."""

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    """Register the domain with Django."""

    name = "linli.territory"
    label = "territory"
    default_auto_field = "django.db.models.BigAutoField"
