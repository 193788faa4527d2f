"""Import the workbook in bulk mode: ``python -m benchmarks.importexport_project.run FILE``.

Run by its own environment. Prints one line of JSON: seconds, rows, peak memory in MB. In its
favour: rows are only inserted, nothing is compared, no differences are kept for a report.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any


def _made(model: object, options: dict[str, object]) -> Any:
    from import_export import resources

    meta = type("Meta", (), {"model": model, **options})
    return type("Plain", (resources.ModelResource,), {"Meta": meta})()


def main() -> None:
    """Import each sheet into its table."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.importexport_project.settings")
    import django

    django.setup()
    import tablib
    from django.db import connection

    from benchmarks.importexport_project.models import TABLES
    from benchmarks.registry_file import HEADS

    with connection.schema_editor() as editor:
        for model in TABLES.values():
            editor.create_model(model)
    started = time.perf_counter()
    book = tablib.Databook().load(Path(sys.argv[1]).read_bytes(), format="xlsx")
    sheets = {sheet.title: sheet for sheet in book.sheets()}
    rows = 0
    for what, model in TABLES.items():
        data = sheets[HEADS[what][0]]
        data.headers = [f"c{place}" for place in range(len(data.headers))]
        done = _made(model, OPTIONS).import_data(data, raise_errors=True)
        rows += done.total_rows
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "rows": rows, "peak": peak}))


OPTIONS: dict[str, object] = {
    "use_bulk": True,
    "batch_size": 1000,
    "skip_diff": True,
    "force_init_instance": True,
    "use_transactions": True,
    "exclude": ("id",),
    "import_id_fields": (),
}


if __name__ == "__main__":
    main()
