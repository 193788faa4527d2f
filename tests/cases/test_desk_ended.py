"""What has ended has no time left, and does not say so."""

import pytest
from django.test import Client

from linli.accounts.rules.roles import Role
from linli.cases.actions import intake
from linli.cases.models import Case
from linli.cases.models.choices import RefusalReason
from tests.factories import make_case, make_person, order

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize("of_the_case", [False, True])
def test_only_an_open_case_says_how_much_time_is_left(*, ended: bool, of_the_case: bool) -> None:
    case, clerk, client = make_case(), make_person(Role.INTAKE_CLERK), Client()
    if ended:
        told = order(case, clerk, words="请向产权单位反映。")
        intake.refuse_case(order=told, reason=RefusalReason.OUTSIDE)
    client.force_login(clerk)
    due_at = Case.objects.get(pk=case.pk).due_at
    assert due_at is not None
    address = f"/desk/cases/{case.pk}/" if of_the_case else "/desk/cases/"
    page = client.get(address).content.decode()
    assert case.number in page
    says_how_long = 'class="ll-due ll-due-' in page and f'datetime="{due_at.isoformat()}"' in page
    assert says_how_long is not ended
