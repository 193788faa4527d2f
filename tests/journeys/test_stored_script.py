"""A script in every text that people can write: no page runs it, and one that did would be seen.

The browser ignores the Content-Security-Policy here, so that a hole in a template shows itself
and is not hidden by the second wall behind it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.ground import Ground, stop
from tests.journeys.ground import ground as make_ground
from tests.journeys.pages import Door, doors, every_pattern
from tests.journeys.poison import POISON

PRODUCT = str(1357 * 2468)
# Forms that would end the session, or that ask for a second factor, hold no text of people.
_LEFT_OUT = ("account_", "mfa_", "web:", "audit:", "open311:", "layers:")
_MOST_FORMS = 3
_TRACES = """() => ({
  ran: window.ran === 1,
  tags: document.querySelectorAll("img[src='/ran'], img[onerror]").length,
  links: document.querySelectorAll(
    "[href^='javascript:' i], [action^='javascript:' i], [src^='javascript:' i]").length,
})"""
_FILL = """([text, number]) => {
  const form = [...document.querySelectorAll("main form[method=post]")][number];
  const kinds = new Set(["text", "search", "textarea"]);
  let filled = 0;
  for (const one of form.elements) {
    if (!kinds.has(one.type) || one.readOnly || one.disabled) continue;
    one.removeAttribute("maxlength");
    one.value = one.dataset.pickList === undefined ? text : one.value;
    filled += 1;
  }
  form.noValidate = true;
  return filled;
}"""


@dataclass
class Trap:
    """A window that notices when a script of somebody's text ran."""

    page: Page
    caught: list[str] = field(default_factory=list)

    def look(self, where: str) -> None:
        """Note what the page that is open shows of a script that came through."""
        traces = self.page.evaluate(_TRACES)
        for what, found in traces.items():
            if found:
                self.caught.append(f"{where}: {what}")
        if PRODUCT in self.page.content():
            self.caught.append(f"{where}: a template was evaluated")


def set_trap(page: Page) -> Trap:
    trap = Trap(page)

    def on_dialog(dialog: object) -> None:
        getattr(dialog, "accept")()  # noqa: B009

    page.on("dialog", on_dialog)
    page.on(
        "request",
        lambda one: (
            trap.caught.append(f"asked for {one.url}") if one.url.endswith("/ran") else None
        ),
    )
    return trap


class Visitor:
    """Windows of all roles in a browser whose second wall is taken down."""

    def __init__(self, browser: Browser, ground: Ground) -> None:
        self.browser, self.ground = browser, ground
        self.traps: dict[str, Trap] = {}

    def of(self, role: str) -> Trap:
        if role not in self.traps:
            context = self.browser.new_context(bypass_csp=True)
            context.set_default_timeout(10_000)
            context.set_default_navigation_timeout(40_000)
            for name, value in self.ground.cookies(role).items():
                context.add_cookies([{"name": name, "value": value, "url": self.ground.address}])
            self.traps[role] = set_trap(context.new_page())
        return self.traps[role]

    def visit(self, door: Door) -> Trap:
        trap = self.of(door.role)
        trap.page.goto(self.ground.address + door.path)
        if trap.page.locator("[data-map], [hx-trigger*=load]").count():
            trap.page.wait_for_load_state("networkidle")
        trap.look(door.path)
        return trap

    def send_forms(self, door: Door) -> int:
        """Send every form of a page with the script in all its texts; return how many held one."""
        sent = 0
        page = self.of(door.role).page
        for number in range(_MOST_FORMS):
            page.goto(self.ground.address + door.path)
            if number >= page.locator("main form[method=post]").count():
                break
            if not page.evaluate(_FILL, [POISON, number]):
                continue
            sent += 1
            with page.expect_event("framenavigated"):
                page.evaluate(
                    "(n) => HTMLFormElement.prototype.submit.call("
                    "[...document.querySelectorAll('main form[method=post]')][n])",
                    number,
                )
            page.wait_for_load_state()
            self.of(door.role).look(f"{door.path} sent")
        return sent

    @property
    def caught(self) -> list[str]:
        return [one for trap in self.traps.values() for one in trap.caught]

    def close(self) -> None:
        for trap in self.traps.values():
            trap.page.context.close()


@pytest.fixture(scope="session")
def poisoned() -> Iterator[Ground]:
    yield make_ground(poisoned=True)
    stop()


@pytest.fixture(scope="module")
def visitor(chromium: Browser, poisoned: Ground) -> Iterator[Visitor]:
    opened = Visitor(chromium, poisoned)
    yield opened
    opened.close()


def test_no_page_runs_what_people_wrote(visitor: Visitor, poisoned: Ground) -> None:
    names = [name for name in every_pattern() if not name.startswith(_LEFT_OUT)]
    found = [door for name in names for door in doors(poisoned, name, every_pattern()[name])]
    shown = 0
    for door in found:
        page = visitor.visit(door).page
        shown += "window.ran=1" in (page.locator("body").text_content() or "")
    assert not visitor.caught
    # The script stood on most pages, as text.
    assert shown > len(found) // 3
    sent = sum(visitor.send_forms(door) for door in found if not door.path.endswith("/active/"))
    assert not visitor.caught
    assert sent > 30


def test_a_page_that_runs_it_is_seen(chromium: Browser) -> None:
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    trap = set_trap(page)
    page.route(
        "**/*",
        lambda route: route.fulfill(
            body=f'<!doctype html><title>x</title><input value="{POISON}"> {PRODUCT}'
            '<a href="javascript:void(0)">x</a>',
            content_type="text/html",
        ),
    )
    page.goto("http://127.0.0.1:9/")
    trap.look("the hole")
    context.close()
    assert {one.partition(": ")[2] for one in trap.caught if ": " in one} >= {
        *("ran", "tags", "links", "a template was evaluated")
    }
