"""What a category asks of a report."""

import math
from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linli.cases.models import Category, CategoryVersion
from linli.cases.models.choices import Channel, Kind
from linli.kernel.refusal import Refusal

TITLE_LENGTH = 120
DESCRIPTION_LENGTH = 4000
PLACE_LENGTH = 200


@dataclass(frozen=True)
class Contact:
    """Who reported and how to reach them; every part may be empty."""

    name: str = ""
    telephone: str = ""
    email: str = ""
    moved_numbers: str = ""
    language: str = "zh-hans"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        return not (self.name or self.telephone or self.email or self.moved_numbers)


@dataclass(frozen=True)
class Report:
    """What somebody reports. ``lon``/``lat`` are WGS 84 degrees."""

    category: Category
    kind: Kind
    channel: Channel
    title: str
    description: str = ""
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    contact: Contact | None = None
    contact_open_to_unit: bool = False
    has_photo: bool = False
    source: str = ""
    stated_due_at: datetime | None = None

    @property
    def payload(self) -> dict[str, object]:
        """All that was reported; equal for a repeated request."""
        body = {k: v for k, v in vars(self).items() if k not in {"category", "contact"}}
        contact = asdict(self.contact) if self.contact else None
        return {**body, "category": str(self.category.pk), "contact": contact}


def _too_long(report: Report) -> str:
    """Return which text is too long; nothing is translated for a report that is as it should."""
    if len(report.title) > TITLE_LENGTH:
        return _("The title is longer than %(n)d characters.") % {"n": TITLE_LENGTH}
    if len(report.description) > DESCRIPTION_LENGTH:
        return _("The text is longer than %(n)d characters.") % {"n": DESCRIPTION_LENGTH}
    if len(report.place) > PLACE_LENGTH:
        return _("The place is longer than %(n)d characters.") % {"n": PLACE_LENGTH}
    return ""


def _words(report: Report) -> Refusal | None:
    if not report.title.strip():
        return Refusal("title", _("Say in a few words what it is about."))
    too_long = _too_long(report)
    if too_long:
        return Refusal("long", too_long)
    if "\x00" in report.title + report.description + report.place:
        return Refusal("zero", _("The text holds a character that cannot be stored."))
    return None


def refuse_point(lon: float | None, lat: float | None) -> Refusal | None:
    """Return None for a place on the map or for none at all, else what is wrong with it."""
    if lon is None and lat is None:
        return None
    if lon is None or lat is None:
        return Refusal("point", _("A place on the map needs longitude and latitude."))
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        return Refusal("point", _("This is no place on earth: check longitude and latitude."))
    return None


def why_place(version: CategoryVersion) -> str:
    """Return why the public has to say where it is, or "" where the category does not ask."""
    if not version.needs_verification:
        return ""
    return _("Somebody looks at it on site first: %(why)s") % {"why": version.why_verification}


def refuse_nowhere(report: Report, version: CategoryVersion) -> Refusal | None:
    """Return None if the public said where it is, or need not; else what to say and why."""
    from_public = report.channel in {Channel.WEB, Channel.OPEN311}
    has_place = bool(report.place.strip()) or report.lon is not None
    why = why_place(version)
    if has_place or not (from_public and why):
        return None
    text = _("Say where it is, on the map or in words. %(why)s")
    return Refusal("place", text % {"why": why})


def _category(report: Report, version: CategoryVersion) -> Refusal | None:
    if not report.category.is_active:
        return Refusal("category", _("This category is no longer offered; choose another."))
    if version.kinds and report.kind.value not in version.kinds:
        return Refusal("kind", _("This category is not meant for this kind of report."))
    is_anonymous = report.contact is None or report.contact.is_empty
    from_public = report.channel in {Channel.WEB, Channel.OPEN311}
    if is_anonymous and from_public and not version.anonymous_allowed:
        return Refusal("contact", _("For this matter we need a way to reach you."))
    if version.needs_photo and from_public and not report.has_photo:
        return Refusal("photo", _("Please add a photograph: %(w)s") % {"w": version.why_photo})
    return None


def refuse_report(report: Report, version: CategoryVersion) -> Refusal | None:
    """Return None if the report can become a case of this category, else the reason."""
    return (
        _words(report)
        or refuse_point(report.lon, report.lat)
        or refuse_nowhere(report, version)
        or _category(report, version)
    )
