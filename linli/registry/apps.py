"""The registry domain."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Register the domain with Django."""

    name = "linli.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
