"""Sending a resident the code by which they see their own record."""

import logging
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)
# Known and unknown numbers are answered as quickly as each other: nobody waits for the channel.
_senders = ThreadPoolExecutor(max_workers=2, thread_name_prefix="codes")


def is_channel_named() -> bool:
    """Say whether codes can leave: LINLI_CODE_CHANNEL is an address of apprise with {telephone}."""
    return bool(settings.LINLI_CODE_CHANNEL)


def send_code(*, to: str, code: str) -> None:
    """Send a code to a telephone number; nothing where the number is nobody's."""
    if not is_channel_named() or not to:
        return
    words = _("Your code for your own page at the service centre: %(code)s") % {"code": code}
    _senders.submit(_send, settings.LINLI_CODE_CHANNEL.replace("{telephone}", to), words)


def _send(address: str, words: str) -> bool:
    # Here, because it loads a hundred services and most places name none.
    import apprise

    sender = apprise.Apprise()
    left = sender.add(address) and sender.notify(body=words)
    if not left:
        # Without the address: it holds the number.
        logger.warning("A code of a resident did not leave: the channel refused it.")
    return bool(left)
