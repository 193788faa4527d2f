"""The open311 domain."""

from django.apps import AppConfig


class Open311Config(AppConfig):
    """Register the domain with Django."""

    name = "linli.open311"
    label = "open311"
    default_auto_field = "django.db.models.BigAutoField"
