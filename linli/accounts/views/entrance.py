"""The log-in's pages beyond what allauth brings."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from linli.accounts.actions.entering import note_own_factor
from linli.accounts.policies.second_factor import has_second_factor, needs_second_factor
from linli.accounts.queries import roles_of
from linli.accounts.views.doors import person_of
from linli.kernel.ids import new_id

View = Callable[..., HttpResponseBase]


def _factors(request: HttpRequest) -> list[tuple[int, str]]:
    held = Authenticator.objects.filter(user_id=request.user.pk).order_by("pk")
    return [(one.pk, repr(one.data)) for one in held]


def noted(verb: str, view: View) -> View:
    """Record in the audit log, in the same transaction, what a view of allauth changes."""

    @wraps(view)
    def recording(request: HttpRequest, **where: object) -> HttpResponseBase:
        person = request.user
        if request.method != "POST" or not person.is_authenticated:
            return view(request, **where)
        with transaction.atomic():
            before = _factors(request)
            response = view(request, **where)
            if _factors(request) != before:
                note_own_factor(verb=verb, by=person, at=timezone.now(), act_id=new_id())
        return response

    return recording


def reset_by_mail(view: View) -> View:
    """Offer the reset of a password by mail only where mail is configured."""

    @wraps(view)
    def offered(request: HttpRequest, **where: str) -> HttpResponseBase:
        if not settings.EMAIL_HOST:
            return render(request, "account/password_reset_by_hand.html")
        return view(request, **where)

    return offered


class Factors(IndexView):  # type: ignore[misc]
    """The page of one's own second factors, which says whether one is required."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether the person must have a second factor, and has one."""
        person = person_of(self.request)
        facts = {
            "must_have": needs_second_factor(roles_of(person, timezone.localdate())),
            "has_one": has_second_factor(person),
        }
        return {**super().get_context_data(**kwargs), **facts}


factors = Factors.as_view()
