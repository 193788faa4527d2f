"""A call becomes a case, and the case goes on by keyboard from one desk to the next."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect

from tests.journeys.ground import Ground


@contextmanager
def desk_of(ground: Ground, browser: Browser, role: str) -> Iterator[Page]:
    context = ground.open(browser, role)
    try:
        yield context.new_page()
    finally:
        context.close()


def record(page: Page, ground: Ground, title: str) -> str:
    """Write a report down and return the address of its case."""
    page.goto(f"{ground.address}/desk/new/")
    page.locator("#id_category-typed").fill("漏水")
    page.keyboard.press("Enter")
    expect(page.locator("#id_category")).not_to_have_value("")
    page.locator("#id_title").fill(title)
    page.locator("button.btn-lg").click()
    page.wait_for_url("**/desk/cases/*/")
    return page.url


def test_a_call_becomes_a_case_that_is_dispatched_as_proposed(
    ground: Ground, chromium: Browser
) -> None:
    with desk_of(ground, chromium, "intake_clerk") as page:
        address = record(page, ground, "演示：来电反映水管漏水")
        state = page.locator(".ld-head .ll-badge").first
        for expected in ("待立案", "待派遣"):
            page.locator("[data-key=a]").wait_for()
            page.keyboard.press("a")
            expect(state).to_contain_text(expected)
    with desk_of(ground, chromium, "dispatcher") as page:
        page.goto(address)
        page.locator("#proposal button").click()
        expect(page.locator(".ld-head .ll-badge").first).to_contain_text("待签收")


def test_a_refused_form_keeps_what_was_typed_and_then_tells_the_reporter(
    ground: Ground, chromium: Browser
) -> None:
    with desk_of(ground, chromium, "intake_clerk") as page:
        record(page, ground, "演示：不属于本区的事")
        page.keyboard.press("r")
        words = page.locator("#ld-deed textarea[name=words]")
        words.fill("请拨打供水热线")
        page.locator("#ld-deed .btn-danger").click()
        page.locator("#ld-deed .ll-errors").first.wait_for()
        expect(words).to_have_value("请拨打供水热线")
        page.locator("#ld-deed input[value=outside]").check()
        page.locator("#ld-deed .btn-danger").click()
        expect(page.locator("#story .ld-reply")).to_contain_text("请拨打供水热线")
        expect(page.locator("#ld-deed")).not_to_be_visible()


def test_numbers_of_persons_are_moved_before_the_case_is_kept(
    ground: Ground, chromium: Browser
) -> None:
    with desk_of(ground, chromium, "intake_clerk") as page:
        page.goto(f"{ground.address}/desk/new/")
        page.locator("#id_category-typed").fill("漏水")
        page.keyboard.press("Enter")
        page.locator("#id_title").fill("演示：漏水，电话13812345678")
        page.locator("button.btn-lg").click()
        page.locator("input[name=numbers][value=move]").check()
        page.locator("button.btn-lg").click()
        page.wait_for_url("**/desk/cases/*/")
        expect(page.locator("h1")).not_to_contain_text("13812345678")


def test_triage_leaves_a_case_for_later_by_one_key(ground: Ground, chromium: Browser) -> None:
    with desk_of(ground, chromium, "intake_clerk") as page:
        record(page, ground, "演示：待受理的第一件")
        record(page, ground, "演示：待受理的第二件")
        page.goto(f"{ground.address}/desk/triage/")
        number = page.locator("#ld-triage [data-key=o]").inner_text()
        page.keyboard.press("n")
        expect(page.locator("#ld-triage [data-key=o]")).not_to_have_text(number)


def test_the_help_lists_each_key_once(ground: Ground, chromium: Browser) -> None:
    with desk_of(ground, chromium, "intake_clerk") as page:
        # Here the list has a search field of its own beside the one of every page.
        page.goto(f"{ground.address}/desk/cases/")
        page.keyboard.press("?")
        keys = [text.strip() for text in page.locator("#ll-keys dt").all_inner_texts()]
        assert "/" in keys
        assert sorted(keys) == sorted(set(keys))


def test_a_question_about_what_was_typed_takes_the_focus(ground: Ground, chromium: Browser) -> None:
    with desk_of(ground, chromium, "intake_clerk") as page:
        record(page, ground, "演示：备注里有号码")
        page.keyboard.press("n")
        note = page.locator("#ld-deed textarea[name=note]")
        expect(note).to_be_focused()
        note.fill("他的电话是13812345678")
        page.locator("#ld-deed .btn-primary").click()
        expect(page.locator("#ld-deed input[value=move]")).to_be_focused()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.locator("#story .ld-note").first).to_contain_text("〔电话已移存〕")
        expect(page.locator("#ld-contact")).to_contain_text("＊＊＊")


def test_the_form_of_a_verb_takes_the_focus_and_gives_it_back(
    ground: Ground, chromium: Browser
) -> None:
    with desk_of(ground, chromium, "intake_clerk") as page:
        record(page, ground, "演示：用键盘不予受理")
        field = "select, textarea, input:not([type=hidden])"
        first = page.locator(f"#ld-deed form :is({field})").first
        page.keyboard.press("r")
        expect(first).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#ld-deed")).not_to_be_visible()
        # The key left the focus on the page: it is put on what the key stands for.
        expect(page.locator("[data-key=r]")).to_be_focused()
        page.keyboard.press("Enter")
        expect(first).to_be_focused()
        page.locator("#ld-deed input[value=outside]").check()
        page.locator("#ld-deed textarea[name=words]").fill("请拨打供水热线")
        page.locator("#ld-deed .btn-danger").click()
        expect(page.locator("#ld-deed")).not_to_be_visible()
        expect(page.locator("main")).to_be_focused()
