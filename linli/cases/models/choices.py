"""The names people read for the words of a case."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.cases.rules.workflow import CaseState, CaseVerb


class Kind(models.TextChoices):
    """What the reporter wants."""

    CONSULTATION = "consultation", _("consultation")
    HELP = "help", _("request for help")
    COMPLAINT = "complaint", _("complaint")
    HAZARD = "hazard", _("report of a hazard")
    SUGGESTION = "suggestion", _("suggestion")
    PRAISE = "praise", _("praise")


class Channel(models.TextChoices):
    """How the words came."""

    WEB = "web", _("web page")
    TELEPHONE = "telephone", _("telephone")
    WALK_IN = "walk_in", _("walk-in")
    GRID_WORKER = "grid_worker", _("grid worker")
    LETTER = "letter", _("letter")
    OTHER_SYSTEM = "other_system", _("other system")
    OPEN311 = "open311", _("Open311")


class State(models.TextChoices):
    """The names of the states."""

    REPORTED = CaseState.REPORTED.value, _("waiting for acceptance")
    ACCEPTED = CaseState.ACCEPTED.value, _("accepted, to be registered")
    VERIFYING = CaseState.VERIFYING.value, _("being verified on site")
    REGISTERED = CaseState.REGISTERED.value, _("registered, to be dispatched")
    DISPATCHED = CaseState.DISPATCHED.value, _("dispatched, to be signed for")
    HANDLING = CaseState.HANDLING.value, _("being handled")
    PAUSED = CaseState.PAUSED.value, _("paused")
    HANDLED = CaseState.HANDLED.value, _("handled, to be checked")
    CHECKED = CaseState.CHECKED.value, _("checked, to be called back")
    CLOSED = CaseState.CLOSED.value, _("closed")
    REFUSED = CaseState.REFUSED.value, _("refused")
    SHELVED = CaseState.SHELVED.value, _("shelved openly")
    MERGED = CaseState.MERGED.value, _("merged")
    VOIDED = CaseState.VOIDED.value, _("voided")


class Verb(models.TextChoices):
    """The names of the verbs, as a button reads."""

    REPORT = CaseVerb.REPORT.value, _("Report")
    ACCEPT = CaseVerb.ACCEPT.value, _("Accept")
    REFUSE = CaseVerb.REFUSE.value, _("Refuse")
    ANSWER = CaseVerb.ANSWER.value, _("Answer at once")
    SOLVE_ON_SPOT = CaseVerb.SOLVE_ON_SPOT.value, _("Solved on the spot")
    ASK_VERIFICATION = CaseVerb.ASK_VERIFICATION.value, _("Ask for verification on site")
    VERIFY = CaseVerb.VERIFY.value, _("Record the verification")
    REGISTER = CaseVerb.REGISTER.value, _("Register")
    DISPATCH = CaseVerb.DISPATCH.value, _("Dispatch")
    SIGN = CaseVerb.SIGN.value, _("Sign for it")
    SEND_BACK = CaseVerb.SEND_BACK.value, _("Send back")
    MILESTONE = CaseVerb.MILESTONE.value, _("Record a stage as done")
    FEEDBACK = CaseVerb.FEEDBACK.value, _("Report it handled")
    ASK_EXTENSION = CaseVerb.ASK_EXTENSION.value, _("Ask for an extension")
    GRANT_EXTENSION = CaseVerb.GRANT_EXTENSION.value, _("Grant the extension")
    REFUSE_EXTENSION = CaseVerb.REFUSE_EXTENSION.value, _("Refuse the extension")
    PAUSE = CaseVerb.PAUSE.value, _("Pause")
    RESUME = CaseVerb.RESUME.value, _("Resume")
    PASS_CHECK = CaseVerb.PASS_CHECK.value, _("Check passed")
    FAIL_CHECK = CaseVerb.FAIL_CHECK.value, _("Check failed: rework")
    RECORD_CALL = CaseVerb.RECORD_CALL.value, _("Record a call-back")
    RETURN_FOR_REWORK = CaseVerb.RETURN_FOR_REWORK.value, _("Return for rework")
    CLOSE = CaseVerb.CLOSE.value, pgettext_lazy("end a case", "Close")
    SHELVE = CaseVerb.SHELVE.value, _("Shelve openly")
    TAKE_UP = CaseVerb.TAKE_UP.value, _("Take up again")
    MERGE = CaseVerb.MERGE.value, _("Merge into another case")
    UNMERGE = CaseVerb.UNMERGE.value, _("Undo the merge")
    VOID = CaseVerb.VOID.value, _("Void the registration")
    REOPEN = CaseVerb.REOPEN.value, _("Reopen")
    CORRECT = CaseVerb.CORRECT.value, _("Correct")
    SETTLE_CLASH = CaseVerb.SETTLE_CLASH.value, _("Decide between two corrections")
    NOTE = CaseVerb.NOTE.value, _("Internal note")
    REPLY = CaseVerb.REPLY.value, _("Reply to the reporter")
    ATTACH = CaseVerb.ATTACH.value, _("Add a photograph or file")
    URGE = CaseVerb.URGE.value, _("Urge")
    SUPERVISE = CaseVerb.SUPERVISE.value, _("Supervise")
    ACKNOWLEDGE = CaseVerb.ACKNOWLEDGE.value, _("Acknowledge")
    ADD_WORDS = CaseVerb.ADD_WORDS.value, _("Add to my report")
    RATE = CaseVerb.RATE.value, _("Rate")
    ESCALATE = CaseVerb.ESCALATE.value, _("Goes up one level")
    RECOMPUTE = CaseVerb.RECOMPUTE.value, _("Deadline computed anew")


class CorrectedField(models.TextChoices):
    """What of a report can be put right."""

    TITLE = "title", _("Title")
    DESCRIPTION = "description", _("Description")
    PLACE = "place", _("Place in words")
    KIND = "kind", _("Kind")
    CATEGORY = "category", _("Category")
    POINT = "point", _("The place on the map")


class ClashDecision(models.TextChoices):
    """What a person decides between two corrections of one field."""

    KEEP = "keep", _("Keep what stands")
    TAKE = "take", _("Take the proposed")


class RefusalReason(models.TextChoices):
    """Why a report is not accepted."""

    OUTSIDE = "outside", _("outside the remit")
    EMERGENCY = "emergency", _("an emergency for 110, 119 or 120")
    IN_COURT = "in_court", _("already before a court, in arbitration or review")
    SAME_MATTER = "same_matter", _("same matter open or closed, no new facts")
    NO_REQUEST = "no_request", _("no request in it")


class PauseReason(models.TextChoices):
    """Whom the case waits for."""

    REPORTER = "reporter", _("waiting for the reporter")
    OTHER_BODY = "other_body", _("waiting for a body outside the district")
    PROCEDURE = "procedure", _("a legal procedure runs")
    WEATHER = "weather", _("weather or season forbids the work")
    MATERIAL = "material", _("waiting for material or a contractor")
    SHELVED = "shelved", _("on the public list of shelved cases")


class Solved(models.TextChoices):
    """Whether the reporter says it is solved."""

    SOLVED = "solved", _("solved")
    NOT_SOLVED = "not_solved", _("not solved")


class Satisfaction(models.TextChoices):
    """How satisfied the reporter is."""

    SATISFIED = "satisfied", _("satisfied")
    FAIRLY = "fairly", _("fairly satisfied")
    NOT = "not", _("not satisfied")


class Colour(models.TextChoices):
    """The colours of supervision; none is the empty string."""

    BLUE = "blue", _("near its deadline")
    YELLOW = "yellow", _("behind")
    RED = "red", _("overdue")


class LimitUnit(models.TextChoices):
    """In what a limit is counted."""

    HOURS = "hours", _("hours")
    WORKING_HOURS = "working_hours", _("working hours")
    WORKING_DAYS = "working_days", _("working days")
    CALENDAR_DAYS = "calendar_days", _("calendar days")
    STATED = "stated", _("the date stated in the report")


class EscalationKind(models.TextChoices):
    """Why somebody is called to a case."""

    URGE = "urge", _("due within a working day")
    OVERDUE = "overdue", _("past its deadline")
    SENT_BACK = "sent_back", _("sent back three times")
    REWORKED = "reworked", _("reworked three times")
