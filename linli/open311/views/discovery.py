"""What this interface offers: discovery, services, and what a service asks for."""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.models.choices import Kind
from linli.open311.queries.catalogue import Service, services
from linli.open311.rules.faults import Fault
from linli.open311.rules.wire import Row, Spelling, many, one
from linli.open311.views.doors import answer, door, refuse

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
# The day on which what this document says last changed.
CHANGED = "2026-11-23T00:00:00+08:00"


@door("GET")
def discovery(request: HttpRequest, spelling: Spelling) -> HttpResponse:
    """Say where the interface is and which formats it speaks."""
    address = request.build_absolute_uri("/open311/v2")
    formats: list[str] = ["text/xml", "application/json"]
    row: Row = {
        "changeset": CHANGED,
        "contact": _("Ask the service centre %(name)s for an api_key.")
        % {"name": settings.LINLI_CENTRE_NAME or settings.LINLI_JURISDICTION},
        "key_service": request.build_absolute_uri("/"),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": address,
                "changeset": CHANGED,
                "type": "test" if settings.LINLI_DEMO else "production",
                "formats": formats,
            }
        ],
    }
    return answer(one("discovery", row), spelling)


def _has_choice(service: Service) -> bool:
    return len(service.kinds) > 1


def _service_row(service: Service) -> Row:
    category, parent = service.category, service.category.parent
    return {
        "service_code": category.code,
        "service_name": str(category),
        "description": service.version.condition_to_register,
        "metadata": _has_choice(service) or bool(service.version.needs_photo),
        "type": "realtime",
        "keywords": str(parent) if parent else "",
        "group": str(parent) if parent else "",
    }


@door("GET")
def service_list(request: HttpRequest, spelling: Spelling) -> HttpResponse:
    """List the services that can be asked for."""
    offered = services(timezone.now()).values()
    return answer(many("services", "service", map(_service_row, offered)), spelling)


def _attributes(service: Service) -> Iterator[Row]:
    if _has_choice(service):
        yield {
            "variable": True,
            "code": "kind",
            "datatype": "singlevaluelist",
            "required": False,
            "datatype_description": None,
            "order": 1,
            "description": _("What kind of report is it?"),
            "values": [{"key": kind, "name": str(Kind(kind).label)} for kind in service.kinds],
        }
    if service.version.needs_photo:
        yield {
            "variable": False,
            "code": "photo",
            "datatype": "string",
            "required": False,
            "datatype_description": None,
            "order": 2,
            "description": _("Please add a photograph: %(w)s") % {"w": service.version.why_photo},
            "values": [],
        }


@door("GET")
def service_definition(request: HttpRequest, spelling: Spelling, code: str) -> HttpResponse:
    """Say what a service asks for besides the fields that every service has."""
    service = services(timezone.now()).get(code)
    if service is None:
        raise Fault(404, _("There is no service %(code)s.") % {"code": code[:40]})
    row: Row = {"service_code": code, "attributes": list(_attributes(service))}
    return answer(one("service_definition", row), spelling)


def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer for an address that GeoReport v2 does not have."""
    spelling = Spelling.JSON if rest.endswith(".json") else Spelling.XML
    return refuse(spelling, 404, _("GeoReport v2 has no such address; see discovery.xml."))
