"""The form by which assistance is handed over."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person


class HandOverForm(forms.Form):
    """Who works on it from now on."""

    workers = forms.MultipleChoiceField(
        label=_("Who works on it"),
        help_text=_("Nobody else will see it."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        helpers: Sequence[Person],
        names: Sequence[tuple[str, str]],
        **more: Any,
    ) -> None:
        """Offer those who can help, by their ids and names."""
        super().__init__(*args, **more)
        self._helpers = helpers
        offered = self.fields["workers"]
        if isinstance(offered, forms.MultipleChoiceField):
            offered.choices = names

    def chosen(self) -> list[Person]:
        """Return the people who were chosen."""
        wanted = set(self.cleaned_data["workers"])
        return [one for one in self._helpers if str(one.pk) in wanted]
