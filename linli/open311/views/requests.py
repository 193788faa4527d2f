"""Posting a request and asking for requests. Posting is the busiest address of all."""

from collections.abc import Mapping
from typing import IO, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.actions.attachments import Upload, make_ready, report_with_files
from linli.cases.actions.contacts import query_code
from linli.cases.actions.intake import report
from linli.cases.models import Case
from linli.open311.forms import act_id_of, report_of
from linli.open311.queries.catalogue import Service, services
from linli.open311.queries.keys import holder_of
from linli.open311.queries.requests import number_of, page_of, request_of, wanted, wants_updates
from linli.open311.rules.faults import Fault
from linli.open311.rules.form import FORM, UnreadableError, fields_of
from linli.open311.rules.wire import Row, Spelling, many
from linli.open311.views.doors import answer, check_jurisdiction, door

_ROOT, _ITEM = "service_requests", "request"
MULTIPART = "multipart/form-data"
MOST_PICTURES = 3


def _fields(request: HttpRequest) -> Mapping[str, str]:
    """Read the body once. What stands in the address counts where the body is silent."""
    content_type = request.headers.get("Content-Type", FORM)
    if content_type.startswith(MULTIPART):
        fields: dict[str, str] = request.POST.dict()
    elif content_type.startswith(FORM):
        try:
            fields = dict(fields_of(request.body, content_type))
        except UnreadableError as error:
            text = _("The body is no form in the encoding it declares (UTF-8 by default).")
            raise Fault(400, text) from error
    else:
        raise Fault(415, _("Send the report as a form: %(type)s.") % {"type": FORM})
    return {**request.GET.dict(), **fields} if request.META.get("QUERY_STRING") else fields


def _service(fields: Mapping[str, str]) -> Service:
    code = fields.get("service_code", "").strip()
    if not code:
        raise Fault(400, _("service_code is missing."))
    service = services(timezone.now()).get(code)
    if service is None:
        raise Fault(404, _("There is no service %(code)s.") % {"code": code[:40]})
    return service


def _key(fields: Mapping[str, str]) -> UUID:
    holder = holder_of(fields.get("api_key", ""))
    if holder is None:
        raise Fault(403, _("The api_key is missing or not valid."))
    return holder


def _notice(case: Case, service: Service) -> str:
    code = query_code(case.pk)
    notice = _("Follow it with number %(number)s and query code %(code)s.") % {
        "number": case.number,
        "code": code,
    }
    emergency = service.version.emergency_number
    if emergency:
        danger = _("If anybody is in danger, call %(number)s now.") % {"number": emergency}
        return f"{danger} {notice}"
    return notice


def _pictures(request: HttpRequest) -> list[Upload]:
    """Return the files of a multipart body; some clients send them instead of a link."""
    if not request.headers.get("Content-Type", "").startswith(MULTIPART):
        return []
    given = [one for name in request.FILES for one in request.FILES.getlist(name)]
    if len(given) > MOST_PICTURES:
        raise Fault(400, _("Send at most %(n)d pictures.") % {"n": MOST_PICTURES})
    return [Upload(one.name or "", cast("IO[bytes]", one)) for one in given]


def _post(request: HttpRequest, spelling: Spelling) -> HttpResponse:
    fields = _fields(request)
    check_jurisdiction(fields.get("jurisdiction_id", ""))
    holder = _key(fields)
    service = _service(fields)
    act_id = act_id_of(fields, request.headers.get("Idempotency-Key", ""))
    pictures = _pictures(request)
    asked = report_of(
        fields, service, f"open311:{holder.hex}:{act_id.hex}", has_picture=bool(pictures)
    )
    at = timezone.now()
    if pictures:
        files = [make_ready(picture, only_pictures=True) for picture in pictures]
        case = report_with_files(report=asked, files=files, at=at, act_id=act_id)
    else:
        case = report(report=asked, by=None, at=at, act_id=act_id)
    row: Row = {
        "service_request_id": case.number,
        "token": str(act_id),
        "service_notice": _notice(case, service),
        "account_id": None,
    }
    return answer(many(_ROOT, _ITEM, (row,)), spelling, 201)


def _get(request: HttpRequest, spelling: Spelling) -> HttpResponse:
    rows, after = page_of(wanted(request.GET.dict(), timezone.now()))
    response = answer(many(_ROOT, _ITEM, rows), spelling)
    if after is not None:
        query = request.GET.copy()
        query["after"] = str(after)
        address = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response


@door("GET", "POST")
def requests(request: HttpRequest, spelling: Spelling) -> HttpResponse:
    """GET lists public requests, POST makes one."""
    if request.method == "POST":
        return _post(request, spelling)
    return _get(request, spelling)


@door("GET")
def one_request(request: HttpRequest, spelling: Spelling, number: str) -> HttpResponse:
    """Show one request by its number."""
    rows = request_of(number, with_updates=wants_updates(request.GET.dict()))
    if not rows:
        text = _("There is no request %(number)s.") % {"number": number[:40]}
        raise Fault(404, text)
    return answer(many(_ROOT, _ITEM, rows), spelling)


@door("GET")
def token(request: HttpRequest, spelling: Spelling, token: str) -> HttpResponse:
    """Tell the number of the request that was posted under a client's id."""
    try:
        number = number_of(UUID(token))
    except ValueError:
        number = None
    if number is None:
        raise Fault(404, _("Nothing was posted under this token."))
    row: Row = {"service_request_id": number, "token": token}
    return answer(many(_ROOT, _ITEM, (row,)), spelling)
