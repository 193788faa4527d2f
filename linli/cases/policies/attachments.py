"""What may be attached, and who may see it; each no in a sentence."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases.models import Attachment
from linli.cases.policies.scopes import Who, may_see
from linli.cases.rules.attachments import MEGABYTE, Fault, Limits
from linli.kernel.refusal import Refusal

_SENTENCES = {
    Fault.EMPTY: gettext_lazy("“%(name)s” is empty; please choose it again."),
    Fault.TOO_LARGE: gettext_lazy("“%(name)s” is larger than %(megabytes)d MB."),
    Fault.TOO_MANY_PIXELS: gettext_lazy(
        "The picture “%(name)s” has too many pixels; please send a smaller copy."
    ),
    Fault.DAMAGED: gettext_lazy("“%(name)s” is damaged and cannot be read; choose another copy."),
    Fault.MACROS: gettext_lazy("“%(name)s” holds macros; please save it without them."),
    Fault.KIND: gettext_lazy(
        "“%(name)s” is of a kind that we do not take. Photographs (JPEG, PNG, WebP) and these"
        " are taken: %(kinds)s."
    ),
}


def limits() -> Limits:
    """Return the limits of this district."""
    data = settings.LINLI_ATTACHMENTS
    return Limits(
        size=data["megabytes"] * MEGABYTE,
        pixels=data["pixels"],
        raw_pixels=data["raw_pixels"],
        side=data["side"],
        documents=frozenset(settings.LINLI_DOCUMENTS),
    )


def most_per_case() -> int:
    """Return how many files one case may have."""
    most: int = settings.LINLI_ATTACHMENTS["per_case"]
    return most


def refuse_file(name: str, fault: Fault) -> Refusal:
    """Say why a file is not taken."""
    words = {
        "name": name[:60],
        "megabytes": settings.LINLI_ATTACHMENTS["megabytes"],
        "kinds": ", ".join(settings.LINLI_DOCUMENTS),
    }
    return Refusal(f"file_{fault.value}", str(_SENTENCES[fault]) % words)


def refuse_number(count: int) -> Refusal | None:
    """Return None while a case with ``count`` files may have one more."""
    most = most_per_case()
    if count < most:
        return None
    return Refusal("file_many", _("A case can have %(n)d files at most.") % {"n": most})


def may_see_file(who: Who, attachment: Attachment) -> bool:
    """Say whether a file exists for somebody: a reporter sees only what is public."""
    if who.reporter_of is not None:
        return who.reporter_of == attachment.case_id and attachment.is_public
    return may_see(who, attachment.case)
