"""Addresses of the cases, one module an audience."""
