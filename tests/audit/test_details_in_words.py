"""The auditor reads details in words, and can look at what is stored."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from linli.accounts.rules.roles import Role
from linli.audit.actions import acting
from linli.audit.queries.details import Details
from linli.kernel.ids import new_id
from tests.factories import NOW, make_grid, make_person, make_unit, make_village

pytestmark = pytest.mark.django_db


def said(**detail: object) -> dict[str, str]:
    with translation.override("en"):
        return dict(Details().lines(json.dumps(detail)))


def test_known_keys_have_labels_and_values_are_said() -> None:
    assert said(kind="tenancy", field="has_extinguisher") == {
        "Kind": "let dwelling",
        "Fact": "Fire extinguisher",
    }
    assert said(kind="resident", fields=["telephone", "dwelling"]) == {
        "Kind": "resident",
        "Facts changed or confirmed": "Telephone, Address",
    }
    assert said(field="id_tail", reason="safety")["What for"] == "safety where they live"
    assert said(reason="keeper") == {"What for": "keeps the records of this grid"}
    assert said(reason="mail") == {"What for": "the answer was sent by e-mail"}
    assert said(reason="as it was written") == {"What for": "as it was written"}
    assert said(kind="resident,mixed") == {"Kind": "resident, several kinds"}
    assert said(granted=True, was_right=False) == {"Granted": "yes", "Found to be right": "no"}
    assert said(ended_on="2026-11-23", rows=None) == {"Ended on": "2026-11-23", "Rows": "–"}
    assert said(until="2026-11-23T04:00:00+00:00") == {"Until": "2026-11-23 12:00"}
    assert said(supervisor=20) == {"supervisor": "20"}
    assert said(code="x", fields=["email"])["Facts changed or confirmed"] == "E-mail"


def test_units_areas_and_ids_are_named() -> None:
    make_village()
    unit, grid = make_unit(), make_grid()
    assert said(role="checker", unit=unit.code) == {
        "Role": "checker",
        "Unit": f"{unit} ({unit.code})",
    }
    assert said(area=grid.code, codes=[grid.division_id, "nowhere"]) == {
        "Area": f"{grid} ({grid.code})",
        "Codes": f"{grid.division} ({grid.division_id}), nowhere",
    }
    number = new_id()
    assert said(pair=str(number), role="none", unit="none") == {
        "Pair of records": f"…{number.hex[-8:]}",
        "Role": "none",
        "Unit": "none",
    }


def test_what_no_table_knows_is_shown_as_it_is() -> None:
    assert said(strange={"resident": {"new": 3}}, empty=[], none={}) == {
        "strange": "resident: New: 3",
        "empty": "–",
        "none": "–",
    }
    assert Details().lines("") == []
    assert Details().lines(None) == []


def test_the_page_says_it_in_words_with_what_is_stored_behind(settings: Any) -> None:
    settings.LINLI_DEMO = True
    subject = new_id()
    told = {"kind": "dwelling", "field": "heads"}
    with acting(
        new_id(),
        "registry.propose",
        by=None,
        at=NOW,
        subject=subject,
        payload=told,
        detail=told,
    ):
        pass
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(make_person(Role.AUDITOR))
    page = client.get("/manage/audit/events/", {"q": str(subject)}).content.decode()
    assert "dwelling" in page
    before, stored = page.split("<details", 1)
    assert "{&quot;" not in before
    assert "{&quot;field&quot;:&quot;heads&quot;,&quot;kind&quot;:&quot;dwelling&quot;}" in stored
