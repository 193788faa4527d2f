"""What people can go to from every page, and which permission shows it to them."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_ADMINISTRATION = _("Administration")
_AUDIT = _("Audit")
_REGISTRY = _("Registry")
_PERSONS = _("Persons")


def _link(
    url_name: str, label: Promise, icon: str, *permissions: str, group: Promise | str = ""
) -> dict[str, Any]:
    """Return one entry; any one of the permissions shows it, none shows it to everybody."""
    entry: dict[str, Any] = {"url_name": url_name, "label": label, "icon": icon, "group": group}
    return {**entry, "permission": list(permissions)} if permissions else entry


_CASE_ROLES = ("report_case", "handle_case", "check_case", "call_back", "supervise_case")

DESK = [
    _link("desk:work", _("My work"), "home", "see_desk"),
    _link("desk:cases", _("Cases"), "folders", "see_all_cases", *_CASE_ROLES),
    _link(
        "desk:triage",
        _("One after another"),
        "bolt",
        *("accept_case", "register_case", "dispatch_case"),
    ),
    _link("desk:map", _("Map"), "map-2", "see_all_cases", *_CASE_ROLES),
    _link("desk:new", _("New case"), "file-plus", "report_case"),
    _link("desk:spot", _("Solved on the spot"), "circle-check", "verify_case"),
    _link("desk:calls", _("Call back"), "phone", "call_back"),
    _link("desk:oversight", _("Oversight"), "eye-exclamation", "supervise_case"),
    _link("registry:home", _("Registry"), "database", "see_registry", group=_REGISTRY),
    _link(
        "registry:changes",
        _("Changes to approve"),
        "checks",
        *("approve_changes", "see_assistance"),
        group=_REGISTRY,
    ),
    _link("registry:doubles", _("Doubles to decide"), "copy", "approve_changes", group=_REGISTRY),
    _link(
        "registry:imports", _("Import centre"), "table-import", "manage_registry", group=_REGISTRY
    ),
    _link("registry:forms", _("Forms"), "clipboard-list", "see_desk", group=_REGISTRY),
    _link("registry:burden", _("Burden of forms"), "scale", "see_desk", group=_REGISTRY),
    _link("registry:dictionary", _("Field dictionary"), "book", "see_desk", group=_REGISTRY),
    _link("guards:find", _("Find a person"), "user-search", "find_person", group=_PERSONS),
    _link("guards:emergencies", _("Emergencies"), "urgent", "break_glass", group=_PERSONS),
    _link("guards:exports", _("Exports"), "file-export", "ask_export", group=_PERSONS),
    _link("guards:looked", _("Who looked"), "eye", "review_emergency", group=_PERSONS),
    *(
        _link(url_name, label, icon, permission, group=_ADMINISTRATION)
        for url_name, label, icon, permission in (
            ("manage:start", _("Setting up"), "checklist", "manage_categories"),
            ("manage:categories", _("Categories"), "category", "manage_categories"),
            ("manage:templates", _("Reply templates"), "template", "manage_categories"),
            ("manage:rules", _("Dispatch rules"), "route", "manage_rules"),
            ("manage:calendars", _("Calendars"), "calendar-event", "manage_calendars"),
            ("territory:overview", _("Territory"), "map", "manage_territory"),
            ("accounts:units", _("Units"), "building", "manage_people"),
            ("accounts:people", _("People"), "users", "manage_people"),
            ("guards:budgets", _("Budgets"), "gauge", "manage_registry"),
            ("guards:keeping", _("Keys and retention"), "key", "manage_registry"),
            ("accounts:quarantine", _("Kept for a person"), "inbox", "manage_people"),
        )
    ),
    _link("accounts:audit", _("Audit log"), "shield-check", "see_audit", group=_AUDIT),
    _link("accounts:audit_events", _("Events"), "list-search", "see_audit", group=_AUDIT),
    _link("accounts:audit_reads", _("Read log"), "eye", "see_audit", group=_AUDIT),
]
PORTAL = [
    _link("portal:report", _("Report a matter"), "message-plus"),
    _link("portal:follow", _("Follow"), "search"),
    _link("portal:board", _("Public board"), "chart-bar"),
    _link("my:page", _("My data"), "user-shield"),
]
PERSON = [_link("mfa_index", _("Log-in and security"), "lock")]
