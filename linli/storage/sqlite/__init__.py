"""SQLite for Django with one queue for all writers."""
