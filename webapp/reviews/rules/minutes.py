"""抽取记录: the minutes of a draw on paper."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from reports import format as printed
from reports.report import Column, Facts, Report, Section, Signatures, Table, Text
from webapp.reviews.models import FIELDS


def strata_said(strata: Mapping[str, int]) -> str:
    """为老 2 人、法律 1 人."""
    return "、".join(f"{FIELDS.get(field, field)} {count} 人" for field, count in strata.items())


def paper(panel: Any, seats: Sequence[Any], *, witness: str, at: datetime, demo: bool = False) -> Report:
    """The minutes of a drawn panel: rules and seed, who was drawn in which order, who declined and why, who signed.

    `panel` and `seats` are the rows of the panel's page.
    """
    minutes = panel.minutes
    drawn_at = datetime.fromisoformat(minutes["drawn_at"])
    facts = Facts(
        (
            ("征集", panel.call), ("评审组", panel.title), ("抽取时间", printed.until(drawn_at)),
            ("席位", f"{panel.size} 席，其中财务 {panel.finance} 席；候补 {panel.reserves} 人"),
            ("各领域最少人数", strata_said(minutes.get("strata") or {}) or "无"),
            ("参加抽取的评委", f"{len(minutes['candidates'])} 人"), ("监督人", witness or panel.witness), ("抽取办法", minutes["method"]),
            ("组建时公布的种子摘要", panel.seed_digest), ("抽取时公开的种子", minutes["seed"]),
        )
    )  # fmt: skip
    columns = (
        Column("position", "序号", "number"), Column("name", "评委"), Column("employer", "单位"), Column("field", "领域"),
        Column("kind", "抽中为"), Column("state", "状态"), Column("reason", "不能参加或替换的原因"),
    )  # fmt: skip
    by_position = {one["position"]: one for one in minutes["seats"]}
    rows = tuple(
        (one.position, one.name, one.employer or "", one.field_label, _kind(by_position.get(one.position)), one.state_label, one.reason)
        for one in seats
    )
    how = (
        "候选人按 SHA-256(“种子|人员编号”)从小到大排队；先按各领域最少人数依次取足，再按队依次补满席位，其后为候补。",
        "下载 MINUTES.json,运行 sanshe redraw MINUTES.json 可以只凭这份文件重做，与记录一致的显示“一致”。",
    )
    return Report(
        title="评委抽取记录", as_of=at, demo=demo,
        sections=(
            Section("基本情况", (facts,)), Section("抽取结果", (Table(columns, rows),)), Section("怎样核对", (Text(how),)),
            Section("签字", (Signatures(("抽取人", "监督人")),)),
        ),
    )  # fmt: skip


def _kind(seat: Mapping[str, Any] | None) -> str:
    return "递补" if seat is None else "候补" if seat["reserve"] else "席位"
