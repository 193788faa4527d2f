"""One matter from a resident's words to its end and back, by everyone who has a part in it."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.journeys.ground import Ground
from tests.journeys.pages import watch

TITLE = "演示：紫竹林路口水管爆裂"


@dataclass(frozen=True)
class Stage:
    """The server, and the browser in which everybody has a window of their own."""

    ground: Ground
    browser: Browser

    @contextmanager
    def window(self, role: str, width: int = 1440) -> Iterator[Page]:
        """Open a window of a role; nothing may go wrong in it unseen."""
        context = self.ground.open(self.browser, role)
        watched = watch(context)
        watched.page.set_viewport_size({"width": width, "height": 760})
        try:
            yield watched.page
            assert not watched.faults
        finally:
            context.close()


@pytest.fixture
def stage(ground: Ground, chromium: Browser) -> Stage:
    return Stage(ground, chromium)


@dataclass(frozen=True)
class Receipt:
    """What a reporter keeps."""

    number: str
    code: str


def photo(name: str = "现场.jpg", colour: str = "navy") -> FilePayload:
    made = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(made, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": made.getvalue()}


def report(page: Page, address: str, title: str) -> Receipt:
    """Report on a telephone: words, a pin on the map, a photograph, how to be reached."""
    page.goto(f"{address}/report/")
    page.locator("#words").press_sequentially("供水管道漏水")
    page.locator("#suggestions a", has_text="供水管道漏水").first.click()
    page.locator("#id_title").fill(title)
    page.locator("details.pt-fold > summary").first.click()
    page.locator("#report-map canvas").wait_for()
    page.locator("#report-map").click(position={"x": 150, "y": 100})
    expect(page.locator("#id_lon")).not_to_have_value("")
    page.locator("input[type=file][name=photos]").set_input_files([photo()])
    page.locator("#id_telephone").fill("13900001111")
    page.locator("#id_name").fill("演示居民甲")
    page.locator(".pt-send button").click()
    page.wait_for_load_state()
    if "/receipt/" not in page.url:
        # Something like it is known: the reporter has seen that, and sends all the same.
        page.locator(".pt-send button").click()
        page.wait_for_url("**/receipt/")
    number, code = page.locator(".pt-keys dd").all_inner_texts()
    return Receipt(number.strip(), code.replace(" ", ""))


def do(page: Page, verb: str, **fields: str) -> None:
    """Press a verb of the case page, fill in what it asks, and send it."""
    page.locator(f"#verbs [href$='/do/{verb}/']").click()
    form = page.locator("#ld-deed form[method=post]")
    form.wait_for()
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if field.first.get_attribute("type") in {"radio", "checkbox"}:
            form.locator(f"[name={name}][value='{value}']").check()
        else:
            field.fill(value)
    form.locator(".ll-form-acts button").click()
    expect(page.locator("#ld-deed")).not_to_be_visible()


def state_is(page: Page, words: str) -> None:
    expect(page.locator(".ld-head .ll-badge").first).to_contain_text(words)


def accept_in_triage(page: Page, address: str, title: str) -> str:
    """Accept the case with this title by keys alone; return the address of its page."""
    page.goto(f"{address}/desk/triage/")
    heading = page.locator("#ld-triage h1")
    for _ in range(30):
        seen = heading.inner_text()
        if seen == title:
            break
        page.keyboard.press("n")
        expect(heading).not_to_have_text(seen)
    expect(heading).to_have_text(title)
    link = page.locator("#ld-triage [data-key=o]").get_attribute("href")
    page.keyboard.press("a")
    page.locator("#ld-triage .ld-did").wait_for()
    return f"{address}{link}"


def handle(page: Page, case: str) -> None:
    """Sign, wait for material, go on, and report it handled with a photograph."""
    page.goto(case)
    page.keyboard.press("s")
    state_is(page, "处置中")
    do(page, "pause", reason="material", note="等管件")
    state_is(page, "暂停")
    do(page, "resume", note="管件到了")
    state_is(page, "处置中")
    page.locator("#verbs [href$='/do/attach/']").click()
    page.locator("#ld-deed input[type=file]").set_input_files([photo("修好.jpg", "green")])
    page.locator("#ld-deed [name=public]").check()
    page.locator("#ld-deed .ll-form-acts button").click()
    page.locator(".ld-files img").last.wait_for()
    do(page, "feedback", note="换了两米管子", words="水管已经修好")
    state_is(page, "待核查")


def call_back_and_close(page: Page, address: str, case: str) -> None:
    """Find the case among those to be called, note what was said, and close it."""
    page.goto(f"{address}/desk/calls/")
    card = page.locator(".ld-call", has=page.locator(f"[href='{case.removeprefix(address)}']"))
    card.locator("[href*='record_call']").click()
    form = page.locator("#ld-deed form[method=post]")
    for name, value in (("reached", "yes"), ("solved", "solved"), ("satisfaction", "satisfied")):
        form.locator(f"[name={name}][value={value}]").check()
    form.locator(".ll-form-acts button").click()
    expect(card.locator("[href*='record_call']")).to_have_count(0)
    page.goto(case)
    do(page, "close", note="回访满意")
    state_is(page, "结案")


def test_a_matter_goes_from_a_residents_words_to_its_end_and_back(stage: Stage) -> None:
    address = stage.ground.address
    with stage.window("anonymous", 360) as resident:
        receipt = report(resident, address, TITLE)
        with stage.window("intake_clerk") as page:
            case = accept_in_triage(page, address, TITLE)
            page.goto(case)
            expect(page.locator(".ld-files img")).to_have_count(1)
            page.keyboard.press("a")
            state_is(page, "待派遣")
        with stage.window("dispatcher") as page:
            page.goto(case)
            page.locator("#proposal button").click()
            state_is(page, "待签收")
        with stage.window("unit_officer") as page:
            handle(page, case)
        with stage.window("checker") as page:
            page.goto(case)
            do(page, "pass_check", note="现场看过")
            state_is(page, "待回访")
        with stage.window("caller") as page:
            call_back_and_close(page, address, case)
        _comes_back(resident, address, receipt)
    with stage.window("dispatcher") as page:
        page.goto(case)
        state_is(page, "待派遣")
        expect(page.locator("#story")).to_contain_text("又漏了")


def _comes_back(page: Page, address: str, receipt: Receipt) -> None:
    """Let the reporter read the answer, say it is not solved, and reopen it."""
    page.goto(f"{address}/c/{receipt.number}/")
    expect(page.locator("main")).to_contain_text("水管已经修好")
    expect(page.locator("main")).not_to_contain_text("换了两米管子")
    expect(page.locator(".pt-shown img")).to_have_count(2)
    page.locator("#rate [name=solved][value=not_solved]").check()
    page.locator("#rate [name=satisfaction][value=not]").check()
    page.locator("#rate button.btn-primary").click()
    expect(page.locator("#rate")).to_have_count(0)
    page.locator("#reopen textarea").fill("又漏了")
    page.locator("#reopen button").click()
    expect(page.locator("#reopen")).to_have_count(0)


def test_whoever_reported_the_same_is_answered_too(stage: Stage) -> None:
    address = stage.ground.address
    first, second = "演示：白龙潭管道漏水严重", "演示：白龙潭管道漏水"
    with stage.window("anonymous", 360) as one:
        kept = report(one, address, first)
    with stage.window("anonymous", 360) as two:
        report(two, address, second)
        with stage.window("intake_clerk") as page:
            joined = accept_in_triage(page, address, second)
            page.goto(joined)
            do(page, "merge", into=kept.number)
            state_is(page, "合并")
            page.get_by_role("link", name=re.compile(kept.number)).first.click()
            page.wait_for_url(lambda url: url != joined)
            do(page, "refuse", reason="outside", words="两处报告已合并，由水库管理处办理")
        two.goto(f"{address}/c/{_number(two)}/")
        expect(two.locator("main")).to_contain_text("两处报告已合并，由水库管理处办理")


def _number(page: Page) -> str:
    return page.locator(".pt-keys dd").first.inner_text().strip()


def test_a_worker_solves_on_the_spot_with_three_fields_on_a_phone(stage: Stage) -> None:
    with stage.window("grid_worker", 360) as page:
        page.goto(f"{stage.ground.address}/desk/spot/")
        page.locator("#id_category-typed").fill("漏水")
        page.keyboard.press("Enter")
        page.locator("#id_title").fill("演示：拧紧了消防栓")
        page.locator("#id_place").fill("东街3号")
        page.locator("button.btn-lg").click()
        said = page.locator("text=/\\d{8}-[A-Z0-9]{6}/").first.inner_text()
        number = re.findall(r"\d{8}-\w{6}", said)[0]
        # The whole number leads to the case itself.
        page.goto(f"{stage.ground.address}/desk/cases/?q={number}")
        expect(page.locator("h1")).to_have_text("演示：拧紧了消防栓")
        state_is(page, "结案")


def test_a_new_limit_holds_for_new_cases_and_the_deadline_names_its_version(stage: Stage) -> None:
    address = stage.ground.address
    lamp = stage.ground.samples["lamp"][0]
    with stage.window("administrator") as page:
        page.goto(f"{address}/manage/categories/{lamp}/edit/")
        amounts = page.locator(".lm-limits [name$='-amount']")
        amounts.last.fill("9")
        page.locator("button[value=preview]").click()
        page.locator("button[value=publish]").click()
        page.wait_for_url("**/manage/categories/**")
    with stage.window("intake_clerk") as page:
        page.goto(f"{address}/desk/new/")
        page.locator("#id_category-typed").fill("路灯")
        page.keyboard.press("Enter")
        page.locator("#id_title").fill("演示：路灯坏了")
        page.locator("button.btn-lg").click()
        page.wait_for_url("**/desk/cases/*/")
        lines = page.locator("#deadline .ld-stage[open] .ld-lines")
        expect(lines).to_contain_text(re.compile(r"路灯不亮.*2"))
        expect(lines).to_contain_text("9")
        page.goto(f"{address}/desk/cases/{stage.ground.cases['verifying']}/")
        expect(lines).to_contain_text(re.compile(r"路灯不亮.*1"))


def test_an_auditor_sees_whole_chains_and_what_happened_to_one_case(stage: Stage) -> None:
    with stage.window("auditor") as page:
        page.goto(f"{stage.ground.address}/manage/audit/")
        assert int(page.locator(".ll-facts dd").first.inner_text().split("·")[0]) > 50
        page.locator("form[action$='/verify/'] button").click()
        expect(page.locator("main")).to_contain_text(re.compile("完整|whole"))
        page.goto(f"{stage.ground.address}/manage/audit/")
        page.locator("#id_q").fill(stage.ground.samples["portal.number"][1])
        page.keyboard.press("Enter")
        page.wait_for_url("**/events/**")
        verbs = page.locator("td code").all_inner_texts()
        assert {"case.report", "case.accept", "case.sign", "case.pass_check", "case.close"} <= {
            *verbs
        }
