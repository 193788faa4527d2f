"""Forms of the pages for people, roles, units and kept bodies."""

import re
from typing import Any
from uuid import UUID

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.accounts.actions.people import Facts
from linli.accounts.actions.units import UnitFacts
from linli.accounts.models import RoleChoice, Unit, UnitKind
from linli.accounts.policies.people import Holding
from linli.accounts.rules.roles import Role

_USERNAME = re.compile(r"[a-z0-9\u4e00-\u9fff][a-z0-9\u4e00-\u9fff._@-]*\Z")


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options)


def units_today() -> Any:
    """Return the units that exist today, by name."""
    lasting = Q(until__isnull=True) | Q(until__gt=timezone.localdate())
    return Unit.objects.filter(lasting).order_by("kind", "code")


class EditPersonForm(forms.Form):
    """What may be changed of a person."""

    name = forms.CharField(label=_("Full name"), max_length=80)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("For notices, and to reset the password.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def facts(self, username: str = "") -> Facts:
        """Return what was typed."""
        typed = self.cleaned_data
        return Facts(username, typed["name"], typed["email"], typed["language"])


class PersonForm(EditPersonForm):
    """A new person."""

    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        help_text=_("For logging in; it stays. Small letters, digits, Chinese characters, . _ - @"),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )
    field_order = ("username", "name", "email", "language")

    def clean_username(self) -> str:
        """Return the name in small letters; refuse what is hard to type or to tell apart."""
        name = str(self.cleaned_data["username"]).strip().lower()
        if not _USERNAME.match(name):
            raise forms.ValidationError(
                _("Use small letters, digits, Chinese characters, and . _ - @ after the first.")
            )
        return name


class SearchForm(forms.Form):
    """A person to be found by who they are."""

    q = forms.CharField(
        label=_("Exact user name, or how the name begins"), required=False, max_length=64
    )


class EdgeForm(forms.Form):
    """Where a page of a list begins or ends; what cannot be such a place counts as none."""

    after = forms.CharField(required=False, max_length=64)
    before = forms.CharField(required=False, max_length=64)

    def edges(self) -> tuple[str, str]:
        """Return both places, each empty where there is none."""
        self.full_clean()
        return self.cleaned_data.get("after", ""), self.cleaned_data.get("before", "")


class HoldingForm(forms.Form):
    """A role to be given."""

    role = forms.ChoiceField(label=_("Role"))
    unit = forms.ModelChoiceField(
        label=_("Unit"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("no unit"),
        help_text=_("Required for a unit officer."),
    )
    since = _day(label=_("From"))
    until = _day(
        label=_("Up to, not including"),
        required=False,
        help_text=_("Empty: until further notice."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(c, label) for c, label in RoleChoice.choices if c != Role.REPORTER]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units_today()  # type: ignore[attr-defined]
        self.fields["since"].initial = timezone.localdate()

    def holding(self) -> Holding:
        """Return what was typed."""
        typed = self.cleaned_data
        return Holding(Role(typed["role"]), typed["unit"], typed["since"], typed["until"])


class EndForm(forms.Form):
    """The day a role ends."""

    until = _day(label=_("Ends on, not including this day"))


class UnitForm(forms.Form):
    """A unit, new or changed."""

    code = forms.CharField(label=_("Code"), max_length=32)
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices)
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    parent = forms.ModelChoiceField(
        label=_("Upper unit"), queryset=Unit.objects.none(), required=False, empty_label=_("none")
    )
    since = _day(label=_("From"))
    until = _day(
        label=_("Up to, not including"),
        required=False,
        help_text=_("Empty: until further notice."),
    )

    def __init__(self, *args: Any, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = units_today()
        if unit is not None:
            upper = [unit.parent_id] if unit.parent_id else []
            others = (others | Unit.objects.filter(pk__in=upper)).exclude(pk=unit.pk)
        self.fields["parent"].queryset = others  # type: ignore[attr-defined]

    def facts(self) -> UnitFacts:
        """Return what was typed."""
        return UnitFacts(**self.cleaned_data)


class SubjectForm(forms.Form):
    """Whose events are wanted."""

    q = forms.CharField(
        label=_("Case number, user name, code of a unit, or id"), required=False, max_length=64
    )

    def as_id(self) -> UUID | None:
        """Return what was typed if it is an id itself."""
        try:
            return UUID(self.cleaned_data["q"])
        except ValueError:
            return None


class ReasonForm(forms.Form):
    """Why a kept body is opened."""

    reason = forms.CharField(
        label=_("Why do you open it?"),
        min_length=4,
        max_length=200,
        help_text=_("Recorded with your name before anything is shown."),
    )


class SettleForm(forms.Form):
    """How a kept body was dealt with."""

    note = forms.CharField(
        label=_("What was done with it?"),
        min_length=2,
        max_length=200,
        help_text=_("Without names or numbers of persons: this line stays in the audit log."),
    )


def _key_name() -> forms.CharField:
    return forms.CharField(label=_("Name of the key"), required=False, max_length=60)


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey or security key of one's own; allauth's form in words that people know."""

    name = _key_name()
    passwordless = forms.BooleanField(
        label=_("Log in with this key alone, without the password"),
        required=False,
        initial=True,
        help_text=_("The device then asks you to unlock it each time."),
    )


class RenameKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    name = _key_name()
