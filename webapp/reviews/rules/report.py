"""评审报告: what the totals say, frozen for signing. Pure: everything is worked out from the cards and the call's figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.calls.rules import CallRules
from webapp.scoring.rules import calibrated, diverging, mean, said, standard, statistics

SIGNED = {"agree": "同意", "dissent": "书面不同意", "silence": "逾期未签署且未书面说明不同意见，视为同意"}
ARTICLE = "政府采购法实施条例第四十一条"


@dataclass(frozen=True, slots=True)
class Line:
    """One application: its scores by judge, and what they come to, in hundredths."""

    application_id: int
    number: str
    title: str
    scores: Mapping[int, int]
    mean: int
    trimmed: int
    median: int
    spread: int
    standard: int
    calibrated: int
    far: frozenset[int]
    """The judges whose score lies further from the others' than the rules allow."""

    @property
    def n(self) -> int:
        return len(self.scores)


@dataclass(frozen=True, slots=True)
class Figured:
    """All applications of a panel, best first; `adjusted`: the judges whose habit the calibrated column takes off."""

    lines: tuple[Line, ...]
    adjusted: frozenset[int]


def figured(files: Sequence[tuple[int, str, str]], given: Mapping[int, Mapping[int, int]], rules: CallRules, most: int) -> Figured:
    """The figures of a panel. `files`: (application, number, title); `given`: judge → application → total; `most`: full marks."""
    plan = rules.figures
    by_file: dict[int, dict[int, int]] = {}
    for judge, totals in given.items():
        for one, total in totals.items():
            by_file.setdefault(one, {})[judge] = total
    scaled = standard(given, mean=plan.standard_mean, deviation=plan.standard_deviation)
    beside = calibrated(given, most=most)
    lines = []
    for key, number, title in files:
        scores = by_file.get(key, {})
        if not scores:
            continue
        found = statistics(list(scores.values()), trim=plan.trim, trim_from=plan.trim_from)
        lines.append(
            Line(
                key, number, title, scores, found.mean or 0, found.trimmed or 0, found.median or 0, found.spread or 0,
                mean([scaled[judge][key] for judge in scores]), mean([beside.scores[judge][key] for judge in scores]),
                diverging(scores, plan.divergence),
            )
        )  # fmt: skip
    lines.sort(key=lambda line: (-line.mean, line.application_id))
    return Figured(tuple(lines), beside.adjusted)


def content(
    found: Figured, rules: CallRules, *, call: Mapping[str, Any], aliases: Mapping[int, str], reasons: Sequence[Mapping[str, Any]],
    recused: Sequence[Mapping[str, Any]], locked_at: str,
) -> dict[str, Any]:  # fmt: skip
    """The report's frozen data: JSON in which judges stand by their aliases; who is who, the signatures say."""
    plan = rules.figures
    return {
        "call": dict(call),
        "figures": {"trim": plan.trim, "trim_from": plan.trim_from, "divergence": plan.divergence,
                    "standard_mean": plan.standard_mean, "standard_deviation": plan.standard_deviation},
        "judges": {str(person): alias for person, alias in sorted(aliases.items())},
        "adjusted": sorted(aliases[person] for person in found.adjusted),
        "rows": [
            {
                "application": line.application_id, "number": line.number, "title": line.title,
                "scores": {aliases[person]: total for person, total in sorted(line.scores.items())},
                "mean": line.mean, "trimmed": line.trimmed, "median": line.median, "spread": line.spread,
                "standard": line.standard, "calibrated": line.calibrated,
            }
            for line in found.lines
        ],
        "reasons": list(reasons),
        "recused": list(recused),
        "locked_at": locked_at,
    }  # fmt: skip


def method(figures: Mapping[str, Any]) -> str:
    """How the figures were made, in words for the paper."""
    trim = f"{figures['trim_from']} 位评委起去掉 {figures['trim']} 个最高分和 {figures['trim']} 个最低分后平均"
    scale = f"标准分以每位评委的平均分为 {said(figures['standard_mean'])}、一个标准差为 {said(figures['standard_deviation'])} 分折算"
    limit = figures["divergence"]
    far = f"；与其他评委平均相差超过 {said(limit)} 分的，退回复评或书面说明" if limit is not None else ""
    return f"平均分为原始总分的算术平均；去高低平均：{trim}；{scale}；校准分只供参考，不替代原始分{far}。各项四舍五入到百分之一分。"
