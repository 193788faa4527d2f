"""Addresses of the manage pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
