"""What some pictures need before they can be taken: a record, a file that waits, a resident inside.

Everything is of the demo district, where nobody exists.
"""

from datetime import timedelta
from io import BytesIO

from playwright.sync_api import FilePayload, Page

OWN_COOKIE = "linli_my"
_PATIENCE_MS = 120_000
# As villages send them: a title on top, names of their own, a column that may not be kept.
_TITLE = "东一社区居民花名册（演示）"
_HEADER = ("序号", "姓名", "联系电话", "居住类别", "出生年份", "民族", "房屋地址", "备注")
_ROWS = (
    (1, "金桔子", "13900001001", "户籍常住", 1985, "汉", "1栋1单元101室", ""),
    (2, "白露珠", "13900001002", "户籍常住", 1990, "汉", "1栋1单元102室", "周末在家"),
    (3, "米小满", "139 0000 1003", "流入", 1972, "苗", "1栋2单元201室", ""),
    (4, "柳叶青", "1390000100", "户籍常住", 2001, "汉", "2栋301室", "电话少一位"),
    (5, "石榴红", "13900001005", "流入", 1968, "瑶", "2栋302室", ""),
)


def registry_samples() -> dict[str, str]:
    """Return a resident in a grid of the grid worker whose log-in is shown."""
    from linli.registry.models import Resident
    from linli.territory.models import GridPosting

    posting = GridPosting.objects.select_related("grid").filter(person__username="grid").first()
    if posting is None:
        raise SystemExit("The demo has no grid worker called grid.")
    found = Resident.objects.filter(
        grid_id=posting.grid.code, dwelling__isnull=False, merged_into=None, ended_on=None
    )
    resident = found.order_by("pk").first()
    if resident is None:
        raise SystemExit(f"The demo has no resident in grid {posting.grid.code}.")
    return {"{resident}": str(resident.pk), "{grid}": posting.grid.code}


def own_session() -> str:
    """Return the cookie of a resident on their own page: one whose record was looked at."""
    from django.core import signing
    from django.utils import timezone

    from linli.registry.models import OwnSession, Unmasking

    looked = Unmasking.objects.order_by("-at").first()
    if looked is None:
        raise SystemExit("In the demo nobody looked at a resident.")
    now = timezone.now()
    session = OwnSession.objects.create(
        resident_id=looked.resident_id, since=now, until=now + timedelta(minutes=30)
    )
    return signing.dumps(str(session.pk), salt=OWN_COOKIE)


def sheet() -> bytes:
    """Return the spreadsheet that is sent to the import centre."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    page.title = "居民"
    page.append([_TITLE])
    page.append(list(_HEADER))
    for row in _ROWS:
        page.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def send_sheet(page: Page) -> None:
    """Send the spreadsheet from the import centre, and come to its preview."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file = FilePayload(name="东一社区居民.xlsx", mimeType=kind, buffer=sheet())
    page.locator("main input[type=file]").set_input_files([file])
    page.select_option("#id_kind", "resident")
    page.fill("#id_sender", "东一社区")
    page.locator("main form:has(input[type=file]) button.btn-primary").click()
    page.wait_for_load_state("networkidle", timeout=_PATIENCE_MS)
