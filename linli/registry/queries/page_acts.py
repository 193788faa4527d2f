"""What the audit log calls the acts and reads of the pages of records."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACT_WORDS: Mapping[str, Promise] = {
    "read.resident": _("See the record of a resident"),
    "read.assistance": _("See the record of an assistance"),
    "read.record_contact": _("See the contact of an organisation or a letting"),
    "registry.count_chats": _("Count households that group chats reach"),
    "registry.ask_for_doubles": _("Ask for a search for doubles"),
    "registry.compare": _("Compare all records with each other by machine, to find doubles"),
    "registry.note_doubles": _("Note the doubles that were found"),
    "registry.merge": _("Put two records together"),
    "registry.unmerge": _("Part two records again"),
    "registry.keep_apart": _("Keep two records apart"),
}
