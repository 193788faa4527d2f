"""Components say in words what they show in colour, and escape what people typed."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.utils import timezone, translation

from linli.kernel.refusal import Refusal
from linli.web.forms import SampleForm
from linli.web.rules.components import TimelineEntry

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NASTY = "<script>x</script>"


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


def drawn(source: str, **values: object) -> str:
    template = engines["django"].from_string("{% load linli_ui %}" + source)
    return str(template.render({"now": NOW, **values}))


@pytest.mark.parametrize(
    ("colour", "words"), [("blue", "Near deadline"), ("yellow", "Behind"), ("red", "Overdue")]
)
def test_a_colour_is_also_a_word_and_a_picture(colour: str, words: str) -> None:
    html = drawn("{% colour_mark colour %}", colour=colour)
    assert words in html
    assert "<svg" in html


def test_no_colour_draws_nothing() -> None:
    assert drawn("{% colour_mark None %}") == ""


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(days=5), "5 days left"),
        (timedelta(hours=1), "1 hour left"),
        (timedelta(minutes=10), "10 minutes left"),
        (timedelta(hours=-3), "overdue by 3 hours"),
        (timedelta(days=-2), "overdue by 2 days"),
        (timedelta(minutes=-1), "overdue by 1 minute"),
    ],
)
def test_a_deadline_is_told_in_words(gap: timedelta, words: str) -> None:
    assert words in drawn("{% due at %}", at=NOW + gap)


def test_working_days_are_told_where_the_page_knows_them() -> None:
    assert "2 working days left" in drawn("{% due at '' working_days=2 %}", at=NOW + timedelta(3))


def test_a_paused_clock_does_not_count_down() -> None:
    for at in (NOW - timedelta(3), None):
        html = drawn("{% due at still='Clock paused, 2 days left' %}", at=at)
        assert "Clock paused, 2 days left" in html
        assert "ll-due-red" not in html


def test_a_moment_is_written_for_each_reader_anew() -> None:
    told = {}
    for language in ("zh-hans", "en", "zh-hans"):
        with translation.override(language):
            told[language] = drawn("{% local_time at 'long' %}", at=NOW)
    assert told["zh-hans"] != told["en"]
    with timezone.override("America/New_York"):
        elsewhere = drawn("{% local_time at %}", at=NOW)
    assert elsewhere != drawn("{% local_time at %}", at=NOW)


def test_a_moment_is_shown_in_the_local_zone() -> None:
    html = drawn("{% local_time at %}", at=NOW)
    assert "2026-11-23 16:00" in html
    assert 'datetime="2026-11-23T08:00:00+00:00"' in html


def test_an_unknown_tone_is_neutral() -> None:
    assert "ll-tone-neutral" in drawn("{% state_badge 'x' 'gaudy' %}")


def test_a_refused_verb_keeps_its_place_and_says_why() -> None:
    refusal = Refusal("own_case", "You handled this case.")
    html = drawn("{% verb_button 'Check' 'check' refusal dialog='d' %}", refusal=refusal)
    assert 'aria-disabled="true"' in html
    assert "You handled this case." in html
    assert "data-dialog-open" not in html
    described = html.split('aria-describedby="')[1].split('"')[0]
    assert f'id="{described}"' in html


def test_a_possible_verb_opens_its_dialog() -> None:
    html = drawn("{% verb_button 'Check' 'check' None dialog='d' key='c' %}")
    assert 'data-dialog-open="d"' in html
    assert 'data-key="c"' in html


def test_every_form_gets_an_act_id_of_its_own() -> None:
    first, second = drawn("{% act_id %}"), drawn("{% act_id %}")
    assert first != second
    assert uuid.UUID(first.split('value="')[1].split('"')[0]).version == 7


def test_what_people_typed_is_escaped_everywhere() -> None:
    entry = TimelineEntry(NOW, NASTY, person=NASTY, note=NASTY, details=[(NASTY, NASTY)])
    html = drawn(
        "{% state_badge bad %}{% empty_state bad bad %}{% stat_tile bad bad hint=bad %}"
        "{% definition_list pairs %}{% timeline entries %}{% verb_button bad '' bad %}"
        "{% card title=bad %}{{ bad }}{% endcard %}{% dialog id='d' title=bad %}{{ bad }}"
        "{% enddialog %}{% pager words=bad %}{% progress_bar 1 2 bad %}{% icon 'x' bad %}"
        "{% map_box id='m' cases=bad label=bad %}{{ bad }}{% endmap_box %}",
        bad=NASTY, pairs=[(NASTY, NASTY)], entries=[entry],
    )  # fmt: skip
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 15


def test_an_internal_note_is_marked_as_such() -> None:
    html = drawn("{% timeline entries %}", entries=[TimelineEntry(NOW, "Note", internal=True)])
    assert "Internal, not shown to the reporter" in html


def test_an_empty_timeline_says_so() -> None:
    assert "Nothing has happened yet." in drawn("{% timeline entries %}", entries=[])


def test_the_end_of_a_list_is_greyed_and_no_link() -> None:
    html = drawn("{% pager older='?before=1' %}")
    assert 'href="?before=1"' in html
    assert html.count("href=") == 1


def test_progress_of_nothing_is_zero_and_no_error() -> None:
    assert "0%" in drawn("{% progress_bar 0 0 'x' %}")


def test_a_field_says_its_error_beneath_and_points_to_it() -> None:
    html = drawn("{% field form.title %}", form=SampleForm({"title": ""}))
    assert "This field is required." in html
    assert 'id="id_title_error"' in html
    assert "id_title_error" in html.split('aria-describedby="')[1].split('"')[0]
    assert 'aria-invalid="true"' in html


def test_a_field_shows_that_it_is_required() -> None:
    assert "required" in drawn("{% field form.title %}", form=SampleForm()).split("<input")[0]
    assert "ll-required" not in drawn("{% field form.words %}", form=SampleForm())


def test_a_whole_form_is_drawn_with_its_classes() -> None:
    html = drawn("{{ form }}", form=SampleForm())
    for css in ("form-control", "form-select", "form-check-input", "ll-drop"):
        assert css in html


def test_every_icon_that_pages_name_is_in_the_package() -> None:
    folder = Path(settings.BASE_DIR) / "node_modules/@tabler/icons/icons/outline"
    if not folder.is_dir():
        pytest.skip("the icon package is not installed")
    import re

    names: set[str] = set()
    for path in (Path(settings.BASE_DIR) / "linli").rglob("*.html"):
        names |= set(re.findall(r"""{% icon ["']([a-z0-9-]+)["']""", path.read_text()))
        names |= set(re.findall(r"""icon_name=["']([a-z0-9-]+)["']""", path.read_text()))
    assert len(names) > 20
    assert {name for name in names if not (folder / f"{name}.svg").exists()} == set()
