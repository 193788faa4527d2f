"""The frame in a real browser: readable for everyone, kind to phones, nothing sent twice."""

from pathlib import Path

import pytest
from django.conf import settings as product
from playwright.sync_api import Browser, Page, Route
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo")]
AXE = Path(product.BASE_DIR) / "node_modules/axe-core/axe.min.js"
COUNT = "axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].target.join(' ')))"


@pytest.fixture
def demo(settings: Settings) -> None:
    settings.LINLI_DEMO = True


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/styleguide/", "/styleguide/?portal", "/no/such/page/"])
def test_no_barrier_and_no_sideways_scrolling(
    page: Page, live_server: LiveServer, width: int, theme: str, address: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(live_server.url + address)
    page.wait_for_function(f"document.documentElement.dataset.bsTheme === '{theme}'")
    page.evaluate(AXE.read_text())
    assert page.evaluate(COUNT) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_verb_with_a_long_name_stays_on_a_phone(page: Page, live_server: LiveServer) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{live_server.url}/styleguide/")
    verb = page.locator(".ll-verbs .btn span").first
    verb.evaluate("one => { one.textContent = 'Dispatch to ' + 'Federation of People '.repeat(4) }")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_chosen_theme_holds_after_a_reload(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/styleguide/")
    page.get_by_label("外观").or_(page.get_by_label("Appearance")).click()
    page.locator("button[name=theme][value=dark]").click()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_a_changed_form_is_a_new_act_and_an_unchanged_one_is_not(
    page: Page, live_server: LiveServer
) -> None:
    sent: list[str] = []

    def keep(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        sent.append(route.request.post_data or "")
        route.fulfill(status=204)

    page.goto(f"{live_server.url}/styleguide/")
    page.route("**/*", keep)
    act = page.locator("form[data-guard] input[name=act_id]")
    first = act.input_value()
    submit = "document.querySelector('form[data-guard]').requestSubmit()"
    page.evaluate(submit)
    page.evaluate(submit)
    page.wait_for_timeout(200)
    assert len(sent) == 1, "a form on its way is not sent a second time"
    assert act.input_value() == first
    page.locator("form[data-guard] input[name=title]").fill("words")
    second = act.input_value()
    assert second != first
    assert second[14] == "7"


def test_a_place_is_picked_on_the_map(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/styleguide/")
    box = page.locator("#sg-pick")
    box.locator("canvas").wait_for()
    box.click(position={"x": 120, "y": 90})
    page.wait_for_function("document.getElementById('id_lon').value !== ''")
    assert float(page.input_value("#id_lon")) == pytest.approx(112.73, abs=0.05)
    assert float(page.input_value("#id_lat")) == pytest.approx(27.23, abs=0.05)


def test_without_a_map_the_fields_are_there(chromium: Browser, live_server: LiveServer) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 760})
    context.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page = context.new_page()
    page.goto(f"{live_server.url}/styleguide/")
    page.locator("#sg-pick + p").wait_for()
    assert page.locator("#sg-pick").is_hidden()
    assert page.locator("#id_lon").is_visible()
    context.close()


def test_the_keyboard_opens_help_and_verbs(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/styleguide/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("?")
    assert page.locator("#ll-keys").is_visible()
    assert page.locator("#ll-keys dt", has_text="b").count() >= 1
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    assert page.locator("#sg-dialog").is_visible()


def test_a_greyed_verb_does_nothing_and_its_reason_can_be_read(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(f"{live_server.url}/styleguide/")
    greyed = page.locator(".ll-verb-no button")
    greyed.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("/styleguide/")
    assert page.locator(".ll-verb-why").is_visible()


def test_pages_work_without_any_script(chromium: Browser, live_server: LiveServer) -> None:
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 760}
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/styleguide/?portal")
    page.locator("details.ll-menu summary").first.click()
    page.locator("button[name=theme][value=dark]").click()
    assert page.locator("html[data-bs-theme=dark]").count() == 1
    context.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_public_header_fits_a_narrow_phone(
    page: Page, live_server: LiveServer, language: str
) -> None:
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": live_server.url}]
    )
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"{live_server.url}/report/")
    brand, acts = (page.locator(name).bounding_box() for name in (".ll-brand", ".ll-top-acts"))
    assert brand
    assert acts
    assert acts["y"] < brand["y"] + brand["height"], "the buttons stand beside the name"
    cut = "nodes => nodes.filter(n => n.scrollWidth > n.clientWidth + 1).map(n => n.className)"
    places = ".ll-brand-place, .ll-portal-nav, .ll-portal-nav a"
    assert page.locator(places).evaluate_all(cut) == []


def test_a_small_file_has_a_size_that_says_something(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/styleguide/")
    for count, words in ((900, "a.txt (1 KB)"), (2 * 1024 * 1024, "a.txt (2 MB)")):
        file = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x" * count}
        page.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
        assert words in page.locator("[data-drop-list]").inner_text()


def test_the_way_to_a_wrong_field_opens_what_hides_it(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/styleguide/")
    page.evaluate(
        """() => {
          const box = document.createElement("div");
          box.innerHTML = '<div data-faults tabindex="-1"><a href="#folded">x</a></div>'
            + '<details><summary>y</summary><input id="folded"></details>';
          document.querySelector("main").prepend(box);
          document.dispatchEvent(new Event("htmx:afterSettle"));
        }"""
    )
    assert page.evaluate("document.activeElement.hasAttribute('data-faults')")
    page.get_by_role("link", name="x", exact=True).click()
    assert page.evaluate("document.activeElement.id") == "folded"
