"""Keys and retention: what administrators have to see to, in counts."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.accounts.rules.roles import Permission
from linli.registry.queries import keeping
from linli.web.views.doors import needs


@never_cache
@require_safe
@needs(Permission.MANAGE_REGISTRY)
def overview(request: HttpRequest) -> HttpResponse:
    """Show how long records are kept, what is past its end, and how old the key is."""
    now = timezone.now()
    kinds = keeping.kept(timezone.localdate(now))
    context = {
        "keys": keeping.keys(settings.LINLI_KEY_FILE, now),
        "kinds": kinds,
        "over": sum(one.over for one in kinds),
        "erased": keeping.erased(),
        "bases": keeping.bases(),
    }
    return render(request, "registry/guards/keeping.html", context)
