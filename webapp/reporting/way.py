"""The way of the money (追溯一分钱) as a document: each step a form, in the order of the page, in the words the asker may see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.money import Money
from reports.report import Facts, Report, Section
from webapp.accounts.queries import has_dataset
from webapp.boards.queries import penny
from webapp.boards.queries.penny import Awarded, Paid, Penny, Spent, Voted
from webapp.reporting import blocks
from webapp.reporting.papers import Asked, seen_by
from webapp.reporting.queries.works import Hand, hands_of
from webapp.workflows import SPENDING, TRANCHE

NOW = "各环节按编制时的登记现状。引的是先审后发的公开表述；原话只有受理的社区和本人看得到。"
SHARED = "各期拨款合在一起使用，不分期对应；几件需求共用一笔资金的，金额全额列示，不拆分。"


@dataclass(frozen=True, slots=True)
class Way:
    """The whole way."""

    penny: Penny
    hands: Sequence[Hand]
    """Who signed, of what the viewer may read."""
    demo: bool


def gather(session: Session, start: Any, asked: Asked) -> Way:
    """What the page shows of it to who asks. Raises LookupError for what is not theirs to see."""
    found = penny.penny(session, seen_by(asked), start.REF, start.id)
    if found is None:
        raise LookupError(f"{start.ref} is not there for who asked")
    told = found.spent or found.paid
    hands = hands_of(session, start.ref, asked.as_of) if told and told.inside else ()
    return Way(found, hands, has_dataset(session, "demo"))


def named(start: Any, paper: str) -> str:
    """What the document is called: a spending has its line of the budget, a payment its term."""
    return f"{start.title} {paper}"


def build(data: Way, asked: Asked) -> Report:
    """From what was bought to what was said, and on to what the neighbours thought: one page."""
    way = data.penny
    start = way.spent or way.paid
    what = (
        f"{way.spent.line} {_yuan(way.spent.amount_fen)}" if way.spent else f"{way.project.number}-{way.paid.position}" if way.paid else ""
    )
    neighbours = ("邻居的评价", "".join(_judged(way)) or "还没有评价。")
    signed = (("凭证经手" if way.spent else "拨款经手", "；".join(_signed(data.hands, way.spent is not None))),) if data.hands else ()
    steps = (_money(way), signed, _project(way.project, way.ballots), _needs(way), (neighbours,))
    return asked.report(
        f"追溯一分钱\n（{way.project.title}，{what}）", (Section("", tuple(Facts(tuple(pairs)) for pairs in steps)),), paper="form",
        issuer="", date_line="",
        scope_note=f"编制人有权查看的内容。{SHARED}", notes=(NOW if start and start.inside else f"{NOW}收款人和票据号码不公开。",),
        sources=("本平台业务记录",), demo=data.demo,
    )  # fmt: skip


def _signed(hands: Sequence[Hand], spent: bool) -> Iterator[str]:
    """The business steps of a payment or a spending, each with who took it and when."""
    labels = {one.name: one.label for one in (SPENDING if spent else TRANCHE).steps} | ({"create": "登记支出凭证"} if spent else {})
    for one in hands:
        if one.step in labels:
            yield f"{labels[one.step]} {one.who}（{fmt.moment(one.at)}）"


def _yuan(money: Money) -> str:
    return fmt.yuan(money, unit=True)


def _line(*words: str | None) -> str:
    """What is known, beside each other."""
    return "　".join(one for one in words if one)


def _money(way: Penny) -> Iterator[tuple[str, str]]:
    if way.spent:
        yield "凭证", _bought(way.spent)
        yield "活动", _activity(way.spent)
        yield "拨款", _line(f"项目已收到 {_yuan(way.project.paid_fen)}：{_terms(way.payments)}")
    if way.paid:
        uses = f"项目已支出 {_yuan(way.project.spent_fen)}，列最近 {len(way.uses)} 笔：{'；'.join(map(_use, way.uses))}"
        yield "用途", uses if way.uses else "还没有审核通过的支出。"
        yield "拨款", _paid(way, way.paid)


def _bought(spent: Spent) -> str:
    number = f"号码 {spent.number}" if spent.number else ""
    face = f"票面 {_yuan(spent.face_fen)}" if spent.face_fen is not None else ""
    first = _line(f"{spent.kind_label} {_yuan(spent.amount_fen)}", spent.line, fmt.day(spent.spent_on), spent.state_label)
    return "\n".join(line for line in (first, _line(number, face)) if line)


def _activity(spent: Spent) -> str:
    if not spent.activity:
        return "这笔支出不属于某一次活动。"
    held = fmt.day(spent.held_on) if spent.held_on else ""
    return _line(spent.activity, held, spent.place, f"服务 {spent.persons} 人、{spent.visits} 人次")


def _paid(way: Penny, paid: Paid) -> str:
    receipt = f"银行回单 {paid.bank_reference}" if paid.bank_reference else ""
    day = fmt.day(paid.paid_on) if paid.paid_on else ""
    first = _line(f"{paid.title} {_yuan(paid.amount_fen)}", f"{way.project.number}-{paid.position}", paid.state_label, day, receipt)
    return f"{first}\n各期：{_terms(way.payments)}"


def _terms(payments: Sequence[Paid]) -> str:
    return "；".join(
        f"第 {one.position} 期 {_yuan(one.amount_fen)}" + (f"（{fmt.day(one.paid_on)}）" if one.paid_on else "") for one in payments
    )


def _use(one: Spent) -> str:
    return "，".join(word for word in (fmt.day(one.spent_on), f"{one.line} {_yuan(one.amount_fen)}", one.activity) if word)


def _project(project: Awarded, ballots: Sequence[Voted]) -> Iterator[tuple[str, str]]:
    served = f"服务 {project.persons} 人、{project.visits} 人次"
    yield "项目", _line(f"{project.title}（{project.number}）", project.organisation, project.state_label, served)
    chosen = [f"综合得分 {blocks.points(project.combined)}"] if project.combined is not None else []
    chosen += [f"第 {project.rank} 名"] if project.rank else []
    chosen += [f"居民评选项目 {one.turnout} 人参加" for one in ballots if one.purpose == "projects"]
    source = f"{project.fund}（{project.fund_label}，{project.fund_year} 年）"
    yield "立项", "\n".join(line for line in (_line(f"资助 {_yuan(project.granted_fen)}", project.call, source), "，".join(chosen)) if line)


def _needs(way: Penny) -> Iterator[tuple[str, str]]:
    told = [f"{one.title}：{one.turnout} 人参加" for one in way.ballots if one.purpose == "needs"]
    yield "评议", "\n".join(told) or "没有可以公开的评议记录。"
    for need in way.needs:
        voted = f"{need.voted} 票，第 {need.ranked} 位" if need.voted is not None and need.ranked else ""
        first = _line(f"{need.title}（{need.number}）", need.area, need.category_label, f"{need.people} 人反映", voted)
        yield "需求", f"{first}\n“{need.words}”" if need.words else first
    if way.hidden:
        yield "需求", f"还有 {way.hidden} 件需求没有公开。"
    elif not way.needs:
        yield "需求", "这个项目没有对应列入清单的需求。"


def _judged(way: Penny) -> Iterator[str]:
    for one in way.ballots:
        if one.purpose == "results":
            mean = f"，平均 {blocks.points(one.mean)} 分（满分 5 分）" if one.mean else ""
            yield f"评价绩效：{one.turnout} 位居民参加{mean}。"
    for need in way.needs:
        if need.rating:
            yield f"提出需求的居民回访评价 {need.rating} 分（满分 5 分）。"
    for judged in way.judged:
        residents = (
            f"，其中居民评价 {blocks.points(judged.residents_score)} 分（{judged.residents_n} 人）"
            if judged.residents_score is not None
            else ""
        )
        total = f"{blocks.points(judged.total)} 分" if judged.total is not None else "未评分"
        yield f"{judged.kind_label} {total}{residents}。"
    if way.project.grade:
        yield f"绩效等级：{way.project.grade}。"
