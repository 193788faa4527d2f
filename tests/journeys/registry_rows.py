"""Something to look at on the pages of the registry: a record, a change, doubles, a file, forms."""

import contextlib

from tests.journeys.guards import Guards
from tests.journeys.seeds import VILLAGE

# What people wrote here: said as it is in both languages.
REGISTRY_TEXTS = [
    *("王小河", "王晓河", "李四", "张三", "样例社区", "居民.csv", "样例路1号", "常住"),
    *("姓名", "地址", "居住类别", "住宅安全排查表", "区应急管理局", "汛期住宅安全排查"),
    *("《中华人民共和国安全生产法》第九条", "所属网格", "居住人数", "楼道是否堆物"),
    *("阳台是否封闭", "雨棚是否牢固"),
    # What the stories leave behind, where they run beside.
    *("云峰路5号1栋101室", "云峰路7号1栋101室", "云峰路7号1栋102室"),
    *("样例村委会", "走访登记.csv", "退回.xlsx"),
]


class RegistryRows(Guards):
    """One of each thing that the addresses of the registry's pages name."""

    def registry_rows(self) -> None:
        from linli.kernel.refusal import Refused
        from linli.registry.imports import import_file
        from tests.registry.asked import form_samples
        from tests.registry.importing_files import as_csv, order
        from tests.registry.pages_ground import page_samples
        from tests.registry.persons import make_assistance

        refused = order(sender="样例社区", name="居民.csv")
        with contextlib.suppress(Refused):
            import_file(as_csv([["样丁", "12", "样例社区", "衡山路2号", "常住", 1970]]), refused)
        pages, forms = page_samples(self.grid), form_samples(self.grid)
        helped = make_assistance(self.resident, self.people["grid_worker"])
        answer = "registry/forms/<uuid:form_id>/<uuid:record_id>/|"
        self.samples |= {
            "registry:area.code": [VILLAGE],
            "registry.code": [self.grid.code],
            "registry.kind": ["dwelling"],
            "registry:create.kind": ["resident", "building", "team"],
            "registry.house_id": [str(pages["house_id"])],
            "registry.field": ["heads"],
            "registry.record_id": [str(pages["record_id"])],
            "registry:move.record_id": [
                str(pages["registry/records/resident/<uuid:record_id>/move/|record_id"])
            ],
            "registry:workers.record_id": [str(helped.pk)],
            "registry.change_id": [str(pages["change_id"])],
            "registry.pair_id": [str(pages["pair_id"])],
            "registry.run_id": [str(pages["run_id"])],
            "registry:import_refused.run_id": [str(refused.run)],
            "registry.form_id": [str(forms["form_id"])],
            "registry:form_answer.form_id": [str(forms[f"{answer}form_id"])],
            "registry:form_answer.record_id": [str(forms[f"{answer}record_id"])],
        }
