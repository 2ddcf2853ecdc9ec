"""Planted copies are found and unrelated texts are not; what is found from one side is found from the other."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.findings.rules import Answer, Text, compare, double, prints, request_of, title_share
from webapp.findings.rules.identity import plain

PARAGRAPHS = (
    "本项目面向辖区内八十岁以上独居和空巢老人，由社会工作者带领志愿者每周两次上门，了解老人身体和心理状况，协助测量血压并整理用药清单，发现异常及时联系家属和家庭医生。",
    "依托社区党群服务中心设立青少年自习角，放学后由退休教师轮流看护，开展作业辅导、绘本共读和手工制作，让双职工家庭的孩子在家长下班之前有安全去处。",
    "针对老旧小区电动车充电难、飞线充电的隐患，组织楼道长、物业和业主代表召开协商会议，绘制隐患地图，协商确定充电棚选址、收费标准和日常巡查值班办法。",
    "为残疾人家庭提供居家康复指导，邀请康复治疗师入户评估，制定个别化训练计划，培训照料者掌握翻身、转移和简单按摩技巧，并建立照料者互助小组定期交流。",
    "通过口述历史工作坊采集运河沿线老街坊的生活记忆，整理成册并举办巡回展览，邀请中小学生担任小小讲解员，增进居民对本地文化的认同和邻里之间的往来。",
    "建立垃圾分类志愿者积分制度，居民参加清晨和傍晚桶边值守可以累积积分，在辖区商户兑换生活用品，每月公示各楼栋参与率并评选绿色示范家庭予以鼓励。",
    "对刚退役返乡的军人开展就业需求摸底，链接企业岗位和职业技能培训资源，组织模拟面试和简历修改，持续跟踪就业三个月并协调解决实际困难和后顾之忧。",
)
SWAPS = (("老人", "长者"), ("志愿者", "义工"), ("居民", "住户"), ("开展", "组织"), ("家庭", "家户"), ("小区", "院落"), ("建立", "搭建"))


def text(*paragraphs: str, title: str = "") -> Text:
    return Text(title, tuple(Answer(f"a.{n}", one) for n, one in enumerate(paragraphs)))


@settings(max_examples=25, deadline=None)
@given(st.permutations(PARAGRAPHS), st.integers(0, 5), st.randoms(use_true_random=False))
def test_a_planted_copy_is_found_wherever_it_stands(order, place, chance: random.Random):
    copied = order[0]
    for old, new in SWAPS:
        copied = copied.replace(old, new)
    copied = copied.replace("每周两次", f"每周{chance.randint(3, 99)}次")
    mine, other = list(order[:4]), list(order[4:])
    other.insert(place % (len(other) + 1), f"二〇{chance.randint(10, 99)}年，{copied}")
    one, two = text(*mine), text(*other)
    found = compare(one, two)
    assert found.is_finding
    assert found.matches[0].one.answer == 0
    assert found.matches[0].same >= 30
    assert prints(one) & prints(two)


@settings(max_examples=25, deadline=None)
@given(st.permutations(PARAGRAPHS))
def test_unrelated_texts_are_no_finding(order):
    assert not compare(text(*order[:3]), text(*order[3:])).is_finding


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(PARAGRAPHS), max_size=4), st.lists(st.sampled_from(PARAGRAPHS), max_size=4), st.integers(0, 20))
def test_it_is_symmetric(mine, other, cut):
    one, two = text(*(words[cut:] for words in mine)), text(*(words[: 70 - cut] for words in other))
    assert compare(two, one) == compare(one, two).turned()


def test_the_marks_stand_at_the_words_as_written():
    one, two = text("前言：" + PARAGRAPHS[0]), text("另外，" + PARAGRAPHS[0].replace("八十", "80"))
    match = compare(one, two).matches[0]
    assert one.answers[0].words[match.one.start : match.one.end].startswith("本项目面向")
    assert one.answers[0].words[match.one.start : match.one.end].endswith("家庭医生")
    assert two.answers[0].words[match.two.start : match.two.end].endswith("家庭医生")


def test_titles():
    assert title_share("银龄陪伴", "“银龄陪伴”独居老人关爱项目") >= 60
    assert title_share("2026年银龄陪伴公益项目", "银龄陪伴服务计划（第二期）") == 100
    assert title_share("银龄陪伴", "青春护航") == 0
    assert title_share("公益服务项目", "公益服务计划") == 0  # nothing is left of them


def request(title, *items, asked=5_000_000):
    rows = [{"item": item, "unit_fen": unit, "grant_fen": grant} for item, unit, grant in items]
    return request_of({"title": title, "requested_fen": asked, "budget": rows, "starts_on": "2026-01-01", "ends_on": "2026-12-31"})


def test_one_activity_paid_twice():
    one = request("银龄陪伴", ("陪诊志愿者补贴", 5000, 1_000_000), ("陪诊意外保险", 3000, 600_000))
    two = request("长者关怀", ("陪诊 志愿者补贴", 5000, 900_000), ("陪诊意外伤害保险", 3000, 600_000))
    found = double(one, two)
    assert found.items == ((0, 0), (1, 1))
    assert (found.shared_fen, found.part, found.overlap, found.is_finding) == (1_500_000, 30, True, True)
    assert double(two, one).shared_fen == found.shared_fen
    assert not double(one, request("青春护航", ("自习角图书", 4000, 2_000_000))).is_finding


def test_what_is_left_of_an_identity():
    assert plain("phone", "+86 138-0000-1111") == plain("contact", "１３８００００１１１１")
    assert plain("address", "江苏省苏州市姑苏区人民路 18 号 3 楼") == plain("address", "人民路18号3楼")
    assert plain("address", "人民路18号3楼") != plain("address", "人民路19号3楼")
    assert plain("bank_account", "6222 0000 1234 5678") == "6222000012345678"
    assert plain("phone", "无") == ""
