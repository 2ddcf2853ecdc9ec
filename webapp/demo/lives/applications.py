"""An application: written in sections, landing asked and agreed, submitted, checked, perhaps sent back once."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from PIL import Image

from webapp.applications import actions
from webapp.applications.actions import coaching as verbs
from webapp.applications.models import Application, Coaching, Landing
from webapp.applications.queries import outcomes
from webapp.calls.models import Call, CallNeed
from webapp.calls.rules import CallRules
from webapp.core import files
from webapp.core.clock import today
from webapp.demo.city import Bureau, Community, Organisation
from webapp.demo.stage import Stage
from webapp.demo.words import PROJECTS, SUFFIX

Life = Iterator[datetime]
LARGE = (("activity", "活动物料和场地", 60), ("publicity", "宣传折页", 10), ("staff", "社工补贴", 20), ("manage", "管理费用", 10))
SMALL = (("activity", "活动物料和场地", 70), ("publicity", "宣传折页", 10), ("volunteer", "志愿者补贴", 20))
"""What a budget is made of, in percent of what is asked for; of a 微公益, which pays no staff, the second."""


@dataclass(frozen=True)
class Form:
    """Who applies, where it is to land, and which number of the organisation's it is."""

    organisation: Organisation
    places: list[Community]
    number: int
    months: int = 12
    """How long the project is to run."""


def paper(name: str, seed: int | None = None) -> files.Checked:
    """A small picture that stands for a scanned paper of the demo; with a seed one that can be known again."""
    out, picture = io.BytesIO(), Image.new("RGB", (240, 160), (235, 240, 238))
    if seed is not None:
        picture = Image.frombytes("L", (9, 8), Random(seed).randbytes(72)).resize((240, 160), Image.Resampling.BICUBIC)
    picture.save(out, "PNG")
    return files.Checked(name, out.getvalue(), "image/png")


def application(stage: Stage, bureau: Bureau, call_key: int, form: Form, *, rest: str = "") -> Life:
    """One application, told straight through; `rest` is the state in which the play leaves it."""
    lead, member = form.organisation.lead, form.organisation.member
    with stage.scene() as session:
        call = session.get_one(Call, call_key)
        if call.state != "open":
            return
        rules = CallRules.from_json(call.rules)
        category = stage.die.choice([c.key for c in rules.categories])
        pool = PROJECTS.get(category, PROJECTS["community"])
        title = f"{pool[form.number % len(pool)]}{SUFFIX[form.number // len(pool) % len(SUFFIX)]}"
        if form.number >= len(pool) * len(SUFFIX):
            title += f"（{form.number}）"
        who = stage.who(session, member)
        found = actions.create(session, call, title=title, category=category, by=who, at=stage.at)
        key = found.id
        typed = dict(_sections(stage, call, rules, form, title, category, list(_needs_of(session, call_key))))
        for section, raw in typed.items():
            version = 1 if section == "basics" else 0
            actions.save(session, found, section, raw, version=version, by=who, at=stage.at)
    if rest == "draft":
        return
    if rest in {"coached", "coaching"}:
        yield from _coached(stage, bureau, key, form.organisation, typed, rest)
        return
    yield stage.in_days(1)
    with stage.scene() as session:
        found, who = session.get_one(Application, key), stage.who(session, member)
        papers = {one.key: [paper(f"{one.title}.png")] for one in rules.attachments if one.required}
        actions.attach(session, found, papers, by=who, at=stage.at)
        actions.ask_landing(session, found, by=who, at=stage.at)
    if rest in {"asked", "lapsed"}:
        return
    yield stage.in_workdays(2)
    _landings(stage, key, form, rest)
    if rest in {"changes", "refused"}:
        return
    yield stage.in_days(1)
    with stage.scene() as session:
        found = session.get_one(Application, key)
        if found.state != "draft":
            return
        actions.submit(session, found, by=stage.who(session, lead), at=stage.at)
    if rest == "submitted":
        return
    if rest == "withdrawn":
        yield stage.in_days(1)
        with stage.scene() as session:
            actions.withdraw(session, session.get_one(Application, key), by=stage.who(session, lead), at=stage.at)
        return
    yield stage.in_workdays(stage.die.randint(1, 3))
    yield from _check(stage, bureau, key, lead, rest)


def _coached(stage: Stage, bureau: Bureau, key: int, organisation: Organisation, typed: dict[str, dict[str, Any]], rest: str) -> Life:
    """项目优化: the operator is asked for suggestions, gives them, and the draft is written on."""
    yield stage.in_days(0)
    with stage.scene() as session:
        found, lead = session.get_one(Application, key), stage.who(session, organisation.lead)
        wish = "请看看指标是不是够具体，预算里志愿者补贴的标准怎样写。"
        coaching = verbs.ask(session, found, wish, by=lead, at=stage.at).id
    if rest == "coaching":
        return
    yield stage.in_workdays(1)
    with stage.scene() as session:
        verbs.give(
            session, session.get_one(Coaching, coaching), overall="方向好，需求有依据；把每次活动的人数和次数写清楚，评委更容易判断。",
            suggestions={"project": "请写明每月几次、每次多少人，居民在哪里报名。", "budget": "志愿者补贴请写明每人每次多少元、共多少人次。"},
            by=stage.who(session, bureau.coach), at=stage.at,
        )  # fmt: skip
    yield stage.in_days(1)
    with stage.scene() as session:
        found, member = session.get_one(Application, key), stage.who(session, organisation.member)
        better = typed["project"] | {"how": "每月第二、第四个周六下午各一次，每次 20 人，在居委会和楼栋群报名；居民骨干带队。"}
        actions.save(session, found, "project", better, version=1, by=member, at=stage.at)


def _after(day: date, months: int) -> date:
    """The last of so many months that begin on a day."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, 28)) - timedelta(days=1)


def _needs_of(session: Any, call_key: int) -> list[int]:
    return list(session.scalars(sa.select(CallNeed.need_id).where(CallNeed.call_id == call_key).order_by(CallNeed.need_id)))


def _landings(stage: Stage, key: int, form: Form, rest: str) -> None:
    with stage.scene() as session:
        asked = session.scalars(sa.select(Landing.id).where(Landing.application_id == key)).all()
    for one in asked:
        with stage.scene() as session:
            landing = session.get_one(Landing, one)
            place = next(p for p in form.places if p.code == landing.area_code)
            who = stage.who(session, place.worker_id)
            if rest == "refused":
                actions.decline(session, landing, note="场地正在装修，今年不能承接。", by=who, at=stage.at)
                continue
            if rest == "changes" or stage.die.random() < 0.1:
                actions.suggest(session, landing, note="请把活动时间放在晚上或周末。", by=who, at=stage.at)
            if rest != "changes":
                actions.agree(session, landing, by=who, at=stage.at)


def _check(stage: Stage, bureau: Bureau, key: int, lead: int, rest: str) -> Life:
    with stage.scene() as session:
        found, who = session.get_one(Application, key), stage.who(session, bureau.operator)
        if found.state != "submitted":
            return
        if rest == "returned" or stage.die.random() < 0.08:
            actions.give_back(session, found, note="请补充服务对象的来源，核对人员补贴。", by=who, at=stage.at)
    if rest == "returned":
        return
    yield stage.in_workdays(1)
    with stage.scene() as session:
        found = session.get_one(Application, key)
        if found.state == "returned":
            actions.submit(session, found, by=stage.who(session, lead), at=stage.at)
    yield stage.in_workdays(1)
    with stage.scene() as session:
        found, who = session.get_one(Application, key), stage.who(session, bureau.operator)
        verdicts = [
            actions.Verdict("pass", "已核对原件。") if one.outcome == "manual" else actions.Verdict(one.outcome)
            for one in outcomes(session, found, stage.at)
        ]
        if rest == "ineligible":
            verdicts[0] = actions.Verdict("fail", "核对时发现申报前半年曾列入活动异常名录。")
        actions.check(session, found, verdicts, by=who, at=stage.at)
        if any(v.outcome == "fail" for v in verdicts):
            actions.fail_check(session, found, note="不符合公告规定的申报条件。", by=who, at=stage.at)
        else:
            actions.pass_check(session, found, by=who, at=stage.at)


def _sections(
    stage: Stage, call: Call, rules: CallRules, form: Form, title: str, category: str, needs: list[int]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the organisation types, section by section."""
    die = stage.die
    starts = today(call.closes_at) + timedelta(days=75)
    ends = _after(starts, form.months)
    wanted = stage.some(needs, die.choice((1, 1, 2)))
    places = "、".join(place.name for place in form.places)
    yield "basics", {
        "title": title, "category": category, "starts_on": starts.isoformat(), "ends_on": ends.isoformat(),
        "communities": [place.code for place in form.places], "needs": [str(n) for n in wanted],
    }  # fmt: skip
    people = die.randint(3, 12) * 10
    words = {
        "summary": f"在{places}为有需要的居民提供{title}服务，每月不少于一次。", "features": "由社工带领志愿者入户，邻里互助。",
        "need": "来自社区需求清单和居民评议。", "goal": f"一年服务 {people} 人，满意度 90% 以上。", "beneficiaries": f"{places}的居民。",
        "direct": str(people), "plan": "第一季度走访建档；第二、三季度集中服务；第四季度总结。", "risks": "高温和雨天改在室内，配备急救包。",
        "fixed": [{"group": "常来的居民", "people": str(people // 2), "where": places[:40], "often": "每月一次"}],
        "members": [
            {
                "name": f"示例{role}", "phone": f"138000{die.randint(10000, 99999)}", "insured": "是", "degree": "本科", "major": "社会工作",
                "post": role, "duty": duty, "certificate": "社会工作师", "time": "全程",
            }
            for role, duty in (("负责人", "项目负责人"), ("社工", "带领活动"), ("财务", "项目账务"))
        ],
        "registrar": "区民政局", "post": "理事长", "awarded_before": die.choice(("是", "否")),
        "intro": "扎根社区的民办社会工作服务机构。", "experience": "在本区做过助老、助残项目。",
        "what": f"为{places}的居民提供{title}服务，先到高龄、独居和有需要的家庭。", "how": "社工入户了解情况，邻里志愿者结对，居民骨干带队活动。",
        "team": "社工 2 人，志愿者 12 人，财务 1 人兼职。", "with_others": "是", "partners": "社区卫生服务站：测量血压，讲健康课。",
        "similar": [{"title": "邻里守望", "year": "2024", "payer": "区民政局", "amount": "50000", "effect": "居民满意"}],
    }  # fmt: skip
    for section in rules.form:
        yield section.key, {q.key: words[q.key] for q in section.questions if q.key in words}
    yield (
        "indicators",
        {
            "rows": [
                {
                    "title": "服务活动",
                    "unit": "次",
                    "target": str(die.randint(form.months // 2, form.months * 3 // 4)),
                    "due_on": ends.isoformat(),
                },
                {"title": "服务人次", "unit": "人次", "target": str(people * 2), "due_on": ends.isoformat()},
            ]
        },
    )
    ceiling = rules.budget.ceiling.fen // 100
    total = die.randint(ceiling * 5 // 10, ceiling * 95 // 100) // 1000 * 1000
    total = max(total, rules.budget.floor.fen // 100)
    parts, own_share = (LARGE, 6) if any(line.key == "manage" for line in rules.budget.lines) else (SMALL, 12)
    rows = []
    for line, item, percent in parts:
        grant = total * percent // 100
        own = total * own_share // 100 if line == "activity" else 0
        rows.append(
            {"line": line, "item": item, "unit": str(grant + own), "quantity": "1", "grant": str(grant), "own": str(own), "need": ""}
        )
    yield "budget", {"requested": str(total), "rows": rows}
