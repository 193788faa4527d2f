"""Photographs and files: examined, stored outside the web root, and bound to a case.

A file waits under ``waiting`` (so that a form with an error loses nothing) and gets its second
name under ``kept`` inside the act that attaches it. What an aborted act or a form that was never
sent leaves behind is swept away; a row without its file cannot come about.
"""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from linli.audit.actions import Clash
from linli.cases.actions import intake
from linli.cases.actions.steps import Order, Work, take
from linli.cases.models import Attachment, Case
from linli.cases.policies import Who
from linli.cases.policies.attachments import limits, refuse_file, refuse_number
from linli.cases.policies.reporting import Report
from linli.cases.rules.attachments import Limits, NotTaken, Taken, examine, safe_name
from linli.cases.rules.workflow import CaseVerb
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refusal, Refused
from linli.storage.files import give_second_name, write_whole

WAITING_HOURS = 24
# An act that is under way has its file before its row.
_UNDER_WAY = timedelta(hours=1)
_THUMBNAIL = ".thumbnail"
_BATCH = 500


@dataclass(frozen=True)
class Upload:
    """A file as somebody sends it; ``data`` is the bytes or an open binary file."""

    name: str
    data: bytes | IO[bytes]

    def read(self, most: int) -> bytes:
        """Return the bytes, one more than ``most`` at the most."""
        return self.data if isinstance(self.data, bytes) else self.data.read(most + 1)


@dataclass(frozen=True)
class Ready:
    """A file that was examined and waits; ``size`` in bytes, ``width`` and ``height`` in pixels.

    ``given`` and ``digest`` are SHA-256 in hex of what was sent and of what is kept.
    """

    id: uuid.UUID
    name: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    given: str
    digest: str


@dataclass(frozen=True)
class Swept:
    """How many files were taken away."""

    waiting: int
    orphans: int


def _path(room: str, file_id: uuid.UUID, ending: str = "") -> Path:
    # The end of an id is random, its beginning is the time: folders fill evenly.
    return Path(settings.LINLI_MEDIA) / room / file_id.hex[-2:] / f"{file_id.hex}{ending}"


def kept_path(attachment: Attachment, *, thumbnail: bool = False) -> Path:
    """Return where the bytes of an attachment lie."""
    return _path("kept", attachment.pk, _THUMBNAIL if thumbnail else "")


def waiting_thumbnail(ready: Ready) -> Path:
    """Return where the small picture of a waiting file lies; absent for documents."""
    return _path("waiting", ready.id, _THUMBNAIL)


def _examined(name: str, data: bytes, allowed: Limits) -> Taken:
    try:
        return examine(data, allowed)
    except NotTaken as refused:
        raise Refused(refuse_file(name, refused, allowed)) from refused


def make_ready(upload: Upload, *, only_pictures: bool = False) -> Ready:
    """Examine a file and let it wait on the disk. Raises Refused with a sentence."""
    allowed = limits(only_pictures=only_pictures)
    data = upload.read(allowed.size)
    taken = _examined(upload.name, data, allowed)
    ready = Ready(
        id=new_id(),
        name=safe_name(upload.name, taken.extension),
        media_type=taken.media_type,
        size=len(taken.data),
        width=taken.width,
        height=taken.height,
        given=hashlib.sha256(data).hexdigest(),
        digest=hashlib.sha256(taken.data).hexdigest(),
    )
    try:
        if taken.thumbnail:
            write_whole(waiting_thumbnail(ready), taken.thumbnail)
        write_whole(_path("waiting", ready.id), taken.data)
    except OSError as error:
        sentence = _("The file could not be stored just now; please try again later.")
        raise Refused(Refusal("file_disk", sentence)) from error
    return ready


def is_waiting(ready: Ready) -> bool:
    """Say whether a file still waits (forms that are left alone are swept after a day)."""
    return _path("waiting", ready.id).is_file()


def discard(ready: Ready) -> None:
    """Take a waiting file away; nothing happens when it is gone."""
    for ending in ("", _THUMBNAIL):
        _path("waiting", ready.id, ending).unlink(missing_ok=True)


def attach_ready(*, order: Order, ready: Ready, public: bool) -> Attachment:
    """Bind a waiting file to a case under the id of the act; ``public``: the reporter sees it."""

    def effect(work: Work) -> None:
        refusal = refuse_number(Attachment.objects.filter(case=work.case).count())
        if refusal is not None:
            raise Refused(refusal)
        try:
            for ending in (_THUMBNAIL, "") if ready.width else ("",):
                source = _path("waiting", ready.id, ending)
                give_second_name(source, _path("kept", order.act_id, ending))
        except FileNotFoundError:
            work.refuse("file_gone", _("The file is no longer here; please choose it again."))
        work.recorded.update(attachment=str(order.act_id), public=public)
        Attachment.objects.create(
            id=order.act_id,
            case=work.case,
            step_id=order.act_id,
            by=order.who.person,
            at=order.at,
            name=_stored_name(order, ready, work.case),
            media_type=ready.media_type,
            size=ready.size,
            width=ready.width,
            height=ready.height,
            digest=ready.digest,
            is_public=public,
        )

    asked = {"file": ready.given, "name": ready.name, "public": public}
    take(order, CaseVerb.ATTACH, effect, asked)
    transaction.on_commit(lambda: discard(ready))
    return Attachment.objects.get(pk=order.act_id)


def _stored_name(order: Order, ready: Ready, case: Case) -> str:
    """Return under which name a file is kept: how the public call their files may name them."""
    if order.who.person is not None:
        return ready.name
    number = Attachment.objects.filter(case=case, by=None).count() + 1
    what = "photo" if ready.width else "file"
    return f"{what}-{number}.{ready.name.rsplit('.', 1)[-1]}"


def attach(*, order: Order, upload: Upload, public: bool) -> Attachment:
    """Examine a file and bind it to a case, exactly once for the id of the act.

    Raises Refused with a sentence when it is not taken or the policy says no; nothing stays.
    """
    ready = make_ready(upload)
    try:
        return attach_ready(order=order, ready=ready, public=public)
    except BaseException:
        discard(ready)
        raise


def report_with_files(
    *, report: Report, files: Sequence[Ready], at: datetime, act_id: uuid.UUID
) -> Case:
    """Make a case of a report from the public with its files: all of it, or nothing.

    Raises what ``intake.report`` and ``attach_ready`` raise.
    """
    try:
        with transaction.atomic():
            case = intake.report(report=report, by=None, at=at, act_id=act_id)
            for ready in files:
                # The same form sent again names its files the same, whatever their order.
                file_act = uuid.uuid5(act_id, ready.given)
                order = Order(file_act, case.pk, Who.reporter(case.pk), at)
                attach_ready(order=order, ready=ready, public=True)
    except Clash:
        # The quarantined body was rolled back with the rest: ask alone, so that it is kept.
        intake.report(report=report, by=None, at=at, act_id=act_id)
        raise
    return case


def _files(room: str, before: datetime) -> Iterator[Path]:
    for path in (Path(settings.LINLI_MEDIA) / room).glob("*/*"):
        try:
            if path.stat().st_mtime < before.timestamp():
                yield path
        except FileNotFoundError:
            continue


def _file_id(path: Path) -> uuid.UUID | None:
    try:
        return uuid.UUID(path.name.removesuffix(_THUMBNAIL))
    except ValueError:
        return None


def _orphans(before: datetime) -> Iterator[Path]:
    files = _files("kept", before)
    while batch := list(islice(files, _BATCH)):
        ids = [found for path in batch if (found := _file_id(path)) is not None]
        known = set(Attachment.objects.filter(pk__in=ids).values_list("pk", flat=True))
        yield from (path for path in batch if _file_id(path) not in known)


def sweep(*, at: datetime) -> Swept:
    """Take away files whose form was never sent, and files whose act was aborted."""
    waiting = list(_files("waiting", at - timedelta(hours=WAITING_HOURS)))
    orphans = list(_orphans(at - _UNDER_WAY))
    for path in (*waiting, *orphans):
        path.unlink(missing_ok=True)
    return Swept(len(waiting), len(orphans))
