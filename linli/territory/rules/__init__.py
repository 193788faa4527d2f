"""Plain rules of places: codes, coordinates, shapes, lineage. No Django here."""
