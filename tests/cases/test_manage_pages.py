"""The administration's pages: shown first, written once, and only by whom they are for."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.cases.actions.categories import publish_categories
from linli.cases.actions.category_drafts import draft_of
from linli.cases.actions.rules import RuleFacts, add_rule
from linli.cases.imports.category_tables import workbook
from linli.cases.models import (
    Case,
    Category,
    CategoryVersion,
    ClosingDay,
    DispatchRule,
    ReplyTemplate,
    WorkingCalendar,
)
from linli.kernel.ids import new_id
from tests.factories import NOW, SINCE, make_case, make_category, make_grid, make_person, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings: Any, tmp_path: Path) -> Path:
    settings.LINLI_IMPORTS = tmp_path / "imports"
    # In the demo nobody needs a second factor.
    settings.LINLI_DEMO = True
    return tmp_path / "imports"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(
        make_person(Role.ADMINISTRATOR), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


PLAIN = (
    "categories", "new_category", "category_import", "category_workbook", "templates",
    "new_template", "rules", "new_rule", "try_rules", "rule_accuracy", "rule_import",
    "calendars", "deadline", "calendar_import", "close_day",
)  # fmt: skip


def texts(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def fields_of(page: Any, form: int = -1) -> dict[str, list[str]]:
    """Return what a browser would send back from the last form of a page."""
    html = page.content.decode().split("<main")[1].split("</main>")[0]
    forms = [
        part.split("</form>")[0] for part in html.split("<form")[1:] if 'method="post"' in part
    ]
    body = re.sub(r"<template.*?</template>", "", forms[form], flags=re.DOTALL)
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", body):
        facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        ticks = facts.get("type") in {"checkbox", "radio"}
        if "name" in facts and (not ticks or re.search(r"\bchecked\b", tag)):
            sent.setdefault(facts["name"], []).append(facts.get("value", "on" if ticks else ""))
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', body, re.DOTALL
    ):
        sent[name] = [text.strip("\r\n")]
    for name, options in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', body, re.DOTALL
    ):
        chosen = re.findall(r'<option value="([^"]*)"[^>]*selected', options)
        sent[name] = chosen or re.findall(r'<option value="([^"]*)"', options)[:1]
    return sent


@pytest.mark.parametrize("name", PLAIN)
def test_only_an_administrator_finds_the_page(client: Client, admin: Client, name: str) -> None:
    assert admin.get(reverse(f"manage:{name}")).status_code == 200
    clerk = Client()
    clerk.force_login(
        make_person(Role.INTAKE_CLERK), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert clerk.get(reverse(f"manage:{name}")).status_code == 404
    assert Client().get(reverse(f"manage:{name}")).status_code == 302


def test_the_tree_is_searched_with_what_stands_above(admin: Client) -> None:
    upper = make_category("市政设施", code="01")
    lower = make_category("路灯不亮", code="0101")
    Category.objects.filter(pk=lower.pk).update(parent=upper)
    make_category("井盖缺失", code="02")
    page = texts(admin.get(reverse("manage:categories"), {"q": "路灯"}))
    assert "市政设施" in page
    assert "路灯不亮" in page
    assert "井盖缺失" not in page


def edit(admin: Client, category: Category, **changes: str) -> tuple[Any, dict[str, list[str]]]:
    """Open the form, change fields, and ask for the preview."""
    address = reverse("manage:edit_category", args=[category.pk])
    sent = fields_of(admin.get(address)) | {k.replace("__", "-"): [v] for k, v in changes.items()}
    page = admin.post(address, {**sent, "step": "preview"})
    return page, sent


def test_an_edit_is_shown_before_it_is_published_and_happens_once(admin: Client) -> None:
    category = make_category(reopen_days=5)
    case = make_case(category)
    page, _sent = edit(admin, category, reopen_days="9", limit__0__amount="4")
    assert page.status_code == 200
    assert "5" in texts(page)
    assert "9" in texts(page)
    assert CategoryVersion.objects.filter(category=category).count() == 1
    address = reverse("manage:edit_category", args=[category.pk])
    publish = {**fields_of(page), "step": "publish"}
    assert admin.post(address, publish).status_code == 302
    assert admin.post(address, publish).status_code == 302
    newest = CategoryVersion.objects.get(category=category, number=2)
    assert newest.reopen_days == 9
    assert [limit.amount for limit in newest.limits.all()] == [4]
    assert CategoryVersion.objects.filter(category=category).count() == 2
    assert Case.objects.get(pk=case.pk).category_version.number == 1
    shown = texts(admin.get(reverse("manage:category", args=[category.pk])))
    assert "有变更" in shown or "changed" in shown


def test_a_name_of_a_person_is_doubted_before_it_is_published(admin: Client) -> None:
    admin.cookies["django_language"] = "en"
    page, _sent = edit(admin, make_category(), name="张三扰民")
    assert page.status_code == 200
    assert "“张三扰民” seems to name a person." in texts(page)
    page, _sent = edit(admin, make_category(), name="夜间噪声扰民")
    assert "seems to" not in texts(page)
    table = "编码,名称\nx1,李某某\n".encode()
    page = admin.post(
        reverse("manage:category_import"),
        {"file": SimpleUploadedFile("a.csv", table)},
        follow=True,
    )
    assert "“李某某” seems to name a person." in texts(page)


def test_an_edit_that_was_overtaken_is_shown_again(admin: Client) -> None:
    category = make_category(reopen_days=5)
    page, _sent = edit(admin, category, reopen_days="9")
    mine = fields_of(page)
    other, _sent = edit(admin, category, reopen_days="7")
    address = reverse("manage:edit_category", args=[category.pk])
    admin.post(address, {**fields_of(other), "step": "publish"})
    again = admin.post(address, {**mine, "step": "publish"})
    assert again.status_code == 200
    assert CategoryVersion.objects.filter(category=category).count() == 2
    admin.post(address, {**fields_of(again), "step": "publish"})
    assert CategoryVersion.objects.get(category=category, number=3).reopen_days == 9


def test_limits_are_added_and_removed_without_a_script(admin: Client) -> None:
    category = make_category()
    address = reverse("manage:edit_category", args=[category.pk])
    sent = fields_of(admin.get(address))
    page = admin.post(address, {**sent, "step": "add"})
    assert page.status_code == 200
    sent = fields_of(page)
    assert sent["limit-TOTAL_FORMS"] == ["2"]
    new = {
        "limit-1-stage": "sign", "limit-1-name": "签收", "limit-1-amount": "1",
        "limit-1-unit": "working_days", "limit-1-counts_from": "dispatch",
        "limit-1-met_by": "sign", "limit-1-ORDER": "0", "limit-0-DELETE": "on",
    }  # fmt: skip
    page = admin.post(address, {**sent, **new, "step": "preview"})
    admin.post(address, {**fields_of(page), "step": "publish"})
    newest = CategoryVersion.objects.get(category=category, number=2)
    assert [limit.stage for limit in newest.limits.all()] == ["sign"]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"needs_photo": "on", "photo_reason": ""},
        {"limit__0__amount": "0", "limit__0__unit": "hours"},
        {"limit__0__stage": "办 结"},
        {"emergency_number": "报警"},
        {"duplicate_metres": "999999"},
    ],
)
def test_what_cannot_be_published_is_said_at_its_field(
    admin: Client, changes: dict[str, str]
) -> None:
    page, _sent = edit(admin, make_category(), **changes)
    assert page.status_code == 422
    assert "is-invalid" in page.content.decode()
    assert CategoryVersion.objects.count() == 1


def test_what_is_wrong_anywhere_in_the_form_is_told_on_top_of_it(admin: Client) -> None:
    category = make_category()
    page, _sent = edit(admin, category, name="", limit__0__amount="0", limit__0__unit="hours")
    top = page.content.decode().split("data-faults")[1].split("</div>")[0]
    assert 'href="#id_name"' in top
    assert "id_limit" not in top  # the draft is judged once every field is in order
    page, _sent = edit(admin, category, limit__0__amount="0", limit__0__unit="hours")
    top = page.content.decode().split("data-faults")[1].split("</div>")[0]
    assert 'href="#id_limit-0-amount"' in top
    assert "时限 1 · " in top or "Limit 1 · " in top


def test_limits_of_one_name_are_told_apart_by_their_kinds(admin: Client) -> None:
    category = make_category()
    held = draft_of(category, category.versions.get())
    close = held.limits[0]
    limits = (
        replace(close, amount=2, kinds=("consultation",)),
        close,
        replace(close, stage="sign", name="签收"),
    )
    publish_categories(drafts=[replace(held, limits=limits)], by=None, at=NOW, act_id=new_id())
    admin.cookies["django_language"] = "en"
    page = admin.get(reverse("manage:edit_category", args=[category.pk]))
    headings = re.findall(r"data-row-called[^>]*>([^<]*)<", page.content.decode())
    assert headings == ["办结 · consultation", "办结 · other kinds", "签收", ""]


def test_a_new_category_stands_below_its_upper_one(admin: Client) -> None:
    upper = make_category("市政设施", code="01")
    address = f"{reverse('manage:new_category')}?parent=01"
    sent = fields_of(admin.get(address))
    given = {"code": ["0109"], "name": ["护栏损坏"], "step": ["preview"]}
    page = admin.post(address, {**sent, **given})
    admin.post(address, {**fields_of(page), "step": "publish"})
    assert Category.objects.get(code="0109").parent == upper


def test_a_category_is_no_longer_offered_and_offered_again(admin: Client) -> None:
    category = make_category()
    address = reverse("manage:offer_category", args=[category.pk])
    admin.post(address, {"offer": "no", "act_id": new_id()})
    assert not Category.objects.get(pk=category.pk).is_active
    admin.post(address, {"offer": "yes", "act_id": new_id()})
    assert Category.objects.get(pk=category.pk).is_active
    assert CategoryVersion.objects.filter(category=category).count() == 1


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_a_table_is_previewed_then_published_once(admin: Client) -> None:
    make_category("路灯不亮", code="a", reopen_days=5)
    table = "编码,名称,可重启天数\na,路灯不亮,9\nb,井盖缺失,3\n".encode("gb18030")
    page = admin.post(reverse("manage:category_import"), {"file": upload("x.csv", table)})
    assert page.status_code == 302
    assert Category.objects.count() == 1
    preview = admin.get(page["Location"])
    assert "井盖缺失" in texts(preview)
    admin.post(page["Location"], fields_of(preview, 0))
    assert admin.post(page["Location"], fields_of(preview, 0)).status_code == 302
    assert Category.objects.get(code="b").versions.count() == 1
    assert CategoryVersion.objects.get(category__code="a", number=2).reopen_days == 9


def test_a_refused_table_names_row_and_column_and_is_kept(admin: Client, kept: Path) -> None:
    table = "编码,名称\na,\n".encode()
    page = admin.post(reverse("manage:category_import"), {"file": upload("坏表.csv", table)})
    assert page.status_code == 422
    assert "2" in texts(page)
    assert "名称" in texts(page)
    # The place in the file, not a place on the ground.
    assert '<th scope="col">位置</th>' in page.content.decode()
    assert [path.read_bytes() for path in kept.rglob("*.csv")] == [table]
    assert not Category.objects.exists()


def test_the_exported_workbook_is_a_table_that_changes_nothing(admin: Client) -> None:
    make_category()
    data = admin.get(reverse("manage:category_workbook")).content
    assert data[:2] == workbook()[:2] == b"PK"
    page = admin.post(reverse("manage:category_import"), {"file": upload("x.xlsx", data)})
    preview = admin.get(page["Location"])
    assert 'name="seal"' in preview.content.decode()
    assert (
        'class="btn btn-primary"'
        not in preview.content.decode().split("<main")[1].split("</main>")[0]
    )


def test_a_rule_is_added_tried_and_ended(admin: Client) -> None:
    category, unit, grid = make_category(code="a"), make_unit("供水公司"), make_grid()
    other = make_unit("市政所")
    page = admin.get(reverse("manage:new_rule"))
    given = {"category": "a", "area": grid.code, "unit": unit.code, "since": "2026-01-01"}
    sent = {**fields_of(page), **given, "until": "", "note": "权责清单"}
    admin.post(reverse("manage:new_rule"), sent)
    admin.post(reverse("manage:new_rule"), sent)
    rule = DispatchRule.objects.get()
    assert (rule.category, rule.grid, rule.unit) == (category, grid, unit)
    clash = admin.post(
        reverse("manage:new_rule"), {**sent, "unit": other.code, "act_id": str(new_id())}
    )
    assert clash.status_code == 422
    add_rule(facts=RuleFacts(other.code, SINCE, "a"), by=None, at=NOW, act_id=new_id())
    tried = {"category": "a", "grid": grid.code, "day": "2026-03-02"}
    said = texts(admin.get(reverse("manage:try_rules"), tried))
    assert said.index("供水公司") < said.index("市政所")
    end = reverse("manage:close_rule", args=[rule.pk])
    assert admin.post(end, {"until": "2025-12-01"}).status_code == 422
    assert admin.post(end, {"until": "2026-06-01"}).status_code == 302
    assert DispatchRule.objects.get(pk=rule.pk).until == date(2026, 6, 1)
    later = texts(admin.get(reverse("manage:try_rules"), {**tried, "day": "2026-07-01"}))
    assert "供水公司 ·" not in later


def test_rules_come_back_from_their_own_export(admin: Client) -> None:
    make_category(code="a")
    unit = make_unit("=供水公司")
    add_rule(facts=RuleFacts(unit.code, SINCE, "a", note="-依据"), by=None, at=NOW, act_id=new_id())
    for ending in ("xlsx", "csv"):
        data = admin.get(reverse("manage:rule_export", args=[ending])).content
        page = admin.post(reverse("manage:rule_import"), {"file": upload(f"x.{ending}", data)})
        assert page.status_code == 302
        assert (
            'class="btn btn-primary"'
            not in (
                admin.get(page["Location"]).content.decode().split("<main")[1].split("</main>")[0]
            )
        )


def test_templates_are_written_changed_and_removed(admin: Client) -> None:
    make_category(code="a")
    page = admin.get(reverse("manage:new_template"))
    sent = {**fields_of(page), "name": "已修复", "text": "您好，已修复。", "category": "a"}
    admin.post(reverse("manage:new_template"), sent)
    admin.post(reverse("manage:new_template"), sent)
    template = ReplyTemplate.objects.get()
    address = reverse("manage:edit_template", args=[template.pk])
    admin.post(address, {**fields_of(admin.get(address)), "text": "您好，路灯已亮。"})
    assert ReplyTemplate.objects.get().text == "您好，路灯已亮。"
    admin.post(reverse("manage:drop_template", args=[template.pk]), {"act_id": new_id()})
    assert not ReplyTemplate.objects.exists()
    verbs = Event.objects.filter(verb__startswith="templates.").values_list("verb", flat=True)
    assert sorted(verbs) == ["templates.remove", "templates.save", "templates.save"]


def test_a_calendar_is_previewed_imported_and_shown_as_a_year(admin: Client) -> None:
    days = "日期,是否工作日,节日名称\n2027-01-01,0,元旦\n2027-01-02,1,\n".encode()
    given = {"file": upload("days.csv", days), "version": "cn-2027.1", "name": "2027 年通知"}
    page = admin.post(reverse("manage:calendar_import"), {**given, "partial_years": "on"})
    preview = admin.get(page["Location"])
    assert "2027" in texts(preview)
    # Nothing moved meanwhile, and a preview of this file warns of nothing.
    assert 'role="alert"' not in preview.content.decode()
    assert not WorkingCalendar.objects.exists()
    admin.post(page["Location"])
    admin.post(page["Location"])
    stored = WorkingCalendar.objects.get()
    assert (stored.version, stored.name) == ("cn-2027.1", "2027 年通知")
    year = admin.get(reverse("manage:calendar_year", args=[2027])).content.decode()
    assert year.count("lm-day lm-holiday") == 2  # the day and the legend
    assert year.count("lm-day lm-make_up") == 2
    assert "元旦" in year
    json = admin.get(reverse("manage:calendar_json", args=[stored.pk]))
    assert json.json()["confirmed_years"] == [2027]


def test_a_closing_day_is_added_and_taken_back_with_reasons(admin: Client) -> None:
    close = reverse("manage:close_day")
    assert admin.post(close, {"day": "2026-12-04", "reason": ""}).status_code == 422
    admin.post(close, {"day": "2026-12-04", "reason": "停电检修"})
    assert ClosingDay.objects.get().reason == "停电检修"
    address = reverse("manage:open_day", args=["2026-12-04"])
    assert admin.post(address, {"reason": ""}).status_code == 422
    admin.post(address, {"reason": "检修改期"})
    assert not ClosingDay.objects.exists()
    assert admin.get(reverse("manage:open_day", args=["yesterday"])).status_code == 404


def test_a_deadline_is_worked_out_with_its_reasons(admin: Client, client: Client) -> None:
    asked = {"start": "2026-03-06T10:00", "amount": "2", "unit": "working_days"}
    page = texts(admin.get(reverse("manage:deadline"), asked))
    assert "2026-03-10 17:30" in page
    assert "03-07" in page
    wrong = admin.get(reverse("manage:deadline"), {**asked, "unit": "hours", "amount": "0"})
    assert wrong.status_code == 422
