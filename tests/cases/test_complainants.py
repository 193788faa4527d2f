"""Whoever complains is hidden from the unit complained about, wherever it looks."""

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from PIL import Image

from linli.accounts.models import Person, RoleGrant
from linli.accounts.rules.roles import Role
from linli.cases.actions.attachments import Upload, attach
from linli.cases.actions.contacts import reveal_contact
from linli.cases.actions.conversing import add_words, reply, urge
from linli.cases.actions.steps import Order
from linli.cases.jobs.mailing import send_digests
from linli.cases.models import Attachment, Case
from linli.cases.models.choices import Channel, Kind
from linli.cases.policies import Who
from linli.cases.policies.reporting import Contact
from linli.cases.rules.workflow import CaseState
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from tests.factories import NOW, Crew, code_of, make_case, make_person, order, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    """Keep the files of the tests apart."""
    settings.LINLI_MEDIA = tmp_path


SECRETS = ("欧阳投诉人", "13955556666", "139****6666", "ouyang@example.com")
HREF = re.compile(r'(?:href|src|hx-get|action)="([^"#]+)"')
MOST_PAGES = 150


def complaint(crew: Crew, **more: Any) -> Case:
    """Bring a complaint with a photo, a question and an urging of its reporter to the unit."""
    contact = Contact("欧阳投诉人", "13955556666", "ouyang@example.com", "13955556666")
    facts = {"kind": Kind.COMPLAINT, "channel": Channel.WEB, "contact": contact, **more}
    case = make_case(title="物业服务差", description="多次催促无果", **facts)
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
    theirs = Order(new_id(), case.pk, Who.reporter(case.pk), NOW)
    attach(order=theirs, upload=Upload("欧阳投诉人.jpg", picture.getvalue()), public=True)
    crew.bring(case, CaseState.HANDLING)
    case.refresh_from_db()
    add_words(order=Order(new_id(), case.pk, Who.reporter(case.pk), NOW, words="请尽快"))
    urge(order=order(case, crew.supervisor, note="尽快办理"))
    reply(order=order(case, crew.officer, words="已安排"))
    return case


def walked(client: Client, starts: list[str]) -> dict[str, str]:
    """Follow every link that a browser would, and return what came."""
    pages: dict[str, str] = {}
    waiting = list(starts)
    while waiting and len(pages) < MOST_PAGES:
        address = waiting.pop(0)
        if address in pages:
            continue
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        told = str(answer.headers) + body.decode("utf-8", "replace")
        pages[address] = told
        if "html" in answer.headers.get("Content-Type", ""):
            for link in HREF.findall(told):
                there = urljoin(address, link.replace("&amp;", "&"))
                parts = urlsplit(there)
                if not parts.netloc and parts.path.startswith(("/desk", "/file", "/open311")):
                    waiting.append(there)
    return pages


def test_no_page_that_the_unit_can_reach_tells_who_complained(crew: Crew) -> None:
    case = complaint(crew)
    lists = [reverse("desk:case", args=[case.pk]), "/desk/", reverse("desk:cases")]
    searches = [f"{reverse('desk:cases')}?q={words}" for words in SECRETS]
    public = [f"/open311/v2/requests/{case.number}.json", "/open311/v2/requests.json", "/board/"]
    pages = walked(signed_in(crew.officer), [*lists, *searches, *public])
    assert "物业服务差" in pages[lists[0]]
    assert len(pages) > 12
    found = [(address, one) for address, told in pages.items() for one in SECRETS if one in told]
    assert [(address, one) for address, one in found if "q=" not in address] == []
    for address in searches:
        assert "物业服务差" not in pages[address]
    assert Attachment.objects.get().name == "photo-1.jpg"


def test_no_mail_to_the_unit_tells_who_complained(crew: Crew, settings: Any) -> None:
    Person.objects.filter(pk=crew.officer.pk).update(email="unit@example.org", wants_digest=False)
    settings.EMAIL_HOST = "localhost"
    complaint(crew)
    assert send_digests(at=NOW + timedelta(days=1)) >= 1
    [told] = [one for one in mail.outbox if one.to == ["unit@example.org"]]
    assert not [one for one in SECRETS if one in str(told.message())]


def test_another_role_does_not_open_what_the_unit_may_not_know(crew: Crew) -> None:
    case = complaint(crew)
    RoleGrant.objects.create(person=crew.officer, role=Role.INTAKE_CLERK, since=NOW.date())
    two_hats = Person.objects.get(pk=crew.officer.pk)
    ask = {"case": case, "by": two_hats, "at": NOW, "reason": "核对地址"}
    with pytest.raises(Refused) as caught:
        reveal_contact(who=Who.of(two_hats, NOW), **ask)
    assert code_of(caught) == "hidden"
    Case.objects.filter(pk=case.pk).update(contact_open_to_unit=True)
    case.refresh_from_db()
    assert reveal_contact(who=Who.of(two_hats, NOW), **ask).name == "欧阳投诉人"


def test_a_colleague_who_complains_is_not_named_to_the_unit_either(crew: Crew) -> None:
    worker = make_person(Role.GRID_WORKER, name="网格员钟某")
    facts = {"channel": Channel.GRID_WORKER, "by": worker}
    for kind, agreed, is_named in (
        (Kind.COMPLAINT, False, False),
        (Kind.COMPLAINT, True, True),
        (Kind.HAZARD, False, True),
    ):
        case = make_case(kind=kind, contact_open_to_unit=agreed, **facts)
        crew.bring(case, CaseState.HANDLING)
        page = reverse("desk:case", args=[case.pk])
        assert ("网格员钟某" in signed_in(crew.officer).get(page).content.decode()) is is_named
        assert "网格员钟某" in signed_in(crew.supervisor).get(page).content.decode()
