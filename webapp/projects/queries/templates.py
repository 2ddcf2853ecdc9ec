"""Templates of agreements: which is in force for a call, and what an office sees of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.models import Area, Organisation
from webapp.calls.models import Call
from webapp.core.db import rows
from webapp.core.scope import Viewer, visible
from webapp.permissions import roles_for
from webapp.projects.models import AgreementTemplate
from webapp.projects.rules.shipped import SHIPPED
from webapp.projects.rules.wording import KINDS, fill


@dataclass(frozen=True, slots=True)
class Wording:
    """The wording an agreement is drafted from, and where it comes from."""

    ref: str
    version: int
    source: str
    text: str
    paper: bool = False
    amends: tuple[str, ...] = ()


def shipped(kind: str) -> Wording:
    """What the platform ships for a kind."""
    return Wording("", 0, f"平台自带（{KINDS[kind]}）", SHIPPED[kind])


def in_force_for(session: Session, call: Call, kind: str) -> Wording:
    """The version in force nearest above the area of the call's organiser; what the platform ships where there is none."""
    reaches = sa.func.substr(sa.literal(call.area_code), 1, sa.func.length(AgreementTemplate.area_code)) == AgreementTemplate.area_code
    query = (
        sa.select(AgreementTemplate)
        .where(AgreementTemplate.kind == kind, AgreementTemplate.state == "in_force", reaches)
        .order_by(sa.func.length(AgreementTemplate.area_code).desc())
        .limit(1)
    )
    found = session.scalar(query)
    if found is None:
        return shipped(kind)
    return Wording(found.ref, found.version, f"{found.title}（第 {found.version} 版）", found.text, found.paper, tuple(found.amends))


@dataclass(frozen=True, slots=True)
class TemplateRow:
    id: int
    kind: str
    version: int
    title: str
    state: str
    state_at: datetime
    office: str
    area: str | None

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]

    @property
    def state_label(self) -> str:
        return AgreementTemplate.WORKFLOW.states[self.state]


def _rows(viewer: Viewer) -> Any:
    columns = (
        AgreementTemplate.id, AgreementTemplate.kind, AgreementTemplate.version, AgreementTemplate.title, AgreementTemplate.state,
        AgreementTemplate.state_at, Organisation.name.label("office"), Area.name.label("area"),
    )  # fmt: skip
    return (
        sa.select(*columns)
        .join(Organisation, Organisation.id == AgreementTemplate.organisation_id)
        .outerjoin(Area, Area.code == AgreementTemplate.area_code)
        .where(visible(viewer, AgreementTemplate, roles_for("agreement_template.read")))
    )


def listed(session: Session, viewer: Viewer) -> list[TemplateRow]:
    """What is in force or being written, as far as the viewer may see it; the newest 200."""
    query = _rows(viewer).where(AgreementTemplate.state != "retired").order_by(AgreementTemplate.id.desc()).limit(200)
    order = list(KINDS)
    return sorted(rows(session, TemplateRow, query), key=lambda one: (order.index(one.kind), one.area or "", -one.version))


def versions(session: Session, viewer: Viewer, template: AgreementTemplate) -> list[TemplateRow]:
    """All versions of an office's template of a kind, newest first."""
    same = (AgreementTemplate.kind == template.kind, AgreementTemplate.area_code == template.area_code)
    return rows(session, TemplateRow, _rows(viewer).where(*same).order_by(AgreementTemplate.version.desc()).limit(100))


SAMPLE: dict[str, Any] = {
    "title": "银龄陪伴（示例）", "project": "G2026-0000", "number": "Y2026-0000", "call": "公益创投项目征集（示例）", "legal_form": "grant",
    "party_a": "某区民政局", "party_b": "某某社会工作服务中心", "payer": "某区民政局", "granted_fen": 5_000_000, "granted_words": "伍万元整",
    "own_fen": 500_000, "starts_on": "2026-03-01", "ends_on": "2027-02-28",
    "tranches": [
        {"percent": 60, "trigger": "signed", "kind": "percent", "fen": 3_000_000, "within": ""},
        {"percent": 40, "trigger": "midterm", "kind": "percent", "fen": 2_000_000, "within": ""},
    ],
    "breach": ["违约的，3 年内不得申报。"],
    "indicators": [{"title": "陪伴活动", "unit": "场", "target": 20, "due_on": "2027-02-28"}],
    "lines": [{"title": "业务活动费", "grant_fen": 5_000_000, "own_fen": 500_000}],
    "parts": [{"title": "独居老人探访", "unit": "人次", "quantity": 1200, "fen": 1_200_000, "how": "每周入户一次"}],
    "amends": "Y2026-0000", "nth": 1, "items": [{"what": "结束日期", "before": "2027年2月28日", "after": "2027年4月30日"}], "why": "暑期停课",
}  # fmt: skip
"""Made-up terms a template is looked at with."""


def sample(kind: str, text: str) -> dict[str, Any]:
    """The sample terms with a text filled from them."""
    terms = dict(SAMPLE)
    if kind in ("procurement", "grant", "reward", "donation"):
        terms |= {"legal_form": kind}
        for key in ("amends", "nth", "items", "why"):
            terms.pop(key)
    return {**terms, "body": fill(text, terms)}


def body_of(terms: dict[str, Any]) -> list[dict[str, Any]]:
    """The wording of an agreement: its own, or for one drafted before there was any, what the platform ships."""
    found: list[dict[str, Any]] = terms.get("body") or fill(SHIPPED[terms.get("legal_form") or "grant"], terms)
    return found


def due_day(text: str | None) -> date | None:
    """A day of the terms as a date."""
    return date.fromisoformat(text[:10]) if text else None
