"""Fill the database of a served product with something to look at on every page.

Run as a program, in a home folder of its own: ``python -m tests.journeys.seeding FILE`` writes
to FILE, as JSON, whose sessions there are and what can be put into the addresses.
"""

import json
import sys
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

from tests.journeys.guards import TEXTS
from tests.journeys.poison import POISON, poison_all, texts
from tests.journeys.registry_rows import REGISTRY_TEXTS, RegistryRows
from tests.journeys.seeds import VILLAGE, WATER


class Seeds(RegistryRows):
    """The rows, the sessions of people, and what may be done with a case."""

    def upload(self, place: str, name: str, data: bytes, said: dict[str, str]) -> str:
        """Leave a file on a page of imports; return the id under which it waits."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        form = {**said, "file": SimpleUploadedFile(name, data)}
        answer = self.client("administrator").post(place, form)
        if answer.status_code != 302:
            raise SystemExit(f"{place} refused {name}: {answer.content.decode()[-3000:]}")
        return str(answer["Location"]).rstrip("/").rsplit("/", 1)[-1]

    # --- people who are logged in -----------------------------------------------------------

    def client(self, role: str) -> Any:
        from django.test import Client

        client = Client(SERVER_NAME="127.0.0.1")
        person = self.people[role]
        answer = client.post(
            "/accounts/login/", {"login": person.username, "password": self.f.PASSWORD}
        )
        if answer.status_code != 302:
            raise SystemExit(f"{role} could not log in: {answer.status_code}")
        return client

    def public(self) -> Any:
        from django.test import Client

        from linli.cases.actions.contacts import query_code

        client = Client(SERVER_NAME="127.0.0.1")
        for name in ("reported", "closed", "refused", "merged", "handling", "shelved"):
            case = self.cases[name]
            answer = client.post("/follow/", {"number": case.number, "code": query_code(case.pk)})
            if answer.status_code != 302:
                raise SystemExit(f"The reporter of {name} is not let in: {answer.status_code}")
            for page in ("portal.number", "portal:case.number"):
                self.samples.setdefault(page, []).append(case.number)
        return client

    def sessions(self) -> dict[str, str]:
        clients = {role: self.client(role) for role in self.people}
        for role in ("administrator", "second_factor"):
            clients[role].post("/accounts/reauthenticate/", {"password": self.f.PASSWORD})
            _keep_sure(clients[role])
        clients["public"] = self.public()
        self.second_factors()
        clients["half_way"] = self.client("second_factor")
        self.newcomer.must_change_password = True
        self.newcomer.save(update_fields=["must_change_password"])
        self.people["newcomer"] = self.newcomer
        clients["newcomer"] = self.client("newcomer")
        logged_in = {role: client.cookies["sessionid"].value for role, client in clients.items()}
        return {**logged_in, **self.residents(clients)}

    def second_factors(self) -> None:
        from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
        from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

        person = self.people["second_factor"]
        TOTP.activate(person, generate_totp_secret())
        RecoveryCodes.activate(person)

    # --- which verb is for whom -------------------------------------------------------------

    def offered(self) -> dict[str, list[str]]:
        """Return for each verb of the desk a role and a case where it can be done."""
        from linli.accounts.models import Person
        from linli.cases.models import Case
        from linli.cases.policies import Facts, Who, may_see, refuse
        from linli.cases.views.desk.deeds import DEEDS

        cases = [Facts(Case.objects.get(pk=case.pk)) for case in self.cases.values()]
        whos = {
            role: Who.of(Person.objects.get(pk=person.pk), self.now)
            for role, person in self.people.items()
            if role not in {"second_factor", "newcomer"}
        }
        found: dict[str, list[str]] = {}
        for verb in DEEDS:
            for role, who in whos.items():
                fitting = [
                    facts.case
                    for facts in cases
                    if may_see(who, facts.case) and refuse(verb, who, facts, self.now) is None
                ]
                if fitting:
                    found[verb.value] = [role, str(fitting[0].pk)]
                    break
        return found


def _keep_sure(client: Any) -> None:
    """Let a password that was just given count for an hour: journeys take more than minutes."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] += 3600
    session.save()


def _others(seeds: Seeds) -> dict[str, list[str]]:
    from linli.accounts.models import RoleGrant
    from linli.territory.models import GridPosting

    person = seeds.people["grid_worker"]
    return {
        "case_id": [str(seeds.cases["reported"].pk)],
        "desk:case.case_id": [
            str(seeds.cases[name].pk)
            for name in (
                "accepted",
                "extension",
                "handling",
                "late",
                "checked",
                "merged",
                "shelved",
                "refused",
            )
        ],
        "token": ["not-a-token"],
        "open311.rest": ["elsewhere.json"],
        "uidb36": ["1"],
        "key": ["set-password"],
        "pk": ["1"],
        "person_id": [str(person.pk)],
        "unit_id": [str(seeds.crew.unit.pk)],
        "grant_id": [str(RoleGrant.objects.get(person=person).pk)],
        "posting_id": [str(GridPosting.objects.get(person=person).pk)],
        "territory:division.code": [VILLAGE, VILLAGE[:9], VILLAGE[:6]],
        "territory:rename_division.code": [VILLAGE],
        "territory:close_division.code": [VILLAGE],
        "territory:merge_villages.code": [VILLAGE],
        "territory:split_village.code": [VILLAGE],
        "territory.code": [seeds.grid.code],
        "open311.code": [WATER],
        "open311.number": [seeds.cases["reported"].number],
        "ending": ["json", "xml"],
        "level": ["village", "township", "district"],
        "sheet": ["categories", "limits"],
    }


def main() -> int:
    """Make the tables, fill them, and write down what there is."""
    django.setup()
    from django.utils import timezone

    call_command("migrate", verbosity=0, interactive=False)
    poisoned = "poisoned" in sys.argv
    seeds = Seeds(timezone.now(), POISON if poisoned else "")
    seeds.calendar()
    seeds.categories()
    seeds.cases_of_all_kinds()
    seeds.deeds()
    seeds.escalations()
    seeds.quarantine()
    seeds.waiting_files()
    seeds.manage()
    seeds.guards()
    seeds.registry_rows()
    sessions = seeds.sessions()
    if poisoned:
        poison_all()
    facts = {
        "sessions": sessions,
        "samples": {**_others(seeds), **seeds.samples},
        "deeds": seeds.offered(),
        "cases": {name: str(case.pk) for name, case in seeds.cases.items()},
        "people": {role: person.username for role, person in seeds.people.items()},
        "texts": [*texts(), *TEXTS, *REGISTRY_TEXTS],
    }
    Path(sys.argv[1]).write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
