"""How a form field is drawn; loaded through ``linli_ui``."""

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

register = template.Library()

_CHECKS = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)


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
