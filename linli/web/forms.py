"""A form that shows every kind of field; nothing is ever saved from it."""

from django import forms
from django.utils.translation import gettext_lazy as _

MEGABYTE = 1024 * 1024


class SampleForm(forms.Form):
    """One field of each kind, for the style guide."""

    title = forms.CharField(
        label=_("In one sentence"), help_text=_("What is it, and where?"), max_length=60
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("help", _("Help")), ("complaint", _("Complaint")), ("hazard", _("Hazard"))],
    )
    words = forms.CharField(
        label=_("What happened"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    lon = forms.FloatField(label=_("Longitude"), required=False)
    lat = forms.FloatField(label=_("Latitude"), required=False)
    answer = forms.ChoiceField(
        label=_("How shall we answer"),
        widget=forms.RadioSelect,
        choices=[("sms", _("By telephone")), ("mail", _("By e-mail")), ("none", _("Not at all"))],
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_("JPEG or PNG, 10 MB at most; the place stored inside it is removed."),
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/*", "data_max_bytes": 10 * MEGABYTE}
        ),
    )
    anonymous = forms.BooleanField(label=_("Without my name"), required=False)
