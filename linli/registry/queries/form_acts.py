"""What the audit log calls the acts around forms: code of the verb, and words for a reader."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACT_WORDS: Mapping[str, Promise] = {
    "registry.admit_form": _("Admit a form"),
    "registry.ask_form": _("Ask for a form to be filled in"),
    "registry.end_form": _("End a form"),
    "registry.fill_form": _("Fill a form from the registry"),
    "registry.refuse_form": _("Refuse a form"),
}
