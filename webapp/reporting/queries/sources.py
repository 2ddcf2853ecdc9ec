"""The lists a table of one's own can be made of: each the very query of its page, so that scope and hiding are the page's.

A source adds to a list only what its rows themselves hold (a day, an area's code); nothing sealed, nobody's name or telephone.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.report import ColumnKind
from webapp.accounts.models import ORGANISATION_KINDS, Organisation
from webapp.accounts.queries import area_names
from webapp.accounts.queries.organisations import listing as organisation_listing
from webapp.applications.models import Application
from webapp.applications.queries import lists as applications
from webapp.calls import queries as calls
from webapp.calls.models import CALL_KINDS, Call
from webapp.calls.rules import TRIGGERS, CallRules
from webapp.core import fit
from webapp.core.scope import Viewer, visible
from webapp.evaluation.models import KINDS, Evaluation
from webapp.funding.models import SPENDING_KINDS, Spending, Tranche
from webapp.funding.queries import pages as funding
from webapp.needs import queries as needs
from webapp.needs.models import CHANNELS, Need
from webapp.needs.queries import category_labels
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.projects.queries import lists as projects
from webapp.reporting import models
from webapp.reviews.models import Panel, Result
from webapp.reviews.rules.phases import hidden, moment
from webapp.workflows import APPLICATION, CALL, EVALUATION, NEED, PROJECT, SPENDING, TRANCHE

Words = Callable[[Session, Viewer, Collection[Any]], Mapping[Any, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column a list can show. `words` says what stands for its values; `groups`: rows can be summed by it."""

    key: str
    title: str
    kind: ColumnKind = "text"
    words: Words | None = None
    groups: bool = False
    adds: bool = False
    """Whether its figures may be added up."""
    right: str = ""
    """A right that it needs besides the list's own."""
    blind: str = ""
    """The field of `permissions.HIDES` it is kept under: offered for one call at a time, once that call's review hides it no more."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter, as the list's own page has it."""

    key: str
    title: str
    kind: Literal["choice", "text", "day"] = "choice"
    options: Callable[[Session, Viewer], Mapping[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One list: the right its page asks for, its query by the filters, what of it can be shown."""

    key: str
    title: str
    unit: str
    right: str
    model: Any
    query: Callable[[Viewer, Mapping[str, str], datetime], sa.Select[Any]]
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = field(default=())

    def column(self, key: str) -> Column:
        return next(one for one in self.columns if one.key == key)


def _fixed(words: Mapping[Any, str]) -> Words:
    return lambda session, viewer, values: words


def _areas(session: Session, viewer: Viewer, values: Collection[Any]) -> Mapping[Any, str]:
    return area_names(session, set(values))


def _months(session: Session, viewer: Viewer, values: Collection[Any]) -> Mapping[Any, str]:
    return {one: f"{one // 100}年{one % 100}月" for one in values if one}


def _categories(session: Session, viewer: Viewer, values: Collection[Any]) -> Mapping[Any, str]:
    """As the calls one reaches name their categories, else as the platform does."""
    found = dict(category_labels(session))
    if set(values) - set(found):
        reached = visible(viewer, Call, roles_for("call.list"))
        for rules in session.scalars(sa.select(Call.rules).where(reached).order_by(Call.id).limit(200)):
            found |= {one["key"]: one["title"] for one in rules.get("categories") or () if "key" in one and "title" in one}
    return found


def _points(session: Session, viewer: Viewer, values: Collection[Any]) -> Mapping[Any, str]:
    return {one: f"{one // 100}.{one % 100:02d}" for one in values}


def _street(code: Any) -> Any:
    """The street of an area's code; a district's code stays what it is."""
    return sa.func.substr(code, 1, 9).label("street")


def _month(name: str, day: Any) -> Any:
    return (sa.extract("year", day) * 100 + sa.extract("month", day)).label(name)


def _states(workflow: Any) -> Filter:
    return Filter("state", "状态", options=lambda session, viewer: workflow.states)


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and int(text) <= fit.LARGEST else None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if fit.sensible(found) else None


def _state(workflow: Any) -> Column:
    return Column("state", "状态", words=_fixed(workflow.states), groups=True)


STREET = Column("street", "街道", words=_areas, groups=True)
CATEGORY = Column("category", "类别", words=_categories, groups=True)


def _applications(viewer: Viewer, asked: Mapping[str, str], at: datetime) -> sa.Select[Any]:
    query = applications.listing(viewer, q=asked.get("q", ""), state=asked.get("state", ""), call_id=_key(asked.get("call", "")))
    return query.outerjoin(Result, Result.application_id == Application.id).add_columns(
        Application.category, _street(Application.area_code), Application.own_fen, Application.awarded_fen, Result.combined, Result.rank,
    )  # fmt: skip


def _projects(viewer: Viewer, asked: Mapping[str, str], at: datetime) -> sa.Select[Any]:
    query = projects.listing(
        viewer, q=asked.get("q", ""), state=asked.get("state", ""), area=asked.get("area", ""), call=_key(asked.get("call", ""))
    )
    return query.join(Call, Call.id == Project.call_id).add_columns(
        Call.title.label("call"), Call.fund_year, Project.category, _street(Project.area_code), Project.own_fen, Project.starts_on,
        Project.persons, Project.visits, Project.grade,
    )  # fmt: skip


def _tranches(viewer: Viewer, asked: Mapping[str, str], at: datetime) -> sa.Select[Any]:
    query = funding.tranche_listing(viewer, state=asked.get("state", ""), project=_key(asked.get("project", "")))
    return query.join(Call, Call.id == Project.call_id).add_columns(
        Call.title.label("call"), _street(Project.area_code), _month("paid_month", Tranche.paid_on)
    )


def _spendings(viewer: Viewer, asked: Mapping[str, str], at: datetime) -> sa.Select[Any]:
    query = funding.spending_listing(viewer, state=asked.get("state", ""), project=_key(asked.get("project", "")))
    return query.join(Organisation, Organisation.id == Project.organisation_id).add_columns(
        Organisation.name.label("organisation"), _street(Project.area_code), _month("spent_month", Spending.spent_on)
    )


def _evaluations(viewer: Viewer, asked: Mapping[str, str], at: datetime) -> sa.Select[Any]:
    """Evaluations have no list of their own: the rows behind `evaluation.read`, totals and grades once confirmed."""
    confirmed = Evaluation.state == "confirmed"
    query = (
        sa.select(
            Evaluation.id, Project.number, Project.title.label("project"), Organisation.name.label("organisation"), Evaluation.kind,
            Evaluation.state, Evaluation.due_at, _street(Project.area_code), sa.case((confirmed, Evaluation.grade), else_="").label("grade"),
            sa.case((confirmed, Evaluation.total)).label("total"), Evaluation.residents_n,
        )
        .join(Project, Project.id == Evaluation.project_id)
        .join(Organisation, Organisation.id == Project.organisation_id)
        .where(visible(viewer, Evaluation, roles_for("evaluation.read")))
    )  # fmt: skip
    for name, column in (("state", Evaluation.state), ("kind", Evaluation.kind)):
        if asked.get(name):
            query = query.where(column == asked[name])
    return query


def _organisations(viewer: Viewer, asked: Mapping[str, str], at: datetime) -> sa.Select[Any]:
    query = organisation_listing(viewer, q=asked.get("q", ""), kind=asked.get("kind", ""), sector=asked.get("sector", ""))
    return query.add_columns(_street(Organisation.area_code), Organisation.registered_on)


def _calls(viewer: Viewer, asked: Mapping[str, str], at: datetime) -> sa.Select[Any]:
    return calls.listing(viewer, state=asked.get("state", ""), kind=asked.get("kind", "")).add_columns(Call.fund_year)


def _needs(viewer: Viewer, asked: Mapping[str, str], at: datetime) -> sa.Select[Any]:
    wish = needs.Wish(
        state=asked.get("state", ""), category=asked.get("category", ""), channel=asked.get("channel", ""), only=asked.get("only", ""),
        since=_day(asked.get("since", "")), until=_day(asked.get("until", "")),
    )  # fmt: skip
    query = needs.listing(viewer, at=at, q=asked.get("q", ""), wish=wish)
    return query.add_columns(_street(Need.area_code), Need.channel, _month("month", Need.raised_at))


def _calls_of_applications(session: Session, viewer: Viewer) -> Mapping[str, str]:
    return {str(key): title for key, title in applications.calls_of(session, viewer).items()}


def _calls_of_projects(session: Session, viewer: Viewer) -> Mapping[str, str]:
    return {str(one.id): one.title for one in projects.calls_with_projects(session, viewer)}


SEARCH = Filter("q", "名称或编号", "text")
SOURCES: Mapping[str, Source] = {
    one.key: one
    for one in (
        Source(
            "applications", "申报", "件", "application.list", Application, _applications,
            (
                Column("number", "编号"), Column("title", "项目名称"), Column("organisation", "申报单位", groups=True),
                Column("call", "征集公告", groups=True), _state(APPLICATION), Column("requested_fen", "申请资金", "money", adds=True),
                Column("own_fen", "自筹资金", "money", adds=True), Column("awarded_fen", "立项资金", "money", adds=True), CATEGORY,
                Column("area", "落地地区", groups=True), STREET, Column("submitted_at", "提交时间", "date"),
                Column("combined", "综合得分", words=_points, right="ranking.read", blind="scorecard.points"),
                Column("rank", "名次", "number", right="ranking.read", blind="scorecard.points"),
            ),
            (SEARCH, _states(APPLICATION), Filter("call", "征集公告", options=_calls_of_applications)),
        ),
        Source(
            "projects", "项目", "个", "project.list", Project, _projects,
            (
                Column("number", "编号"), Column("title", "项目名称"), Column("organisation", "承接单位", groups=True), _state(PROJECT),
                Column("granted_fen", "资助", "money", adds=True), Column("paid_fen", "已拨付", "money", adds=True),
                Column("spent_fen", "已支出", "money", adds=True), Column("own_fen", "自筹资金", "money", adds=True),
                Column("call", "征集公告", groups=True), Column("fund_year", "年度", groups=True, words=lambda s, v, values: {n: f"{n}年" for n in values}),
                CATEGORY, Column("area", "落地地区", groups=True), STREET, Column("persons", "服务人数", "number", adds=True),
                Column("visits", "服务人次", "number", adds=True), Column("grade", "绩效等级", groups=True), Column("starts_on", "开始", "date"),
                Column("ends_on", "结束", "date"),
            ),
            (SEARCH, _states(PROJECT), Filter("call", "征集公告", options=_calls_of_projects)),
        ),
        Source(
            "tranches", "拨款", "笔", "tranche.list", Tranche, _tranches,
            (
                Column("number", "项目编号"), Column("project", "项目名称", groups=True), Column("title", "款项"),
                Column("organisation", "收款单位", groups=True),
                Column("amount_fen", "金额", "money", adds=True), _state(TRANCHE), Column("trigger", "拨付条件", words=_fixed(TRIGGERS), groups=True),
                Column("call", "征集公告", groups=True), STREET, Column("paid_on", "拨付日期", "date"),
                Column("paid_month", "拨付月份", words=_months, groups=True), Column("due_at", "办理期限", "date"),
            ),
            (_states(TRANCHE),),
        ),
        Source(
            "spendings", "支出凭证", "张", "spending.list", Spending, _spendings,
            (
                Column("number", "项目编号"), Column("project", "项目名称", groups=True), Column("title", "用途"), Column("line", "预算科目", groups=True),
                Column("amount_fen", "金额", "money", adds=True), _state(SPENDING), Column("kind", "凭证种类", words=_fixed(SPENDING_KINDS), groups=True),
                Column("organisation", "承接单位", groups=True), STREET, Column("spent_on", "支付日期", "date"),
                Column("spent_month", "支付月份", words=_months, groups=True),
            ),
            (_states(SPENDING),),
        ),
        Source(
            "evaluations", "评估", "次", "evaluation.read", Evaluation, _evaluations,
            (
                Column("number", "项目编号"), Column("project", "项目名称"), Column("organisation", "承接单位", groups=True),
                Column("kind", "种类", words=_fixed(KINDS), groups=True), _state(EVALUATION), Column("grade", "绩效等级（确认后）", groups=True),
                Column("total", "总分（确认后）", words=_points), Column("residents_n", "居民评价人数", "number", adds=True), STREET,
                Column("due_at", "办理期限", "date"),
            ),
            (_states(EVALUATION), Filter("kind", "种类", options=lambda session, viewer: KINDS)),
        ),
        Source(
            "organisations", "单位", "家", "organisation.list", Organisation, _organisations,
            (
                Column("name", "单位名称"), Column("kind", "单位类别", words=_fixed(ORGANISATION_KINDS), groups=True), Column("area", "所在地", groups=True),
                STREET, Column("grade", "评估等级", groups=True), Column("credit_code", "统一社会信用代码"), Column("registered_on", "登记日期", "date"),
            ),
            (Filter("q", "名称或信用代码", "text"), Filter("kind", "单位类别", options=lambda session, viewer: ORGANISATION_KINDS)),
        ),
        Source(
            "calls", "征集公告", "个", "call.list", Call, _calls,
            (
                Column("number", "编号"), Column("title", "名称"), Column("kind", "种类", words=_fixed(CALL_KINDS), groups=True), _state(CALL),
                Column("organiser", "主办单位", groups=True), Column("area", "地区", groups=True),
                Column("fund_year", "年度", groups=True, words=lambda s, v, values: {n: f"{n}年" for n in values}), Column("opens_at", "开始申报", "date"),
                Column("closes_at", "截止申报", "date"),
            ),
            (_states(CALL), Filter("kind", "种类", options=lambda session, viewer: CALL_KINDS)),
        ),
        Source(
            "needs", "需求", "件", "need.index", Need, _needs,
            (
                Column("number", "编号"), Column("title", "需求"), Column("category_label", "类别", groups=True), _state(NEED),
                Column("area", "社区", groups=True),
                STREET, Column("channel", "渠道", words=_fixed(CHANNELS), groups=True), Column("voices", "反映次数", "number", adds=True),
                Column("same", "同样需求", "number", adds=True), Column("raised_at", "提出时间", "date"),
                Column("month", "提出月份", words=_months, groups=True),
                Column("due_at", "办理期限", "date"),
            ),
            (
                SEARCH, _states(NEED), Filter("category", "类别", options=lambda session, viewer: category_labels(session)),
                Filter("channel", "渠道", options=lambda session, viewer: CHANNELS), Filter("only", "办理", options=lambda session, viewer: needs.ONLY),
                Filter("since", "提出日期从", "day"), Filter("until", "到", "day"),
            ),
        ),
    )
}  # fmt: skip
"""Every list a table can be made of, by its key."""
models.offer({one.key: one.right for one in SOURCES.values()})


def sources_of(viewer: Viewer) -> list[Source]:
    """The lists one may have."""
    mine = {tie.role for tie in viewer.ties}
    return [one for one in SOURCES.values() if roles_for(one.right) & mine]


def columns_of(session: Session, viewer: Viewer, source: Source, filters: Mapping[str, str]) -> list[Column]:
    """What of a list one may be shown under these filters; a column that a review still hides is not among it, nor selected."""
    mine = {tie.role for tie in viewer.ties}
    open_: dict[str, bool] = {}
    found = []
    for one in source.columns:
        if one.right and not roles_for(one.right) & mine:
            continue
        if one.blind:
            call = _key(filters.get("call", ""))
            if one.blind not in open_:
                open_[one.blind] = call is not None and _opened(session, viewer, call, one)
            if not open_[one.blind]:
                continue
        found.append(one)
    return found


def _opened(session: Session, viewer: Viewer, call_id: int, column: Column) -> bool:
    """Whether the review of a call hides a column no more from one's duties that have its right there."""
    may = roles_for(column.right)
    states = sa.select(Call.rules, Call.state, Panel.state.label("panel")).outerjoin(Panel, Panel.call_id == Call.id)
    found = session.execute(states.where(Call.id == call_id, visible(viewer, Call, may))).all()
    roles = frozenset(tie.role for tie in viewer.ties) & may
    return bool(found) and not any(
        hidden(column.blind, CallRules.from_json(rules), roles, moment(panel or "forming", state)) for rules, state, panel in found
    )
