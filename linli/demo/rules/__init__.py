"""Generators of the demo district: seeded, without Django, the same on every machine."""
