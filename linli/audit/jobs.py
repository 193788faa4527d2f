"""What the clock does for the audit log."""

from datetime import datetime

from linli.audit.actions import make_checkpoint
from linli.audit.queries import is_published


def publish_heads(*, at: datetime) -> bool:
    """Publish a checkpoint when something happened since the last one; say whether it did."""
    if is_published():
        return False
    make_checkpoint(at=at)
    return True
