"""The addresses of GeoReport v2: parse, act, render."""
