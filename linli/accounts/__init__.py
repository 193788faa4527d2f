"""People who log in, their units, and roles and permissions as data."""
