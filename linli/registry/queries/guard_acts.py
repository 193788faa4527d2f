"""What the audit log calls the acts and reads of the guards."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACT_WORDS: Mapping[str, Promise] = {
    "read.search": _("Search for a person by two facts"),
    "read.found": _("See the masked row of a resident"),
    "read.emergency_search": _("Search for a person in an emergency"),
    "read.emergency": _("Read a record opened in an emergency"),
    "read.export": _("Take an export of residents"),
    "read.exported": _("Take a resident's record along in an export"),
    "read.own": _("Read one's own record"),
    "read.wish": _("Read what a resident wrote with an objection"),
    "registry.unmask": _("Have a field of a resident shown in full"),
    "registry.stop_unmasking": _("Stop showing fields: the day's budget is used up"),
    "registry.set_budgets": _("Set the budgets of fields shown"),
    "registry.open_emergency": _("Open a record in an emergency"),
    "registry.review_emergency": _("Review an emergency"),
    "registry.ask_export": _("Ask for an export of residents"),
    "registry.approve_export": _("Approve an export of residents"),
    "registry.refuse_export": _("Refuse an export of residents"),
    "registry.wish": _("Object, or withdraw a consent"),
    "registry.decide_wish": _("Decide about an objection"),
}
