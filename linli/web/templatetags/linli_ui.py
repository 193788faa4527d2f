"""The components of the design system: ``{% load linli_ui %}`` gives all of them.

Marks (badge, colour, time) live here; blocks, forms and maps in the sibling libraries, which
are merged in at the end, so that a page loads one name.
"""

from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.template.defaultfilters import date as date_words
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from linli.kernel.ids import new_id
from linli.web.rules.icons import icon_shapes
from linli.web.rules.moments import in_figures
from linli.web.rules.remaining import Remaining, Span, remaining
from linli.web.templatetags import linli_blocks, linli_forms

register = template.Library()

TONES = frozenset({"neutral", "info", "progress", "success", "warning", "danger", "quiet"})
# Shape and word differ as well as colour: nobody has to tell red from yellow by eye.
_COLOUR_ICONS = {"blue": "clock-hour-4", "yellow": "alert-triangle", "red": "alert-octagon"}


def _icon_folder() -> Path:
    return Path(settings.BASE_DIR) / "node_modules/@tabler/icons/icons/outline"


@register.simple_tag
def icon(name: str, label: object = "", **attrs: str) -> SafeString:
    """Draw an outline icon; silent for screen readers unless ``label`` gives it words."""
    return _icon(name, str(label), attrs.get("class", ""))


# A list page draws the same few icons a hundred times.
@lru_cache(maxsize=1024)
def _icon(name: str, label: str, more_css: str) -> SafeString:
    # The shapes come from the installed package, never from a person: safe to print as they are.
    shapes = mark_safe(icon_shapes(_icon_folder(), name))  # noqa: S308
    css = f"ll-icon {more_css}".strip()
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 24 24" width="24" height="24" fill="none"'
            ' stroke="currentColor" stroke-width="1.75" stroke-linecap="round"'
            ' stroke-linejoin="round" role="img" aria-label="{}">{}</svg>',
            css, label, shapes,
        )  # fmt: skip
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" width="24" height="24" fill="none"'
        ' stroke="currentColor" stroke-width="1.75" stroke-linecap="round"'
        ' stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        css, shapes,
    )  # fmt: skip


@register.simple_tag
def act_id() -> SafeString:
    """Give a form its act id, so that sending it twice does the thing once."""
    return format_html('<input type="hidden" name="act_id" value="{}">', new_id())


@register.simple_tag
def state_badge(label: object, tone: str = "neutral", icon_name: str = "") -> SafeString:
    """Show a state in words, tinted by ``tone`` (one of TONES)."""
    if tone not in TONES:
        tone = "neutral"
    picture = icon(icon_name) if icon_name else mark_safe('<span class="ll-dot"></span>')
    return format_html('<span class="ll-badge ll-tone-{}">{}{}</span>', tone, picture, label)


def colour_words(colour: str) -> str:
    """Say what a supervision colour means; empty for no colour."""
    return {"blue": _("Near deadline"), "yellow": _("Behind"), "red": _("Overdue")}.get(colour, "")


@register.simple_tag
def colour_mark(colour: str | None, short: bool = False) -> SafeString:
    """Show a supervision colour as icon and word; ``short`` hides the word from the eye only."""
    colour = str(colour or "")
    words = colour_words(colour)
    if not words:
        return SafeString("")
    return format_html(
        '<span class="ll-mark ll-mark-{}{}" title="{}">{}<span>{}</span></span>',
        colour, " ll-mark-short" if short else "", words, icon(_COLOUR_ICONS[colour]), words,
    )  # fmt: skip


def _left(gap: Remaining) -> str:
    if gap.span is Span.DAYS:
        return ngettext("%(n)d day left", "%(n)d days left", gap.amount) % {"n": gap.amount}
    if gap.span is Span.HOURS:
        return ngettext("%(n)d hour left", "%(n)d hours left", gap.amount) % {"n": gap.amount}
    return ngettext("%(n)d minute left", "%(n)d minutes left", gap.amount) % {"n": gap.amount}


def _over(gap: Remaining) -> str:
    if gap.span is Span.DAYS:
        text = ngettext("overdue by %(n)d day", "overdue by %(n)d days", gap.amount)
    elif gap.span is Span.HOURS:
        text = ngettext("overdue by %(n)d hour", "overdue by %(n)d hours", gap.amount)
    else:
        text = ngettext("overdue by %(n)d minute", "overdue by %(n)d minutes", gap.amount)
    return text % {"n": gap.amount}


@register.simple_tag(takes_context=True)
def due(
    context: template.Context,
    due_at: datetime | None,
    colour: str | None = "",
    working_days: int | None = None,
    still: str = "",
) -> SafeString:
    """Say how long is left, or overdue, with the exact moment in the title.

    ``working_days``: whole working days left where the page knows them. Without a due time an
    en dash; ``still`` are the words for a clock that stands still, with a due time or without.
    """
    if due_at is None:
        return format_html('<span class="ll-due text-secondary">{}</span>', still or "–")
    gap = remaining(due_at, context.get("now") or timezone.now())
    words = _over(gap) if gap.overdue else _left(gap)
    if working_days is not None and not gap.overdue:
        words = ngettext("%(n)d working day left", "%(n)d working days left", working_days) % {
            "n": working_days
        }
    words = still or words
    shade = colour or ("red" if gap.overdue and not still else "none")
    return format_html(
        '<time class="ll-due ll-due-{}" datetime="{}" title="{}">{}</time>',
        shade, due_at.isoformat(), _moment(due_at, "short"), words,
    )  # fmt: skip


def _written(local: datetime, form: str) -> str:
    return in_figures(local, form) or date_words(local, form)


def _moment(value: datetime, style: str) -> str:
    local = timezone.localtime(value)
    if style == "date":
        return _written(local, _("Y-m-d"))
    if style == "long":
        return _written(local, _("j F Y, H:i"))
    if style == "brief":
        this_year = local.year == timezone.localtime().year
        return _written(local, _("m-d H:i") if this_year else _("Y-m-d"))
    return _written(local, "Y-m-d H:i")


@register.simple_tag
def local_time(value: datetime | None, style: str = "short") -> SafeString:
    """Show a moment in the local zone: short, brief (lists), date, or long."""
    if value is None:
        return format_html('<span class="text-secondary">{}</span>', "–")
    zone = timezone.get_current_timezone()
    return _time(value, style, get_language(), zone, datetime.now(zone).year)


# The rows of a list are shown again and again, three moments in each.
@lru_cache(maxsize=2048)
def _time(
    value: datetime, style: str, _language: str | None, _zone: tzinfo, _year: int
) -> SafeString:
    """Write a moment; all that the words hang on is among the arguments."""
    return format_html(
        '<time class="ll-time" datetime="{}" title="{}">{}</time>',
        value.isoformat(), _moment(value, "long"), _moment(value, style),
    )  # fmt: skip


for _library in (linli_blocks.register, linli_forms.register):
    register.tags.update(_library.tags)
    register.filters.update(_library.filters)
