"""A journey that could not run is never silent."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.tree import ROOT


def run_one_journey(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one journey where no Chromium is to be found."""
    journey = folder / "journeys" / "test_story.py"
    journey.parent.mkdir()
    journey.write_text("def test_story(page):\n    assert page\n")
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml")),
            *("-p", "tests.conftest", "-p", "no:randomly", f"--rootdir={ROOT}", str(journey)),
        ],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if name != "CI"},
            "LINLI_CHROMIUM": str(folder / "no-chromium"),
            "LINLI_TEST_FIGURES": str(folder / "figures.json"),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_a_skipped_journey_is_counted_and_fails_in_ci(tmp_path: Path, ci: str, code: int) -> None:
    answer = run_one_journey(tmp_path, CI=ci)
    assert answer.returncode == code, answer.stdout
    assert "1 journeys were skipped. Install a Chromium" in answer.stdout
    assert json.loads((tmp_path / "figures.json").read_text()) == {"skipped journeys": 1}
