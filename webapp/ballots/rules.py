"""What a ballot asks of its choices and of those who take part. Pure: no database, no clock."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reports.format import day as day_of
from reports.format import moment, yuan
from reports.money import Money
from webapp.core.clock import today
from webapp.core.workflow import Refusal, Rule

ADULT = 18
"""城市居民委员会组织法: residents of 18 or over take part in the meetings and votes of their community."""
TELLERS = 2
"""At least so many 监票人 where there are any: one alone is watched by nobody."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the roll that must be there: more than it, or (`at_least`) as much."""

    above: int
    below: int
    words: str
    at_least: bool = False

    def of(self, entitled: int) -> int:
        """The least whole number of people."""
        whole, rest = divmod(entitled * self.above, self.below)
        return whole + (bool(rest) if self.at_least else 1)


HALF, TWO_THIRDS = Part(1, 2, "过半数"), Part(2, 3, "三分之二以上", at_least=True)


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the law asks of a meeting that decides. Decided is what more than half of those present say yes to."""

    who: str
    attendance: Mapping[str, Part]
    """By `unit`; a unit not named cannot decide here."""
    law: str
    notice_days: int = 0


COMMITTEES = "《城市居民委员会组织法》（2025 年 10 月 28 日修订，2026 年 1 月 1 日起施行）"
VILLAGES = "《村民委员会组织法》"
MEETINGS: Mapping[str, Meeting] = {
    "residents": Meeting("everyone", {"person": HALF, "household": HALF}, f"{COMMITTEES}第二十六条、第二十七条", 10),
    "representatives": Meeting("representatives", {"person": TWO_THIRDS}, f"{COMMITTEES}第二十八条、第二十九条"),
    "villagers": Meeting("everyone", {"person": HALF, "household": TWO_THIRDS}, f"{VILLAGES}第二十二条"),
}
"""Natures that decide; 意见征询 is none of them."""
STUDY_LAWS = {"villagers": "《中国共产党农村基层组织工作条例》“四议两公开”"}
STUDY_LAW = f"{COMMITTEES}第三十条"
"""Where the Party organisation's study before a decision is asked for: in towns by law, in villages by the Party's regulation."""
"""Matters for decision are first studied by the community's Party organisation."""
YES = frozenset({"approve", "pot"})
"""Methods in which a vote for a choice is a yes to it; places and points decide nothing."""


def needed(nature: str, unit: str, entitled: int) -> int:
    """How many must be present for a meeting of this nature to decide."""
    return MEETINGS[nature].attendance[unit].of(entitled)


@dataclass(frozen=True, slots=True)
class Shown:
    """A choice as the paper shows it."""

    title: str
    text: str = ""
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class BallotFacts:
    """What opening a ballot depends on."""

    method: str
    choices: int
    most: int
    closes_at: datetime
    at: datetime
    purpose: str = ""
    shown: tuple[Shown, ...] = ()
    pot: Money | None = None
    ballot_id: int = 0
    nature: str = "advice"
    who: str = "everyone"
    unit: str = "person"
    roll_size: int = 0
    opens_at: datetime | None = None
    studied_on: date | None = None
    study_agrees: bool | None = None
    noticed_on: date | None = None

    def page(self, name: str) -> str:
        """The page on which something is put on record."""
        return f"/ballots/{self.ballot_id}/{name}"


def enough_choices(facts: BallotFacts) -> Refusal | None:
    """Nobody chooses among one; a single thing can be given points."""
    least = 1 if facts.method == "score" else 2
    if facts.choices >= least:
        return None
    return Refusal("choices", f"至少要有 {least} 个选项才能开始评议，现在有 {facts.choices} 个。")


def most_fits(facts: BallotFacts) -> Refusal | None:
    if facts.method not in {"approve", "rank"} or facts.most <= facts.choices:
        return None
    return Refusal(
        "most", f"每人最多可{'选' if facts.method == 'approve' else '排'} {facts.most} 项，超过了选项数 {facts.choices}，请取消后重新设定。"
    )


def still_time(facts: BallotFacts) -> Refusal | None:
    if facts.at < facts.closes_at:
        return None
    return Refusal("over", "截止时间已经过去，请重新确定开始和截止日期。", facts.page("times"))


def _plain(words: str) -> str:
    """Words as the eye takes them: without blanks and signs."""
    return re.sub(r"\W+", "", words).casefold()


def alike(shown: Sequence[Shown], purpose: str) -> list[str]:
    """Choices nobody can tell apart, which split the votes of the same thing: by title, and needs by their words too.

    (The words beside an application say only where it would be carried out.)
    """
    found = []
    for n, one in enumerate(shown):
        for m, other in enumerate(shown[:n]):
            same_title = _plain(one.title) == _plain(other.title)
            same_text = purpose == "needs" and _plain(one.text) != "" and _plain(one.text) == _plain(other.text)
            if same_title or same_text:
                what = "名称" if same_title else "说明"
                found.append(f"第 {m + 1} 项“{other.title}”和第 {n + 1} 项“{one.title}”{what}相同，居民分不清。")
    return found


def alike_choices(facts: BallotFacts) -> list[Refusal]:
    return [Refusal("alike_choices", f"{what}请取消这次评议，先合并或改写，再重新建立。") for what in alike(facts.shown, facts.purpose)]


def priced(facts: BallotFacts) -> list[Refusal]:
    """Where there is money to share, each choice says what it takes, and takes no more than there is."""
    if facts.pot is None:
        return []
    missing = [f"“{one.title}”没有写费用" for one in facts.shown if one.cost is None]
    beyond = [
        f"“{one.title}”要 {yuan(one.cost)} 元，超过了一共的 {yuan(facts.pot)} 元"
        for one in facts.shown
        if one.cost and one.cost > facts.pot
    ]
    return [Refusal("cost", f"{what}，请取消后重新设定。") for what in missing + beyond]


def decides_by_yes(facts: BallotFacts) -> Refusal | None:
    if facts.nature not in MEETINGS or facts.method in YES:
        return None
    return Refusal("method", "打分和排序只能征询意见，不能作出决定。请取消后重新设定：换成“赞成若干项”，或把性质改为意见征询。")


def who_fits(facts: BallotFacts) -> Refusal | None:
    return fits(facts.nature, facts.who, facts.unit)


def fits(nature: str, who: str, unit: str) -> Refusal | None:
    """Whether those who take part are those by whom a decision of this nature is taken."""
    meeting = MEETINGS.get(nature)
    if who in {"representatives", "jury"} and unit == "household":
        return Refusal("unit", "居民代表和评审团成员一人一票，请选“一人一票”。", "unit")
    if meeting is None:
        return None
    if who != meeting.who:
        return Refusal("who", WHO_WANTED[meeting.who], "who")
    if unit not in meeting.attendance:
        return Refusal("unit", "居民代表会议一人一票，请选“一人一票”。", "unit")
    return None


WHO_WANTED = {
    "everyone": "这种会议由全体居民（村民）或每户代表参加，请把参加人选为“全体居民”。",
    "representatives": "居民代表会议由居民代表参加，请把参加人选为“居民代表”。",
}


def has_roll(facts: BallotFacts) -> Refusal | None:
    if facts.roll_size:
        return None
    if facts.nature in MEETINGS:
        why = "作出决定的会议按名册计算法定人数"
    elif facts.who != "everyone":
        why = "居民代表和评审团按名册参加"
    elif facts.unit == "household":
        why = "一户一票按名册确定每一户"
    else:
        return None
    return Refusal("roll", f"{why}，请先填写参加人名册。", facts.page("roll"))


def studied_first(facts: BallotFacts) -> Refusal | None:
    if facts.nature not in MEETINGS:
        return None
    if facts.studied_on is None:
        return Refusal("study", "需要表决的事项要先经社区党组织研究，请先登记党组织研究记录。", facts.page("study"))
    if not facts.study_agrees:
        return Refusal("study_against", "党组织研究的意见是暂不提交表决，不能开始；重新研究后请更新记录。", facts.page("study"))
    return None


def noticed_in_time(facts: BallotFacts) -> Refusal | None:
    """The days between the notice and the first moment at which votes are taken, counted from the day after the notice."""
    meeting = MEETINGS.get(facts.nature)
    if meeting is None or not meeting.notice_days:
        return None
    if facts.noticed_on is None:
        return Refusal("notice", f"会议要提前 {meeting.notice_days} 日通知，请先登记会议通知。", facts.page("notice"))
    first = facts.noticed_on + timedelta(days=meeting.notice_days)
    if today(max(facts.at, facts.opens_at or facts.at)) >= first:
        return None
    sentence = (
        f"{day_of(facts.noticed_on)}发出通知，要满 {meeting.notice_days} 日，{day_of(first)}起才能开始，请把开始日期定在这一天或以后。"
    )
    return Refusal("notice_days", sentence, facts.page("times"))


@dataclass(frozen=True, slots=True)
class TieFacts:
    """What deciding a tie depends on."""

    tied: int


def something_tied(facts: TieFacts) -> Refusal | None:
    return None if facts.tied else Refusal("no_tie", "这次评议没有并列，不用确定先后。")


@dataclass(frozen=True, slots=True)
class BoxFacts:
    """What is known of the votes on paper when a ballot is to be counted."""

    page: str
    """Where they are entered."""
    marked: int
    """Who is on the register with a vote on paper, or helped to one."""
    envelopes: int | None
    checked: bool
    typed: int
    agreed: int


def box_agrees(facts: BoxFacts) -> list[Refusal]:
    """Register, envelopes and box must say the same number, each paper typed alike by two people, before anything counts."""
    if not (facts.marked or facts.typed or facts.envelopes):
        return []
    if facts.envelopes is None:
        return [Refusal("envelopes", f"名册上有 {facts.marked} 人用纸质票参加，信封还没有清点。", facts.page)]
    found = []
    if not facts.checked:
        found.append(Refusal("unchecked", "信封数还没有由另一个人复核。", facts.page))
    if facts.envelopes != facts.marked:
        found.append(Refusal("envelopes", f"名册上有 {facts.marked} 人用纸质票参加，信封有 {facts.envelopes} 个，对不上。", facts.page))
    if facts.typed != facts.envelopes:
        found.append(Refusal("box", f"信封有 {facts.envelopes} 个，录入了 {facts.typed} 张票，对不上。", facts.page))
    if facts.agreed != facts.typed:
        found.append(Refusal("apart", f"还有 {facts.typed - facts.agreed} 张票没有由两个人录得一致。", facts.page))
    return found


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "ballot.open": (
        enough_choices,
        most_fits,
        still_time,
        alike_choices,
        priced,
        decides_by_yes,
        who_fits,
        has_roll,
        studied_first,
        noticed_in_time,
    ),
    "ballot.settle_ties": (something_tied,),
    "ballot.close": (),
    "ballot.count": (box_agrees,),
    "ballot.cancel": (),
}
WORDS = {
    "ballot.times": "确定开始和截止日期",
    "ballot.name_tellers": "指定监票人", "ballot.recount": "复核计票", "ballot.mark": "登记一位纸质参加的居民", "ballot.unmark": "取消一条纸质登记",
    "ballot.envelopes": "清点信封", "ballot.type_paper": "录入一张纸质票", "ballot.look": "核实集中投票",
    "ballot.roll": "填写参加人名册", "ballot.study": "登记党组织研究记录",
    "ballot.notice": "登记会议通知", "ballot.attend": "签到", "ballot.print_slips": "印制参加码", "ballot.reissue": "补发参加码",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Voter:
    """What is known of somebody who wants to take part."""

    area_code: str | None
    born_on: date | None


def age(born_on: date, day: date) -> int:
    """Full years (周岁) on a day; who was born on 29 February is a year older on 1 March of other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def underage(born_on: date | None, day: date) -> Refusal | None:
    if born_on is None or age(born_on, day) >= ADULT:
        return None
    return Refusal("underage", f"参加评议要年满 {ADULT} 周岁。您的想法可以通过“我要反映”告诉我们。")


CODE_WANTED = "这次评议按名册参加。请扫描纸条上的二维码，或输入纸条上的参加码；名册上登记过手机的，也可以用手机登录。"
NOT_ON_ROLL = "参加人名册上没有登记您的手机号。有参加码纸条的，请输入参加码；以为自己应该在名册上的，请联系社区居委会。"
CODE_UNKNOWN = "没有这个参加码。请对照纸条再输一次，共 12 位数字。"
CODE_USED = "这个参加码已经停用：补发过新的纸条。请用新纸条上的参加码；没有拿到的，请联系社区居委会。"


def may_take_part(voter: Voter, area_code: str, day: date, *, declared: bool = True) -> Refusal | None:
    """Residents of the ballot's area, 18 or over; who gave no birthday declares to be of age."""
    if not voter.area_code or not voter.area_code.startswith(area_code):
        return Refusal("not_resident", "这次评议由本辖区居民参加。如果您住在这里，请先在“我的账号”里选好您住的社区。")
    if too_young := underage(voter.born_on, day):
        return too_young
    if voter.born_on is None and not declared:
        return undeclared()
    return None


def undeclared() -> Refusal:
    return Refusal("undeclared", f"请勾选“我已年满 {ADULT} 周岁”。", "declared")


def is_running(state: str, opens_at: datetime, closes_at: datetime, at: datetime) -> Refusal | None:
    """Votes are taken between the two moments made public, whenever somebody pressed the buttons."""
    if state == "draft":
        return Refusal("not_open", "这次评议还没有开始，请在开始以后再来。")
    if state == "open" and at < opens_at:
        return Refusal("not_open", f"这次评议还没有开始，{moment(opens_at)} 起可以参加。")
    if state == "cancelled":
        return Refusal("closed", "这次评议已经取消，不能再参加。")
    if state != "open" or at >= closes_at:
        return Refusal("closed", "这次评议已经截止，不能再参加。")
    return None
