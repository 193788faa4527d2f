"""A script in every text, and which texts people wrote."""

import contextlib

# The tag breaks out of attributes; the product betrays a template that was evaluated.
POISON = "\"'><img src=/ran onerror=window.ran=1><script>window.ran=1</script>{{1357*2468}}"

# Columns whose values the product makes or checks: nobody types into them.
SHAPED = {"state", "colour", "channel", "kind", "code", "level", "role", "stage", "unit", "verb",
          "password", "language", "email", "source", "media_type", "digest", "previous_state",
          "counts_from", "emergency_number", "query_code", "purpose", "key", "whose", "occasion",
          "tokens", "words", "version", "channels"}  # fmt: skip


def poison_all() -> None:
    """Put the script into every text that people wrote: all columns without a form of their own."""
    from django.apps import apps
    from django.db import IntegrityError, models, transaction

    for model in apps.get_models():
        if model._meta.app_label not in {"accounts", "territory", "cases"}:
            continue
        for column in model._meta.concrete_fields:
            free = isinstance(column, models.CharField | models.TextField)
            if not free or column.choices or column.unique or column.name in SHAPED:
                continue
            text = POISON[: column.max_length or 4000]
            # A column that the database guards holds no free text.
            with contextlib.suppress(IntegrityError), transaction.atomic():
                model._default_manager.update(**{column.name: text})


def _is_written(text: str) -> bool:
    """Whether it is a text of people: Chinese, or more than one English word."""
    return not text.isascii() or (" " in text and not text.startswith(("{", "[")))


def texts() -> list[str]:
    """Return every text that was seeded: what people wrote is not translated."""
    from django.apps import apps
    from django.db import models

    found: set[str] = set()
    for model in apps.get_models():
        if model._meta.app_label not in {"accounts", "territory", "cases", "audit"}:
            continue
        columns = [
            column.name
            for column in model._meta.concrete_fields
            if isinstance(column, models.CharField | models.TextField)
        ]
        for row in model._default_manager.values_list(*columns):
            found |= {text for text in row if isinstance(text, str) and _is_written(text)}
    found |= {"网格.geojson", "类别.xlsx", "规则.csv", "日历.json", "新日历", "第七网格"}
    return sorted(found, key=len, reverse=True)
