"""Components that are drawn by a template of their own; loaded through ``linli_ui``."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from linli.kernel.ids import new_id

register = template.Library()


def _draw(name: str, **values: object) -> SafeString:
    return render_to_string(f"web/components/{name}.html", values)


@register.simple_tag
def empty_state(
    title: object, text: object = "", icon_name: str = "inbox", url: str = "", action: object = ""
) -> SafeString:
    """Say kindly that there is nothing here, and what one could do."""
    return _draw("empty_state", title=title, text=text, icon_name=icon_name, url=url, action=action)


@register.simple_tag
def stat_tile(label: object, value: object, icon_name: str = "", **more: object) -> SafeString:
    """Show one number with its meaning; ``more``: tone, url, hint."""
    return _draw("stat_tile", label=label, value=value, icon_name=icon_name, **more)


@register.simple_tag
def progress_bar(value: float, maximum: float = 100, label: object = "") -> SafeString:
    """Show how far something is, as a bar and in words."""
    share = round(100 * value / maximum) if maximum else 0
    return _draw("progress_bar", value=value, maximum=maximum, label=label, share=share)


@register.simple_tag
def definition_list(pairs: Iterable[tuple[object, object]] | Mapping[object, object]) -> SafeString:
    """Show facts as term and value; an empty value becomes a dash."""
    rows = pairs.items() if isinstance(pairs, Mapping) else pairs
    return _draw("definition_list", rows=list(rows))


@register.simple_tag
def timeline(entries: Iterable[Any], empty: object = "") -> SafeString:
    """Draw what happened, one below the other; entries look like rules.components.TimelineEntry."""
    return _draw("timeline", entries=list(entries), empty=empty)


@register.simple_tag
def pager(newer: str = "", older: str = "", words: object = "") -> SafeString:
    """Link to the newer and the older page of a keyset list; a missing address is greyed."""
    return _draw("pager", newer=newer, older=older, words=words)


@register.simple_tag
def verb_button(
    label: object, icon_name: str = "", refusal: object = None, **more: object
) -> SafeString:
    """Offer a verb, or grey it out with the reason in words.

    ``more``: ``dialog`` (id of a dialog to open), ``url`` (a link), neither (a submit button),
    ``tone`` (primary, danger, or nothing), ``name`` and ``value`` of the button, ``key``
    (keyboard shortcut).
    """
    tone = str(more.pop("tone", ""))
    css = "ll-danger" if tone == "danger" else f"btn-{tone}" if tone else ""
    face = {"label": label, "icon_name": icon_name, "css": css, "why_id": f"why-{new_id().hex}"}
    return _draw("verb_button", refusal=refusal, **face, **more)


@register.simple_block_tag
def dialog(
    content: str,
    id: str,  # noqa: A002
    title: object,
    icon_name: str = "",
    wide: bool = False,
) -> SafeString:
    """Wrap a form in a modal dialog; a ``verb_button`` with ``dialog=id`` opens it."""
    return _draw(
        "dialog", content=content, dialog_id=id, title=title, icon_name=icon_name, wide=wide
    )


@register.simple_block_tag
def card(content: str, title: object = "", icon_name: str = "", **more: object) -> SafeString:
    """Wrap content in a card.

    ``more``: hint, id, flush (no padding), actions_url and actions_label (a link at the right).
    """
    return _draw("card", content=content, title=title, icon_name=icon_name, **more)


@register.simple_block_tag
def filter_bar(content: str, action: str = "", clear: str = "", active: int = 0) -> SafeString:
    """Wrap filter fields in one GET form that folds away on a phone.

    ``active``: how many filters are set; ``clear``: the address without them.
    """
    return _draw("filter_bar", content=content, action=action, clear=clear, active=active)


@register.simple_block_tag
def map_box(content: str, id: str, **more: object) -> SafeString:  # noqa: A002
    """Draw a map; the content is its equal without a map (a list or plain fields).

    ``more``: grids (GeoJSON address of the base map), grid_page (address of a grid's page with
    CODE for its code: a click leads there), cases (GeoJSON address of points with
    ``colour``, ``url``, ``label``), places (the same of homes, which have no
    deadline), point (lon, lat of one marker), pick (True: choose a point),
    lon and lat (ids of the inputs), centre (lon, lat), zoom, label, tall, tile_url.
    """
    return _draw("map_box", content=content, map_id=id, **more)
