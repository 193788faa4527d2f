"""From the fields of a POST to a report; every fault has a sentence."""

import uuid
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.cases.models.choices import Channel, Kind
from linli.cases.policies.reporting import PLACE_LENGTH, Contact, Report, why_place
from linli.cases.rules.personal_numbers import personal_numbers, without
from linli.kernel.ids import new_id
from linli.open311.queries.catalogue import Service
from linli.open311.rules.faults import Fault
from linli.open311.rules.media import with_media

_TITLE = 60
_NAME = 60
_LONGEST_LINK = 500
_ENDS = "。！？；\n!?;"

Fields = Mapping[str, str]


def _title(description: str, service: Service) -> str:
    """Take the first sentence of the description as the title, else the service's name."""
    text = " ".join(description[: 4 * _TITLE].split(" "))
    for position, sign in enumerate(text):
        if sign in _ENDS:
            text = text[:position]
            break
    text = " ".join(text.split())
    if len(text) > _TITLE:
        text = text[: _TITLE - 1] + "…"
    return text or str(service.category)


def _degrees(fields: Fields, name: str, most: float) -> float | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = most + 1
    if not -most <= value <= most:
        raise Fault(
            400,
            _("%(name)s is not a number of degrees of WGS 84: %(value)s")
            % {"name": name, "value": text[:40]},
        )
    return value


def _point(fields: Fields) -> tuple[float | None, float | None]:
    lat, lon = _degrees(fields, "lat", 90), _degrees(fields, "long", 180)
    if (lat is None) != (lon is None):
        raise Fault(400, _("lat and long belong together; one of them is missing."))
    return lon, lat


def _place(fields: Fields, has_point: bool, service: Service) -> str:
    place = fields.get("address_string", "").strip() or fields.get("address_id", "").strip()
    if not place and not has_point:
        how = _("Say where it is: lat and long, or address_string, or address_id.")
        raise Fault(400, f"{how} {why_place(service.version)}".rstrip())
    if len(place) > PLACE_LENGTH:
        raise Fault(400, _("address_string is longer than %(n)d characters.") % {"n": PLACE_LENGTH})
    return place


def _name(fields: Fields) -> str:
    """Spell a name the way its language does: family name first and no space in Chinese."""
    first, last = fields.get("first_name", "").strip(), fields.get("last_name", "").strip()
    if len(first) > _NAME or len(last) > _NAME:
        raise Fault(
            400, _("first_name or last_name is longer than %(n)d characters.") % {"n": _NAME}
        )
    is_latin = (first + last).isascii()
    return f"{first} {last}".strip() if is_latin else last + first


def _contact(fields: Fields, moved: str) -> Contact | None:
    telephone, email = fields.get("phone", "").strip(), fields.get("email", "").strip()
    if len(telephone) > 40:
        raise Fault(400, _("phone is longer than %(n)d characters.") % {"n": 40})
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Fault(400, _("email is no e-mail address.")) from error
    contact = Contact(_name(fields), telephone, email, moved, get_language() or "zh-hans")
    return None if contact.is_empty else contact


def _kind(fields: Fields, service: Service) -> Kind:
    kind = fields.get("attribute[kind]", "").strip()
    if not kind:
        return service.usual_kind
    if kind not in service.kinds:
        raise Fault(
            400,
            _("attribute[kind] is none of: %(kinds)s") % {"kinds": ", ".join(service.kinds)},
        )
    return Kind(kind)


def _description(fields: Fields) -> tuple[str, str]:
    """Return the words without numbers of persons, and those numbers, to be sealed."""
    text = fields.get("description", "").replace("\r\n", "\n").strip()
    spans = personal_numbers(text)
    if not spans:
        return text, ""
    return without(text, spans), ", ".join(span.number for span in spans)


def _link(fields: Fields) -> str:
    link = fields.get("media_url", "").strip()
    if not link:
        return ""
    if not link.startswith(("http://", "https://")) or len(link) > _LONGEST_LINK:
        raise Fault(
            400,
            _("media_url starts with http:// or https:// and has at most %(n)d characters.")
            % {"n": _LONGEST_LINK},
        )
    return link


def report_of(
    fields: Fields, service: Service, source: str, *, has_picture: bool = False
) -> Report:
    """Return the report that the fields describe. Raises Fault."""
    lon, lat = _point(fields)
    description, moved = _description(fields)
    link = _link(fields)
    return Report(
        category=service.category,
        kind=_kind(fields, service),
        channel=Channel.OPEN311,
        title=_title(description, service),
        description=with_media(description, link),
        place=_place(fields, lon is not None, service),
        lon=lon,
        lat=lat,
        contact=_contact(fields, moved),
        has_photo=has_picture or bool(link),
        source=source,
    )


def act_id_of(fields: Fields, header: str) -> uuid.UUID:
    """Return the id that the client made for its report, or a new one. Raises Fault."""
    given = header or fields.get("act_id", "")
    if not given:
        return new_id()
    try:
        return uuid.UUID(given.strip())
    except ValueError as error:
        raise Fault(400, _("Idempotency-Key (act_id) is no UUID.")) from error
