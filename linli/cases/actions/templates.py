"""Reply templates: words that are often needed, for one category or for all."""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime

from linli.accounts.models import Person
from linli.audit.actions import acting
from linli.cases.models import Category, ReplyTemplate


@dataclass(frozen=True)
class TemplateFacts:
    """A template as it shall be; ``category`` is a code, or empty for all."""

    name: str
    text: str
    name_en: str = ""
    text_en: str = ""
    category: str = ""
    is_active: bool = True


def save_template(
    *,
    facts: TemplateFacts,
    template_id: uuid.UUID | None = None,
    by: Person | None,
    at: datetime,
    act_id: uuid.UUID,
) -> uuid.UUID:
    """Make a template (its id is the act's) or change one; returns its id."""
    key = template_id or act_id
    asked = {**asdict(facts), "template": key}
    with acting(act_id, "templates.save", by=by, at=at, subject=key, payload=asked) as first_time:
        if first_time:
            values = asdict(facts)
            code = values.pop("category")
            values["category"] = Category.objects.get(code=code) if code else None
            ReplyTemplate.objects.update_or_create(pk=key, defaults=values)
    return key


def remove_template(
    *, template_id: uuid.UUID, by: Person | None, at: datetime, act_id: uuid.UUID
) -> None:
    """Remove a template; replies that were written with it keep their words."""
    asked = {"template": template_id}
    with acting(
        act_id, "templates.remove", by=by, at=at, subject=template_id, payload=asked
    ) as first_time:
        if first_time:
            ReplyTemplate.objects.filter(pk=template_id).delete()
