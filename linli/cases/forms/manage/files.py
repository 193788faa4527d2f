"""Forms that take a table or a calendar."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Category
from linli.cases.queries.categories import offered_categories
from linli.kernel.tables import MOST_BYTES


def file_field(endings: str, hint: object) -> forms.FileField:
    """Return the field of an upload; ``endings`` are what the chooser offers first."""
    attributes = {"data_max_bytes": MOST_BYTES, "accept": endings}
    return forms.FileField(
        label=_("File"),
        help_text=hint,  # type: ignore[arg-type]
        widget=forms.ClearableFileInput(attrs=attributes),
    )


class TableForm(forms.Form):
    """One spreadsheet."""

    file = file_field(".xlsx,.csv", _(".xlsx or .csv, 32 MB at most."))

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        upload = self.cleaned_data["file"]
        if (upload.size or 0) > MOST_BYTES:
            raise ValidationError(_("The file is larger than 32 MB."))
        return upload


class CategoryTableForm(TableForm):
    """A spreadsheet of categories, and where the limits of new ones come from."""

    limits_like = forms.ChoiceField(
        label=_("Limits of new categories"),
        required=False,
        help_text=_("Only where the file has no sheet of limits."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, object]] = [("", _("none for now"))]
        choices += [(one.code, named(one)) for one in offered_categories().order_by("position")]
        self.fields["limits_like"].choices = choices  # type: ignore[attr-defined]


def named(category: Category) -> str:
    """Return a category with its code, as a chooser shows it."""
    return f"{category.code} {category}"
