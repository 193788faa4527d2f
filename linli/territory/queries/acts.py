"""What the audit log calls the acts of this domain: code of the verb, and words for a reader."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACT_WORDS: Mapping[str, Promise] = {
    "territory.close_division": _("Dissolve a division"),
    "territory.close_grid": _("Dissolve a grid"),
    "territory.end_posting": _("End a posting to a grid"),
    "territory.merge_grids": _("Merge grids"),
    "territory.save_divisions": _("Save divisions"),
    "territory.save_grids": _("Save grids"),
    "territory.save_postings": _("Save postings to grids"),
    "territory.save_unit_areas": _("Save the areas of a unit"),
    "territory.save_units": _("Save units and their areas"),
    "territory.split_grid": _("Split a grid"),
    "territory.succeed_villages": _("Merge or split villages"),
}
