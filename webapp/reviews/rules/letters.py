"""立项、候补、未立项通知: the texts an officer may change, with fields that each letter fills."""

import re
from collections.abc import Mapping

from webapp.core.workflow import Refusal

FIELDS = {
    "单位": "申报单位", "项目": "项目名称", "编号": "申报编号", "征集": "征集公告", "金额": "拟立项金额（元）", "理由": "未列入的理由",
    "联系": "主办单位和电话",
}  # fmt: skip
STANDARD = {
    "propose": (
        "“【项目】”拟立项通知",
        "【单位】：你单位申报的“【项目】”（【编号】）经评审和集体研究，拟予立项，金额 【金额】 元，现已公示。公示期满无异议后签订协议。联系：【联系】。",
    ),
    "reserve": (
        "“【项目】”候补通知",
        "【单位】：你单位申报的“【项目】”（【编号】）列为候补项目。有项目退出时按名次递补，递补前另行公示。联系：【联系】。",
    ),
    "decline": (
        "“【项目】”未立项通知",
        "【单位】：你单位申报的“【项目】”（【编号】）未列入“【征集】”拟立项名单。【理由】感谢参与。联系：【联系】。",
    ),
}
FIELD = re.compile("【([^【】]*)】")


def faults(title: str, body: str) -> list[Refusal]:
    """What is wrong with a text: a field there is not, or nothing in it."""
    found = []
    for place, words in (("title", title), ("body", body)):
        if not words.strip():
            found.append(Refusal("empty", "请填写通知的文字。", place))
        if unknown := [name for name in FIELD.findall(words) if name not in FIELDS]:
            found.append(Refusal("field", f"没有【{unknown[0]}】这个栏目，可用：{'、'.join(f'【{name}】' for name in FIELDS)}。", place))
    return found


def filled(words: str, values: Mapping[str, str]) -> str:
    """A text with its fields filled; a value is never read for fields again."""
    return FIELD.sub(lambda found: values.get(found[1], found[0]), words)
