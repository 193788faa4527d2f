"""Finding the columns a file means, whatever it calls them."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from linli.territory.imports.records import Record
from linli.territory.imports.report import Report

# Canonical column -> what files call it, lower case; the first that a record has counts.
NAMES_OF: dict[str, tuple[str, ...]] = {
    "code": ("code", "adcode", "编码", "代码", "区划代码", "网格编码", "网格代码", "单位代码"),
    "name": ("name", "名称", "区划名称", "网格名称", "单位名称"),
    "name_en": ("name_en", "english", "英文名称", "英文名"),
    "kind": ("kind", "type", "类型", "类别", "网格类型", "单位类型"),
    "since": ("since", "from", "生效日期", "启用日期", "开始日期", "上岗日期"),
    "until": ("until", "to", "失效日期", "停用日期", "结束日期", "离岗日期"),
    "parent": ("parent", "上级代码", "上级单位", "上级单位代码"),
    "areas": ("areas", "divisions", "辖区", "管辖区划", "辖区代码"),
    "username": ("username", "account", "账号", "用户名", "登录名"),
    "grid": ("grid", "grid_code", "网格编码", "网格代码", "网格"),
    "role": ("role", "职责", "岗位", "角色"),
    "township_name": ("streetname", "街道名称", "乡镇名称", "乡镇街道"),
}


class Columns:
    """Reads canonical columns from records; ``chosen`` names a column where the usual differs."""

    def __init__(self, chosen: Mapping[str, str] | None = None) -> None:
        self._chosen = {name: column for name, column in (chosen or {}).items() if column}

    def names(self, *wanted: str) -> list[str]:
        """Return the names under which the wanted columns may stand."""
        found: list[str] = []
        for name in wanted:
            found += [self._chosen[name]] if name in self._chosen else NAMES_OF[name]
        return found

    def text(self, record: Record, name: str) -> str:
        """Return the value of a canonical column, or an empty text."""
        if name in self._chosen:
            return record.values.get(self._chosen[name], "")
        by_lower = {column.strip().lower(): value for column, value in record.values.items()}
        return next((by_lower[known] for known in NAMES_OF[name] if by_lower.get(known)), "")

    def day(self, record: Record, name: str, report: Report) -> date | None:
        """Return a day, or None when empty; what is no day goes to the report."""
        text = self.text(record, name)
        if not text:
            return None
        spelled = text.replace("/", "-").replace(".", "-")
        spelled = spelled.replace("年", "-").replace("月", "-").replace("日", "")
        try:
            year, month, day = (int(part) for part in spelled.split("-"))
            return date(year, month, day)
        except ValueError:
            report.error(
                _("“%(text)s” is not a date; write it as 2026-01-31.") % {"text": text},
                record.where,
            )
            return None


def choice(
    record: Record, text: str, spellings: Mapping[str, tuple[str, ...]], report: Report
) -> str:
    """Return the value that ``text`` is a spelling of; what is none goes to the report."""
    for value, known in spellings.items():
        if text.lower() == value or text in known:
            return value
    report.error(
        _("“%(text)s” is not one of: %(known)s.")
        % {"text": text, "known": ", ".join(known[0] for known in spellings.values())},
        record.where,
    )
    return ""
