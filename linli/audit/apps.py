"""The audit domain."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Register the domain with Django."""

    name = "linli.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
