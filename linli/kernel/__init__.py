"""Plain Python that belongs to no domain; nothing here imports Django."""
