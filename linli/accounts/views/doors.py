"""Doors of the pages: who may come in, and the id that a form's act carries."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.models import Person
from linli.accounts.queries import permissions_of
from linli.accounts.rules.roles import Permission
from linli.kernel.ids import new_id

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def person_of(request: HttpRequest) -> Person:
    """Return the person who is logged in; 404 for anybody else."""
    if not request.user.is_authenticated:
        raise Http404
    return request.user


def needs(permission: Permission) -> Callable[[View[P]], View[P]]:
    """Let in people with the permission; strangers log in first, for others it is absent."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if request.method == "GET":
                    return redirect_to_login(request.get_full_path())
                return HttpResponse(_("Please log in and try again."), status=401)
            if permission not in permissions_of(person_of(request), timezone.localdate()):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.needs = permission  # type: ignore[attr-defined]
        return cast(View[P], guarded)

    return decorate


def act_id_of(request: HttpRequest) -> uuid.UUID:
    """Return the id that the client made for its act; a page without one gets a new one.

    Raises BadRequest with a sentence when it is no UUID.
    """
    given = request.POST.get("act_id", "") or request.headers.get("Idempotency-Key", "")
    if not given:
        return new_id()
    try:
        return uuid.UUID(given)
    except ValueError as error:
        raise BadRequest(_("The id of this act is no UUID; load the page again.")) from error
