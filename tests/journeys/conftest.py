"""The served product that journeys may share."""

import pytest

from tests.journeys.ground import Ground
from tests.journeys.ground import ground as make_ground


@pytest.fixture(scope="session")
def ground() -> Ground:
    """Return the one seeded server of this process."""
    return make_ground()
