"""落地社区确认与协同审核表: what each landing community answered, and the opinions of communities and street on an application."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Block, Column, Facts, Report, Section, Signatures, Table, Text
from webapp.accounts.models import Area, Organisation, Person
from webapp.accounts.queries import names_of
from webapp.applications.models import Application, Landing
from webapp.applications.queries import rules_for
from webapp.calls.models import Call
from webapp.calls.rules import OPINION_SILENCES, SILENCES
from webapp.core import journal
from webapp.core.scope import visible
from webapp.core.workflow import Refusal
from webapp.permissions import roles_for
from webapp.reporting.papers import Asked, Paper
from webapp.reviews.models import Opinion, Witnessed
from webapp.reviews.queries.coreview import ItemLine, Said, Signed, said_of
from webapp.scoring.queries import marks_of
from webapp.scoring.rules import items
from webapp.scoring.rules import said as points_said
from webapp.workflows import LANDING

ANSWERS = ("agree", "suggest", "refuse", "lapse")


@dataclass(frozen=True, slots=True)
class Landed:
    """What one community answered when it was asked whether the project may land there."""

    community: str
    state: str
    words: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Given:
    """One opinion with its scores by item and who witnessed it."""

    said: Said
    items: tuple[ItemLine, ...]
    signed: tuple[Signed, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    number: str
    title: str
    organisation: str
    call: str
    requested: Money
    own: Money
    landings: tuple[Landed, ...]
    opinions: tuple[Given, ...]
    silence: str
    inside: bool


def gather(session: Session, application: Application, asked: Asked) -> Sheet:
    """What the asker may read of it: a community its own, the applicant the opinions shown to it and no names."""
    call, rules = session.get_one(Call, application.call_id), rules_for(session, application)
    inside = asked.viewer is None or bool(asked.viewer.roles_on(application) & roles_for("opinion.list"))
    opinions = [] if asked.viewer is None else said_of(session, asked.viewer, application.id, names=inside)
    cards, signed = _cards(session, [one.id for one in opinions], rules.community_rubric), _signed(session, opinions) if inside else {}
    silences = (SILENCES[rules.silence], OPINION_SILENCES[rules.coreview.silence])
    return Sheet(
        application.number, application.title,
        session.get_one(Organisation, application.organisation_id).name, call.title, application.requested_fen, application.own_fen,
        tuple(_landings(session, application, asked, inside)),
        tuple(
            Given(one, cards.get(one.id, ()) if one.state == "given" else (), tuple(signed.get(one.id, ())))
            for one in opinions
        ),
        f"落地确认{silences[0]}；协同审核{silences[1]}。",
        inside,
    )  # fmt: skip


def _cards(session: Session, opinions: Sequence[int], tree: Mapping[str, Any]) -> dict[int, tuple[ItemLine, ...]]:
    """By opinion the points on each item; in two statements."""
    query = sa.select(Opinion.id, Opinion.scorecard_id).where(Opinion.id.in_(opinions), Opinion.scorecard_id.is_not(None))
    of: dict[int, int] = {opinion: card for opinion, card in session.execute(query) if card is not None}
    marks, leaves = marks_of(session, list(of.values())), items(tree)
    points = {card: {key: mark.points for key, mark in given.items()} for card, given in marks.items()}
    return {
        opinion: tuple(ItemLine("·".join((*one.above, one.title)), points.get(card, {}).get(one.key), one.most) for one in leaves)
        for opinion, card in of.items()
    }


def _signed(session: Session, opinions: Sequence[Said]) -> dict[int, list[Signed]]:
    """By opinion what the 居务监督委员会 signed."""
    query = (
        sa.select(Witnessed.opinion_id, Person.name, Witnessed.kind, Witnessed.words, Witnessed.at)
        .join(Person, Person.id == Witnessed.person_id)
        .where(Witnessed.opinion_id.in_([one.id for one in opinions if one.state == "given"]))
        .order_by(Witnessed.at)
    )
    found: dict[int, list[Signed]] = {}
    for opinion, name, kind, words, at in session.execute(query):
        found.setdefault(opinion, []).append(Signed(name, kind, words, at))
    return found


def _landings(session: Session, application: Application, asked: Asked, inside: bool) -> list[Landed]:
    reached = sa.true() if asked.viewer is None else visible(asked.viewer, Landing, roles_for("landing.read"))
    query = sa.select(Landing, Area.name).outerjoin(Area, Area.code == Landing.area_code)
    found = session.execute(query.where(Landing.application_id == application.id, reached).order_by(Landing.area_code)).all()
    story = journal.lines(session, [one.ref for one, _ in found], newest_first=False) if found else []
    last = {one.subject: one for one in story if one.step in ANSWERS}
    names = names_of(session, [one.by for one in last.values()]) if inside else {}
    return [
        Landed(
            name or one.area_code, LANDING.states[one.state], (last[one.ref].note or "") if one.ref in last else "",
            names.get(last[one.ref].by, "") if one.ref in last and one.state != "lapsed" else "", last[one.ref].at if one.ref in last else None,
        )
        for one, name in found
    ]  # fmt: skip


def build(found: Sheet, asked: Asked) -> Report:
    facts = Facts(
        (
            ("项目名称", f"{found.title}（{found.number}）"), ("申报单位", found.organisation), ("征集公告", found.call),
            ("申请资助金额", f"{fmt.yuan(found.requested, unit=True)}（配套 {fmt.yuan(found.own, unit=True)}）"),
        )
    )  # fmt: skip
    offices = [one.said.area for one in found.opinions if one.said.area] or [one.community for one in found.landings]
    boxes = tuple(f"{office}\n（盖章）　负责人签字：" for office in offices)
    return asked.report(
        "落地社区确认与协同审核表",
        (
            Section("申报项目", (facts,)),
            Section("落地社区确认", (_landed(found),)),
            Section("协同审核意见", (*(_opinions(found) or [Text(("没有协同审核意见。",))]), *([Signatures(boxes)] if boxes else []))),
        ),
        paper="form",
        issuer="",
        date_line="",
        scope_note=found.silence,
        sources=("本平台落地确认和协同审核记录",),
    )


def _landed(found: Sheet) -> Block:
    columns = (
        Column("community", "社区", width=3), Column("state", "答复", width=1.6), Column("words", "意见", width=4),
        *([Column("by", "答复人", width=3)] if found.inside else []), Column("at", "时间", width=3),
    )  # fmt: skip
    rows = tuple(
        (one.community, one.state, one.words or None, *([one.by or None] if found.inside else []), fmt.moment(one.at) if one.at else None)
        for one in found.landings
    )
    return Table(columns, rows, "落地确认") if rows else Text(("没有请社区确认的记录。",))


def _opinions(found: Sheet) -> list[Block]:
    """One line for each office, then the points by item, then what was witnessed and answered."""
    if not found.opinions:
        return []
    columns = (
        Column("office", "单位", width=3), Column("verdict", "意见", width=2), Column("total", "评分", width=1.3),
        Column("reason", "理由或建议", width=4), *([Column("by", "填写人", width=1.8)] if found.inside else []),
    )  # fmt: skip
    rows = tuple(
        (
            one.said.place, one.said.label, _points(one.said.total), one.said.reason or None,
            *([one.said.who or None] if found.inside else []),
        )
        for one in found.opinions
    )  # fmt: skip
    blocks: list[Block] = [Table(columns, rows, "各单位意见"), *_items([one for one in found.opinions if one.items])]
    told = [f"{one.said.place}：申报单位答复：{one.said.answer}" for one in found.opinions if one.said.answer]
    told += [
        f"{one.said.place}：居务监督委员会成员{sign.name}于 {fmt.moment(sign.at)} {sign.label}{f'：{sign.words}' if sign.words else '。'}"
        for one in found.opinions
        for sign in one.signed
    ]
    return [*blocks, *([Text(tuple(told))] if told else [])]


def _items(scored: list[Given]) -> list[Block]:
    """The points by item, the communities side by side."""
    if not scored:
        return []
    columns = (
        Column("item", "评分项", width=4), Column("most", "满分", "number", 1.2),
        *(Column(f"c{n}", one.said.place, "number", 2.4) for n, one in enumerate(scored)),
    )  # fmt: skip
    rows = tuple(
        (item.title, points_said(item.most), *(_points(one.items[n].points) for one in scored)) for n, item in enumerate(scored[0].items)
    )
    return [Table(columns, rows, "社区评分", ("合计", None, *(_points(one.said.total) for one in scored)))]


def _points(hundredths: int | None) -> str | None:
    return None if hundredths is None else points_said(hundredths)


def in_review(application: Application) -> Refusal | None:
    """What was never handed in has no review."""
    return Refusal("not_submitted", "还没有提交，没有协同审核表。") if application.submitted_at is None else None


PAPER = Paper(
    key="coreview_sheet",
    title="落地社区确认与协同审核表",
    about=Application,
    right="opinion.read",
    shared=False,
    gather=gather,
    build=build,
    retention="10",
    author="community",
    ready=in_review,
)
