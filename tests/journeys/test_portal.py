"""A resident's whole story in a real browser: with a phone, without scripts, in a hurry."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as product
from django.core.cache import cache
from django.db import connection
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.audit.models import Lane
from linli.cases.actions.contacts import query_code
from linli.cases.models import Case
from linli.cases.rules.workflow import CaseState
from tests.factories import NOW, Crew, make_case, make_category, make_grid, middle

append_only = importlib.import_module("linli.audit.migrations.0002_append_only")
AXE = Path(product.BASE_DIR) / "node_modules/axe-core/axe.min.js"
COUNT = "axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].target.join(' ')))"


def _guard(on: bool) -> None:
    """Put the triggers of the audit log on or off: a journey's database is emptied after it."""
    with connection.schema_editor() as editor:
        (append_only._guard if on else append_only._unguard)(apps, editor)


@pytest.fixture(scope="module", autouse=True)
def guarded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    yield
    if _off:
        with django_db_blocker.unblock():
            _guard(on=True)


_off: list[bool] = []


@pytest.fixture
def ground(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    if _off:
        _guard(on=True)
        _off.clear()
    assert Lane.objects.exists()
    cache.clear()
    settings.LINLI_MEDIA = tmp_path / "media"
    make_grid()
    make_category("路灯不亮或损坏", code="0101")
    make_category(
        "井盖缺失", code="0102", needs_photo=True, photo_reason="看清井盖", emergency_number="119"
    )
    yield
    _guard(on=False)
    _off.append(True)


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "井盖.jpg"
    Image.new("RGB", (1200, 900), "gray").save(path)
    return str(path)


def sent(page: Page) -> Case:
    expect(page.locator(".pt-keys")).to_be_visible()
    return Case.objects.get(number=page.locator(".pt-keys dd").first.inner_text())


@pytest.mark.usefixtures("ground")
def test_a_report_from_a_phone_in_a_few_taps_and_its_way_back(
    chromium: Browser, context: BrowserContext, page: Page, live_server: LiveServer
) -> None:
    lon, lat = middle()
    page.set_viewport_size({"width": 360, "height": 740})
    context.grant_permissions(["geolocation"], origin=live_server.url)
    context.set_geolocation({"longitude": lon, "latitude": lat})
    page.goto(f"{live_server.url}/report/")
    page.locator("#words").press_sequentially("路灯")
    page.locator("#suggestions a").first.click()
    expect(page.locator("#id_title")).to_have_value("路灯")
    page.locator(".pt-fold summary").first.click()
    page.locator("[data-locate]").click()
    expect(page.locator("#id_lon")).to_have_value(f"{lon:.6f}")
    page.locator(".pt-send button").click()
    case = sent(page)
    assert case.grid is not None
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    code = page.locator(".pt-keys dd").nth(1).inner_text()
    other = chromium.new_context(locale="zh-CN").new_page()
    other.goto(f"{live_server.url}/c/{case.number}/")
    other.locator("#id_code").fill(code.lower())
    other.locator(".pt-send button").click()
    expect(other.locator(".pt-now h2")).to_be_visible()
    other.locator("#id_words").fill("晚上也不亮")
    other.locator("#add button.btn-primary").click()
    expect(other.locator(".ll-timeline")).to_contain_text("晚上也不亮")
    other.context.close()


@pytest.mark.usefixtures("ground")
def test_everything_works_without_scripts_and_nothing_is_lost_on_the_way(
    chromium: Browser, live_server: LiveServer, photo: str
) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(live_server.url)
    page.locator("#ask").fill("井盖缺失")
    page.locator(".pt-ask button").click()
    page.locator(".pt-suggested a").first.click()
    expect(page.locator("a[href='tel:119']").first).to_be_visible()
    page.locator("#id_photos").set_input_files(photo)
    page.locator("summary", has_text="补充说明").or_(
        page.locator("summary", has_text="Say")
    ).click()
    page.locator("#id_description").fill("请打13912345678")
    page.locator(".pt-send button").click()
    expect(page.locator(".pt-photos img")).to_be_visible()
    expect(page.locator("#id_description")).to_have_value("请打13912345678")
    page.locator("#id_place").fill("祝融路12号")
    page.locator("input[name=numbers][value=move]").check()
    page.locator(".pt-send button").click()
    case = sent(page)
    assert "139" not in case.description
    assert case.attachments.count() == 1
    page.locator("article a.btn-primary").click()
    expect(page.locator(".pt-shown img")).to_be_visible()
    shown = page.locator(".pt-shown a").get_attribute("href")
    assert context.request.get(f"{live_server.url}{shown}").status == 200
    context.close()


@pytest.mark.usefixtures("ground")
def test_impatience_makes_one_case_and_the_back_button_the_same_receipt(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(f"{live_server.url}/report/?category=0101&words=路灯坏了")
    page.locator("#id_place").fill("祝融路12号")
    page.locator(".pt-send button").dblclick()
    first = sent(page)
    page.go_back()
    assert sent(page) == first
    assert Case.objects.count() == 1


@pytest.mark.usefixtures("ground")
def test_words_of_people_run_nowhere(page: Page, live_server: LiveServer) -> None:
    attack = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
    page.goto(f"{live_server.url}/report/?category=0101")
    page.locator("#id_title").fill(attack[:110])
    page.locator("#id_place").fill(attack)
    page.locator(".pt-send button").click()
    case = sent(page)
    page.goto(f"{live_server.url}/c/{case.number}/")
    expect(page.locator("h1")).to_contain_text("onerror")
    assert page.title() != "run"


@pytest.mark.usefixtures("ground")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_barrier_and_no_sideways_scrolling(
    page: Page, live_server: LiveServer, theme: str
) -> None:
    crew, case = Crew(), make_case(at=NOW)
    crew.bring(case, CaseState.HANDLING)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(f"{live_server.url}/follow/")
    page.locator("#id_number").fill(case.number)
    page.locator("#id_code").fill(query_code(case.pk))
    page.locator(".pt-send button").click()
    expect(page.locator(".pt-now")).to_be_visible()
    addresses = (
        *("/", "/report/?words=路灯", "/report/?category=0102", "/follow/", "/board/", "/privacy/"),
        *(f"/c/{case.number}/", f"/c/{case.number}/receipt/"),
    )
    for address in addresses:
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(live_server.url + address)
            if "0102" in address:
                page.locator("#id_place").fill("打13912345678")
                page.locator(".pt-send button").click()
                page.locator(".pt-numbers").wait_for()
            page.evaluate(AXE.read_text())
            assert page.evaluate(COUNT) == [], (address, width, theme)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
