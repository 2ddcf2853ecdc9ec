"""What is found in a public wording: what blocks, what is ticked off, and what is said every day and found by neither."""

import pytest

from webapp.needs.finder import hard, soft


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("电话 13800001111", ["phone"]),
        ("身份证 320502193001014321", ["id"]),
        ("住在 3 幢 502 室", ["door"]),
        ("12号楼2单元301", ["door"]),
        ("王秀兰想加装扶手", ["name"]),
        ("电话 138 0000 1111", ["phone"]),
        ("138-0000-1111", ["phone"]),
        ("１３８００００１１１１", ["phone"]),
        ("座机 0512-67230001", ["phone"]),
        ("身份证 320502 19300101 4321", ["id"]),
        ("三号楼二单元", ["door"]),
        ("住 5-302", ["door"]),
        ("永林街七号", ["door"]),
        ("王 秀兰想加装扶手", ["name"]),
        ("地铁三号线太挤", []),
        ("2026-03-02 前完成", []),
        ("三楼以上老人出行不便", []),
        ("每周三下午 2 点", []),
    ],
)
def test_what_blocks(text, codes):
    assert [one.code for one in hard(text, ("王秀兰",))] == codes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王阿婆反映楼道暗", [("name", "王阿婆")]),
        ("邻居叫李卫国", [("name", "叫李卫国")]),
        ("有糖尿病的老人", [("health", "糖尿病")]),
        ("残疾人坡道", [("health", "残疾")]),
        ("低保家庭优先", [("status", "低保")]),
        ("8 岁孩子放学没人接", [("child", "8岁")]),
        ("孩子在阊门实验小学", [("child", "阊门实验小学")]),
        ("老李反映路灯暗", [("name", "老李")]),
        ("他叫欧阳明", [("name", "叫欧阳明")]),
        ("独居老人张桂芳", [("name", "老人张桂芳")]),
        ("姓陈的邻居", [("name", "姓陈的")]),
        ("十二岁的孩子", [("child", "十二岁")]),
        ("八十五岁老人", []),
        ("二十四岁以上", []),
        ("十四岁以上", []),
        ("18 岁以上居民", []),
        ("60 岁以上老人助餐", []),
        ("老人看病、买菜需要有人陪同", []),
        ("想要一个图书角，周末开放", []),
        ("叫卖声太吵", []),
    ],
)
def test_what_is_ticked_off(text, found):
    assert [(one.code, one.words) for one in soft(text, ())] == found
