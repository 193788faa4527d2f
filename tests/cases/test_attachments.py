"""Files are stored before their row, exactly once, and are served to nobody else."""

import contextlib
import io
import os
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone, translation
from PIL import Image

from linli.accounts.rules.roles import Role
from linli.audit.actions import Clash
from linli.cases.actions import attachments
from linli.cases.actions.attachments import Upload, attach, make_ready, report_with_files, sweep
from linli.cases.actions.contacts import query_code
from linli.cases.actions.steps import Order
from linli.cases.forms.attachments import FilesField
from linli.cases.models import Attachment, Case, CaseStep
from linli.cases.models.choices import Channel, Kind
from linli.cases.policies import Who
from linli.cases.policies.reporting import Report
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from tests.factories import NOW, make_case, make_category, make_person, order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.LINLI_MEDIA = tmp_path
    return tmp_path


def photo(colour: str = "red", size: tuple[int, int] = (600, 400)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def own(case: Case, act_id: uuid.UUID | None = None) -> Order:
    return Order(act_id or new_id(), case.pk, Who.reporter(case.pk), NOW)


def files(folder: Path, room: str) -> list[Path]:
    return sorted(path for path in (folder / room).glob("*/*"))


def open_as_reporter(client: Client, case: Case) -> None:
    answer = client.post("/follow/", {"number": case.number, "code": query_code(case.pk)})
    assert answer.status_code == 302


def body_of(answer: Any) -> bytes:
    """Read an answer to its end, which closes its file."""
    return b"".join(answer.streaming_content)


def test_a_photo_is_stored_with_its_thumbnail_and_leaves_nothing_waiting(
    media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    case = make_case()
    with django_capture_on_commit_callbacks(execute=True):
        made = attach(order=own(case), upload=Upload("路灯.PNG", photo()), public=True)
    assert (made.name, made.media_type, made.width, made.height) == (
        "photo-1.jpg", "image/jpeg", 600, 400,
    )  # fmt: skip
    assert attachments.kept_path(made).stat().st_size == made.size
    assert attachments.kept_path(made, thumbnail=True).is_file()
    assert files(media, "waiting") == []
    assert CaseStep.objects.get(pk=made.pk).facts == {"attachment": str(made.pk), "public": True}


def test_the_same_act_attaches_once_and_another_file_under_its_id_clashes(media: Path) -> None:
    case = make_case()
    act = new_id()
    first = attach(order=own(case, act), upload=Upload("a.jpg", photo()), public=True)
    before = attachments.kept_path(first).read_bytes()
    again = attach(order=own(case, act), upload=Upload("a.jpg", photo()), public=True)
    assert again == first
    with pytest.raises(Clash):
        attach(order=own(case, act), upload=Upload("a.jpg", photo("blue")), public=True)
    assert Attachment.objects.count() == 1
    assert attachments.kept_path(first).read_bytes() == before


def test_an_aborted_act_leaves_no_row_and_its_file_is_swept_away(media: Path) -> None:
    case = make_case()
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        attach(order=own(case), upload=Upload("a.jpg", photo()), public=True)
        raise ZeroDivisionError
    assert Attachment.objects.count() == 0
    orphans = files(media, "kept")
    assert len(orphans) == 2
    assert sweep(at=timezone.now()).orphans == 0  # it might still be under way
    swept = sweep(at=timezone.now() + timedelta(hours=2))
    assert (swept.orphans, files(media, "kept")) == (2, [])


def test_sweeping_leaves_what_belongs_to_a_case_and_drops_what_was_never_sent(media: Path) -> None:
    made = attach(order=own(make_case()), upload=Upload("a.jpg", photo()), public=True)
    make_ready(Upload("b.jpg", photo("blue")))
    swept = sweep(at=timezone.now() + timedelta(days=2))
    assert swept.orphans == 0
    assert files(media, "waiting") == []
    assert attachments.kept_path(made).is_file()


def test_the_command_sweeps(media: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ready = make_ready(Upload("b.jpg", photo()))
    old = timezone.now().timestamp() - 2 * 86_400
    for path in files(media, "waiting"):
        os.utime(path, (old, old))
    call_command("sweep_attachments")
    assert "2 waiting files and 0 orphans" in capsys.readouterr().out
    assert not attachments.is_waiting(ready)


def test_a_case_takes_so_many_files_and_says_so(settings: Any) -> None:
    settings.LINLI_ATTACHMENTS = {**settings.LINLI_ATTACHMENTS, "per_case": 2}
    case = make_case()
    for number in range(2):
        attach(order=own(case), upload=Upload("a.jpg", photo(size=(10, 10 + number))), public=True)
    with pytest.raises(Refused) as refused:
        attach(order=own(case), upload=Upload("a.jpg", photo()), public=True)
    assert refused.value.refusal.code == "file_many"
    assert "2" in str(refused.value.refusal)


def test_what_is_not_taken_is_named_with_its_name_and_nothing_stays(media: Path) -> None:
    with pytest.raises(Refused) as refused:
        attach(order=own(make_case()), upload=Upload("virus.exe", b"MZ\x90\0" * 20), public=True)
    assert "virus.exe" in str(refused.value.refusal)
    assert files(media, "waiting") == files(media, "kept") == []


@pytest.mark.parametrize(
    ("name", "data", "only_pictures", "sentence"),
    [
        ("a.jpg", b"MZ" + bytes(80), False, "is named like a photograph, but what is in it"),
        ("a.JPEG", b"a few words", True, "is named like a photograph, but what is in it"),
        ("a.jpg", bytes(4) + b"ftypheic" + bytes(80), False, "picture in the format HEIC"),
        ("a.gif", b"GIF89a" + bytes(80), True, "picture in the format GIF"),
        ("a.txt", b"a few words", True, "is not a photograph"),
        ("a.exe", b"MZ" + bytes(80), False, "Photographs (JPEG, PNG, WebP) and these are taken"),
        ("a.jpg", photo()[:200], False, "is damaged"),
    ],
)
def test_a_wrong_kind_is_told_by_what_it_was_taken_for(
    name: str, data: bytes, only_pictures: bool, sentence: str
) -> None:
    with translation.override("en"), pytest.raises(Refused) as refused:
        make_ready(Upload(name, data), only_pictures=only_pictures)
    assert sentence in str(refused.value.refusal)
    assert name in str(refused.value.refusal)


def test_what_a_field_says_it_takes_is_what_is_taken(settings: Any) -> None:
    settings.LINLI_DOCUMENTS = ["pdf"]
    settings.LINLI_ATTACHMENTS = {**settings.LINLI_ATTACHMENTS, "megabytes": 3}
    with translation.override("en"):
        said = str(FilesField(most=1, help_text="Beautiful ones.").help_text)
    assert said == "JPEG, PNG, WebP, pdf; each 3 MB at most. Beautiful ones."
    assert make_ready(Upload("a", b"%PDF-1.7\n")).media_type == "application/pdf"
    with pytest.raises(Refused):
        make_ready(Upload("a.txt", b"a few words"))


def test_a_full_disk_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(attachments, "write_whole", full)
    with pytest.raises(Refused) as refused:
        make_ready(Upload("a.jpg", photo()))
    assert refused.value.refusal.code == "file_disk"


def test_only_the_reporter_and_staff_attach() -> None:
    case = make_case()
    stranger = Order(new_id(), case.pk, Who.reporter(new_id()), NOW)
    with pytest.raises(Case.DoesNotExist):
        attach(order=stranger, upload=Upload("a.jpg", photo()), public=True)
    clerk = make_person(Role.INTAKE_CLERK)
    made = attach(order=order(case, clerk), upload=Upload("a.jpg", photo()), public=False)
    assert made.by == clerk


def report_of(**facts: Any) -> Report:
    values = {"kind": Kind.HELP, "channel": Channel.WEB, "title": "水管漏水", "has_photo": True}
    category = facts.pop("category", None) or make_category()
    return Report(category=category, **{**values, **facts})


def test_a_report_and_its_photos_are_one_act() -> None:
    report, act = report_of(), new_id()
    ready = [make_ready(Upload(f"{c}.jpg", photo(c))) for c in ("red", "blue")]
    case = report_with_files(report=report, files=ready, at=NOW, act_id=act)
    assert case.attachments.count() == 2
    again = report_with_files(report=report, files=ready, at=NOW, act_id=act)
    assert (again.pk, Attachment.objects.count()) == (case.pk, 2)


def test_a_report_whose_photo_is_gone_is_not_made() -> None:
    ready = make_ready(Upload("a.jpg", photo()))
    attachments.discard(ready)
    with pytest.raises(Refused) as refused:
        report_with_files(report=report_of(), files=[ready], at=NOW, act_id=new_id())
    assert refused.value.refusal.code == "file_gone"
    assert Case.objects.count() == 0


def test_another_report_under_the_same_id_clashes_and_is_kept_in_quarantine() -> None:
    from linli.audit.models import Quarantined

    category, act = make_category(), new_id()
    report_with_files(report=report_of(category=category), files=[], at=NOW, act_id=act)
    other = report_of(category=category, title="别的事")
    with pytest.raises(Clash):
        report_with_files(report=other, files=[], at=NOW, act_id=act)
    assert Quarantined.objects.count() == 1


def test_a_file_is_absent_for_strangers_and_there_for_its_reporter(client: Client) -> None:
    case = make_case()
    made = attach(order=own(case), upload=Upload("a.jpg", photo()), public=True)
    for address in (f"/files/{made.pk}/", f"/files/{made.pk}/small/", f"/files/{new_id()}/"):
        assert client.get(address).status_code == 404
    open_as_reporter(client, case)
    answer = client.get(f"/files/{made.pk}/")
    assert answer.status_code == 200
    assert body_of(answer) == attachments.kept_path(made).read_bytes()
    small = client.get(f"/files/{made.pk}/small/")
    assert body_of(small) == attachments.kept_path(made, thumbnail=True).read_bytes()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("inline")
    again = client.get(f"/files/{made.pk}/", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_internal_files_are_absent_for_the_reporter_and_there_for_staff_who_see_the_case(
    client: Client,
) -> None:
    case, clerk = make_case(), make_person(Role.INTAKE_CLERK)
    made = attach(order=order(case, clerk), upload=Upload("a.jpg", photo()), public=False)
    open_as_reporter(client, case)
    assert client.get(f"/files/{made.pk}/").status_code == 404
    client.force_login(make_person(Role.GRID_WORKER), "django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/files/{made.pk}/").status_code == 404
    client.force_login(clerk, "django.contrib.auth.backends.ModelBackend")
    assert body_of(client.get(f"/files/{made.pk}/")) == attachments.kept_path(made).read_bytes()


def test_a_document_is_only_ever_downloaded(client: Client) -> None:
    case = make_case()
    page = b"<html><script>alert(1)</script></html>"
    made = attach(order=own(case), upload=Upload("page.html", page), public=True)
    open_as_reporter(client, case)
    answer = client.get(f"/files/{made.pk}/")
    assert body_of(answer) == page
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="file-1.txt"'
    assert client.get(f"/files/{made.pk}/small/").status_code == 404


def test_a_request_that_is_too_large_is_refused_before_it_is_read(client: Client) -> None:
    size = str(settings.LINLI_MOST_REQUEST_BYTES + 1)
    answer = client.post(
        "/report/",
        b"--x\r\n",
        content_type="multipart/form-data; boundary=x",
        headers={"Content-Length": size},
        CONTENT_LENGTH=size,
    )
    assert answer.status_code == 413
