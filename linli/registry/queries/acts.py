"""What the audit log calls the acts of this domain: code of the verb, and words for a reader."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACT_WORDS: Mapping[str, Promise] = {
    "read.history": _("Read the history of a record"),
    "registry.approve": _("Approve a change of a record"),
    "registry.confirm": _("Confirm facts of a record"),
    "registry.create": _("Make a record"),
    "registry.end": _("End a record"),
    "registry.forget_keys": _("Forget older master keys"),
    "registry.hand_over": _("Change who works on an assistance"),
    "registry.move": _("Note that a resident moved"),
    "registry.propose": _("Change a fact of a record, or propose it"),
    "registry.propose_address": _("Propose another address of a record"),
    "registry.publish_lists": _("Publish the lists of the registry"),
    "registry.refuse": _("Refuse a change of a record"),
    "registry.replace_indexes": _("Replace the key by which persons are found"),
    "registry.rotate_keys": _("Add a master key"),
    "registry.take_up": _("Take a record up again that had ended"),
}
