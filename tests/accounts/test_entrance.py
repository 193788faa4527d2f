"""Coming in: by name and password, second factor where the role asks for it, and out again."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings as live
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from tests.factories import PASSWORD, make_person

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
GOOD = "river.seven.otter"


def log_in(client: Client, username: str, password: str = PASSWORD) -> int:
    """Post the log-in form; return the status of the answer."""
    return client.post(LOGIN, {"login": username, "password": password}).status_code


def test_a_clerk_comes_in_by_name_and_password(client: Client) -> None:
    clerk = make_person(Role.INTAKE_CLERK)
    before = client.get(LOGIN).cookies.get(live.SESSION_COOKIE_NAME)
    assert log_in(client, clerk.username) == 302
    assert client.session["_auth_user_id"] == str(clerk.pk)
    assert before is None or client.cookies[live.SESSION_COOKIE_NAME].value != before.value


def test_the_session_gets_a_new_key_at_the_log_in(client: Client) -> None:
    session = client.session
    session["planted"] = "1"
    session.save()
    planted = session.session_key
    log_in(client, make_person(Role.INTAKE_CLERK).username)
    assert client.session.session_key != planted
    assert not Session.objects.filter(pk=planted).exists()


def test_nobody_signs_up(client: Client) -> None:
    assert client.get("/accounts/signup/").status_code == 404
    assert "signup" not in client.get(LOGIN).content.decode()


def test_closed_unknown_and_wrong_look_the_same(client: Client) -> None:
    closed = make_person(Role.INTAKE_CLERK, is_active=False)
    there = make_person(Role.INTAKE_CLERK)
    tries = ((closed.username, PASSWORD), (there.username, "wrong"), ("nobody", "wrong"))
    pages = []
    for username, password in tries:
        answer = client.post(LOGIN, {"login": username, "password": password})
        text = re.sub(
            r"name=\"csrfmiddlewaretoken\" value=\"\w+\"|csrf-token\" content=\"\w+\"",
            "",
            answer.content.decode().replace(username, "NAME"),
        )
        pages.append((answer.status_code, text))
    assert pages[0] == pages[1] == pages[2]
    assert pages[0][0] == 200


def test_unknown_accounts_cost_a_hash_like_known_ones(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed = []
    real = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return real(self, password, salt)

    there = make_person(Role.INTAKE_CLERK)
    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    counts = []
    for username in (there.username, "nobody"):
        hashed.clear()
        log_in(client, username, "wrong")
        counts.append(len(hashed))
    assert counts[0] == counts[1] > 0


def test_the_session_is_as_long_as_the_strictest_role_allows(client: Client) -> None:
    person = make_person(Role.INTAKE_CLERK, Role.SUPERVISOR)
    log_in(client, person.username)
    assert client.session.get_expiry_age() == 4 * 3600


def test_a_session_slides_with_use_and_ends_without(client: Client) -> None:
    person = make_person(Role.SUPERVISOR)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        log_in(client, person.username)
        for _hour in range(3):
            clock.shift(timedelta(hours=3))
            client.get("/health/")
            client.get("/accounts/2fa/")
            assert "_auth_user_id" in client.session
        clock.shift(timedelta(hours=4, minutes=1))
        assert client.get("/accounts/2fa/").status_code == 302
        assert "_auth_user_id" not in client.session


def test_a_page_within_a_tenth_of_the_time_writes_no_session(
    client: Client, django_assert_num_queries: object
) -> None:
    log_in(client, make_person(Role.SUPERVISOR).username)
    client.get("/accounts/2fa/")
    before = Session.objects.get().session_data
    client.get("/accounts/2fa/")
    assert Session.objects.get().session_data == before


def test_a_changed_password_ends_every_other_session(client: Client) -> None:
    person = make_person(Role.INTAKE_CLERK)
    other = Client()
    log_in(other, person.username)
    log_in(client, person.username)
    form = {"oldpassword": PASSWORD, "password1": GOOD, "password2": GOOD}
    assert client.post("/accounts/password/change/", form).status_code == 302
    assert client.get("/accounts/2fa/").status_code == 200
    assert other.get("/accounts/2fa/").status_code == 302
    event = Event.objects.get(verb="accounts.change_password")
    assert (event.actor, event.subject) == (person.pk, person.pk)


def test_a_given_password_is_changed_before_anything_else(client: Client) -> None:
    person = make_person(Role.INTAKE_CLERK, must_change_password=True)
    log_in(client, person.username)
    assert client.get("/accounts/2fa/").headers["Location"] == "/accounts/password/change/"
    same = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/accounts/password/change/", same).status_code == 200
    form = {"oldpassword": PASSWORD, "password1": GOOD, "password2": GOOD}
    assert client.post("/accounts/password/change/", form).status_code == 302
    assert client.get("/accounts/2fa/").status_code == 200
    assert not Person.objects.get(pk=person.pk).must_change_password


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_may_do_much_sets_a_second_factor_up_first(client: Client, role: Role) -> None:
    log_in(client, make_person(role).username)
    for page in ("/manage/people/", "/manage/audit/", "/accounts/2fa/recovery-codes/"):
        assert client.get(page).headers["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/2fa/").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302


def test_the_demo_asks_for_no_second_factor(client: Client, settings: Settings) -> None:
    settings.LINLI_DEMO = True
    log_in(client, make_person(Role.ADMINISTRATOR).username)
    assert client.get("/manage/people/").status_code == 200


def code_of(secret: str, at: float | None = None) -> str:
    """Return what an authenticator app shows."""
    moment = int(at if at is not None else timezone.now().timestamp())
    return format_hotp_value(hotp_value(secret, moment // 30))


def test_an_app_is_set_up_and_asked_for_at_the_next_log_in(client: Client) -> None:
    person = make_person(Role.ADMINISTRATOR)
    log_in(client, person.username)
    # A password that was typed just now counts; nobody is asked twice.
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    secret = client.session["mfa.totp.secret"]
    assert secret in page.content.decode()
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    assert client.get("/manage/people/").status_code == 200
    assert Event.objects.filter(verb="accounts.add_app", actor=person.pk).count() == 1

    stored = Authenticator.objects.get(user=person, type="totp").data["secret"]
    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret

    again = Client()
    answer = again.post(LOGIN, {"login": person.username, "password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in again.session
    assert again.get("/manage/people/").status_code == 302
    assert again.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    later = timezone.now() + timedelta(seconds=90)
    with time_machine.travel(later, tick=False):
        code = code_of(secret, later.timestamp())
        assert again.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
        assert again.get("/manage/people/").status_code == 200


def test_codes_cannot_be_guessed_for_long(client: Client) -> None:
    person = make_person(Role.ADMINISTRATOR)
    TOTP.activate(person, "JBSWY3DPEHPK3PXP" * 2)
    log_in(client, person.username)
    for _guess in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    right = {"code": code_of("JBSWY3DPEHPK3PXP" * 2)}
    assert client.post("/accounts/2fa/authenticate/", right).status_code == 200
    assert "_auth_user_id" not in client.session


def test_without_mail_the_password_is_reset_by_people(client: Client, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    make_person(Role.INTAKE_CLERK, email="one@example.org")
    client.post("/accounts/password/reset/", {"email": "one@example.org"})
    assert mail.outbox == []


def test_with_mail_a_link_comes_and_strangers_learn_nothing(
    client: Client, settings: Settings
) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    person = make_person(Role.INTAKE_CLERK, email="one@example.org")
    answers = [
        client.post("/accounts/password/reset/", {"email": email}).headers["Location"]
        for email in ("one@example.org", "nobody@example.org")
    ]
    assert answers[0] == answers[1]
    assert [message.to for message in mail.outbox] == [["one@example.org"]]
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link is not None
    page = client.get(link.group(1), follow=True)
    where = page.redirect_chain[-1][0]
    assert client.post(where, {"password1": GOOD, "password2": GOOD}).status_code == 302
    assert log_in(Client(), person.username, GOOD) == 302


def test_the_language_of_the_person_is_spoken_after_the_log_in(client: Client) -> None:
    log_in(client, make_person(Role.INTAKE_CLERK, language="en").username)
    assert client.cookies[live.LANGUAGE_COOKIE_NAME].value == "en"


def spoken(client: Client) -> str:
    found = re.search('<html lang="([^"]+)"', client.get("/desk/", follow=True).content.decode())
    assert found
    return found[1]


def choose(client: Client, language: str) -> None:
    client.post("/preferences/language/", {"language": language})


@pytest.mark.parametrize(("account", "chosen"), [("zh-hans", "en"), ("en", "zh-hans")])
def test_a_language_chosen_on_the_way_to_the_log_in_is_kept_for_this_session_only(
    client: Client, account: str, chosen: str
) -> None:
    person = make_person(Role.INTAKE_CLERK, language=account)
    choose(client, chosen)
    log_in(client, person.username)
    assert spoken(client).lower() == chosen
    client.post("/accounts/logout/")
    log_in(client, person.username)
    assert spoken(client).lower() == account


def test_what_one_person_chose_at_work_is_not_forced_on_the_next(client: Client) -> None:
    log_in(client, make_person(Role.INTAKE_CLERK).username)
    choose(client, "en")
    assert spoken(client) == "en"
    client.post("/accounts/logout/")
    log_in(client, make_person(Role.INTAKE_CLERK).username)
    assert spoken(client) == "zh-Hans"


def test_a_language_that_does_not_exist_is_no_choice(client: Client) -> None:
    choose(client, "xx")
    assert live.LINLI_LANGUAGE_CHOSEN_COOKIE not in client.cookies
    client.cookies[live.LINLI_LANGUAGE_CHOSEN_COOKIE] = "xx"
    log_in(client, make_person(Role.INTAKE_CLERK, language="en").username)
    assert spoken(client) == "en"


def test_somebody_kept_out_is_out_at_once(client: Client) -> None:
    person = make_person(Role.INTAKE_CLERK)
    log_in(client, person.username)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/accounts/2fa/").status_code == 302


def test_who_came_in_a_while_ago_shows_once_more_that_it_is_them(client: Client) -> None:
    person = make_person(Role.INTAKE_CLERK)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        log_in(client, person.username)
        clock.shift(timedelta(minutes=11))
        asked = client.get("/accounts/2fa/totp/activate/")
        assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
        assert client.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code == 200
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert client.get("/accounts/2fa/totp/activate/").status_code == 200
