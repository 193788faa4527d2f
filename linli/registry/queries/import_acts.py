"""What the audit log calls the acts of imports: code of the verb, and words for a reader."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACT_WORDS: Mapping[str, Promise] = {
    "read.refused_rows": _("Fetch the rows that an import refused"),
    "registry.begin_import": _("Begin an import into the registry"),
    "registry.break_off_import": _("Note that an import broke off"),
    "registry.change": _("Change facts of a record by an import"),
    "registry.import": _("Import a file into the registry"),
    "registry.import_record": _("Make a record by an import"),
    "registry.keep_mapping": _("Keep what a sender's columns mean"),
    "registry.refuse_import": _("Refuse a file that cannot be imported"),
    "registry.remove_imported": _("Remove a record that an import made"),
    "registry.take_back_change": _("Take back a change that an import made"),
    "registry.undo_import": _("Take an import back"),
}
