"""The north star: one sentence a resident said, followed on one page to the last fen and to what the neighbours thought.

One walk over the trace gives all that came out of a need; its journal gives when; the objects give the figures.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.format import day, wan, yuan
from reports.money import Money
from webapp.accounts.models import Organisation
from webapp.ballots.models import Ballot
from webapp.calls.models import Call
from webapp.core import journal
from webapp.core.clock import last_day
from webapp.core.trace import descendants
from webapp.evaluation.models import KINDS as EVALUATIONS
from webapp.evaluation.models import Evaluation
from webapp.funding.models import Recovery, Tranche
from webapp.needs.models import Need
from webapp.projects.models import Activity, Agreement, Project
from webapp.reviews.models import Notice, Objection, Result

PUBLISHED = ("announced", "awarded")
"""States of a call from which on its results are public."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the story."""

    at: datetime
    label: str
    link: str = ""
    now: bool = False
    who: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProjectShown:
    """A project that came out of the need, with its money whole."""

    id: int
    number: str
    title: str
    application_id: int
    organisation: str
    state: str
    granted: Money
    paid: Money
    spent: Money
    persons: int
    visits: int
    grade: str
    other_needs: int
    """How many other needs share it: its money is shown whole, not divided."""


@dataclass(frozen=True, slots=True)
class Story:
    lines: list[Told]
    projects: list[ProjectShown]


def points(hundredths: int | None) -> str:
    return "" if hundredths is None else f"{hundredths / 100:.2f}"


def story(session: Session, need: Need) -> Story:
    """The whole story of one public need, oldest first; a constant number of statements however much came of it."""
    refs = descendants(session, need.ref, end_at="call")
    shown = _Shown(session, need, refs)
    lines: list[Told] = []
    subjects = {need.ref, *refs, *(f"notice:{key}" for key in shown.notices), *(f"ballot:{key}" for key in shown.ballots)}
    for entry in journal.lines(session, sorted(subjects), newest_first=False, limit=2000):
        kind, _, key = entry.subject.partition(":")
        tell = TELL.get(f"{kind}.{entry.step}")
        words = tell(shown, int(key), entry) if tell else ""
        if words:
            lines.append(Told(entry.at, words, _link(kind, key), note="" if tell is _award else shown.whose(kind, int(key))))
    if lines:
        last = lines[-1]
        lines[-1] = replace(last, now=True)
    return Story(lines, list(shown.projects.values()))


def _link(kind: str, key: str) -> str:
    return {"ballot": f"/ballots/{key}", "call": f"/calls/{key}", "notice": f"/notices/{key}"}.get(kind, "")


class _Shown:
    """The objects of a story by kind and key, each kind fetched in one statement."""

    def __init__(self, session: Session, need: Need, refs: list[str]) -> None:
        keys: dict[str, list[int]] = {}
        for ref in refs:
            kind, _, key = ref.partition(":")
            if key.isdecimal():
                keys.setdefault(kind, []).append(int(key))
        self.session, self.need = session, need
        self.calls = self._of(Call, keys.get("call"))
        mine = list(self.calls) if keys.get("application") else []
        self.ballots = self._ballots(keys.get("ballot", []), mine)
        open_calls = [c.id for c in self.calls.values() if c.state in PUBLISHED]
        self.results = {  # the notice names those it proposes and nobody's points besides; this page tells no more
            r.application_id: r
            for r in self._rows(Result, Result.application_id, keys.get("application"))
            if r.call_id in open_calls and r.outcome == "propose"
        }
        self.projects = self._projects(keys.get("project", []))
        self.activities = self._of(Activity, keys.get("activity"))
        self.tranches = self._of(Tranche, keys.get("tranche"))
        self.recoveries = self._of(Recovery, keys.get("recovery"))
        self.evaluations = self._of(Evaluation, keys.get("evaluation"))
        self.belongs = self._belongs(keys.get("agreement", []))
        self.notices = {n.id: n for n in self._rows(Notice, Notice.call_id, mine)}
        self.objections = self._objections()

    def _rows(self, model: Any, column: Any, keys: list[Any] | None) -> list[Any]:
        return list(self.session.scalars(sa.select(model).where(column.in_(keys)))) if keys else []

    def _of(self, model: Any, keys: list[int] | None) -> dict[int, Any]:
        return {thing.id: thing for thing in self._rows(model, model.id, keys)}

    def _ballots(self, keys: list[int], calls: list[int]) -> dict[int, Ballot]:
        """Those that came of the need, and those on the calls that took it up."""
        if not keys and not calls:
            return {}
        wanted = Ballot.id.in_(keys) | Ballot.subject.in_([f"call:{key}" for key in calls])
        return {ballot.id: ballot for ballot in self.session.scalars(sa.select(Ballot).where(wanted))}

    def _projects(self, keys: list[int]) -> dict[int, ProjectShown]:
        from_needs = sa.text("parent LIKE 'need:%'")
        others = (
            sa.select(sa.func.count())
            .select_from(sa.table("trace"))
            .where(from_needs, sa.column("child") == sa.literal("application:") + sa.cast(Project.application_id, sa.String))
            .scalar_subquery()
        )
        query = sa.select(Project, Organisation.name, others).join(Organisation, Organisation.id == Project.organisation_id)
        found: dict[int, ProjectShown] = {}
        if keys:
            for p, organisation, n in self.session.execute(query.where(Project.id.in_(keys)).order_by(Project.id)):
                found[p.id] = ProjectShown(
                    p.id, p.number, p.title, p.application_id, organisation, p.state_label, p.granted_fen, p.paid_fen, p.spent_fen, p.persons, p.visits,
                    p.grade, max(0, n - 1),
                )  # fmt: skip
        return found

    def _belongs(self, agreements: list[int]) -> dict[str, dict[int, int]]:
        """The project of each thing by kind and key; nothing where one project came of the need, since all is that one's."""
        if len(self.projects) < 2:
            return {}
        parts = {"activity": self.activities, "tranche": self.tranches, "recovery": self.recoveries, "evaluation": self.evaluations}
        signed = self.session.execute(sa.select(Agreement.id, Agreement.project_id).where(Agreement.id.in_(agreements)))
        return {
            "application": {project.application_id: key for key, project in self.projects.items()},
            "agreement": dict(iter(signed)),
            "project": {key: key for key in self.projects},
            **{kind: {key: thing.project_id for key, thing in things.items()} for kind, things in parts.items()},
        }

    def whose(self, kind: str, key: int) -> str:
        """The title of the project a line is of, where several came of the need; a lost application stays nameless."""
        project = self.projects.get(self.belongs.get(kind, {}).get(key, 0))
        return project.title if project else ""

    def _objections(self) -> dict[int, int]:
        if not self.notices:
            return {}
        query = sa.select(Objection.notice_id, sa.func.count()).where(Objection.notice_id.in_(self.notices)).group_by(Objection.notice_id)
        return dict(iter(self.session.execute(query)))


def _ballot(shown: _Shown, key: int, _entry: journal.Line) -> str:
    ballot = shown.ballots.get(key)
    if ballot is None or ballot.state != "counted":
        return ""
    if ballot.purpose == "needs":
        rank = f"，{shown.need.voted} 票，列第 {shown.need.ranked} 位" if shown.need.voted is not None else ""
        return f"评议需求：{ballot.turnout} 人参加{rank}"
    if ballot.purpose == "results":
        choices = (ballot.result or {}).get("choices") or [{}]
        mean = choices[0].get("mean")
        return f"评价绩效：{ballot.turnout} 位居民评价" + (f"，平均 {mean / 100:.2f} 分（满分 5 分）" if mean else "")
    return f"评选项目：{ballot.turnout} 人参加"


def _ranked(shown: _Shown, key: int, _entry: journal.Line) -> str:
    result = shown.results.get(key)
    if result is None:
        return ""
    parts = [
        f"{name} {points(value)}"
        for name, value in (("专家", result.panel_trimmed or result.panel_mean), ("社区", result.community), ("居民", result.residents))
        if value is not None
    ]
    return f"评审结果：{' · '.join(parts)}，综合得分 {points(result.combined)}，第 {result.rank} 名"


def _notice(shown: _Shown, key: int, _entry: journal.Line) -> str:
    notice = shown.notices[key]
    return f"拟立项公示（{day(notice.starts_on)}—{day(last_day(notice.ends_at))}）" if notice.kind == "before" else "结果公告"


def _notice_ended(shown: _Shown, key: int, _entry: journal.Line) -> str:
    if shown.notices[key].kind != "before":
        return ""
    count = shown.objections.get(key, 0)
    return f"公示期满，{f'收到异议 {count} 件，均已答复' if count else '无异议'}"


def _award(shown: _Shown, key: int, _entry: journal.Line) -> str:
    project = shown.projects.get(key)
    return f"立项：{project.title}，由{project.organisation}实施，资助 {wan(project.granted)} 万元" if project else ""


def _activity(shown: _Shown, key: int, _entry: journal.Line) -> str:
    activity = shown.activities.get(key)
    return f"开展活动“{activity.title}”，服务 {activity.persons} 人、{activity.visits} 人次" if activity else ""


def _paid(shown: _Shown, key: int, _entry: journal.Line) -> str:
    tranche = shown.tranches.get(key)
    return f"拨付{tranche.title} {yuan(tranche.amount_fen)} 元" if tranche else ""


def _evaluated(shown: _Shown, key: int, _entry: journal.Line) -> str:
    found = shown.evaluations.get(key)
    return f"{EVALUATIONS[found.kind]}：{points(found.total)} 分" if found and found.total is not None else ""


def _graded(shown: _Shown, key: int, _entry: journal.Line) -> str:
    project = shown.projects.get(key)
    return f"绩效等级：{project.grade}" if project and project.grade else ""


def _returned(shown: _Shown, key: int, _entry: journal.Line) -> str:
    found = shown.recoveries.get(key)
    return f"结余收回 {yuan(found.amount_fen)} 元" if found else ""


def _rated(shown: _Shown, _key: int, entry: journal.Line) -> str:
    return f"居民回访评价 {entry.data.get('rating')} 分（满分 5 分）"


def _called(shown: _Shown, _key: int, _entry: journal.Line) -> str:
    titles = "、".join(f"《{call.title}》" for call in shown.calls.values() if call.state != "cancelled")
    return f"列入{titles}征集" if titles else "列入征集"


def _just(words: str) -> Callable[[_Shown, int, journal.Line], str]:
    return lambda shown, key, entry: words


TELL: Mapping[str, Callable[[_Shown, int, journal.Line], str]] = {
    "need.create": _just("居民反映"),
    "need.take_in": _just("社区代为登记"),
    "need.propose": _just("社会组织提议服务"),
    "need.accept": _just("社区受理"),
    "need.return": _just("不予受理，已告知理由和去处"),
    "need.join": lambda shown, key, entry: f"合并同类需求，{entry.data.get('voices')} 条原话一并办理",
    "need.publish": _just("公开表述经第二人核对后发布"),
    "need.ballot": _just("提交居民评议"),
    "ballot.count": _ballot,
    "need.unballot": _just("评议取消，社区继续办理"),
    "need.leave_out": _just("未列入本次清单，社区继续办理"),
    "need.list": _just("列入需求清单"),
    "need.call": _called,
    "need.deliberate": _just("提交居民议事"),
    "need.conclude": _just("居民议事有结果"),
    "need.refer": _just("转有关部门办理"),
    "need.order": _just("有人接单办理"),
    "need.finish": _just("接单办结"),
    "need.answer": _just("部门答复"),
    "need.send_back": _just("部门退回社区办理"),
    "need.recall": _just("社区收回办理"),
    "need.unorder": _just("撤单，社区另作安排"),
    "need.offer": _just("公开认领"),
    "need.unoffer": _just("公开认领结束"),
    "need.call_back": _just("社区回访"),
    "need.overdue": _just("到期未办，已报上一级督办"),
    "application.rank": _ranked,
    "notice.create": _notice,
    "notice.end": _notice_ended,
    "project.create": _award,
    "agreement.sign": _just("签订项目协议"),
    "activity.record": _activity,
    "tranche.pay": _paid,
    "evaluation.confirm": _evaluated,
    "project.accept": _just("验收通过"),
    "project.evaluate": _graded,
    "recovery.receive": _returned,
    "need.resolve": _just("办结"),
    "need.rate": _rated,
    "need.reopen": _just("居民要求重新办理"),
}
