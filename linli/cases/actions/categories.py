"""Publishing categories: a changed category gets a new version, cases keep theirs."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from linli.accounts.models import Person
from linli.audit.actions import acting
from linli.cases.models import Category, CategoryVersion, StageLimit
from linli.cases.queries.categories import forget_versions

_VERSION_FIELDS = (
    "kinds",
    "register_when",
    "register_when_en",
    "close_when",
    "close_when_en",
    "needs_verification",
    "verification_reason",
    "verification_reason_en",
    "needs_photo",
    "photo_reason",
    "photo_reason_en",
    "anonymous_allowed",
    "duplicate_metres",
    "duplicate_hours",
    "reopen_days",
    "emergency_number",
)


@dataclass(frozen=True)
class LimitDraft:
    """One staged limit: ``counts_from`` and ``met_by`` are verbs of a case."""

    stage: str
    name: str
    amount: int
    unit: str
    counts_from: str
    met_by: tuple[str, ...]
    name_en: str = ""
    kinds: tuple[str, ...] = ()
    is_final: bool = False


@dataclass(frozen=True)
class CategoryDraft:
    """A category as it shall hold from now on; ``parent`` is a code or ""."""

    code: str
    name: str
    name_en: str = ""
    parent: str = ""
    position: int = 0
    is_active: bool = True
    rules: Mapping[str, object] = field(default_factory=dict)
    limits: tuple[LimitDraft, ...] = ()

    @property
    def is_leaf(self) -> bool:
        """Whether cases can have it: only leaves carry rules."""
        return bool(self.rules) or bool(self.limits)


@dataclass
class Published:
    """How many categories were made, given a new version, or left as they were."""

    made: int = 0
    changed: int = 0
    same: int = 0


def _spelled(limit: StageLimit | LimitDraft) -> tuple[object, ...]:
    values = (getattr(limit, entry.name) for entry in fields(LimitDraft))
    return tuple(tuple(v) if isinstance(v, list | tuple) else v for v in values)


def _is_same(version: CategoryVersion, draft: CategoryDraft) -> bool:
    rules = {name: getattr(version, name) for name in _VERSION_FIELDS}
    wanted = {name: draft.rules.get(name, rules[name]) for name in _VERSION_FIELDS}
    limits = [_spelled(limit) for limit in version.limits.all()]
    return rules == wanted and limits == [_spelled(limit) for limit in draft.limits]


def _new_version(category: Category, draft: CategoryDraft, at: datetime) -> None:
    last = category.versions.order_by("-number").first()
    rules = {name: draft.rules[name] for name in _VERSION_FIELDS if name in draft.rules}
    version = CategoryVersion.objects.create(
        category=category, number=last.number + 1 if last else 1, since=at, **rules
    )
    StageLimit.objects.bulk_create(
        StageLimit(
            version=version,
            position=position,
            **{
                entry.name: list(value) if isinstance(value, tuple) else value
                for entry in fields(LimitDraft)
                for value in [getattr(limit, entry.name)]
            },
        )
        for position, limit in enumerate(draft.limits)
    )


def _publish_one(draft: CategoryDraft, at: datetime, count: Published) -> None:
    parent = Category.objects.get(code=draft.parent) if draft.parent else None
    category, is_new = Category.objects.update_or_create(
        code=draft.code,
        defaults={
            "name": draft.name,
            "name_en": draft.name_en,
            "parent": parent,
            "position": draft.position,
            "is_active": draft.is_active,
        },
    )
    last = category.versions.order_by("-number").first()
    if not draft.is_leaf or (last is not None and _is_same(last, draft)):
        count.made += is_new
        count.same += not is_new
        return
    _new_version(category, draft, at)
    count.made += is_new
    count.changed += not is_new


def publish_categories(
    *, drafts: Sequence[CategoryDraft], by: Person | None, at: datetime, act_id: uuid.UUID
) -> Published:
    """Publish a tree: parents stand before children. Equal content makes no new version."""
    count = Published()
    asked = {"drafts": [str(draft) for draft in drafts]}
    with acting(act_id, "categories.publish", by=by, at=at, payload=asked) as first_time:
        if first_time:
            for draft in drafts:
                _publish_one(draft, at, count)
    forget_versions()
    return count
