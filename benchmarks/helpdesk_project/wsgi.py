"""The compared program as the server loads it."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.helpdesk_project.settings")
application = get_wsgi_application()
