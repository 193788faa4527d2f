"""What a person says of a waiting file: what its sheets hold, and what its columns are read as."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.kernel.refusal import Refused
from linli.registry.actions.importing.runs import on_sheet
from linli.registry.forms.imports import ReadingForm, chosen_columns, chosen_kinds
from linli.registry.imports import waiting
from linli.registry.imports.background import check_waiting, import_waiting
from linli.registry.imports.copies import CleanCopy
from linli.registry.imports.previews import Preview, preview
from linli.registry.imports.waiting import Asked, Note
from linli.registry.models import MIXED, LegalBasis


def choose(request: HttpRequest, run_id: UUID, told: Note | None, verb: str) -> None:
    """Keep what was chosen, and queue what is to be done.

    Where the rows of a sheet are something else now, its columns are shown anew first.
    """
    data = waiting.file_of(run_id)
    if data is None or told is None:
        messages.error(request, _("The file is gone; send it again."))
        return
    seen = _preview_or_none(run_id, data, told)
    asked = _as_said(request, told.asked) if verb != "import" else told.asked
    if verb != "import" and seen and "column-0-0" in request.POST:
        asked = _as_chosen(request, seen, asked)
    if verb == "kinds" or asked.kinds != told.asked.kinds:
        waiting.note(run_id, Note(asked))
        return
    state = waiting.CHECKING if verb == "check" else waiting.RUNNING
    total = seen.rows if seen else 0
    waiting.note(run_id, replace(told, asked=asked, state=state, why="", total=total))
    task = check_waiting if verb == "check" else import_waiting
    task.enqueue(str(run_id), get_language() or "zh-hans")


def _as_said(request: HttpRequest, asked: Asked) -> Asked:
    """Return what was asked with what the page says of all rows."""
    form = ReadingForm(request.POST)
    if "crs" not in request.POST or not form.is_valid():
        return asked
    return replace(asked, **form.cleaned_data)


def _preview_or_none(run_id: UUID, data: CleanCopy, told: Note) -> Preview | None:
    try:
        return preview(run_id, data, told.asked, timezone.now())
    except Refused:
        return None


def _as_chosen(request: HttpRequest, seen: Preview, asked: Asked) -> Asked:
    headers = [(one.name, [column.header for column in one.columns]) for one in seen.sheets]
    columns = chosen_columns(request.POST, headers)
    shown = {one.name: one.kind for one in seen.sheets} | dict.fromkeys(seen.could, "")
    kinds = {**shown, **chosen_kinds(request.POST, [name for name, _ in headers], seen.could)}
    moved = [name for name, kind in kinds.items() if kind != shown[name]]
    if not moved:
        return replace(asked, columns=columns)
    if not any(kinds.values()):
        messages.error(request, _("One sheet must be read, at least."))
        return replace(asked, columns=columns)
    # What was said of the columns held for the facts of the other kind.
    gone = tuple(on_sheet(name, "") for name in moved)
    kept = {name: key for name, key in columns.items() if not name.startswith(gone)}
    messages.info(request, _("The columns are shown as they are read now; look at them again."))
    return _of_kinds(request, replace(asked, columns=kept or None), kinds)


def _of_kinds(request: HttpRequest, asked: Asked, kinds: Mapping[str, str]) -> Asked:
    """Let a file be one of these kinds; a legal basis that is none of theirs goes."""
    several = {kind for kind in kinds.values() if kind}
    kind = several.pop() if len(several) == 1 else MIXED
    if asked.basis and kind != MIXED:
        basis = LegalBasis.objects.filter(code=asked.basis).first()
        if basis is None or kind not in basis.kinds:
            sentence = _("The legal basis is none for such records: the usual one is taken.")
            messages.warning(request, sentence)
            asked = replace(asked, basis="")
    return replace(asked, kind=kind, kinds=dict(kinds))
