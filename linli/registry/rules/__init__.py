"""Rules of the registry in plain Python."""
