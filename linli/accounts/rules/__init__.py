"""Roles and what each may do, as a table; no Django here."""
