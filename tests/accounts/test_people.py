"""People, roles and units: changed by recorded acts, exactly once, and never into a dead end."""

from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone, translation

from linli.accounts.actions import people as acts
from linli.accounts.actions.units import UnitFacts, save_unit
from linli.accounts.models import Person, RoleGrant, Unit
from linli.accounts.policies.people import Holding
from linli.accounts.policies.second_factor import has_second_factor
from linli.accounts.queries import permissions_of
from linli.accounts.rules.roles import Permission, Role
from linli.audit.models import Event
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from tests.factories import SINCE, make_person, make_unit

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


def act(by: Person | None = None) -> acts.Act:
    return acts.Act(new_id(), by, timezone.now())


def test_a_person_is_made_once_and_the_password_shown_once() -> None:
    order, facts = act(make_person(Role.ADMINISTRATOR)), acts.Facts("newcomer", "新来（演示）")
    person, password = acts.create_person(facts=facts, act=order)
    again, nothing = acts.create_person(facts=facts, act=order)
    assert person == again
    assert person.check_password(password)
    assert (nothing, person.must_change_password) == ("", True)
    event = Event.objects.get(verb="accounts.create_person")
    assert "新来" not in str(event.detail)
    with pytest.raises(Refused) as taken:
        acts.create_person(facts=facts, act=act())
    assert taken.value.refusal.code == "username_taken"


def test_given_passwords_differ_and_are_speakable() -> None:
    given = {acts.given_password() for _n in range(100)}
    assert len(given) == 100
    assert all(len(word) == 19 and not set(word) & set("01OILU") for word in given)


def test_a_role_holds_from_its_first_day_to_the_day_before_its_end() -> None:
    person, boss = make_person(), make_person(Role.ADMINISTRATOR)
    holding = Holding(Role.CHECKER, None, TODAY, TODAY + timedelta(days=2))
    acts.grant_role(person=person, holding=holding, act=act(boss))
    days = [TODAY + timedelta(days=n) for n in (-1, 0, 1, 2)]
    held = [
        Permission.CHECK_CASE in permissions_of(Person.objects.get(pk=person.pk), d) for d in days
    ]
    assert held == [False, True, True, False]


def test_a_role_begins_on_a_day_that_somebody_can_mean() -> None:
    person, boss = make_person(), make_person(Role.ADMINISTRATOR)
    order = acts.Act(new_id(), boss, datetime(2028, 2, 29, 9, tzinfo=UTC))
    for day in (date(1, 1, 1), date(1999, 12, 31), date(2038, 2, 28) + timedelta(days=1)):
        with pytest.raises(Refused) as no:
            acts.grant_role(person=person, holding=Holding(Role.CHECKER, None, day), act=order)
        assert no.value.refusal.code == "first_day"
        assert "2000-01-01" in str(no.value)
    last = Holding(Role.CHECKER, None, date(2038, 2, 28))
    assert acts.grant_role(person=person, holding=last, act=order).since == date(2038, 2, 28)


@pytest.mark.parametrize(
    ("role", "code"), [(Role.AUDITOR, "own_account"), (Role.DISPATCHER, "own_account")]
)
def test_nobody_gives_themself_a_role(role: Role, code: str) -> None:
    make_person(Role.ADMINISTRATOR)
    clerk = make_person(Role.INTAKE_CLERK)
    with pytest.raises(Refused) as no:
        acts.grant_role(person=clerk, holding=Holding(role, None, TODAY), act=act(clerk))
    assert no.value.refusal.code == code
    assert not Event.objects.filter(verb="accounts.grant_role").exists()


@pytest.mark.parametrize(
    ("holds", "wanted"),
    [(Role.ADMINISTRATOR, Role.AUDITOR), (Role.AUDITOR, Role.ADMINISTRATOR)],
)
def test_who_watches_and_who_is_watched_are_two_people(holds: Role, wanted: Role) -> None:
    person, boss = make_person(holds), make_person(Role.ADMINISTRATOR)
    with pytest.raises(Refused) as no:
        acts.grant_role(person=person, holding=Holding(wanted, None, TODAY), act=act(boss))
    assert no.value.refusal.code == "watches_itself"


def test_an_officer_acts_for_a_unit_that_exists_on_these_days() -> None:
    person, boss = make_person(), make_person(Role.ADMINISTRATOR)
    ended = make_unit(until=date(2026, 6, 1))
    for unit, code in ((None, "no_unit"), (ended, "unit_dates")):
        holding = Holding(Role.UNIT_OFFICER, unit, TODAY)
        with pytest.raises(Refused) as no:
            acts.grant_role(person=person, holding=holding, act=act(boss))
        assert no.value.refusal.code == code
    holding = Holding(Role.UNIT_OFFICER, ended, TODAY, date(2026, 6, 1))
    order = act(boss)
    assert acts.grant_role(person=person, holding=holding, act=order) == acts.grant_role(
        person=person, holding=holding, act=order
    )
    assert RoleGrant.objects.filter(person=person).count() == 1
    with pytest.raises(Refused) as no:
        acts.grant_role(person=person, holding=holding, act=act(boss))
    assert no.value.refusal.code == "held"


def test_the_last_administrator_stays() -> None:
    boss, clerk = make_person(Role.ADMINISTRATOR), make_person(Role.INTAKE_CLERK)
    held = RoleGrant.objects.get(person=boss)
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Refused) as no:
        acts.end_grant(grant=held, until=tomorrow, act=act(boss))
    assert no.value.refusal.code == "last_administrator"
    with pytest.raises(Refused) as no:
        acts.set_active(person=boss, active=False, act=act(clerk))
    assert no.value.refusal.code == "last_administrator"

    # One whose role ends, or who is kept out, is no successor.
    brief = make_person(Role.ADMINISTRATOR)
    RoleGrant.objects.filter(person=brief).update(until=tomorrow + timedelta(days=30))
    make_person(Role.ADMINISTRATOR, is_active=False)
    with pytest.raises(Refused):
        acts.end_grant(grant=held, until=tomorrow, act=act(boss))

    make_person(Role.ADMINISTRATOR)
    acts.end_grant(grant=held, until=tomorrow, act=act(boss))
    assert RoleGrant.objects.get(pk=held.pk).until == tomorrow


def test_help_for_others_is_recorded_and_none_for_oneself() -> None:
    boss, person = make_person(Role.ADMINISTRATOR), make_person(Role.AUDITOR)
    TOTP.activate(person, "JBSWY3DPEHPK3PXP" * 2)
    order = act(boss)
    password = acts.give_password(person=person, act=order)
    assert Person.objects.get(pk=person.pk).check_password(password)
    assert acts.give_password(person=person, act=order) == ""
    assert acts.reset_factors(person=person, act=act(boss)) == 1
    assert not has_second_factor(person)
    for helping in (acts.give_password, acts.reset_factors):
        with pytest.raises(Refused) as no:
            helping(person=boss, act=act(boss))
        assert no.value.refusal.code == "own_account"


def test_a_unit_never_stands_above_itself_and_keeps_its_people() -> None:
    upper, lower = make_unit("局"), make_unit("所")
    boss = make_person(Role.ADMINISTRATOR)

    def facts(unit: Unit, **other: object) -> UnitFacts:
        values = {"code": unit.code, "name": unit.name, "kind": unit.kind, "since": unit.since}
        return UnitFacts(**{**values, **other})  # type: ignore[arg-type]

    save_unit(unit=lower, facts=facts(lower, parent=upper), act=act(boss))
    with pytest.raises(Refused) as no:
        save_unit(unit=upper, facts=facts(upper, parent=lower), act=act(boss))
    assert no.value.refusal.code == "circle"
    with pytest.raises(Refused) as no:
        save_unit(unit=upper, facts=facts(upper, until=TODAY), act=act(boss))
    assert no.value.refusal.code == "unit_has_units"
    make_person(Role.UNIT_OFFICER, unit=lower)
    fresh = Unit.objects.get(pk=lower.pk)
    with pytest.raises(Refused) as no:
        save_unit(unit=fresh, facts=facts(fresh, until=TODAY, parent=upper), act=act(boss))
    assert no.value.refusal.code == "unit_has_people"
    with pytest.raises(Refused) as no:
        save_unit(unit=None, facts=facts(upper), act=act(boss))
    assert no.value.refusal.code == "code_taken"
    order = act(boss)
    made = save_unit(unit=None, facts=UnitFacts("U-9", "新单位", "office", SINCE), act=order)
    assert (
        save_unit(unit=None, facts=UnitFacts("U-9", "新单位", "office", SINCE), act=order) == made
    )


# --- the pages -------------------------------------------------------------------------------


@pytest.fixture
def desk(settings) -> Client:  # type: ignore[no-untyped-def]
    settings.LINLI_DEMO = True
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(make_person(Role.ADMINISTRATOR, username="zz-boss", name="老板（演示）"))
    return client


def test_people_are_found_by_who_they_are_alone(desk: Client) -> None:
    for number in range(60):
        make_person(Role.CHECKER, username=f"u{number:02d}", name=f"甲{number:02d}")
    first = desk.get("/manage/people/")
    assert "u00" in first.content.decode()
    assert "u55" not in first.content.decode()
    second = desk.get("/manage/people/?q=&after=u49").content.decode()
    assert "u55" in second
    assert "u49" not in second.replace("before=u49", "").replace("after=u49", "")
    back = desk.get("/manage/people/?q=&before=u50").content.decode()
    assert "u00" in back
    assert "甲07" in desk.get("/manage/people/?q=u07").content.decode()
    assert "u07" in desk.get("/manage/people/?q=甲07").content.decode()
    # Neither a role nor a part of a name lists people.
    for words in ("checker", "07", "u0"):
        assert "Nobody found" in desk.get("/manage/people/", {"q": words}).content.decode()


def test_a_person_is_made_given_a_role_and_kept_out_by_the_pages(desk: Client) -> None:
    form = {"username": "Newcomer", "name": "新来（演示）", "email": "", "language": "en"}
    page = desk.post("/manage/people/new/", {**form, "act_id": str(new_id())})
    person = Person.objects.get(username="newcomer")
    assert "no-store" in page.headers["Cache-Control"]
    shown = page.content.decode().split('acc-secret">')[1].split("<")[0]
    assert person.check_password(shown)

    where = f"/manage/people/{person.pk}/"
    role = {"role": "checker", "unit": "", "since": "2026-01-01", "until": ""}
    desk.post(f"{where}roles/", {**role, "act_id": str(new_id())})
    grant = person.grants.get()
    desk.post(f"{where}roles/{grant.pk}/end/", {"until": "2030-01-01"})
    grant.refresh_from_db()
    assert grant.until == date(2030, 1, 1)
    desk.post(f"{where}edit/", {"name": "改名", "email": "a@example.org", "language": "zh-hans"})
    desk.post(f"{where}active/", {"active": "no"})
    person.refresh_from_db()
    assert (person.name, person.is_active) == ("改名", False)
    desk.post(f"{where}active/", {"active": "yes"})
    assert Person.objects.get(pk=person.pk).is_active
    assert "checker" in desk.get(where).content.decode()


@pytest.mark.parametrize(
    ("where", "form", "words"),
    [
        ("new/", {"username": "a b", "name": "x", "language": "en"}, "Use small letters"),
        ("new/", {"username": "zz-boss", "name": "x", "language": "en"}, "is taken"),
        ("new/", {"username": "ok", "name": "", "language": "en"}, "required"),
        ("new/", {"username": "ok", "name": "x", "email": "no", "language": "en"}, "valid email"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    desk: Client, where: str, form: dict[str, str], words: str
) -> None:
    answer = desk.post(f"/manage/people/{where}", form)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Person.objects.count() == 1


def test_a_wrong_role_is_told_on_the_persons_page(desk: Client) -> None:
    person = make_person()
    where = f"/manage/people/{person.pk}/"
    officer = {"role": "unit_officer", "unit": "", "since": "2026-01-01", "until": ""}
    answer = desk.post(f"{where}roles/", officer, follow=True).content.decode()
    assert "acts for a unit" in answer
    answer = desk.post(f"{where}roles/", {**officer, "since": "soon"}, follow=True)
    assert "Enter a valid date" in answer.content.decode()
    assert not person.grants.exists()


def test_units_are_made_changed_and_found_by_the_pages(desk: Client) -> None:
    form = {"code": "U-1", "kind": "office", "name": "演示街道办", "name_en": "Demo office"}
    desk.post("/manage/units/new/", {**form, "since": "2026-01-01", "parent": "", "until": ""})
    unit = Unit.objects.get(code="U-1")
    where = f"/manage/units/{unit.pk}/"
    wrong = desk.post(where, {**form, "since": "2026-01-01", "until": "2025-01-01", "parent": ""})
    assert wrong.status_code == 422
    assert "last day lies before" in wrong.content.decode()
    desk.post(where, {**form, "name": "改名", "since": "2026-01-01", "until": "2026-01-05"})
    assert "改名" not in desk.get("/manage/units/").content.decode()
    assert "Demo office" in desk.get("/manage/units/?all=1&q=U-1").content.decode()


def test_the_form_of_an_act_sent_twice_acts_once(desk: Client) -> None:
    person, act_id = make_person(), str(new_id())
    form = {"role": "checker", "unit": "", "since": "2026-01-01", "until": "", "act_id": act_id}
    for _time in range(2):
        desk.post(f"/manage/people/{person.pk}/roles/", form)
    assert person.grants.count() == 1


# --- the command -----------------------------------------------------------------------------


def test_the_first_administrator_comes_by_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    with translation.override("en"):
        call_command("person", "create", "boss", name="第一位", administrator=True)
    password = capsys.readouterr().out.split("once: ")[1].split()[0]
    person = Person.objects.get(username="boss")
    assert person.check_password(password)
    assert Permission.MANAGE_PEOPLE in permissions_of(person, timezone.localdate())
    assert Event.objects.get(verb="accounts.grant_role").actor is None


def test_an_administrator_who_lost_everything_is_let_in_by_a_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    boss = make_person(Role.ADMINISTRATOR, is_active=False)
    TOTP.activate(boss, "JBSWY3DPEHPK3PXP" * 2)
    for what in ("reset-factors", "let-in", "password"):
        with translation.override("en"):
            call_command("person", what, boss.username)
    password = capsys.readouterr().out.split("once: ")[1].split()[0]
    fresh = Person.objects.get(pk=boss.pk)
    assert fresh.is_active
    assert fresh.check_password(password)
    assert not has_second_factor(fresh)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("password", "nobody"), "There is no user nobody"),
        (("create", "a b"), "Use small letters"),
        (("create",), "User name is missing"),
    ],
)
def test_the_command_says_what_is_wrong(words: tuple[str, ...], sentence: str) -> None:
    with translation.override("en"), pytest.raises(CommandError, match=sentence):
        call_command("person", *words, name="x")


def test_the_command_answers_in_the_language_of_all_others(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linli.accounts.management.commands.person._", lambda said: f"译：{said}")
    call_command("person", "create", "boss", name="第一位")
    assert all(line.startswith("译：") for line in capsys.readouterr().out.splitlines())


@pytest.mark.parametrize("page", ["people", "units"])
@pytest.mark.parametrize("junk", ["x" * 5000, "' OR 1=1 --", "\ud83d"])
def test_junk_in_the_address_of_a_list_is_only_junk(desk: Client, page: str, junk: str) -> None:
    junk = junk.encode("utf-8", "replace").decode()
    for name in ("q", "after", "before"):
        assert desk.get(f"/manage/{page}/", {name: junk}).status_code == 200
