"""One form for one record: what is known stands there, what is missing or old is asked."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refused
from linli.registry.actions.answering import Answers, answer_form, sheet_of
from linli.registry.actions.showing import note_record
from linli.registry.forms.answering import AnswerForm
from linli.registry.models import DataForm, Errand, RecordKind
from linli.registry.policies.asking import refuse_answering
from linli.registry.views.asking import way
from linli.registry.views.frame import act_of, asking
from linli.registry.views.records import record_or_404, title_of
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs, person_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.KEEP_REGISTRY)
def answer(request: HttpRequest, form_id: UUID, record_id: UUID) -> HttpResponse:
    """Ask for what one record lacks; take the answers."""
    who, now = asking(request)
    form = get_object_or_404(DataForm, pk=form_id)
    row = record_or_404(RecordKind(form.kind), record_id, who)
    act = act_of(request) if request.method == "POST" else None
    today = timezone.localdate(now)
    if refuse_answering(form, who, today) is not None or row.merged_into is not None:
        raise Http404
    note_record(row=row, by=person_of(request), at=now, errand=Errand.FORM)
    sheet = sheet_of(form, row, today)
    page = AnswerForm(request.POST if act is not None else None, row=row, asked=sheet.asked)
    if act is not None and page.is_valid():
        version = page.cleaned_data["version"]
        answers = Answers(page.typed(), page.still_right(), version, page.removed())
        try:
            made = answer_form(form=form, row=row, answers=answers, act=act)
        except Refused as refused:
            page.add_error(None, str(refused.refusal))
        else:
            if _tell(request, len(made) + len(answers.still_right)):
                return redirect("registry:form", form_id)
            return redirect("registry:form_answer", form_id, record_id)
    title = title_of(row)
    context = {
        "asked_form": form,
        "title": title,
        "sheet": sheet,
        "form": page,
        "record_url": reverse("registry:record", args=[form.kind, row.pk]),
        "breadcrumbs": way(
            Crumb(form.name, reverse("registry:form", args=[form_id])), Crumb(title)
        ),
    }
    return render(request, "registry/answer.html", context, status=422 if page.errors else 200)


def _tell(request: HttpRequest, count: int) -> bool:
    """Say how many answers were taken; return whether there were any."""
    words = ngettext("%(n)d answer was taken.", "%(n)d answers were taken.", count) % {"n": count}
    if count:
        messages.success(request, words)
    else:
        messages.info(request, _("Nothing changed: tick what is still right, or tell what is not."))
    return count > 0
