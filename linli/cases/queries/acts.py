"""What the audit log calls the acts of this domain: code of the verb, and words for a reader."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.cases.models.choices import Verb

ACT_WORDS: Mapping[str, Promise | str] = {
    "board.freeze_month": _("Write down the figures of a month"),
    **{f"case.{verb.value}": verb.label for verb in Verb},
    "calendar.close_day": _("Close the offices on a day"),
    "calendar.import": _("Import a calendar"),
    "calendar.open_day": _("Open the offices on a day again"),
    "case.forget_contact": _("Erase the contact of a reporter"),
    "case.move_numbers": _("Move numbers of persons to the sealed contact"),
    "cases.rebuild_derived": _("Rebuild what is derived from the facts"),
    "categories.publish": _("Publish categories"),
    "read.contact": _("Read the contact of a reporter"),
    "replay.people": _("Make the accounts of a replay"),
    "rules.add": _("Add a dispatch rule"),
    "rules.end": _("End a dispatch rule"),
    "rules.import": _("Import dispatch rules"),
    "templates.remove": _("Remove a reply template"),
    "templates.save": _("Save a reply template"),
}
