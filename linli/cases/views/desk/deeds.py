"""One table: verb -> its form and its action. Pages and bulk acts both read it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from linli.cases.actions import checking, conversing, dispatching, handling, intake, merging
from linli.cases.actions.attachments import attach_ready
from linli.cases.actions.correcting import correct
from linli.cases.actions.steps import Order
from linli.cases.forms import deeds as forms
from linli.cases.models import Case
from linli.cases.models.choices import LimitUnit, PauseReason, RefusalReason, Satisfaction, Solved
from linli.cases.rules.workflow import CaseVerb as V

Act = Callable[[Order, Mapping[str, Any]], Case]


@dataclass(frozen=True)
class Deed:
    """How a verb is done from a page: ``at_once`` needs nothing typed."""

    form: type[forms.DeedForm]
    act: Act
    tone: str = ""
    at_once: bool = False
    key: str = ""


def _plain(action: Callable[..., Case]) -> Act:
    return lambda order, _data: action(order=order)


def _call(order: Order, data: Mapping[str, Any]) -> Case:
    reached = data["reached"] == "yes"
    solved = Solved(data["solved"]) if data.get("solved") else None
    satisfaction = Satisfaction(data["satisfaction"]) if data.get("satisfaction") else None
    return checking.record_call(
        order=order, reached=reached, solved=solved, satisfaction=satisfaction
    )


def _pause(order: Order, data: Mapping[str, Any]) -> Case:
    return handling.pause(order=order, reason=PauseReason(data["reason"]))


def _extend(order: Order, data: Mapping[str, Any]) -> Case:
    return handling.ask_extension(order=order, amount=data["amount"], unit=LimitUnit(data["unit"]))


def _refuse(order: Order, data: Mapping[str, Any]) -> Case:
    return intake.refuse_case(order=order, reason=RefusalReason(data["reason"]))


def _correct(order: Order, data: Mapping[str, Any]) -> Case:
    return correct(order=order, fields=data["corrections"], base_version=data["base_version"])


def _attach(order: Order, data: Mapping[str, Any]) -> Case:
    # All of them or none; the same form sent again names its files the same.
    with transaction.atomic():
        for ready in data["given"]:
            one = replace(order, act_id=uuid.uuid5(order.act_id, ready.given))
            attach_ready(order=one, ready=ready, public=data["public"])
    return Case.objects.get(pk=order.case_id)


# The order of the table is the order of the buttons.
DEEDS: dict[V, Deed] = {
    V.ACCEPT: Deed(forms.DeedForm, _plain(intake.accept), "primary", at_once=True, key="a"),
    V.ANSWER: Deed(forms.AnswerForm, _plain(intake.answer)),
    V.VERIFY: Deed(
        forms.VerifyForm,
        lambda order, data: dispatching.verify(order=order, found=data["found"] == "yes"),
        "primary",
    ),
    V.REGISTER: Deed(
        forms.DeedForm, _plain(dispatching.register), "primary", at_once=True, key="a"
    ),
    V.ASK_VERIFICATION: Deed(forms.DeedForm, _plain(dispatching.ask_verification)),
    V.DISPATCH: Deed(
        forms.DispatchForm,
        lambda order, data: dispatching.dispatch(order=order, unit=data["unit"]),
        "primary",
        key="d",
    ),
    V.SOLVE_ON_SPOT: Deed(forms.DeedForm, _plain(intake.solve_on_spot), "primary"),
    V.SIGN: Deed(forms.DeedForm, _plain(handling.sign), "primary", at_once=True, key="s"),
    V.RESUME: Deed(forms.DeedForm, _plain(handling.resume), "primary"),
    V.FEEDBACK: Deed(forms.FeedbackForm, _plain(handling.feedback), "primary", key="f"),
    V.MILESTONE: Deed(
        forms.MilestoneForm,
        lambda order, data: handling.milestone(order=order, stage=data["stage"]),
    ),
    V.PASS_CHECK: Deed(forms.DeedForm, _plain(checking.pass_check), "primary", key="p"),
    V.FAIL_CHECK: Deed(forms.ReasonForm, _plain(checking.fail_check)),
    V.RECORD_CALL: Deed(forms.CallForm, _call, "primary", key="c"),
    V.CLOSE: Deed(forms.DeedForm, _plain(checking.close), "primary"),
    V.RETURN_FOR_REWORK: Deed(forms.ReasonForm, _plain(checking.return_for_rework)),
    V.GRANT_EXTENSION: Deed(
        forms.DeedForm,
        lambda order, _data: handling.decide_extension(order=order, grant=True),
        "primary",
    ),
    V.REFUSE_EXTENSION: Deed(
        forms.ReasonForm, lambda order, _data: handling.decide_extension(order=order, grant=False)
    ),
    V.TAKE_UP: Deed(forms.DeedForm, _plain(conversing.take_up), "primary"),
    V.REOPEN: Deed(forms.ReasonForm, _plain(checking.reopen)),
    V.ACKNOWLEDGE: Deed(forms.DeedForm, _plain(conversing.acknowledge), at_once=True),
    V.REPLY: Deed(forms.WordsForm, _plain(conversing.reply), key="w"),
    V.NOTE: Deed(forms.NoteForm, _plain(conversing.note), key="n"),
    V.ATTACH: Deed(forms.AttachForm, _attach),
    V.ASK_EXTENSION: Deed(forms.ExtensionForm, _extend),
    V.PAUSE: Deed(forms.PauseForm, _pause),
    V.SEND_BACK: Deed(forms.ReasonForm, _plain(handling.send_back)),
    V.MERGE: Deed(
        forms.MergeForm, lambda order, data: merging.merge(order=order, into=data["into"])
    ),
    V.UNMERGE: Deed(forms.DeedForm, _plain(merging.unmerge)),
    V.CORRECT: Deed(forms.CorrectForm, _correct),
    V.URGE: Deed(forms.DeedForm, _plain(conversing.urge)),
    V.SUPERVISE: Deed(forms.NoteForm, _plain(conversing.supervise)),
    V.SHELVE: Deed(forms.ShelveForm, _plain(conversing.shelve)),
    V.REFUSE: Deed(forms.RefuseForm, _refuse, "danger", key="r"),
    V.VOID: Deed(forms.ReasonForm, _plain(dispatching.void), "danger"),
}


def do(verb: V, order: Order, form: forms.DeedForm) -> Case:
    """Do a verb with what its valid form holds.

    Raises Refused with the reason, Clash when the id was used for something else.
    """
    data: dict[str, Any] = dict(form.cleaned_data)
    if isinstance(form, forms.CorrectForm):
        data["corrections"] = form.corrections
    return DEEDS[verb].act(order, data)
