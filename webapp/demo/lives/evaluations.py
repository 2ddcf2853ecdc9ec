"""What the parties of an evaluation give on a tree of indicators."""

from collections.abc import Mapping
from random import Random
from typing import Any

from webapp.evaluation import actions as evaluation
from webapp.scoring.actions import Measured
from webapp.scoring.rules import BANDS, deviates, items, key_of

LITTLE = {"rate": "部分活动排在下半年，款项按进度支付。", "satisfied": "部分服务对象希望增加周末场次，已列入改进。"}
"""A word for where what the book or the survey says is little."""


def given(die: Random, tree: Any, reached: Mapping[int, int], low: int, high: int) -> evaluation.Given:
    """What a party gives on a tree of indicators: so many percent of each, and a word where it fell short."""
    points: dict[str, int | None] = {}
    measured, reasons = {}, {}
    goals = {key_of(one): actual * 100 for one, actual in reached.items()}
    for item in items(tree):
        share = die.randint(low, high)
        if item.measure == "count":
            actual = goals.get(item.key, item.target * share // 100)
            measured[item.key] = Measured(actual)
            if deviates(item, actual, ""):
                reasons[item.key] = "受天气和场地影响，已商社区调整时间。" if actual < item.target else "居民参与超出预期，下一年提高目标。"
        elif item.measure == "grade":
            band = next(one for one in BANDS if share >= one.least)
            measured[item.key], points[item.key] = Measured(band=band.key), item.most * share // 100
            if deviates(item, None, band.key):
                reasons[item.key] = "部分活动没有按方案完成，已列入整改。"
        elif not item.measure:
            points[item.key] = item.most * share // 100 if not item.kind else 0
        else:  # the book says how much; a word stands ready where it is little
            reasons[item.key] = LITTLE.get(item.measure, "")
    return evaluation.Given(points, measured, reasons)
