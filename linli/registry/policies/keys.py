"""Why a master key is not forgotten: whatever it alone opens would be lost."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from linli.kernel.refusal import Refusal

_SHOWN = 3


def refuse_nothing_old(masters: int) -> Refusal | None:
    """Say that there is one master key alone."""
    if masters > 1:
        return None
    return Refusal("nothing_old", _("There is no older key: run linli rotate-keys first."))


def refuse_forget(*, is_settled: bool, doubtful: Sequence[str]) -> Refusal | None:
    """Say that a key is too young, or that rows do not open with it."""
    if not is_settled:
        return Refusal(
            "settling",
            _(
                "The new key is younger than an hour: work that began before it may still be"
                " under way. Try again later."
            ),
        )
    if doubtful:
        words = {"n": len(doubtful), "rows": ", ".join(doubtful[:_SHOWN])}
        return Refusal(
            "doubtful",
            _(
                "%(n)s rows do not open with the new key, among them %(rows)s. The older key"
                " stays; compare these rows with a backup."
            )
            % words,
        )
    return None
