"""What many tests of cases begin with."""

import pytest

from tests.factories import Crew


@pytest.fixture
def crew() -> Crew:
    """Return one person a role and a unit with an officer."""
    return Crew()
