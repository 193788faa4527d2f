"""How a form field is drawn; loaded through ``linli_ui``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.formsets import DELETION_FIELD_NAME
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()

# So few fields are seen at one glance: their faults stand beside them and nowhere else.
_AT_A_GLANCE = 2


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong: ``target`` is the id of its input, ``of`` the part of the form."""

    text: str
    label: object = ""
    target: str = ""
    of: object = ""


def _css(widget: forms.Widget) -> str:
    if isinstance(widget, (forms.CheckboxSelectMultiple, forms.RadioSelect)):
        return "form-check-input"
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, (forms.Select, forms.SelectMultiple)):
        return "form-select"
    return "form-control"


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """Draw the bare input of a field with the classes of the design system."""
    drawn = field.field.widget
    css = f"{_css(drawn)} {drawn.attrs.get('class', '')}".strip()
    if field.errors:
        css += " is-invalid"
    return field.as_widget(attrs={**drawn.attrs, "class": css})


@register.filter
def is_check(field: BoundField) -> bool:
    """Say whether the label stands after a single tick box."""
    return type(field.field.widget) is forms.CheckboxInput


@register.filter
def is_choice_group(field: BoundField) -> bool:
    """Say whether the field is a group of tick boxes or radio buttons."""
    return isinstance(field.field.widget, (forms.CheckboxSelectMultiple, forms.RadioSelect))


@register.filter
def is_file(field: BoundField) -> bool:
    """Say whether the field takes files."""
    return isinstance(field.field.widget, forms.FileInput)


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """Draw label, input, help and errors of one field."""
    return bound.as_field_group()


def _target(bound: BoundField) -> str:
    # A group of boxes has an id for each box, and none for all of them.
    first = next(iter(bound.subwidgets), None) if is_choice_group(bound) else None
    return str(first.id_for_label if first is not None else bound.id_for_label)


def _of_form(form: forms.BaseForm, title: object = "") -> Iterator[Wrong]:
    for name, errors in form.errors.items():
        bound = form[name] if name in form.fields else None
        for text in errors:
            if bound is None or bound.is_hidden:
                yield Wrong(str(text), of=title)
            else:
                yield Wrong(str(text), bound.label, _target(bound), title)


def _of_set(rows: forms.BaseFormSet[Any]) -> Iterator[Wrong]:
    yield from (Wrong(str(text)) for text in rows.non_form_errors())
    for form in rows.forms:
        # ``deleted_forms`` of Django is empty as long as anything in the set is wrong.
        if form.errors and not form.cleaned_data.get(DELETION_FIELD_NAME):
            yield from _of_form(form, getattr(form, "title", ""))


def _asked(given: forms.BaseForm | forms.BaseFormSet[Any]) -> int:
    if isinstance(given, forms.BaseFormSet):
        return sum(len(form.visible_fields()) for form in given.forms)
    return len(given.visible_fields())


@register.simple_tag
def faults(*given: Any, said: object = "", every: bool = False) -> SafeString:
    """Say above a form what is wrong in it, each with the way to its field.

    ``given`` are forms and sets of rows (None is left out); a row is called by its ``title``.
    ``said`` replaces the first sentence. A form of one or two fields says here only what stands
    at no field, unless ``every`` is asked for. Draws nothing where nothing is wrong.
    """
    bound = [one for one in given if one is not None and one.is_bound]
    found: list[Wrong] = []
    for one in bound:
        found += _of_set(one) if isinstance(one, forms.BaseFormSet) else _of_form(one)
    if not every and sum(map(_asked, bound)) <= _AT_A_GLANCE:
        found = [wrong for wrong in found if not wrong.target]
    if not found:
        return SafeString("")
    alone = len(found) == 1 and not found[0].target and not said
    return render_to_string("web/forms/faults.html", {"found": found, "said": said, "alone": alone})
