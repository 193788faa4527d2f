"""Mail leaves through a real SMTP server; what fails waits, and nothing is lost."""

import email
import smtplib
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import Message

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from linli.audit.models import Event
from linli.cases.actions import conversing, intake
from linli.cases.jobs.mailing import send_digests, send_waiting_mail, tell_channels
from linli.cases.models import Notice, OutgoingMail
from linli.cases.models.choices import EscalationKind, RefusalReason
from linli.cases.policies.reporting import Contact
from linli.cases.rules.workflow import CaseState
from tests.factories import NOW, Crew, make_case, order

pytestmark = pytest.mark.django_db
REPORTER = Contact(name="演示居民", email="resident@example.com")


class Box:
    """A mail server that keeps what it gets, or refuses."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, Message]] = []
        self.refuses = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Keep one mail."""
        if self.refuses:
            return "451 try again later"
        body = email.message_from_bytes(envelope.content or b"")
        self.mails.append((envelope.rcpt_tos[0], body))
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def box(settings: object) -> Iterator[Box]:
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=_free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST = "127.0.0.1"  # type: ignore[attr-defined]
    settings.EMAIL_PORT = controller.port  # type: ignore[attr-defined]
    settings.LINLI_PUBLIC_URL = "https://linli.example"  # type: ignore[attr-defined]
    yield box
    controller.stop()


def _text(mail: Message) -> str:
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def _subject(mail: Message) -> str:
    return str(email.header.make_header(email.header.decode_header(mail["Subject"])))


def test_a_reporter_is_answered_with_public_words_only(box: Box) -> None:
    crew = Crew()
    case = make_case(contact=REPORTER)
    conversing.note(order=order(case, crew.clerk, note="内部：与上次同一处"))
    conversing.reply(
        order=order(case, crew.clerk, NOW + timedelta(minutes=1), words="已派人查看。")
    )
    assert send_waiting_mail(at=NOW + timedelta(hours=1)) == 2
    to, mail = box.mails[-1]
    assert to == "resident@example.com"
    assert "已派人查看。" in _text(mail)
    assert case.number in _subject(mail)
    assert not any("内部" in _text(one) for _to, one in box.mails)
    assert Event.objects.filter(verb="read.contact", subject=case.pk).count() == 2
    assert send_waiting_mail(at=NOW + timedelta(hours=2)) == 0


def test_a_reporter_who_wrote_in_english_is_answered_in_english(box: Box) -> None:
    crew = Crew()
    contact = Contact(email="resident@example.com", language="en")
    case = make_case(contact=contact)
    asked = order(case, crew.clerk, NOW + timedelta(minutes=1), words="Please call 119.")
    intake.refuse_case(order=asked, reason=RefusalReason.EMERGENCY)
    send_waiting_mail(at=NOW + timedelta(hours=1))
    assert "refused" in _subject(box.mails[-1][1])


def test_what_the_server_refuses_is_tried_again_later(box: Box) -> None:
    make_case(contact=REPORTER)
    box.refuses = True
    assert send_waiting_mail(at=NOW) == 0
    waiting = OutgoingMail.objects.get()
    assert (waiting.tries, waiting.sent_at) == (1, None)
    assert waiting.next_try_at == NOW + timedelta(minutes=2)
    box.refuses = False
    assert send_waiting_mail(at=NOW + timedelta(minutes=1)) == 0
    assert send_waiting_mail(at=NOW + timedelta(minutes=2)) == 1


def test_without_a_mail_server_mail_waits(settings: object) -> None:
    settings.EMAIL_HOST = ""  # type: ignore[attr-defined]
    make_case(contact=REPORTER)
    assert send_waiting_mail(at=NOW) == 0
    assert send_digests(at=NOW) == 0
    assert OutgoingMail.objects.filter(sent_at=None, tries=0).count() == 1


def test_a_server_that_is_down_loses_nothing(box: Box, settings: object) -> None:
    settings.EMAIL_PORT = 9  # type: ignore[attr-defined]
    make_case(contact=REPORTER)
    assert send_waiting_mail(at=NOW) == 0
    assert OutgoingMail.objects.get().error in {"ConnectionRefusedError", "OSError"}
    assert box.mails == []
    assert issubclass(smtplib.SMTPException, OSError)


def _eight(day: int) -> datetime:
    return NOW.replace(day=day, hour=0, minute=5)


def test_people_get_one_digest_a_day_or_each_notice_at_once(box: Box) -> None:
    crew = Crew()
    for person, wants in ((crew.officer, True),):
        person.email, person.wants_digest = "officer@example.com", wants
        person.save()
    for _time in range(2):
        crew.bring(make_case(), CaseState.DISPATCHED)
    assert Notice.objects.filter(person=crew.officer).count() == 2
    assert send_digests(at=NOW) == 0
    assert send_digests(at=_eight(3)) == 1
    assert send_digests(at=_eight(3) + timedelta(hours=1)) == 0
    to, mail = box.mails[0]
    assert to == "officer@example.com"
    assert _text(mail).count("2026") >= 2
    crew.officer.wants_digest = False
    crew.officer.save()
    crew.bring(make_case(), CaseState.DISPATCHED)
    assert send_digests(at=NOW) == 1


@pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")
def test_other_channels_are_silent_unless_the_settings_name_them(
    settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(
        "apprise.Apprise.notify", lambda _self, **words: told.append(words["body"]) or True
    )
    settings.LINLI_CHANNELS = []  # type: ignore[attr-defined]
    assert not tell_channels(EscalationKind.URGE, 3)
    settings.LINLI_CHANNELS = ["json://127.0.0.1:9"]  # type: ignore[attr-defined]
    assert tell_channels(EscalationKind.URGE, 3)
    assert len(told) == 1
    assert "3" in told[0]
