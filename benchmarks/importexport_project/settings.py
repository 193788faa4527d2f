"""Settings of the comparison: SQLite in a file as shipped, no page, no log-in."""

import os

SECRET_KEY = "only for measuring"  # noqa: S105 - serves nobody
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
INSTALLED_APPS = ["import_export", "benchmarks.importexport_project.apps.PlainConfig"]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["BENCH_DATABASE"]}
}
