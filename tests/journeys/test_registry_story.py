"""Whole stories of the registry: a person is looked up, a spreadsheet comes and goes."""

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from tests.journeys.ground import Ground
from tests.journeys.seeds import VILLAGE
from tests.journeys.test_story import Stage

NUMBER, WHY = "13900005501", "电话约好周三上门"
WRONG = "1.39E+10"
WORK = "import django; django.setup(); from linli.cases.jobs.loop import work_off; work_off()"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Runs beside the server: asks for a code as the way in does, and tells what was sent.
CODE = """
import json, django
django.setup()
from django.core import signing
from django.utils import timezone
from linli.registry.actions.entry import ask_code, code_of
found = ask_code(name="%s", telephone="%s", address="1", at=timezone.now())
asked = signing.dumps(str(found.pk), salt="linli_my_asked")
print(json.dumps([asked, code_of(found.pk)]))
"""


@pytest.fixture
def stage(ground: Ground, chromium: Browser) -> Stage:
    return Stage(ground, chromium)


def send(page: Page) -> None:
    page.locator("main form .ll-form-acts button.btn-primary").last.click()


def make_resident(stage: Stage) -> str:
    """Make a record on its page, with a fault that is mended; return its address."""
    # The browser's console complains of the page that says what is wrong: nobody watches it.
    context = stage.ground.open(stage.browser, "grid_worker")
    try:
        return _mended(context.new_page(), stage.ground.address)
    finally:
        context.close()


def _mended(page: Page, address: str) -> str:
    page.set_viewport_size({"width": 360, "height": 760})
    page.goto(f"{address}/registry/records/resident/new/")
    page.locator("#id_address").fill("云峰路5号1栋101室")
    page.locator("#id_name").fill("样小禾")
    page.locator("#id_telephone").fill(WRONG)
    page.locator("#id_residence").select_option("registered")
    page.locator("#id_basis").select_option("base_facts")
    page.locator("[name=told][value=own]").check()
    send(page)
    faults = page.locator("#rp-faults")
    expect(faults).to_be_focused()
    faults.locator("a[href='#id_telephone']").click()
    expect(page.locator("#id_telephone")).to_be_focused()
    expect(page.locator("#id_name")).to_have_value("样小禾")
    page.locator("#id_telephone").fill(NUMBER)
    send(page)
    page.wait_for_url(lambda url: not url.endswith("/new/"))
    return page.url.partition("#")[0]


def look_up(page: Page, address: str) -> None:
    """Find the resident by two facts, and have the telephone number shown with a reason."""
    page.goto(f"{address}/registry/find/")
    page.locator("#id_name").fill("样小禾")
    page.locator("#id_telephone").fill(NUMBER)
    page.locator("#id_purpose").select_option("visit")
    send(page)
    found = page.locator("#found li")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("样**")
    expect(page.locator("main")).not_to_contain_text(NUMBER)
    found.locator("a").click()
    page.locator("a[href$='/telephone/']").click()
    page.locator("#id_purpose").select_option("visit")
    page.locator("#id_words").fill(WHY)
    send(page)
    expect(page.locator(".rg-value")).to_contain_text(NUMBER)


def test_a_person_is_found_corrected_and_reads_who_looked(stage: Stage) -> None:
    address = stage.ground.address
    record = make_resident(stage)
    with stage.window("grid_worker", 360) as page:
        look_up(page, address)
        page.goto(f"{record}change/name/")
        page.locator("#id_value").fill("样晓禾")
        send(page)
        page.wait_for_url(record)
        expect(page.locator("main")).to_contain_text("变更待审批")
    with stage.window("supervisor") as page:
        page.goto(f"{address}/desk/")
        page.locator(".ll-bell").click()
        page.locator("main a[href='/registry/changes/']").click()
        page.locator("tbody tr").last.locator("a").click()
        expect(page.locator("main")).to_contain_text("样**")
        page.locator("form:has([value=approve]) button").click()
        page.wait_for_url("**/registry/changes/")
    with stage.window("anonymous", 360) as page:
        _reads_who_looked(stage.ground, page)


def _reads_who_looked(ground: Ground, page: Page) -> None:
    """Log in with the code that was sent, and read the record and who looked at it."""
    told = ground.run("-c", CODE % ("样晓禾", NUMBER))
    asked, code = json.loads(told.stdout.strip().splitlines()[-1])
    cookie = {"name": "linli_my_asked", "value": asked, "url": ground.address}
    page.context.add_cookies([cookie])
    page.goto(f"{ground.address}/my/code/")
    page.locator("#id_code").fill(code)
    send(page)
    page.wait_for_url("**/my/")
    expect(page.locator("main")).to_contain_text("样晓禾")
    looks = page.locator("#looks")
    expect(looks).to_contain_text("网格员")
    expect(looks).to_contain_text(WHY)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def sheet() -> FilePayload:
    """Return a spreadsheet as a village sends it, with a header that nobody foresaw."""
    rows = [
        ("样大田", "13900005601", "云峰路7号1栋101室", "常住", "无"),
        ("样二田", WRONG, "云峰路7号1栋102室", "常住", "无"),
    ]
    text = io.StringIO(newline="")
    head = ("姓名", "能打通的号", "地址", "居住类别", "宗教信仰")
    csv.writer(text).writerows([head, *rows])
    return {"name": "走访登记.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}


def upload(page: Page, address: str, file: FilePayload) -> None:
    """Send a file, say what the unforeseen column is, and have each row checked."""
    page.goto(f"{address}/registry/imports/")
    page.locator("#id_file").set_input_files([file])
    page.locator("#id_kind").select_option("resident")
    page.locator("#id_sender").fill("样例村委会")
    page.locator("#id_village").select_option(VILLAGE)
    send(page)
    page.wait_for_url("**/registry/imports/*/")


def work_off(ground: Ground) -> None:
    """Do what a page asked for, as the jobs beside the server do."""
    done = ground.run("-c", WORK)
    assert done.returncode == 0, done.stderr


def check(ground: Ground, page: Page) -> None:
    """Have each row checked, and wait for what would come of it."""
    page.locator("form:has([value=check]) .ll-form-acts button").click()
    page.locator("form:has([value=cancel])").wait_for()
    work_off(ground)
    page.locator("form:has([value=import]) button").wait_for()


def count_is(page: Page, label: str, number: int) -> None:
    """Expect a figure beside its words."""
    line = page.locator(".rp-counts li", has=page.get_by_text(label, exact=True))
    expect(line.locator("strong")).to_have_text(str(number))


def bring_in(ground: Ground, page: Page) -> None:
    """Import what was checked, and wait for the end."""
    page.locator("form:has([value=import]) button").click()
    page.locator("form:has([value=cancel])").wait_for()
    work_off(ground)
    page.locator("#rp-undo").wait_for(state="attached")


def refused_rows(page: Page) -> bytes:
    """Return the workbook of the rows that were sent back."""
    with page.expect_download() as download:
        page.locator("a[href$='refused.xlsx']").click()
    return Path(download.value.path()).read_bytes()


def corrected(data: bytes, number: str) -> bytes:
    """Put the right number where the refused one stands."""
    book = load_workbook(io.BytesIO(data))
    assert book.active is not None
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value == WRONG]
    assert len(cells) == 1
    cells[0].value = number
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def take_back(page: Page, url: str) -> None:
    """Take a whole import back."""
    page.goto(url)
    page.locator("[data-dialog='rp-undo'], [data-dialog-open='rp-undo']").or_(
        page.get_by_role("button", name="撤销")
    ).first.click()
    page.locator("#rp-undo form button.ll-danger").click()
    expect(page.locator("main")).to_contain_text("已撤销")


def test_a_spreadsheet_is_mapped_imported_corrected_sent_again_and_taken_back(
    stage: Stage,
) -> None:
    ground = stage.ground
    with stage.window("administrator") as page:
        upload(page, ground.address, sheet())
        # A column that may not be kept is named, and read no further.
        expect(page.locator("tr", has_text="宗教信仰")).to_contain_text("不得采集")
        page.get_by_label("能打通的号").select_option("resident.telephone")
        check(ground, page)
        count_is(page, "新增", 1)
        bring_in(ground, page)
        first = page.url
        again = corrected(refused_rows(page), "13900005602")
        upload(page, ground.address, {"name": "退回.xlsx", "mimeType": XLSX, "buffer": again})
        check(ground, page)
        count_is(page, "新增", 1)
        bring_in(ground, page)
        for url in (page.url, first):
            take_back(page, url)
    with stage.window("intake_clerk") as page:
        page.goto(f"{ground.address}/registry/find/")
        page.locator("#id_name").fill("样大田")
        page.locator("#id_telephone").fill("13900005601")
        page.locator("#id_purpose").select_option("visit")
        send(page)
        expect(page.locator("#found")).to_be_visible()
        expect(page.locator("#found li")).to_have_count(0)


def test_the_homes_of_a_grid_are_reached_by_keys_while_their_map_is_on_its_way(
    stage: Stage,
) -> None:
    grid = stage.ground.samples["registry.code"][0]
    held: list[Route] = []
    with stage.window("grid_worker", 360) as page:
        page.route("**/homes.json", lambda route: held.append(route))  # noqa: PLW0108
        page.goto(f"{stage.ground.address}/registry/grids/{grid}/homes/")
        waits = page.get_by_text("地图加载中")
        expect(waits).to_be_visible()
        house = page.locator("tbody a").first
        house.focus()
        words = house.inner_text()
        held[0].continue_()
        expect(waits).to_have_count(0)
        expect(page.locator("#homes-map canvas")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(words)
        page.wait_for_url("**/homes/*-*/")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
