"""What a form says of a wrong value reads as an official would write it."""

import pytest
from django import forms
from django.utils import translation


@pytest.mark.parametrize(
    ("field", "given", "sentence"),
    [
        (forms.CharField(max_length=3), "四个字符", "不能超过 3 个字符（现有 4 个）。"),
        (forms.CharField(min_length=3), "二字", "至少填写 3 个字符（现有 2 个）。"),
        (forms.IntegerField(min_value=1), "0", "不能小于 1。"),
        (forms.IntegerField(max_value=9), "10", "不能大于 9。"),
        (forms.IntegerField(), "x", "请填写整数。"),
        (forms.DateField(), "x", "请填写正确的日期。"),
        (forms.ChoiceField(choices=[("a", "a")]), "b", "请从所列选项中选择，“b”不在其中。"),
    ],
)
def test_a_wrong_value_is_told_in_plain_chinese(
    field: forms.Field, given: str, sentence: str
) -> None:
    with translation.override("zh-hans"), pytest.raises(forms.ValidationError) as wrong:
        field.clean(given)
    with translation.override("zh-hans"):
        assert wrong.value.messages == [sentence]
