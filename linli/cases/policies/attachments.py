"""What may be attached, and who may see it; each no in a sentence."""

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases.models import Attachment
from linli.cases.policies.scopes import Who, may_see
from linli.cases.rules.attachments import (
    MEGABYTE,
    PICTURE_ENDINGS,
    PICTURE_NAMES,
    PICTURES,
    Fault,
    Limits,
    NotTaken,
)
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
        "“%(name)s” is of a kind that we do not take. Photographs (%(pictures)s) and these"
        " are taken: %(kinds)s."
    ),
}
_ANOTHER_PICTURE = gettext_lazy(
    "“%(name)s” is a picture in the format %(found)s, which is not taken. Please save it as JPEG"
    " or PNG and choose that."
)
_NO_PICTURE_INSIDE = gettext_lazy(
    "“%(name)s” is named like a photograph, but what is in it is none: it was renamed, or not"
    " copied whole. Please choose the photograph itself."
)
_ONLY_PICTURES = gettext_lazy(
    "“%(name)s” is not a photograph, and here only photographs are taken (%(pictures)s). Other"
    " files can be added on the page of your report once it is sent."
)


def limits(*, only_pictures: bool = False) -> Limits:
    """Return the limits of this district; ``only_pictures``: of a field for photographs."""
    data = settings.LINLI_ATTACHMENTS
    return Limits(
        size=data["megabytes"] * MEGABYTE,
        pixels=data["pixels"],
        raw_pixels=data["raw_pixels"],
        side=data["side"],
        documents=frozenset() if only_pictures else frozenset(settings.LINLI_DOCUMENTS),
    )


def endings_of(allowed: Limits) -> str:
    """Return what a file chooser offers: types of pictures (phones show the camera), endings."""
    return ",".join((*PICTURES, *(f".{ending}" for ending in sorted(allowed.documents))))


def taken_in_words(allowed: Limits, more: object = "") -> str:
    """Say what a field takes and how large each file may be, and then ``more``."""
    kinds = _(", ").join((*PICTURE_NAMES, *sorted(allowed.documents)))
    facts = {"kinds": kinds, "megabytes": allowed.size // MEGABYTE, "more": more}
    return _("%(kinds)s; each %(megabytes)d MB at most. %(more)s") % facts


def most_per_case() -> int:
    """Return how many files one case may have."""
    most: int = settings.LINLI_ATTACHMENTS["per_case"]
    return most


def refuse_file(name: str, why: NotTaken, allowed: Limits) -> Refusal:
    """Say why a file is not taken; a wrong kind is told by what was taken it for."""
    words = {
        "name": name[:60],
        "megabytes": allowed.size // MEGABYTE,
        "kinds": _(", ").join(sorted(allowed.documents)),
        "pictures": _(", ").join(PICTURE_NAMES),
        "found": why.picture,
    }
    is_kind = why.fault is Fault.KIND
    sentence = _wrong_kind(name, why, allowed) if is_kind else _SENTENCES[why.fault]
    return Refusal(f"file_{why.fault.value}", str(sentence) % words)


def _wrong_kind(name: str, why: NotTaken, allowed: Limits) -> Promise:
    if why.picture:
        return _ANOTHER_PICTURE
    if name.rpartition(".")[2].lower() in PICTURE_ENDINGS:
        return _NO_PICTURE_INSIDE
    return _SENTENCES[Fault.KIND] if allowed.documents else _ONLY_PICTURES


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
