"""The only writers of people, roles and units."""
