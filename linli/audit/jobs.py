"""What the clock does for the audit log."""

from datetime import datetime, timedelta

from linli.audit.actions import make_checkpoint
from linli.audit.models import Quarantined
from linli.audit.queries import is_published

# Whoever settled what was kept may be asked about it for so long.
SETTLED_KEPT = timedelta(days=90)


def publish_heads(*, at: datetime) -> bool:
    """Publish a checkpoint when something happened since the last one; say whether it did."""
    if is_published():
        return False
    make_checkpoint(at=at)
    return True


def forget_settled(*, at: datetime) -> int:
    """Erase key and body of what was kept for a person and settled long ago; how many went.

    That something was kept, and who settled it, stays known.
    """
    over = Quarantined.objects.filter(settled_at__lt=at - SETTLED_KEPT).exclude(wrapped_key=b"")
    return over.update(wrapped_key=b"", body=b"")
