"""django-import-export on a model of plain columns for each sheet."""
