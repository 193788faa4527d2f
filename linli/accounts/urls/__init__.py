"""Addresses of the log-in, and of the pages for people, units and the audit log."""
