"""A minimal project around django-helpdesk, run by its own environment only."""
