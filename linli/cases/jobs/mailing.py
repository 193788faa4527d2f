"""What leaves the system: answers to reporters, notices and digests to people who work here."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.accounts.models import Person
from linli.audit.actions import record_read
from linli.cases.actions.contacts import open_contact
from linli.cases.models import Case, Notice, OutgoingMail, ReporterContact
from linli.cases.models.choices import EscalationKind, State, Verb

logger = logging.getLogger(__name__)

MOST_TRIES = 12
_BATCH = 200
DIGEST_HOUR = 8


def is_mail_configured() -> bool:
    """Say whether a mail server is named; without one, mail waits and nothing is lost."""
    return bool(settings.EMAIL_HOST)


def _wait(tries: int) -> timedelta:
    """Return how long to wait after so many failed tries: 2, 4, 8 … minutes, at most a day."""
    return min(timedelta(minutes=2**tries), timedelta(days=1))


def _message(subject: str, body: str, to: str, unique: object) -> EmailMessage:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<{unique}@{domain}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [to], headers=headers)


def _answer(case: Case, words: str) -> tuple[str, str]:
    """Return subject and text of the answer to a reporter."""
    subject = _("Your report %(number)s: %(state)s") % {
        "number": case.number,
        "state": State(case.state).label,
    }
    lines = [subject, "", words] if words else [subject]
    if settings.LINLI_PUBLIC_URL:
        lines += ["", _("Follow it with your number and query code:"), settings.LINLI_PUBLIC_URL]
    return subject, "\n".join(lines)


def _send_answer(mail: OutgoingMail, connection: BaseEmailBackend, at: datetime) -> None:
    row = ReporterContact.objects.get(case=mail.case_id)
    record_read(by=None, subject=mail.case_id, verb="contact", at=at, reason="mail")
    contact = open_contact(row)
    with translation.override(contact.language):
        subject, body = _answer(mail.case, mail.step.reply)
    message = _message(subject, body, contact.email, mail.pk)
    message.connection = connection
    message.send()


def send_waiting_mail(*, at: datetime) -> int:
    """Send the answers that wait; what fails is tried again later. Returns how many left."""
    if not is_mail_configured():
        return 0
    waiting = OutgoingMail.objects.filter(
        sent_at=None, next_try_at__lte=at, tries__lt=MOST_TRIES
    ).select_related("case", "step")
    sent = 0
    connection = get_connection()
    for mail in waiting.order_by("next_try_at")[:_BATCH]:
        try:
            _send_answer(mail, connection, at)
        except (SMTPException, OSError) as error:
            mail.tries += 1
            mail.next_try_at = at + _wait(mail.tries)
            mail.error = type(error).__name__
            logger.warning("Mail %s did not leave: %s", mail.pk, mail.error)
        else:
            mail.sent_at = at
            sent += 1
        mail.save(update_fields=["tries", "next_try_at", "error", "sent_at"])
    return sent


def _lines(notices: Iterable[Notice]) -> list[str]:
    return [
        f"{timezone.localtime(notice.at):%m-%d %H:%M}  {notice.case.number}  "
        f"{Verb(notice.what).label}"
        for notice in notices
    ]


def _digest(notices: list[Notice]) -> tuple[str, str]:
    count = len(notices)
    subject = ngettext("%(n)d notice for you", "%(n)d notices for you", count) % {"n": count}
    lines = [subject, "", *_lines(notices)]
    if settings.LINLI_PUBLIC_URL:
        lines += ["", f"{settings.LINLI_PUBLIC_URL}/desk/"]
    return subject, "\n".join(lines)


def _unmailed(at: datetime) -> Mapping[Person, list[Notice]]:
    """Return unread notices that nobody was mailed about: at once, or once a day."""
    wants_now = Q(person__wants_digest=False)
    if timezone.localtime(at).hour >= DIGEST_HOUR:
        day = timezone.localtime(at).replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
        wants_now |= Q(person__wants_digest=True, at__lt=day)
    notices = Notice.objects.filter(wants_now, mailed_at=None, read_at=None)
    by_person: dict[Person, list[Notice]] = {}
    for notice in notices.select_related("person", "case").order_by("at")[: _BATCH * 10]:
        by_person.setdefault(notice.person, []).append(notice)
    return by_person


def send_digests(*, at: datetime) -> int:
    """Mail people their unread notices: at once, or in one digest a day at eight."""
    if not is_mail_configured():
        return 0
    sent = 0
    for person, notices in _unmailed(at).items():
        keys = [notice.pk for notice in notices]
        if person.email and person.is_active:
            with translation.override(person.language):
                subject, body = _digest(notices)
            try:
                _message(subject, body, person.email, keys[0]).send()
            except (SMTPException, OSError) as error:
                logger.warning("A digest did not leave: %s", type(error).__name__)
                continue
            sent += 1
        Notice.objects.filter(pk__in=keys).update(mailed_at=at)
    return sent


def tell_channels(kind: EscalationKind, count: int) -> bool:
    """Tell the channels named in the settings how many cases were urged; no data of persons.

    Off unless LINLI_CHANNELS names addresses. Returns whether every channel took it.
    """
    if not settings.LINLI_CHANNELS or not count:
        return False
    # Here, because it loads a hundred services and most places name none.
    import apprise

    sender = apprise.Apprise()
    for address in settings.LINLI_CHANNELS:
        sender.add(address)
    title = _("linli: %(kind)s") % {"kind": kind.label}
    body = ngettext("%(n)d case", "%(n)d cases", count) % {"n": count}
    return bool(sender.notify(title=title, body=body))
