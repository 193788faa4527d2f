"""Open311 GeoReport v2: parse, act, render."""
