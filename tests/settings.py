"""Settings of the tests: linli's own, in a home folder that is thrown away.

LINLI_DATABASE_URL chooses the database as it does everywhere; without it, SQLite in a file,
because threads of the live server cannot share a database in memory.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_home = tempfile.mkdtemp(prefix="linli-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["LINLI_HOME"] = _home
# WhiteNoise warns where nothing was collected, and a warning is an error here.
(Path(_home) / "static").mkdir()

from linli.settings import *  # noqa: E402, F403
from linli.settings import DATABASES  # noqa: E402

if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    DATABASES["default"]["TEST"] = {"NAME": f"{_home}/test.sqlite3"}
# Threads and the tests' own process end: no connection may outlive a test.
DATABASES["default"]["CONN_MAX_AGE"] = 0

# Log-ins by the hundred: strength is tested where it is the subject, not everywhere.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TEMPLATES[0]["OPTIONS"]["debug"] = True  # type: ignore[index]  # noqa: F405
