"""The accounts domain."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Register the domain with Django."""

    name = "linli.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
