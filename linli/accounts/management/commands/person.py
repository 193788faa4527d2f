"""``linli person``: the first administrator, and help for people who cannot come in."""

import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.accounts.actions import people as acts
from linli.accounts.forms import PersonForm
from linli.accounts.models import Person
from linli.accounts.policies.people import Holding
from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id

_ASKED = {
    "username": gettext_lazy("User name"),
    "name": gettext_lazy("Full name"),
    "email": gettext_lazy("E-mail (may stay empty)"),
}


class Command(BaseCommand):
    """Acts for people without a browser; each is recorded as done on the command line."""

    help = (
        "Make a person (create), give a new first password (password), take lost second factors"
        " (reset-factors), or let somebody in again (let-in)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do and for whom."""
        parser.add_argument("what", choices=["create", "password", "reset-factors", "let-in"])
        parser.add_argument("username", nargs="?", default="", help="asked for when left out")
        parser.add_argument("--name", default="", help="how people call them")
        parser.add_argument("--email", default="", help="for notices and to reset the password")
        parser.add_argument("--language", default="zh-hans", choices=["zh-hans", "en"])
        parser.add_argument("--administrator", action="store_true", help="give this role too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say what to do next."""
        if options["what"] == "create":
            self._create(options)
            return
        username = options["username"] or _ask(str(_ASKED["username"]))
        try:
            person = Person.objects.get(username=username)
        except Person.DoesNotExist as error:
            said = _("There is no user %(name)s: look at the spelling.") % {"name": username}
            raise CommandError(said) from error
        doers: dict[str, Callable[[Person], str]] = {
            "password": self._password,
            "reset-factors": self._reset,
            "let-in": self._let_in,
        }
        self.stdout.write(doers[options["what"]](person))

    def _create(self, options: dict[str, Any]) -> None:
        typed = {key: options[key] for key in (*_ASKED, "language")}
        if not typed["username"]:
            typed.update({key: typed[key] or _ask(str(label)) for key, label in _ASKED.items()})
        form = PersonForm(typed)
        if not form.is_valid():
            wrong = [f"{name}: {errors[0]}" for name, errors in form.errors.items()]
            raise CommandError(" ".join(wrong))
        facts = form.facts(form.cleaned_data["username"])
        person, password = acts.create_person(facts=facts, act=_act())
        if options["administrator"]:
            holding = Holding(Role.ADMINISTRATOR, None, timezone.localdate())
            acts.grant_role(person=person, holding=holding, act=_act())
        said = _("Made %(name)s. First password, shown this once: %(password)s")
        self.stdout.write(said % {"name": person.username, "password": password})
        self.stdout.write(_("It has to be changed at the first log-in."))

    def _password(self, person: Person) -> str:
        password = acts.give_password(person=person, act=_act())
        said = _("New first password of %(name)s, shown this once: %(password)s")
        return said % {"name": person.username, "password": password}

    def _reset(self, person: Person) -> str:
        count = acts.reset_factors(person=person, act=_act())
        said = _("%(n)d second factors of %(name)s taken; a new one is asked for.")
        return said % {"n": count, "name": person.username}

    def _let_in(self, person: Person) -> str:
        acts.set_active(person=person, active=True, act=_act())
        said = _("%(name)s can log in again; failed attempts are forgotten.")
        return said % {"name": person.username}


def _act() -> acts.Act:
    return acts.Act(new_id(), None, timezone.now())


def _ask(label: str) -> str:
    if not sys.stdin.isatty():
        said = _("%(label)s is missing: name it, or run this in a terminal to be asked.")
        raise CommandError(said % {"label": label})
    return input(f"{label}: ").strip()
