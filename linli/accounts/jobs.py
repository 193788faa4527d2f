"""What the clock does at the log-in: forget what has ended."""

from datetime import datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session


def forget_ended_log_ins(*, at: datetime) -> int:
    """Delete sessions that ended and failures that cooled off; return how many rows."""
    sessions, _rows = Session.objects.filter(expire_date__lt=at).delete()
    cold = at - settings.AXES_COOLOFF_TIME
    failures, _rows = AccessAttempt.objects.filter(attempt_time__lt=cold).delete()
    return int(sessions) + int(failures)
