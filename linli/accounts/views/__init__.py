"""Pages of people, units, the log-in and the audit log."""
