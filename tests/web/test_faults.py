"""What is wrong in a form stands above it too, each fault with the way to its field."""

import re

from django import forms
from django.template import Context, Template
from django.utils import translation


class Row(forms.Form):
    amount = forms.IntegerField(label="Amount", min_value=1)

    @property
    def title(self) -> str:
        return f"Row {self.prefix}"


class Long(forms.Form):
    name = forms.CharField(label="Name")
    kinds = forms.MultipleChoiceField(
        label="Kinds", choices=[("a", "A")], widget=forms.CheckboxSelectMultiple
    )
    day = forms.DateField(label="Day")
    version = forms.IntegerField(widget=forms.HiddenInput)


class Short(forms.Form):
    number = forms.CharField(label="Number")


def drawn(text: str, **values: object) -> str:
    with translation.override("en"):
        return Template("{% load linli_ui %}" + text).render(Context(values))


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)).strip()


def test_each_fault_of_a_long_form_is_named_with_a_way_to_its_field() -> None:
    html = drawn("{% faults form %}", form=Long({"day": "2026-01-01"}))
    assert "Not done yet: 3 things have to be put right." in words(html)
    assert '<a href="#id_name">Name</a>: This field is required.' in re.sub(r"\s+", " ", html)
    # The first box stands for a group of boxes, and a hidden field has no place to go to.
    assert 'href="#id_kinds_0"' in html
    assert "id_version" not in html
    assert 'role="alert"' in html


def test_nothing_is_drawn_where_nothing_is_wrong_or_nothing_was_sent() -> None:
    right = Long({"name": "x", "kinds": ["a"], "day": "2026-01-01", "version": "1"})
    for form in (right, Long(), None):
        assert drawn("{% faults form %}", form=form) == ""


def test_a_short_form_says_above_only_what_stands_at_no_field() -> None:
    form = Short({})
    assert drawn("{% faults form %}", form=form) == ""
    assert 'href="#id_number"' in drawn("{% faults form every=True %}", form=form)
    form.add_error(None, "There is no such report.")
    assert words(drawn("{% faults form %}", form=form)) == "There is no such report."


def test_the_rows_of_a_set_are_called_by_their_titles_and_removed_rows_are_silent() -> None:
    rows = forms.formset_factory(Row, extra=0, can_delete=True, max_num=1, validate_max=True)
    sent = {
        "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-amount": "0",
        "form-1-amount": "0", "form-1-DELETE": "on",
    }  # fmt: skip
    text = words(drawn("{% faults rows said='Look here.' every=True %}", rows=rows(sent)))
    assert text.startswith("Look here. ")
    assert "Row form-0: Amount: Ensure this value is greater than or equal to 1." in text
    assert "Row form-1" not in text
    sent = {**sent, "form-0-amount": "1", "form-1-amount": "1", "form-1-DELETE": ""}
    assert words(drawn("{% faults rows %}", rows=rows(sent))) == "Please submit at most 1 form."


def test_a_form_drawn_whole_has_its_faults_on_top() -> None:
    html = drawn("{{ form }}", form=Long({}))
    assert html.index("data-faults") < html.index('name="name"')
    assert html.count("data-faults") == 1
