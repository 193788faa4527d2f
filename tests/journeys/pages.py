"""Every page of the product, found in the resolver, and what must hold of each in a browser."""

import itertools
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.journeys.ground import AXE, Ground

# Who is asked whether a page opens, in this order.
ROLES = (
    *("anonymous", "public", "administrator", "intake_clerk", "supervisor", "caller"),
    *("grid_worker", "unit_officer", "dispatcher", "checker", "auditor"),
    *("second_factor", "half_way", "newcomer", "resident", "asking"),
)
STAFF = ("intake_clerk", "supervisor", "caller", "grid_worker", "unit_officer", "dispatcher")
# Pages that show each role something else.
BY_ROLE = {"desk:work": (*STAFF, "checker", "administrator", "auditor")}
# Pages that no seeded browser can reach, and why.
UNREACHABLE = {
    "guards:shown": "a field is shown for a minute to whoever gave the reason",
    "open311:token": "no token is handed out: the answer is always that there is none",
    "open311:nothing_here": "it answers for all addresses that do not exist",
    "mfa_download_recovery_codes": "codes are shown once, when they are made",
    "mfa_login_webauthn": "a passkey would have to be at hand",
    "mfa_edit_webauthn": "a hardware key would have to be registered",
    "mfa_remove_webauthn": "a hardware key would have to be registered",
    "mfa_reauthenticate_webauthn": "a hardware key would have to be registered",
    "account_inactive": "allauth leads here from a log-in of its own backend, which is not used",
}
# Parts of pages, which only scripts fetch.
FRAGMENTS = {
    *("portal:suggestions", "portal:nearby", "portal:known"),
    *("registry:import_progress", "registry:lines"),
}
_MOST_OF_ONE = 8


@dataclass(frozen=True)
class Door:
    """One page for one role."""

    role: str
    path: str


def _patterns(
    patterns: list[URLPattern | URLResolver], space: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _patterns(pattern.url_patterns, inner)
        elif pattern.name:
            yield f"{space}{pattern.name}", pattern


def every_pattern() -> dict[str, list[str]]:
    """Return the name of each address and the names of what can be put into it."""
    found = {}
    for name, pattern in _patterns(get_resolver().url_patterns):
        groups = getattr(pattern.pattern, "regex").groupindex  # noqa: B009 - untyped in Django
        found[name] = list(groups)
    return found


def _values(ground: Ground, name: str, part: str) -> list[str]:
    """Return samples for a part of an address: the most particular ones that are given."""
    if f"{name}.{part}" in ground.samples:
        return ground.samples[f"{name}.{part}"]
    for key in (f"{name.partition(':')[0]}.{part}", part):
        if key in ground.samples:
            return ground.samples[key][:1]
    raise AssertionError(f"{name} has a part {part} without a sample: add one to seeding.py.")


def paths(ground: Ground, name: str, parts: list[str]) -> list[str]:
    """Return the addresses of a page with samples in it."""
    columns = [_values(ground, name, part) for part in parts]
    found = [
        reverse(name, kwargs=dict(zip(parts, row, strict=True)))
        for row in itertools.islice(itertools.product(*columns), _MOST_OF_ONE)
    ]
    return found or [reverse(name)]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_more: object) -> None:  # type: ignore[override]
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def ask(ground: Ground, role: str, path: str) -> tuple[int, str]:
    """Return status and media type of a page for a role."""
    cookie = "; ".join(f"{name}={value}" for name, value in ground.cookies(role).items())
    request = urllib.request.Request(  # noqa: S310 - the server of the tests
        ground.address + path, headers={"Cookie": cookie, "Accept": "text/html"}
    )
    try:
        with _opener.open(request, timeout=20) as answer:
            return answer.status, answer.headers.get_content_type()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type()


def doors(ground: Ground, name: str, parts: list[str]) -> list[Door]:
    """Return who can open which addresses of a page; none when it only takes forms or is data.

    Raises AssertionError when nobody can open it and it is not known why.
    """
    if name == "desk:do":
        return [
            Door(role, reverse(name, args=[case, verb]))
            for verb, (role, case) in ground.deeds.items()
        ]
    found, seen = [], set()
    if name in FRAGMENTS:
        return []
    for path in paths(ground, name, parts):
        for role in BY_ROLE.get(name, ROLES):
            status, media = ask(ground, role, path)
            assert status < 500, f"{role} got {status} from {path}: {ground.log()}"
            seen.add((status, media))
            if status == 200 and media == "text/html":
                found.append(Door(role, path))
                if name not in BY_ROLE:
                    break
            if status == 405 or (status == 200 and media != "text/html"):
                break
    other = any(status == 405 or (status == 200 and media != "text/html") for status, media in seen)
    assert found or other or name in {*UNREACHABLE, *FRAGMENTS}, (
        f"Nobody could open {name}: {sorted(seen)}"
    )
    return found


# --- what must hold ---------------------------------------------------------------------------

# Latin words that Chinese readers meet in Chinese text.
LATIN = re.compile(
    r"""
    \b(?: linli | Open311 | GeoReport | GeoJSON | JSON | CSV | XML | xlsx | xls | csv | zip | json
    | WGS | GCJ | BD | CGCS2000 | UTF | GB | GB/T | Cookie | KB | MB | JPEG | PNG | WebP | PDF | URL
    | HTTP | API | ID | TOTP | English | Esc | Enter | Tab | Ctrl | Shift | km | km² | QR | UTC
    | SHA | amr | m4a | mp3 | ogg | wav
    | ods | txt | geojson | AutoNavi | Excel | WPS | docx | pdf | jpg | png | webp )\b
    | \b[a-z]+\.[a-z_]+\b | \b\d{8}-[A-Z0-9]{6}\b | \bcn-\d{4}\.\d\b | Asia/Shanghai
    | /[a-z/]+\.json | \{(?:"\w+":(?:"[^"]*"|\d+|null|true|false),?)+\}
    | \bperson\d+\b | \bunit-\d+\b | \b[\w.]+@[\w.]+\b | \b[0-9a-f-]{8,}\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A language is called by its own name, and the style guide shows invented people.
SHOWN_EVERYWHERE = ("中文", "受小理（演示）", "派小双（演示）")
_WORDS = """() => {
  const skip = new Set(["SCRIPT", "STYLE", "KBD", "CODE", "PRE", "NOSCRIPT", "SVG", "svg"]);
  const found = [document.title];
  const walk = (node) => {
    if (node.nodeType === 3) { found.push(node.data); return; }
    if (node.nodeType !== 1 || skip.has(node.tagName)) return;
    if (node.lang && node.lang !== document.documentElement.lang) return;
    if (node.matches(".ll-num, [data-latin], .maplibregl-map canvas")) return;
    for (const name of ["aria-label", "title", "alt", "placeholder", "data-pick-hint"])
      if (node.hasAttribute(name)) found.push(node.getAttribute(name));
    for (const child of node.childNodes) walk(child);
  };
  walk(document.body);
  return found;
}"""
_FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return "nothing has the focus";
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const name = one.tagName + " " + (one.innerText || one.id || one.name || "").slice(0, 30);
  if (!box.width || !box.height) return name + " has no size";
  if (box.right <= 0 || box.left >= innerWidth || box.bottom <= 0 || box.top >= innerHeight)
    return name + " lies outside of the window";
  const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return outline || style.boxShadow !== "none" ? "" : name + " does not show the focus";
}"""
# What is right need not be described.
_AXE = (
    "axe.run({resultTypes: ['violations']}).then(r => r.violations.map(v => v.id + ': '"
    " + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')))"
)
_WIDER = """() => {
  const most = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= most) return [];
  return [...document.querySelectorAll("body *")].filter(
    (one) => one.getBoundingClientRect().right > most + 1).slice(0, 4).map(
    (one) => one.tagName + "." + one.className + " " + one.getBoundingClientRect().right);
}"""

_FORGET = """() => {
  if (!location.protocol.startsWith("http")) return;
  localStorage.clear();
  sessionStorage.clear();
}"""

# Buttons whose words run over their edge, whether or not the page grows by it.
_SQUEEZED = """() => [...document.querySelectorAll("main .btn")].filter(
  (one) => one.checkVisibility() && one.clientWidth && one.scrollWidth > one.clientWidth + 1
).slice(0, 4).map((one) => one.innerText.trim().slice(0, 40))"""


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    width: int
    theme: str
    language: str


@dataclass
class Watched:
    """A page of a browser, and what went wrong on it."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text[:300]}")

    def on_request(self, request: Request) -> None:
        here = ("http://127.0.0.1", "data:", "blob:")
        if not request.url.startswith(here):
            self.faults.append(f"a request left this machine: {request.url}")

    def take(self) -> list[str]:
        found, self.faults = self.faults, []
        return found


def watch(context: BrowserContext) -> Watched:
    """Open a page that remembers script errors, console errors and requests elsewhere."""
    watched = Watched(context.new_page())
    watched.page.on("console", watched.on_console)
    watched.page.on("pageerror", lambda error: watched.faults.append(f"script: {error}"))
    watched.page.on("request", watched.on_request)
    return watched


class Windows:
    """One page for all roles and languages of a width: who looks at it changes with its cookies.

    A page a role, left open, would go on drawing, and load anew what another has loaded.
    """

    def __init__(self, browser: Browser, ground: Ground) -> None:
        self.browser, self.ground = browser, ground
        self.watched: Watched | None = None
        self.shown: tuple[str, Look] | None = None

    def of(self, role: str, look: Look) -> Watched:
        """Return the page, in which nothing is left of whoever looked before."""
        if self.watched is None:
            context = self.ground.open(self.browser, role, look.language)
            context.add_init_script(path=AXE)
            self.watched = watch(context)
        page = self.watched.page
        if self.shown != (role, look):
            page.evaluate(_FORGET)
            page.context.clear_cookies()
            self.ground.let_in(page.context, role, look.language)
            page.set_viewport_size({"width": look.width, "height": 800})
            page.emulate_media(color_scheme="dark" if look.theme == "dark" else "light")
            self.shown = (role, look)
        return self.watched

    def close(self) -> None:
        if self.watched is not None:
            self.watched.page.context.close()


def foreign_words(texts: list[str], written: list[str]) -> list[str]:
    """Return Latin words that stand in Chinese text and were not written by people."""
    found = []
    for text in texts:
        rest = text
        for known in written:
            rest = rest.replace(known, "") if known.isascii() else rest
        if re.search(r"[A-Za-z]{2,}", LATIN.sub("", rest)):
            found.append(text.strip()[:80])
    return found


def chinese_words(texts: list[str], written: list[str]) -> list[str]:
    """Return Chinese that stands in English text and was not written by people."""
    found = []
    for text in texts:
        rest = text
        for known in (*written, *SHOWN_EVERYWHERE):
            rest = rest.replace(known, "")
        if re.search(r"[\u3400-\u9fff]{2,}", rest):
            found.append(text.strip()[:80])
    return found


def _language_faults(page: Page, language: str, written: list[str]) -> list[str]:
    said = page.evaluate(_WORDS)
    if language == "en":
        return [f"not said in English: {text!r}" for text in chinese_words(said, written)]
    return [f"not said in Chinese: {text!r}" for text in foreign_words(said, written)]


def _focus_faults(page: Page) -> list[str]:
    faults = []
    for _ in range(3):
        page.keyboard.press("Tab")
        faults += [fault for fault in (page.evaluate(_FOCUS),) if fault]
    return [f"keyboard: {fault}" for fault in faults]


def faults_of(watched: Watched, ground: Ground, path: str, look: Look) -> list[str]:
    """Open an address and return all that is wrong with it."""
    page = watched.page
    watched.take()
    answer = page.goto(ground.address + path)
    if page.locator("[data-map], [hx-trigger*=load]").count():
        page.wait_for_load_state("networkidle")
    faults = [] if answer and answer.status == 200 else [f"status {answer and answer.status}"]
    if not re.search(r"[^\s·]{2,}.*·", page.title()):
        faults.append(f"the title says nothing: {page.title()!r}")
    if page.locator("h1").count() != 1:
        faults.append(f"{page.locator('h1').count()} headings of the first rank")
    wide = page.evaluate(_WIDER)
    if wide:
        faults.append(f"scrolls sideways at {look.width}: {wide}")
    squeezed = page.evaluate(_SQUEEZED)
    if squeezed:
        faults.append(f"words run over the edge of a button at {look.width}: {squeezed}")
    faults += _language_faults(page, look.language, ground.texts)
    faults += [f"axe {fault}" for fault in page.evaluate(_AXE)]
    faults += _focus_faults(page)
    return [*faults, *watched.take()]


def check(windows: Windows, name: str, first: Look, second: Look) -> None:
    """Look at all doors of a page one way, and at one of them another way.

    Fails with everything that is wrong.
    """
    try:
        found = doors(windows.ground, name, every_pattern()[name])
    except NoReverseMatch as error:
        raise AssertionError(f"{name}: {error}") from error
    looks = [(door, first) for door in found] + [(door, second) for door in found[:1]]
    faults = [
        f"{door.path} for {door.role}, {look.width} {look.theme} {look.language}: {fault}"
        for door, look in looks
        for fault in faults_of(windows.of(door.role, look), windows.ground, door.path, look)
    ]
    assert not faults, "\n".join(["", *faults])
