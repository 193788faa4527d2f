"""Sending the page of a new record as a worker does."""

from collections.abc import Mapping
from typing import Any

from django.test import Client
from django.urls import reverse

from linli.accounts.models import Person
from linli.kernel.ids import new_id
from tests.registry.ground import Registry

LINE = "祝融路12号1栋2单元502室"


def as_worker(person: Person) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(person)
    return client


def sent(person: Person, kind: str, values: Mapping[str, Any], query: str = "") -> Any:
    where = reverse("registry:create", args=[kind]) + query
    why = {"basis": "base_facts", "told": "own", "act_id": str(new_id())}
    return as_worker(person).post(where, {**why, **values})


def resident(ground: Registry, **values: str) -> dict[str, str]:
    facts = {"name": "演示甲", "telephone": "13900000001", "residence": "registered"}
    return {"grid": ground.grid.code, "address": LINE, **facts, **values}
