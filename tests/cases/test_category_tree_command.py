"""The tree of categories that comes with the product is brought in by one command."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from linli.cases.imports.category_data import DATA, drafts_of, read_tree
from linli.cases.models import Category, CategoryVersion, StageLimit

pytestmark = pytest.mark.django_db


def test_the_products_own_tree_fills_an_empty_installation() -> None:
    call_command("import_categories", str(DATA))
    drafts = list(drafts_of(read_tree()))
    assert {category.code for category in Category.objects.all()} == {d.code for d in drafts}
    assert StageLimit.objects.count() == sum(len(draft.limits) for draft in drafts) > 0


def test_the_tree_brought_in_again_makes_no_new_version() -> None:
    call_command("import_categories", str(DATA))
    before = CategoryVersion.objects.count()
    call_command("import_categories", str(DATA))
    assert CategoryVersion.objects.count() == before > 0


def test_a_check_of_the_tree_writes_nothing() -> None:
    call_command("import_categories", str(DATA), "--check")
    assert not Category.objects.exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"stages": []}', '{"stages": 1, "limit_sets": []}'])
def test_a_file_that_is_no_tree_is_refused_with_what_to_do(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(CommandError, match="xlsx"):
        call_command("import_categories", str(path))
    assert not Category.objects.exists()
