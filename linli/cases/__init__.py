"""A case from a resident's words to a checked end."""
