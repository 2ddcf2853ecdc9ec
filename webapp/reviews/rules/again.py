"""重算: a saved run worked out again from nothing but what was saved with it, and what differs, in sentences. Pure.

A run carries every figure and every rule it looked at, so that neither a new version of the call's rules nor another schema of
them can change it. Each version of the ranking's own rule stays here for as long as runs of it are kept.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from reports import format as printed
from reports.money import Money
from webapp.core.journal import canonical, digest
from webapp.reviews.rules.ranking import RULE_VERSION, recompute

Work = Callable[[Mapping[str, Any]], dict[str, Any]]
VERSIONS: dict[str, Work] = {"rank-2026-11": recompute, RULE_VERSION: recompute}
"""How each version ranks. What 2026-11 did not know yet reads as the rule of its time (`ranking.OLD_FIGURES`)."""
OUTCOMES = {"propose": "拟立项", "reserve": "候补", "decline": "未立项"}
WORDS = {
    "rank": "名次", "combined": "综合得分", "outcome": "结果", "amount_fen": "金额", "reason": "理由", "panel": "专家得分", "community": "社区得分",
    "residents": "居民得分", "residents_n": "参加评选人数", "jury": "大众评审得分", "donation": "筹资得分", "bonus": "加分",
}  # fmt: skip
POINTS = {"combined", "panel", "community", "residents", "jury", "donation", "bonus"}


def run_digest(rule_version: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> str:
    """What names a run in the journal: rule, inputs and list together."""
    return digest(canonical([rule_version, inputs, outputs]))


def differences(rule_version: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any], noted: str = "") -> list[str]:
    """What in a saved run does not follow from it; nothing when all agrees. `noted`: its digest, as the journal has it."""
    told = []
    if noted and run_digest(rule_version, inputs, outputs) != noted:
        told.append("保存的输入或名单与办理记录里的摘要不符：保存以后被改动过。")
    work = VERSIONS.get(rule_version)
    if work is None:
        return [*told, f"规则版本“{rule_version}”不认识，不能重算。已知的版本：{'、'.join(VERSIONS)}。"]
    try:
        again = work(inputs)
        kept = {row["id"]: row for row in outputs["rows"]}
        fresh = {row["id"]: row for row in again["rows"]}
        titles = {one["id"]: one.get("title") or f"申报 {one['id']}" for one in inputs["applications"]}
        found = list(_rows_differ(fresh, kept, titles))
        told += found
        if not found and again != outputs:
            told.append("并列的先后与保存的不同。" if again["ties"] != outputs.get("ties") else "名单的排列与保存的不同。")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [*told, f"保存的输入不完整或被改动过，不能重算（{error}）。"]
    return told


FORMAT = "sanshe.run/1"


def as_file(run: Any, *, call: str, noted: str) -> dict[str, Any]:
    """RUN.json: all that is needed to work a run out again, as `sanshe recompute` reads it."""
    return {
        "format": FORMAT, "call": call, "run": run.id, "title": run.title, "saved_at": run.at.isoformat(), "rule_version": run.rule_version,
        "digest": noted or run_digest(run.rule_version, run.inputs, run.outputs), "inputs": run.inputs, "outputs": run.outputs,
    }  # fmt: skip


def differences_in(found: Mapping[str, Any]) -> list[str]:
    """The same for a file that was downloaded."""
    if found.get("format") != FORMAT:
        return ["文件不是保存的排名（RUN.json），请重新下载。"]
    return differences(
        str(found.get("rule_version")), found.get("inputs") or {}, found.get("outputs") or {}, str(found.get("digest") or "")
    )


def _rows_differ(fresh: Mapping[Any, Any], kept: Mapping[Any, Any], titles: Mapping[Any, str]) -> Iterator[str]:
    for key in sorted({*fresh, *kept}):
        title = f"《{titles.get(key, f'申报 {key}')}》"
        if key not in kept:
            yield f"{title}在输入里，保存的名单里没有。"
        elif key not in fresh:
            yield f"{title}在保存的名单里，输入里没有。"
        else:
            ours, theirs = fresh[key], kept[key]
            names = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
            if said := [f"{WORDS.get(n, n)}重算得 {_said(n, ours.get(n))}，保存的是 {_said(n, theirs.get(n))}" for n in names]:
                yield f"{title}：{'；'.join(said)}。"


def _said(name: str, value: Any) -> str:
    if value is None or value == "":
        return "无"
    if name in POINTS and isinstance(value, int):
        return f"{value // 100}.{value % 100:02} 分"
    if name == "amount_fen" and isinstance(value, int):
        return f"{printed.yuan(Money(value))} 元"
    return OUTCOMES.get(value, str(value)) if isinstance(value, str) else str(value)


def summary(outputs: Mapping[str, Any]) -> str:
    """一致: how many, and how much money."""
    chosen: Sequence[Mapping[str, Any]] = [row for row in outputs["rows"] if row["outcome"] == "propose"]
    total = sum((Money(row["amount_fen"]) for row in chosen), Money(0))
    return f"一致：{len(outputs['rows'])} 项，拟立项 {len(chosen)} 项，合计 {printed.yuan(total)} 元，与保存的名单完全相同。"
