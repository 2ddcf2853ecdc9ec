"""A whole application as it is typed, section by section, in the shipped template's words."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests import make
from tests.cast import CHANGMEN, TAO, Cast
from webapp.applications import actions
from webapp.applications.models import Application, Landing
from webapp.calls.models import Call, CallNeed
from webapp.calls.rules import template
from webapp.core.files import Checked

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SUMMARY = {"summary": "陪老人就医", "features": "志愿者结对", "need": "走访所得", "goal": "老人就医有人陪"}
PEOPLE = {
    "beneficiaries": "独居老人", "direct": "120", "how_found": "",
    "fixed": [{"group": "独居老人", "people": "40", "where": "桃花坞社区", "often": "每周两次"}],
}  # fmt: skip
PLAN = {"plan": "每周两次", "risks": "购买保险", "lasting": ""}
TEAM = {
    "members": [
        {
            "name": "秦光", "phone": "13812345678", "insured": "是", "degree": "本科", "major": "社会工作", "post": "项目主管",
            "duty": "项目负责人", "certificate": "社会工作师", "time": "全程",
        },
        {
            "name": "朱晨", "phone": "0512-65001234", "insured": "是", "degree": "", "major": "护理", "post": "社工",
            "duty": "陪诊", "certificate": "", "time": "每周三天",
        },
    ]
}  # fmt: skip
APPLICANT = {
    "registrar": "姑苏区民政局", "post": "理事长", "email": "", "awarded_before": "否", "intro": "", "experience": "",
    "similar": [{"title": "邻里陪伴", "year": "2024", "payer": "姑苏区民政局", "amount": "30000", "effect": "服务 60 人"}],
}  # fmt: skip
INDICATORS = {"rows": [{"title": "陪诊", "unit": "次", "target": "240", "due_on": "2026-12-31"}]}
BUDGET = {
    "requested": "50000",
    "rows": [
        {"line": "activity", "item": "陪诊物资", "unit": "200", "quantity": "150", "grant": "25000", "own": "5000", "need": ""},
        {"line": "staff", "item": "社工补贴", "unit": "250", "quantity": "100", "grant": "25,000.00", "own": "0", "need": ""},
    ],
}


def call(session: Session, cast: Cast, at: Any, **more: Any) -> Call:
    """An open call in 姑苏区 under the shipped template, with one need."""
    needs = more.pop("needs", None)
    rules = more.pop("rules", template().to_json())
    if needs is None:
        needs = (make.public_need(session, cast, at, state="called", title="就医缺人陪"),)
    return make.call(session, cast, at, rules=rules, needs=needs, **more)


def basics(on: Call, need_ids: list[int], communities: tuple[str, ...] = (TAO,), title: str = "银龄陪伴") -> dict[str, Any]:
    return {
        "title": title, "category": "elderly", "starts_on": "2026-05-01", "ends_on": "2027-04-30",
        "communities": list(communities), "needs": [str(key) for key in need_ids],
    }  # fmt: skip


def filled(
    session: Session, cast: Cast, at: Any, on: Call, *, needs: list[int] | None = None, landed: bool = True, **more: Any
) -> Application:
    """A draft of 晨光 with every section complete; the community has agreed."""
    by = cast.member.viewer(session, at)
    application = actions.create(session, on, title=more.get("title", "银龄陪伴"), category="elderly", by=by, at=at)
    key = list(session.scalars(sa.select(CallNeed.need_id).where(CallNeed.call_id == on.id))) if needs is None else needs
    sections = {**SECTIONS, "indicators": INDICATORS, "budget": BUDGET}
    actions.save(session, application, "basics", basics(on, key, title=application.title), version=1, by=by, at=at)
    for section, raw in sections.items():
        actions.save(session, application, section, raw, version=0, by=by, at=at)
    paper = Checked("证书.pdf", PDF, "application/pdf")
    actions.attach(session, application, {"certificate": [paper], "accounts": [paper]}, by=by, at=at)
    if landed:
        actions.ask_landing(session, application, by=by, at=at)
        landing = session.query(Landing).filter_by(application_id=application.id).one()
        actions.agree(session, landing, by=cast.worker.viewer(session, at), at=at)
    return application


SECTIONS = {"applicant": APPLICANT, "summary": SUMMARY, "people": PEOPLE, "plan": PLAN, "team": TEAM}


def typed(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers of a section by the names of its fields."""
    found: dict[str, Any] = {}
    for name, value in answers.items():
        if isinstance(value, list):
            found |= {f"q_{name}-{n}-{cell}": said for n, row in enumerate(value) for cell, said in row.items()}
        else:
            found[f"q_{name}"] = value
    return found


LATER = timedelta(hours=1)
__all__ = [
    "APPLICANT",
    "BUDGET",
    "CHANGMEN",
    "INDICATORS",
    "LATER",
    "PDF",
    "PEOPLE",
    "PLAN",
    "SECTIONS",
    "SUMMARY",
    "TAO",
    "TEAM",
    "basics",
    "call",
    "filled",
    "typed",
]
