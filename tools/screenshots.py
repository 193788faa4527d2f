"""The pictures of the README: pages of the demo district, wide and narrow, light and dark.

The demo is made in a home of its own (var/screenshots), served, and looked at by Chromium with
a session of one person per role. ``--all`` takes every page at every width and theme, to be
looked at by whoever changed one; without it only the pictures the README shows are written.
"""

import argparse
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from tools.browser import FLAGS, HOW_TO_GET_IT, install_chromium

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "var" / "screenshots"
SHOWN = ROOT / "docs" / "screenshots"
WIDTHS = {"wide": (1440, 900), "narrow": (360, 740)}
THEMES = ("light", "dark")
PATIENCE = 600


@dataclass(frozen=True)
class Picture:
    """One page: its name, who looks at it (None: the public), and its address.

    ``{case}`` in the address stands for an open case with a history.
    """

    name: str
    role: str | None
    path: str
    in_readme: bool = False


PICTURES = (
    Picture("portal", None, "/", in_readme=True),
    Picture("report", None, "/report/"),
    Picture("follow", None, "/follow/"),
    Picture("board", None, "/board/"),
    Picture("desk", "dispatcher", "/desk/", in_readme=True),
    Picture("triage", "intake_clerk", "/desk/triage/"),
    Picture("list", "supervisor", "/desk/cases/"),
    Picture("case", "dispatcher", "/desk/cases/{case}/", in_readme=True),
    Picture("map", "supervisor", "/desk/map/", in_readme=True),
    Picture("mine", "grid_worker", "/desk/"),
    Picture("categories", "administrator", "/manage/categories/"),
    Picture("people", "administrator", "/manage/people/"),
    Picture("grids", "administrator", "/manage/grids/"),
)


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(address: str) -> bool:
    """Say whether the server is there."""
    try:
        with urllib.request.urlopen(f"{address}/health/", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def served_demo() -> Iterator[str]:
    """Make the demo, serve it, and yield its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "linli", "demo", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "LINLI_HOME": str(HOME)})
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers(address):
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("The demo did not start: its own words stand above.")
            time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def session_of(role: str) -> str:
    """Return the key of a new session of a demo person who holds a role today."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from linli.accounts.models import RoleGrant

    grant = RoleGrant.objects.filter(role=role, until=None).select_related("person").first()
    if grant is None:
        raise SystemExit(f"The demo has nobody who is {role}.")
    session = SessionStore()
    session[SESSION_KEY] = str(grant.person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = grant.person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def address_of(picture: Picture) -> str:
    """Return the path of a page with its placeholders filled."""
    if "{case}" not in picture.path:
        return picture.path
    from linli.cases.models import Case, CaseStep

    step = CaseStep.objects.filter(case__in=Case.objects.all()).order_by("-at").first()
    if step is None:
        raise SystemExit("The demo has no case.")
    return picture.path.replace("{case}", str(step.case_id))


@dataclass(frozen=True)
class Shot:
    """One picture at one width in one theme."""

    picture: Picture
    width: str
    theme: str

    @property
    def file(self) -> str:
        """Return the name of its file."""
        return f"{self.picture.name}-{self.width}-{self.theme}.png"


def take(browser: Browser, address: str, shot: Shot, folder: Path) -> int:
    """Take one picture; return the status the page answered with."""
    width, height = WIDTHS[shot.width]
    scheme: Literal["dark", "light"] = "dark" if shot.theme == "dark" else "light"
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="zh-CN"
    )
    try:
        if shot.picture.role:
            key = session_of(shot.picture.role)
            context.add_cookies([{"name": "sessionid", "value": key, "url": address}])
        page = context.new_page()
        answer = page.goto(address + address_of(shot.picture), wait_until="networkidle")
        page.screenshot(path=folder / shot.file, full_page=folder != SHOWN)
        return answer.status if answer else 0
    finally:
        context.close()


def shots(*, everything: bool) -> list[Shot]:
    """Return what is to be taken: all, or the wide and light ones of the README."""
    if not everything:
        return [Shot(picture, "wide", "light") for picture in PICTURES if picture.in_readme]
    return [Shot(p, width, theme) for p in PICTURES for width in WIDTHS for theme in THEMES]


def main() -> int:
    """Take the pictures; fail where a page did not answer 200."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--all", action="store_true", help="every page, width and theme")
    everything = parser.parse_args().all
    program = install_chromium()
    if program is None:
        print(HOW_TO_GET_IT, file=sys.stderr)
        return 1
    folder = HOME / "pictures" if everything else SHOWN
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["LINLI_HOME"] = str(HOME)
    os.environ["DJANGO_SETTINGS_MODULE"] = "linli.settings"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    faults = 0
    with served_demo() as address, sync_playwright() as playwright:
        import django

        django.setup()
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        for shot in shots(everything=everything):
            status = take(browser, address, shot, folder)
            faults += status != 200
            print(f"{status} {folder / shot.file}", flush=True)
        browser.close()
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
