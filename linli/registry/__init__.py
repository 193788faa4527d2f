"""The registry: every fact once, and closed to those it does not concern."""
