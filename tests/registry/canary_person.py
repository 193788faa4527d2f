"""Who goes through everything in the canary test. Nobody has this name or these numbers."""

NAME, OTHER_NAME, TWIN = "欧阳金丝雀", "欧阳金丝燕", "欧阳金丝鹊"
NUMBER, OTHER_NUMBER, THIRD_NUMBER = "13987654321", "13987650987", "13876501234"
IDENTITY, EMAIL = "430412199003072316", "canary.bird@example.com"
CANARIES = (NAME, OTHER_NAME, TWIN, NUMBER, OTHER_NUMBER, THIRD_NUMBER, IDENTITY, EMAIL)
# Where she lives stands in the tables of addresses, as every house does, and nowhere else.
LINE = "金丝雀路77号3栋2单元1904室"
# What is written in the open: the same search has to find it.
OPEN = "门前水管漏水三天"
# The header of the tables that she comes in.
HEAD = [
    "姓名",
    "联系电话",
    "村（社区）",
    "地址",
    "居住类别",
    "出生年份",
    "身份证号",
    "民族",
    "经度",
    "纬度",
]
