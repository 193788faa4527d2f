"""Pages of the reply templates."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.actions.templates import remove_template, save_template
from linli.cases.forms.manage.templates import TemplateForm
from linli.cases.models import ReplyTemplate
from linli.cases.queries.manage import reply_templates
from linli.cases.views.manage.frame import UNPROCESSABLE, act_of, done
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs


@needs(Permission.MANAGE_CATEGORIES)
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """List the templates."""
    return render(request, "cases/manage/templates.html", {"templates": reply_templates()})


def _page(request: HttpRequest, form: TemplateForm, found: ReplyTemplate | None) -> HttpResponse:
    title = str(found) if found else _("New template")
    context = {
        "form": form,
        "title": title,
        "submit": _("Save"),
        "template": found,
        "back": reverse("manage:templates"),
        "breadcrumbs": [Crumb(_("Reply templates"), reverse("manage:templates")), Crumb(title)],
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "cases/manage/template_edit.html", context, status=status)


@needs(Permission.MANAGE_CATEGORIES)
def new_template(request: HttpRequest) -> HttpResponse:
    """Write a template."""
    form = TemplateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        save_template(facts=form.facts(), **act_of(request))
        return done(request, _("Saved."), "manage:templates")
    return _page(request, form, None)


@needs(Permission.MANAGE_CATEGORIES)
def edit_template(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Change a template."""
    found = get_object_or_404(ReplyTemplate.objects.select_related("category"), pk=template_id)
    initial = {**vars(found), "category": found.category.code if found.category else ""}
    form = TemplateForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        save_template(facts=form.facts(), template_id=found.pk, **act_of(request))
        return done(request, _("Saved."), "manage:templates")
    return _page(request, form, found)


@needs(Permission.MANAGE_CATEGORIES)
@require_POST
def drop_template(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Remove a template."""
    remove_template(template_id=template_id, **act_of(request))
    return done(request, _("The template was removed."), "manage:templates")
