"""What the clock does about doubles: after each import, and when somebody asked on the page."""

import logging

from django.utils import timezone
from django_tasks import task

from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.comparing import find_doubles
from linli.registry.actions.writing import Act
from linli.registry.queries.doubles import search_is_due
from linli.registry.rules.linking.child import EngineFailed

logger = logging.getLogger(__name__)


@task()
def look_for_doubles() -> dict[str, int]:
    """Compare the records if that is due; the search itself says how it ended."""
    at = timezone.now()
    if not search_is_due(at):
        return {"searches": 0}
    try:
        find_doubles(act=Act(new_id(), None, at))
    except Refused:
        return {"searches": 0}
    except EngineFailed as error:
        logger.warning("The comparison of records failed: %s.", error.kind or "it ended")
        return {"failed": 1}
    return {"searches": 1}


def queue_search_if_due() -> None:
    """Put a search into the queue where one is due."""
    if search_is_due(timezone.now()):
        look_for_doubles.enqueue()
