"""Find the system's Chromium, or install it where we may."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
PACKAGES = ("chromium", "fonts-noto-cjk")
HOW_TO_GET_IT = (
    "Install a Chromium (Debian and Ubuntu: apt-get install chromium fonts-noto-cjk)"
    " or name one: LINLI_CHROMIUM=/path/to/chromium make test"
)
# Nothing but the pages under test may use the network.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None."""
    named = os.environ.get("LINLI_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    return next((str(place) for place in PLACES if place.exists()), None)


def install_chromium() -> str | None:
    """Return a Chromium, installing Debian's where there is none and we are root."""
    found = find_chromium()
    if found or os.environ.get("LINLI_CHROMIUM"):
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("Installing Chromium for the journeys", flush=True)
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        done = subprocess.run(
            ["apt-get", "-q", *command], env=quietly, check=False, capture_output=True, text=True
        )
        if done.returncode:
            print(done.stderr[-500:], file=sys.stderr)
            return None
    return find_chromium()
