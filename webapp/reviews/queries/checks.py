"""What `sanshe doctor` asks of the reviews: everything that was computed is computed again."""

from collections.abc import Callable, Iterator
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.applications.models import Application
from webapp.calls.models import Call
from webapp.calls.queries import rules_of
from webapp.core.journal import canonical, digest
from webapp.reviews.models import Assignment, Notice, Panel, PanelReport, PanelSignature, Result, Seat, Selection
from webapp.reviews.queries.board import differing
from webapp.reviews.queries.scores import figures_of
from webapp.reviews.rules.draw import redraw, seed_digest
from webapp.scoring.models import Scorecard
from webapp.scoring.rules import statistics


def rankings_recompute(session: Session) -> Iterator[str]:
    for found in session.scalars(sa.select(Selection).order_by(Selection.id)):
        if differing(session, found):
            yield f"{found.ref}(call:{found.call_id})按保存的输入重算，结果不同。看哪里不同：sanshe recompute {found.id}"


def amounts_agree(session: Session) -> Iterator[str]:
    query = (
        sa.select(Application.id, Application.state, Application.awarded_fen, Result.outcome, Result.amount_fen)
        .outerjoin(Result, Result.application_id == Application.id)
        .where(Application.state.in_(("proposed", "awarded")))
        .order_by(Application.id)
    )
    for key, _, awarded, outcome, amount in session.execute(query):
        if outcome != "propose" or awarded is None or awarded != amount:
            yield f"application:{key} 的拟立项金额与集体研究的名单不一致"


def scores_agree(session: Session) -> Iterator[str]:
    """Both lists come in the order of the applications and are read side by side, so that neither is held."""
    query = (
        sa.select(Assignment.application_id, sa.func.coalesce(Scorecard.total, -1))
        .join(Scorecard, Scorecard.id == Assignment.scorecard_id)
        .join(Panel, Panel.id == Assignment.panel_id)
        .where(Panel.state == "confirmed", Assignment.state == "done")
        .order_by(Assignment.application_id)
    )
    plans = {call.id: rules_of(call).figures for call in session.scalars(sa.select(Call).where(Call.id.in_(sa.select(Panel.call_id))))}
    cards = ((application, [total for _, total in found]) for application, found in groupby(session.execute(query), lambda row: row[0]))
    ahead = next(cards, None)
    for result in session.scalars(sa.select(Result).where(Result.panel_n > 0).order_by(Result.application_id)):
        while ahead is not None and ahead[0] < result.application_id:
            yield f"application:{ahead[0]} 有已确认的评分表，没有得分"
            ahead = next(cards, None)
        totals: list[int] = []
        if ahead is not None and ahead[0] == result.application_id:
            totals, ahead = ahead[1], next(cards, None)
        plan = plans[result.call_id]
        found = statistics(totals, trim=plan.trim, trim_from=plan.trim_from) if totals else None
        kept = (result.panel_mean, result.panel_trimmed, result.panel_median, result.panel_spread, result.panel_n)
        if found is None or kept != (found.mean, found.trimmed, found.median, found.spread, found.n):
            yield f"application:{result.application_id} 的专家得分与评分表不符"
    while ahead is not None:
        yield f"application:{ahead[0]} 有已确认的评分表，没有得分"
        ahead = next(cards, None)


def seeds_fit(session: Session) -> Iterator[str]:
    for panel in session.scalars(sa.select(Panel).order_by(Panel.id)):
        if seed_digest(panel.seed or "") != panel.seed_digest:
            yield f"{panel.ref} 的种子与公布的摘要不符"


def draws_repeat(session: Session) -> Iterator[str]:
    for panel in session.scalars(sa.select(Panel).where(Panel.minutes.is_not(None)).order_by(Panel.id)):
        minutes = panel.minutes or {}
        try:
            same = redraw(minutes) == minutes["seats"] and seed_digest(minutes["seed"]) == panel.seed_digest
        except (ValueError, KeyError, TypeError):
            same = False
        if not same:
            yield f"{panel.ref} 的抽取按纪要重做，结果不同"
        kept = dict(session.execute(sa.select(Seat.person_id, Seat.position).where(Seat.panel_id == panel.id)).all())
        if any(kept.get(one["person"]) != one["position"] for one in minutes.get("seats", ())):
            yield f"{panel.ref} 的席位与抽取纪要不符"


def notices_unchanged(session: Session) -> Iterator[str]:
    for notice in session.scalars(sa.select(Notice).order_by(Notice.id)):
        if digest(canonical(notice.content)) != notice.digest:
            yield f"{notice.ref}({notice.number})的公示内容被改动"


def reports_agree(session: Session) -> Iterator[str]:
    """A report that counts is as it was signed, and says what the cards say."""
    for report in session.scalars(sa.select(PanelReport).where(PanelReport.state != "void").order_by(PanelReport.id)):
        if digest(canonical(report.content)) != report.digest:
            yield f"{report.ref} 的评审报告被改动"
        panel = session.get_one(Panel, report.panel_id)
        found = {line.application_id: line for line in figures_of(session, panel, session.get_one(Call, panel.call_id)).lines}
        kept = {row["application"]: row for row in report.content["rows"]}
        if set(found) != set(kept) or any(
            (line.mean, line.median) != (kept[key]["mean"], kept[key]["median"]) for key, line in found.items()
        ):
            yield f"{report.ref} 的得分与评分表不符"
        others = sa.select(sa.func.count()).where(PanelSignature.report_id == report.id, PanelSignature.digest != report.digest)
        if session.scalar(others):
            yield f"{report.ref} 有签署不是对这份报告作出的"


CHECKS: dict[str, Callable[[Session], Iterator[str]]] = {
    "综合排名可以重算": rankings_recompute,
    "拟立项金额与名单一致": amounts_agree,
    "专家得分与评分表一致": scores_agree,
    "抽取种子与公布的摘要相符": seeds_fit,
    "评委抽取可以重做": draws_repeat,
    "公示内容未被改动": notices_unchanged,
    "评审报告未被改动且与评分一致": reports_agree,
}
