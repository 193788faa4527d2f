"""Something to look at on the pages of the registry: a record, a change, doubles, a file, forms."""

from tests.journeys.guards import Guards
from tests.journeys.seeds import VILLAGE

# What people wrote here: said as it is in both languages.
REGISTRY_TEXTS = [
    *("王小河", "王晓河", "李四", "张三", "样例社区", "居民.csv", "样例路1号", "常住"),
    *("姓名", "地址", "居住类别", "住宅安全排查表", "区应急管理局", "汛期住宅安全排查"),
    *("《中华人民共和国安全生产法》第九条", "所属网格", "居住人数", "楼道是否堆物"),
    *("阳台是否封闭", "雨棚是否牢固"),
]


class RegistryRows(Guards):
    """One of each thing that the addresses of the registry's pages name."""

    def registry_rows(self) -> None:
        from tests.registry.asked import form_samples
        from tests.registry.pages_ground import page_samples

        pages, forms = page_samples(self.grid), form_samples(self.grid)
        answer = "registry/forms/<uuid:form_id>/<uuid:record_id>/|"
        self.samples |= {
            "registry:area.code": [VILLAGE],
            "registry.code": [self.grid.code],
            "registry.kind": ["dwelling"],
            "registry.field": ["heads"],
            "registry.record_id": [str(pages["record_id"])],
            "registry.change_id": [str(pages["change_id"])],
            "registry.pair_id": [str(pages["pair_id"])],
            "registry.run_id": [str(pages["run_id"])],
            "registry.form_id": [str(forms["form_id"])],
            "registry:form_answer.form_id": [str(forms[f"{answer}form_id"])],
            "registry:form_answer.record_id": [str(forms[f"{answer}record_id"])],
        }
