"""The pictures of the README: pages of the demo district, wide and narrow, light and dark.

The demo is made in a home of its own (var/screenshots), served, and looked at by Chromium with
a session of one person per role. ``--all`` takes every page at every width, in both themes and
both languages, to be looked at by whoever changed one; without it only the pictures the README
shows are written, small enough to be kept in the repository.
"""

import argparse
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tools.browser import FLAGS, HOW_TO_GET_IT, install_chromium
from tools.scenes import OWN_COOKIE, own_session, registry_samples, send_sheet

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "var" / "screenshots"
SHOWN = ROOT / "docs" / "screenshots"
WIDTHS = {"wide": (1440, 900), "narrow": (360, 740)}
THEMES = ("light", "dark")
LANGUAGES = ("zh-hans", "en")
# Making the demo takes minutes where others use the machine too.
PATIENCE = 1800
FRESH = timedelta(hours=18)
# A kept picture stays below this, so that a clone of the repository stays small.
MOST_BYTES = 150_000
QUALITIES = (86, 78, 70, 60, 45)
# WebP knows no larger picture; a page this long is looked at by its beginning.
LONGEST = 16_000


@dataclass(frozen=True)
class Place:
    """One page: its name, who looks at it (None: the public), and its address.

    What stands in braces is filled by :func:`samples`.
    """

    name: str
    role: str | None
    path: str
    # What is done on the page before the picture, and the cookie of a resident who is inside.
    act: Callable[[Page], None] | None = None
    is_own: bool = False


PLACES = (
    Place("portal", None, "/"),
    Place("report-choose", None, "/report/"),
    Place("report", None, "/report/?category={category}"),
    Place("follow", None, "/follow/"),
    Place("board", None, "/board/"),
    Place("privacy", None, "/privacy/"),
    Place("login", None, "/accounts/login/"),
    Place("desk", "dispatcher", "/desk/"),
    Place("desk-worker", "grid_worker", "/desk/"),
    Place("desk-unit", "unit_officer", "/desk/"),
    Place("triage", "intake_clerk", "/desk/triage/"),
    Place("list", "supervisor", "/desk/cases/"),
    Place("case", "supervisor", "/desk/cases/{case}/"),
    Place("map", "supervisor", "/desk/map/"),
    Place("new", "intake_clerk", "/desk/new/"),
    Place("spot", "grid_worker", "/desk/spot/"),
    Place("calls", "caller", "/desk/calls/"),
    Place("oversight", "supervisor", "/desk/oversight/"),
    Place("notices", "unit_officer", "/desk/notices/"),
    Place("registry", "supervisor", "/registry/"),
    Place("registry-grid", "grid_worker", "/registry/grids/{grid}/"),
    Place("record", "grid_worker", "/registry/records/resident/{resident}/"),
    Place("import", "administrator", "/registry/imports/", act=send_sheet),
    Place("dictionary", "supervisor", "/registry/dictionary/"),
    Place("find", "intake_clerk", "/registry/find/"),
    Place("my", None, "/my/"),
    Place("my-data", None, "/my/", is_own=True),
    Place("start", "administrator", "/manage/start/"),
    Place("categories", "administrator", "/manage/categories/"),
    Place("templates", "administrator", "/manage/templates/"),
    Place("rules", "administrator", "/manage/rules/"),
    Place("calendars", "administrator", "/manage/calendars/"),
    Place("territory", "administrator", "/manage/territory/"),
    Place("people", "administrator", "/manage/people/"),
    Place("units", "administrator", "/manage/units/"),
    Place("quarantine", "administrator", "/manage/quarantine/"),
    Place("audit", "auditor", "/manage/audit/"),
    Place("events", "auditor", "/manage/audit/events/"),
)
NAMED = {place.name: place for place in PLACES}


@dataclass(frozen=True)
class Shot:
    """One picture: a page at one width, in one theme and one language."""

    place: Place
    width: str = "wide"
    theme: str = "light"
    language: str = "zh-hans"
    # Pixels, where another height than that of the window says more.
    height: int | None = None

    @property
    def name(self) -> str:
        """Return the name of its file, without the ending."""
        return f"{self.place.name}-{self.width}-{self.theme}-{self.language}"


# The file in docs/screenshots, and what it shows.
KEPT = {
    "desk": Shot(NAMED["desk"]),
    # As far down as the explanation of the deadline.
    "case": Shot(NAMED["case"], height=1500),
    "map": Shot(NAMED["map"]),
    "triage": Shot(NAMED["triage"]),
    "board": Shot(NAMED["board"]),
    "registry": Shot(NAMED["registry"]),
    "record": Shot(NAMED["record"]),
    "import": Shot(NAMED["import"], height=1100),
    "my-data": Shot(NAMED["my-data"], height=1100),
    "portal-phone": Shot(NAMED["portal"], width="narrow"),
    "case-english": Shot(NAMED["case"], language="en"),
}


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_of_today() -> bool:
    """Say whether the demo was made today: in an older one everything is overdue by now."""
    try:
        made = json.loads((HOME / "demo").read_text(encoding="utf-8"))["at"]
        return datetime.now(UTC) - datetime.fromisoformat(made) < FRESH
    except (OSError, ValueError, KeyError):
        return False


def answers(address: str) -> bool:
    """Say whether the server is there."""
    try:
        with urllib.request.urlopen(f"{address}/health/", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def served_demo(port: int) -> Iterator[str]:
    """Make the demo where there is none, serve it, and yield its address."""
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "linli", "demo", "--port", str(port)]
    command += [] if is_of_today() else ["--reset"]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "LINLI_HOME": str(HOME)},
        # A group of its own: the server's worker ends with it.
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers(address):
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("The demo did not start: its own words stand above.")
            time.sleep(0.5)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def session_of(role: str) -> str:
    """Return the key of a new session of the demo person whose log-in is shown for a role."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from linli.accounts.models import RoleGrant
    from linli.demo.rules.people import SHOWN_LOGINS

    grants = RoleGrant.objects.filter(role=role, until=None, person__username__in=SHOWN_LOGINS)
    grant = grants.select_related("person").first()
    if grant is None:
        raise SystemExit(f"The demo has nobody who is {role}.")
    session = SessionStore()
    session[SESSION_KEY] = str(grant.person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = grant.person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def samples() -> dict[str, str]:
    """Return what stands for the braces of an address: a case with a story, and a category."""
    from linli.cases.models import Case
    from linli.cases.models.choices import Colour, State

    told = Case.objects.filter(
        state=State.HANDLING, colour__in=[Colour.YELLOW, Colour.BLUE], lon__isnull=False
    )
    case = told.order_by("-version", "number").select_related("category").first()
    if case is None:
        raise SystemExit("The demo has no case that is being handled.")
    return {"{case}": str(case.pk), "{category}": case.category.code, **registry_samples()}


def address_of(path: str, found: dict[str, str]) -> str:
    """Return the path of a page with its braces filled."""
    for name, value in found.items():
        path = path.replace(name, value)
    return path


class Camera:
    """A browser before the demo, with one session for each role."""

    def __init__(self, browser: Browser, address: str) -> None:
        """Look for what the addresses need."""
        self.browser = browser
        self.address = address
        self.found = samples()
        self.sessions: dict[str, str] = {}

    def _cookies(self, shot: Shot) -> dict[str, str]:
        cookies = {"django_language": shot.language}
        role = shot.place.role
        if role is not None:
            if role not in self.sessions:
                self.sessions[role] = session_of(role)
            cookies["sessionid"] = self.sessions[role]
        if shot.place.is_own:
            cookies[OWN_COOKIE] = own_session()
        return cookies

    def take(self, shot: Shot, *, full_page: bool) -> tuple[int, Image.Image]:
        """Return the status the page answered with, and its picture."""
        width, height = WIDTHS[shot.width]
        height = shot.height or height
        scheme: Literal["dark", "light"] = "dark" if shot.theme == "dark" else "light"
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale="zh-CN"
        )
        try:
            context.add_cookies(
                [
                    {"name": name, "value": value, "url": self.address}
                    for name, value in self._cookies(shot).items()
                ]
            )
            page = context.new_page()
            path = address_of(shot.place.path, self.found)
            answer = page.goto(self.address + path, wait_until="networkidle")
            if shot.place.act is not None:
                shot.place.act(page)
            _let_maps_draw(page)
            picture = page.screenshot(full_page=full_page)
            return answer.status if answer else 0, Image.open(BytesIO(picture)).convert("RGB")
        finally:
            context.close()


def _let_maps_draw(page: Page) -> None:
    """Wait until the maps of a page have drawn and faded in."""
    if page.locator("canvas").count():
        page.wait_for_timeout(2500)


def keep(picture: Image.Image, path: Path, qualities: Sequence[int] = QUALITIES) -> int:
    """Write a picture as WebP, as fine as the size allows; return its bytes."""
    seen = picture.crop((0, 0, picture.width, min(picture.height, LONGEST)))
    for quality in qualities:
        body = BytesIO()
        seen.save(body, "WEBP", quality=quality, method=4)
        if body.tell() <= MOST_BYTES:
            break
    path.write_bytes(body.getvalue())
    return body.tell()


def shots(*, everything: bool) -> dict[str, Shot]:
    """Return what is to be taken by the name of its file: all, or those of the README."""
    if not everything:
        return KEPT
    every = [Shot(*one) for one in itertools.product(PLACES, WIDTHS, THEMES, LANGUAGES)]
    return {shot.name: shot for shot in every}


def _photograph(camera: Camera, wanted: dict[str, Shot], folder: Path) -> int:
    """Take the pictures; return how many pages did not answer 200."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder == SHOWN
    faults = 0
    for name, shot in wanted.items():
        status, picture = camera.take(shot, full_page=not kept)
        path = folder / f"{name}.webp"
        size = keep(picture, path, QUALITIES if kept else QUALITIES[:1]) if status == 200 else 0
        faults += status != 200
        print(f"{status} {size // 1000:5d} kB  {path.relative_to(ROOT)}", flush=True)
    return faults


def main() -> int:
    """Take the pictures; fail where a page did not answer 200."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--all", action="store_true", help="every page, width, theme, language")
    parser.add_argument("--only", default="", help="names that begin so, such as case")
    parser.add_argument("--port", type=int, help="port of the demo (default: a free one)")
    words = parser.parse_args()
    program = install_chromium()
    if program is None:
        print(HOW_TO_GET_IT, file=sys.stderr)
        return 1
    wanted = {k: v for k, v in shots(everything=words.all).items() if k.startswith(words.only)}
    os.environ["LINLI_HOME"] = str(HOME)
    os.environ["DJANGO_SETTINGS_MODULE"] = "linli.settings"
    # Playwright's loop runs in this thread; the few queries here are no danger to it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with served_demo(words.port or free_port()) as address, sync_playwright() as playwright:
        import django

        django.setup()
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        folder = HOME / "pictures" if words.all else SHOWN
        faults = _photograph(Camera(browser, address), wanted, folder)
        browser.close()
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
