"""Plain rules of the pages: no Django here."""
