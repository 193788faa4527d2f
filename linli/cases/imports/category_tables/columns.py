"""The columns of the two sheets: what a field is called in files, and how its values are spelled.

The first two names of a field are the header that an export writes, Chinese and English.
"""

from linli.cases.imports.rows import Words
from linli.cases.models.choices import Kind, LimitUnit, Verb

CATEGORY_COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("编码", "code", "分类编码", "类别编码", "事项编码", "代码", "编号"),
    "parent": ("上级编码", "parent", "上级", "父级编码", "上级代码", "parent_code"),
    "name": ("名称", "name", "分类名称", "类别名称", "事项名称", "分类", "category"),
    "name_en": ("英文名称", "name_en", "英文名", "english"),
    "position": ("排序", "position", "序号", "顺序", "order"),
    "is_active": ("启用", "active", "是否启用", "是否受理", "is_active"),
    "kinds": ("诉求类型", "kinds", "适用类型", "类型", "kind"),
    "register_when": ("立案条件", "register_when", "立案标准", "受理条件"),
    "register_when_en": ("立案条件英文", "register_when_en"),
    "close_when": ("结案条件", "close_when", "结案标准", "办结标准"),
    "close_when_en": ("结案条件英文", "close_when_en"),
    "needs_verification": ("现场核实", "verification", "是否核实", "needs_verification"),
    "verification_reason": ("核实理由", "verification_reason", "为何核实"),
    "verification_reason_en": ("核实理由英文", "verification_reason_en"),
    "needs_photo": ("需要照片", "photo", "是否需要照片", "照片", "needs_photo"),
    "photo_reason": ("照片理由", "photo_reason", "为何需要照片"),
    "photo_reason_en": ("照片理由英文", "photo_reason_en"),
    "anonymous_allowed": ("可匿名", "anonymous", "允许匿名", "anonymous_allowed"),
    "duplicate_metres": ("重复距离米", "duplicate_metres", "重复判定距离", "查重距离"),
    "duplicate_hours": ("重复时限小时", "duplicate_hours", "重复判定小时", "查重时限"),
    "reopen_days": ("重启期限天", "reopen_days", "可重启天数", "重新打开天数"),
    "emergency_number": ("紧急电话", "emergency_number", "报警电话"),
}
LEVEL_COLUMNS: dict[str, tuple[str, ...]] = {
    "level1": ("一级分类", "level1", "一级类别", "一级事项", "一级", "大类"),
    "level2": ("二级分类", "level2", "二级类别", "二级事项", "二级", "中类"),
    "level3": ("三级分类", "level3", "三级类别", "三级事项", "三级", "小类"),
    "level4": ("四级分类", "level4", "四级类别", "四级事项", "四级", "细类"),
}
LIMIT_COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("编码", "code", "分类编码", "类别编码", "事项编码", "代码", "category_code"),
    "category": ("分类名称", "category", "事项名称"),
    "stage": ("环节代码", "stage", "阶段代码", "环节", "阶段"),
    "name": ("环节名称", "stage_name", "阶段名称", "名称", "name"),
    "name_en": ("环节英文名称", "stage_name_en", "name_en"),
    "kinds": ("适用诉求类型", "kinds", "适用类型", "诉求类型", "kind"),
    "amount": ("时限", "amount", "数量", "期限"),
    "unit": ("单位", "unit", "计时单位", "时限单位"),
    "counts_from": ("起算", "counts_from", "起算动作", "从何时起算"),
    "met_by": ("完成", "met_by", "完成动作", "完成标志"),
    "is_final": ("对外承诺", "final", "最终时限", "is_final"),
}
CATEGORY_SHEET, LIMIT_SHEET = "分类 categories", "时限 limits"

KINDS = Words(Kind)
UNITS = Words(
    LimitUnit,
    hours=("小时", "时", "自然小时", "h", "hour"),
    working_hours=("工作小时", "工作时", "办公小时", "working hour"),
    working_days=("工作日", "个工作日", "working day"),
    calendar_days=("自然日", "日历日", "天", "日", "day", "days", "calendar day"),
    stated=("约定日期", "指定日期"),
)
VERBS = Words(Verb)


def header_of(columns: dict[str, tuple[str, ...]], field: str) -> str:
    """Return the header an export writes for a field, in both languages."""
    chinese, english, *_more = columns[field]
    return f"{chinese} {english}"
