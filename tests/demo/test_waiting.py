"""What the shown log-ins find when somebody opens the demo for the first time."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from linli.accounts.models import Person
from linli.cases.models import Extension, Notice
from linli.cases.policies import Who
from linli.cases.queries.desk import BY_KEY, asked_extensions, waiting_in
from linli.demo.actions.making import make_demo
from linli.demo.rules.waiting import waiting_today
from linli.demo.rules.year import Setting
from tests.demo.conftest import NOW


@pytest.mark.parametrize("hours", [0, 9, 14, 100])
def test_it_happens_in_office_time_and_not_later_than_now(setting: Setting, hours: int) -> None:
    now: datetime = NOW + timedelta(hours=hours)
    plans = waiting_today(replace(setting, now=now), after=7)
    assert [plan.key for plan in plans] == list(range(8, 8 + len(plans)))
    for plan in plans:
        moments = [plan.at, *(step.at for step in plan.steps)]
        assert moments == sorted(moments)
        assert moments[-1] <= now
        assert now - plan.at < timedelta(days=4)


@pytest.mark.django_db
def test_the_shown_log_ins_have_something_to_do() -> None:
    make_demo(now=NOW, days=2)
    worker = Person.objects.get(username="grid")
    who = Who.of(worker, NOW)
    assert waiting_in(BY_KEY["verify"], who).count() >= 4
    assert waiting_in(BY_KEY["reports"], who).count() >= 2
    assert Notice.objects.filter(person=worker, what="ask_verification").count() >= 4
    officer = Person.objects.get(username="officer")
    asked = Extension.objects.filter(asked_by=officer, granted=None)
    decides = Who.of(Person.objects.get(username="supervisor"), NOW)
    assert asked.count() == asked_extensions(decides).filter(asked_by=officer).count() == 2
