"""Which unit is in charge where."""

from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.models import Unit
from linli.accounts.rules.roles import Permission
from linli.territory.actions import Act, save_unit_areas
from linli.territory.forms import AreasForm
from linli.territory.models import UnitArea
from linli.territory.queries import areas_of, open_on
from linli.territory.views.frame import act_of, done, form_page, refused
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs


@needs(Permission.MANAGE_TERRITORY)
def areas(request: HttpRequest) -> HttpResponse:
    """List the units of today with the divisions they are in charge of."""
    day = timezone.localdate()
    present = UnitArea.objects.filter(open_on(day)).select_related("division")
    units = Unit.objects.filter(open_on(day)).order_by("kind", "code")
    units = units.prefetch_related(
        Prefetch("areas", present.defer("division__geometry"), to_attr="present_areas")
    )
    way = [Crumb(_("Territory"), reverse("territory:overview")), Crumb(_("Units and their areas"))]
    return render(request, "territory/areas.html", {"units": units, "breadcrumbs": way})


@needs(Permission.MANAGE_TERRITORY)
def unit_areas(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Choose the divisions a unit is in charge of from a day on."""
    unit, day = get_object_or_404(Unit, pk=unit_id), timezone.localdate()
    held = list(areas_of(unit).values_list("division__code", flat=True))
    form = AreasForm(request.POST or None, on=day, initial={"codes": held, "day": day})
    if request.method == "POST" and form.is_valid():
        given = act_of(request)
        act = Act(given["act_id"], given["by"], given["at"])
        codes, since = form.cleaned_data["codes"], form.cleaned_data["day"]
        if not refused(form, lambda: save_unit_areas(unit=unit, codes=codes, day=since, act=act)):
            sentence = _("The areas of %(name)s were changed.") % {"name": unit}
            return done(request, sentence, "territory:areas")
    back = reverse("territory:areas")
    context: dict[str, object] = {
        "title": _("Areas of %(name)s") % {"name": unit},
        "breadcrumbs": [
            Crumb(_("Territory"), reverse("territory:overview")),
            Crumb(_("Units and their areas"), back),
            Crumb(unit),
        ],
        "submit": _("Save"),
        "back": back,
    }
    return form_page(request, form, context)
