"""Reply templates that come with the demo; a district writes its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Template:
    """Words that are often needed, in both languages."""

    name: str
    name_en: str
    text: str
    en: str


TEMPLATES = (
    Template(
        "已受理",
        "Accepted",
        "您好，您反映的事项已受理，我们会在承诺期限内办理并答复您。感谢您的反映。",
        "Your report was accepted. It will be handled and answered within the promised time.",
    ),
    Template(
        "已派责任单位",
        "Given to the responsible unit",
        "您好，您反映的事项已转责任单位办理，办理人员会与您联系，请保持电话畅通。",
        "Your report was given to the responsible unit, who will get in touch with you.",
    ),
    Template(
        "需要补充情况",
        "More facts needed",
        "您好，为尽快办理，请补充具体位置、发生时间或现场照片，凭编号和查询码即可补充。",
        "To help us, please add the exact place, the time or a photograph, with your number"
        " and query code.",
    ),
    Template(
        "延期说明",
        "Why it takes longer",
        "您好，因需采购配件（或协调施工），办理时间将适当延长，预计完成时间会及时告知，敬请谅解。",
        "Parts (or works) must be arranged, so it will take longer than promised. We will tell"
        " you the new date.",
    ),
    Template(
        "已办结",
        "Done",
        "您好，您反映的事项已办理完毕。如仍有问题，可在规定期限内申请重新办理。",
        "The matter you reported is done. If it is not solved, you can reopen it within the"
        " days stated.",
    ),
    Template(
        "公开挂账说明",
        "On the public list",
        "您好，该事项目前尚不具备办理条件，已公开挂账，条件具备后将优先办理，进展会持续公布。",
        "It cannot be solved now. It stands on the public list with its reason and will be"
        " taken up first when it can.",
    ),
    Template(
        "不在受理范围",
        "Outside our remit",
        "您好，该事项不在本中心受理范围。建议您向有管理权限的单位反映，必要时我们可协助提供联系方式。",
        "This is outside our remit. We can help you to find the office in charge.",
    ),
    Template(
        "感谢表扬",
        "Thanks for the praise",
        "您好，您的表扬已转达。感谢您的鼓励，我们会继续做好服务。",
        "Your praise was passed on. Thank you for the encouragement.",
    ),
)
