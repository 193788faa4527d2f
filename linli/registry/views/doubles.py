"""Two records side by side, and the word of a person: the same, or not."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.accounts.rules.roles import Permission
from linli.registry.actions.comparing import ask_for_doubles
from linli.registry.actions.doubles import keep_apart, merge, unmerge
from linli.registry.actions.showing import compared, note_residents
from linli.registry.actions.taking import DWELLING, missing_facts
from linli.registry.jobs.doubles import look_for_doubles
from linli.registry.models import DoublesSearch, Errand, Pair, RecordKind, Resident, SearchState
from linli.registry.policies import Who
from linli.registry.policies.doubles import refuse_merge
from linli.registry.queries import doubles as pairs
from linli.registry.queries.reasons import reasons_of
from linli.registry.queries.relatives import address_of, record_of
from linli.registry.rules.linking.choosing import MOST_OF_ONE
from linli.registry.views.frame import act_of, asking, done
from linli.registry.views.records import title_of
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs, person_of

_MOST = 50
# The element that asks how far the search is.
_SEARCH = "doubles-search"
_BUSY = (SearchState.WAITING, SearchState.RUNNING)


def _way(*last: Crumb) -> list[Crumb]:
    return [
        Crumb(_("Registry"), reverse("registry:home")),
        Crumb(_("Doubles"), reverse("registry:doubles")),
        *last,
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.APPROVE_CHANGES)
def overview(request: HttpRequest) -> HttpResponse:
    """Show the pairs to be decided and what was decided lately; let the machine search again."""
    if request.method == "POST":
        _ask(request)
        return redirect("registry:doubles")
    search = pairs.latest_search()
    if request.headers.get("HX-Target") == _SEARCH:
        return _progress(request, search)
    who, now = asking(request)
    waiting = list(pairs.open_pairs(who, now)[: _MOST + 1])
    decided = pairs.decided_pairs(who, now)
    places = pairs.places_of_pairs([*waiting, *decided])
    context = {
        "pairs": [
            (one, places.get(one.first, ""), reasons_of(one.reasons)) for one in waiting[:_MOST]
        ],
        **_told(search),
        "has_more": len(waiting) > _MOST,
        "most": _MOST,
        "decided": [(one, places.get(one.first, "")) for one in decided],
        "breadcrumbs": _way()[:1],
    }
    return render(request, "registry/doubles.html", context)


def _ask(request: HttpRequest) -> None:
    """Let the clock search; it begins within a second or two."""
    sentence = _("The records are being compared; what is found appears here.")
    if done(request, lambda: ask_for_doubles(act=act_of(request)), sentence):
        look_for_doubles.enqueue()


def _told(search: DoublesSearch | None) -> dict[str, Any]:
    """Return what the page says of a search: how far it is, or what came of it."""
    counts = search.counts.values() if search else ()
    return {
        "search": search,
        "is_busy": search is not None and search.state in _BUSY,
        "compared": sum(one["compared"] for one in counts),
        "new": sum(one["new"] for one in counts),
        "left_out": sum(one["left_out"] for one in counts),
        "crowds": sum(one["crowds"] for one in counts),
        "of_one": MOST_OF_ONE,
    }


def _progress(request: HttpRequest, search: DoublesSearch | None) -> HttpResponse:
    """Return how far a search is; when it is over the page is loaded anew."""
    told = _told(search)
    if told["is_busy"]:
        return render(request, "registry/doubles_search.html", told)
    response = HttpResponse()
    response["HX-Refresh"] = "true"
    return response


def _both(pair: Pair, who: Who) -> list[Any] | None:
    kind, now = RecordKind(pair.kind), timezone.now()
    rows = [record_of(kind, key, who, now) for key in (pair.first, pair.second)]
    return None if any(row is None for row in rows) else rows


def _onward(request: HttpRequest, pair: Pair) -> HttpResponse:
    """Lead to the next pair that waits; to the list where there is none."""
    who, now = asking(request)
    if request.POST.get("verb") != "part":
        for one in pairs.next_pairs(pair, who, now):
            if _both(one, who) is not None:
                messages.info(request, _("This is the next pair that waits."))
                return redirect("registry:double", one.pk)
        messages.info(request, _("No other pair waits."))
    return redirect("registry:doubles")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.APPROVE_CHANGES)
def double(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """Show two records side by side; take the word of whoever decides."""
    who, now = asking(request)
    pair = pairs.pair_of(pair_id, who, now)
    both = None if pair is None else _both(pair, who)
    if pair is None or both is None:
        raise Http404
    left, right = both
    if request.method == "POST" and _decided(request, pair):
        return _onward(request, pair)
    if isinstance(left, Resident):
        note_residents(rows=[left, right], by=person_of(request), at=now, errand=Errand.DOUBLES)
    addresses = [address_of(row) for row in (left, right)]
    context = {
        "pair": pair,
        "left": left,
        "right": right,
        "titles": [title_of(left), title_of(right)],
        "lines": compared(left, right, timezone.localdate(now)),
        "addresses": addresses,
        "addresses_differ": None not in addresses and addresses[0] != addresses[1],
        "address_one_sided": (addresses[0] is None) != (addresses[1] is None),
        # What one of them lacks and the other has, whichever goes on.
        "left_lacks": missing_facts(left, right),
        "right_lacks": missing_facts(right, left),
        "dwelling": DWELLING,
        "reasons": reasons_of(pair.reasons),
        "refusal": refuse_merge(left, right) if pair.state == "open" else None,
        "breadcrumbs": _way(Crumb(_("Two records"))),
    }
    return render(request, "registry/double.html", context)


def _decided(request: HttpRequest, pair: Pair) -> bool:
    verb, act = request.POST.get("verb", ""), act_of(request)
    keys = {"first": pair.first, "second": pair.second}
    take = sorted(set(request.POST.getlist("take")))
    if verb in keys:
        return done(
            request,
            lambda: merge(pair_id=pair.pk, kept=keys[verb], act=act, take=take),
            _("The two were put together."),
        )
    if verb == "apart":
        return done(
            request,
            lambda: keep_apart(pair_id=pair.pk, act=act),
            _("Noted: they are not the same, and will not be asked about again."),
        )
    if verb == "part":
        return done(
            request, lambda: unmerge(pair_id=pair.pk, act=act), _("The two were parted again.")
        )
    return False
