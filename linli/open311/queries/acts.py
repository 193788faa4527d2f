"""What the audit log calls the acts of this domain: code of the verb, and words for a reader."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACT_WORDS: Mapping[str, Promise] = {
    "open311.end_key": _("End the key of another program"),
    "open311.make_key": _("Make a key for another program"),
}
