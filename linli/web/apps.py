"""The web domain."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Register the domain with Django."""

    name = "linli.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
