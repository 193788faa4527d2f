"""What the audit log calls what it tells of this domain: areas and grids by their codes."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from linli.audit.queries.details import Told, Word
from linli.territory.models import Division, Grid


def named(code: object, _told: Told | None = None) -> str:
    """Return the name of a division or grid before its code; empty where there is none."""
    for model in (Grid, Division):
        found = model._default_manager.filter(code=code).only("code", "name", "name_en").first()
        if found is not None:
            return f"{found} ({code})"
    return ""


DETAIL_WORDS: Mapping[str, Word] = {
    "area": Word(_("Area"), named),
    "code": Word(_("Code"), named),
    "codes": Word(_("Codes"), named),
    "day": Word(_("Day")),
    "grid": Word(_("Grid"), named),
    "new": Word(_("New"), named),
    "old": Word(_("Old"), named),
    "parts": Word(_("Parts")),
}
