"""linli (邻里): the case desk of a neighbourhood service centre."""

from linli.storage.library import use_safe_sqlite

__version__ = "0.1.0"

# Before Django imports sqlite3: the interpreter's own library may carry the WAL-reset bug.
use_safe_sqlite()
