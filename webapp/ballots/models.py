"""A ballot, its choices, the register of who has taken part, and the votes, which know neither person nor time."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from reports.money import Money
from webapp.ballots.counting import VERSION
from webapp.core.db import Base, Code, Numbered, says
from webapp.core.scope import Guarded, within
from webapp.core.secrets import Sealed
from webapp.core.workflow import Stateful
from webapp.workflows import BALLOT

PURPOSES = {"needs": "评议需求", "projects": "评选项目", "results": "评价绩效", "motion": "表决"}
NATURES = {"advice": "意见征询", "representatives": "居民代表会议", "residents": "居民会议", "villagers": "村民会议"}
METHODS = {"approve": "赞成若干项", "score": "每项 1–5 分", "pot": "花这笔钱", "rank": "排序"}
WHO = {"everyone": "全体居民", "representatives": "居民代表", "jury": "居民评审团"}
UNITS = {"person": "一人一票", "household": "一户一票"}
WAYS = {"online": "网上", "paper": "纸质", "assisted": "代为操作"}


class Ballot(Numbered, Stateful, Guarded):
    """评议（票选）. The register below says who took part; the votes say what; at close the key between them is destroyed."""

    REF = "ballot"
    WORKFLOW = BALLOT
    __tablename__ = "ballots"
    CONSTRAINTS = (
        sa.UniqueConstraint("number", name="number"),
        sa.CheckConstraint("most >= 1", name="at_least_one"),
        sa.CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        sa.CheckConstraint(sa.column("method").in_(list(METHODS)), name="known_method"),
        sa.CheckConstraint("pot_fen > 0", name="pot_positive"),
        sa.CheckConstraint("method <> 'pot' OR pot_fen IS NOT NULL", name="pot_has_money"),
        sa.CheckConstraint("state IN ('draft', 'open') OR key IS NULL", name="key_destroyed"),
        sa.CheckConstraint("state IN ('draft', 'open') OR slip_key IS NULL", name="slip_key_destroyed"),
        sa.CheckConstraint(sa.column("who").in_(list(WHO)), name="known_who"),
        sa.CheckConstraint(sa.column("unit").in_(list(UNITS)), name="known_unit"),
        sa.CheckConstraint("roll_size >= 0", name="roll_counted"),
        sa.Index(None, "subject"),
        sa.Index(None, "area_code", "id"),
    )
    PARTIES = {
        "area": lambda prefix: within(Ballot.area_code, prefix),
        "resident": lambda key: Ballot.state != "draft",
        "teller": lambda key: sa.and_(Ballot.state != "draft", sa.exists().where(Teller.ballot_id == Ballot.id, Teller.person_id == key)),
        "public": lambda key: Ballot.state != "draft",
    }
    number: Mapped[str] = mapped_column(sa.String(20))
    purpose: Mapped[str] = mapped_column(sa.String(12))
    subject: Mapped[str] = mapped_column(sa.String(64))
    """What is voted on: `call:3`, `project:7`, or the area's list of needs `area:320508001001`."""
    title: Mapped[str]
    area_code: Mapped[str] = mapped_column(Code)
    """Whose residents may take part."""
    method: Mapped[str] = mapped_column(sa.String(12))
    most: Mapped[int]
    """approve: at most so many choices; rank: so many places."""
    pot_fen: Mapped[Money | None]
    """The money that the choices share; with method pot each voter spends it once. None: nothing is given out."""
    nature: Mapped[str] = mapped_column(sa.String(16), default="advice")
    quorum: Mapped[int] = mapped_column(default=0)
    """意见征询: at least so many are wished for. What a decision needs, the law says (`rules.MEETINGS`)."""
    who: Mapped[str] = mapped_column(sa.String(16), default="everyone")
    unit: Mapped[str] = mapped_column(sa.String(12), default="person")
    roll_size: Mapped[int] = mapped_column(default=0)
    """How many lines the 参加人名册 has; 0: there is none, and all residents of the area take part."""
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    key: Mapped[str | None] = mapped_column(Sealed)
    slip_key: Mapped[str | None] = mapped_column(Sealed)
    """What the codes on printed slips are made from; there from the opening to the close, where there is a roll."""
    turnout: Mapped[int] = mapped_column(default=0)
    """Kept right on every first vote; equals the register's rows (`sanshe doctor` recounts)."""
    result: Mapped[dict[str, Any] | None]
    """As `counting.count` gives it, with all that it was counted from."""
    rule_version: Mapped[str] = mapped_column(sa.String(16), default=VERSION)
    """The rules of the count; what was counted by older ones is recounted by them."""


class Choice(Numbered, Base):
    REF = "choice"
    __tablename__ = "ballot_choices"
    __table_args__ = (
        sa.UniqueConstraint("ballot_id", "position", name="position"),
        sa.CheckConstraint("cost_fen > 0", name="cost_positive"),
    )
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"))
    position: Mapped[int]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(sa.String(64), default="")
    """The reference of what the choice stands for: `need:12`, `application:9`."""
    cost_fen: Mapped[Money | None]
    """What it takes from the pot; None where the ballot has none."""


def _of_ballot() -> Any:
    """The ballot's key, looked up only at the commit: a vote then never asks for the row while it waits to count itself.

    Looked up at once, it would hold the row against whoever closes the ballot, who in turn holds up the count: a deadlock.
    """
    return sa.ForeignKey("ballots.id", deferrable=True, initially="DEFERRED")


class Participant(Base):
    """The register: who has taken part, and how. It holds no choice and no time."""

    __tablename__ = "ballot_register"
    __table_args__ = (sa.CheckConstraint(sa.column("way").in_(list(WAYS)), name="known_way"),)
    ballot_id: Mapped[int] = mapped_column(_of_ballot(), primary_key=True)
    who: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    """`person:12`, or a line of the roll where the ballot has one; so nobody is counted twice, whichever way they come."""
    way: Mapped[str] = mapped_column(sa.String(8), default="online")
    stratum: Mapped[str] = mapped_column(sa.String(18), default="")


class Vote(Base):
    """One vote. No person, no time; the key is HMAC(ballot key, person) while the ballot is open, random afterwards.

    The table has no row numbers of its own, so that the order of storage tells nothing.
    """

    __tablename__ = "ballot_votes"
    __table_args__ = ({"sqlite_with_rowid": False},)
    ballot_id: Mapped[int] = mapped_column(_of_ballot(), primary_key=True)
    voter_key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    choices: Mapped[dict[str, Any]]
    """approve, pot: {"choices": [ids]}; score: {"scores": {id: 1–5}}; rank: {"ranking": [ids, the best first]}."""


class Box(Base):
    """票箱: how many envelopes with a vote on paper were found in it, counted by one and again by another."""

    __tablename__ = "ballot_boxes"
    __table_args__ = (
        sa.CheckConstraint("envelopes >= 0", name="envelopes_counted"),
        sa.CheckConstraint("checked_by_id IS NULL OR checked_by_id <> counted_by_id", name="two_people"),
    )
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), primary_key=True)
    envelopes: Mapped[int]
    counted_by_id: Mapped[int] = mapped_column(sa.BigInteger)
    checked_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)


class Paper(Base):
    """One paper out of the box, typed by two people who do not see each other's. It has a running number, no person and no time."""

    __tablename__ = "ballot_papers"
    __table_args__ = (
        sa.CheckConstraint("serial >= 1", name="serial_counts"),
        sa.CheckConstraint("second_by_id IS NULL OR second_by_id <> first_by_id", name="two_people"),
        sa.CheckConstraint("NOT agreed OR second_by_id IS NOT NULL", name="agreed_by_two"),
    )
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), primary_key=True)
    serial: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The number written on the paper when the box was opened."""
    first: Mapped[dict[str, Any]]
    """As a vote is stored, or {"void": true} for a paper that says nothing that counts (废票)."""
    first_by_id: Mapped[int] = mapped_column(sa.BigInteger)
    second: Mapped[dict[str, Any] | None]
    second_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    agreed: Mapped[bool] = mapped_column(default=False)
    void: Mapped[bool] = mapped_column(default=False)


class Flag(Base):
    """A burst: many first votes from one address or device within a short while. Shown to who runs the ballot, never acted on in silence.

    It counts votes; it knows neither whose they are nor what they say.
    """

    __tablename__ = "ballot_flags"
    ballot_id: Mapped[int] = mapped_column(_of_ballot(), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    source: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    """A keyed hash of the address or device."""
    began_at: Mapped[datetime] = mapped_column(primary_key=True)
    """The beginning of the window in which it was counted."""
    shown: Mapped[str] = mapped_column(sa.String(40))
    """The masked address, or a few characters that tell one device from another."""
    votes: Mapped[int]
    looked_by_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    note: Mapped[str | None]
    """What the officer found out."""


class Preparation(Numbered, Guarded):
    """What is put on record before a ballot opens: where its roll comes from, 党组织研究, the notice. Its files are for who runs it."""

    REF = "preparation"
    __tablename__ = "ballot_preparations"
    __table_args__ = (sa.UniqueConstraint("ballot_id", name="ballot"),)
    PARTIES = {"area": lambda prefix: sa.exists().where(Ballot.id == Preparation.ballot_id, within(Ballot.area_code, prefix))}
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"))
    roll_source: Mapped[str] = mapped_column(default="")
    roll_on: Mapped[date | None]
    """The day the roll's source is of."""
    studied_on: Mapped[date | None]
    study_meeting: Mapped[str] = mapped_column(default="")
    study_opinion: Mapped[str] = mapped_column(default="")
    study_agrees: Mapped[bool | None]
    noticed_on: Mapped[date | None]
    notice_place: Mapped[str] = mapped_column(default="")


class Listed(Numbered, Base):
    """One line of a 参加人名册: a person, or a household by the one who stands for it. Names are for who runs the ballot."""

    REF = "roll"
    __tablename__ = "ballot_roll"
    __table_args__ = (sa.UniqueConstraint("ballot_id", "position", name="position"), sa.Index(None, "phone_key", "ballot_id"))
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Sealed)
    household: Mapped[str] = mapped_column(Sealed, default="")
    phone_key: Mapped[str | None] = mapped_column(sa.String(64))
    stratum: Mapped[str] = mapped_column(Code)
    """The community."""
    present: Mapped[bool] = mapped_column(default=False)
    """签到: was at the meeting, whether they voted or not."""
    issue: Mapped[int] = mapped_column(default=1)
    """The slip that counts: a lost one is replaced by the next, and the old code dies."""


class Slip(Base):
    """A code that was given out, by its keyed hash alone."""

    __tablename__ = "ballot_slips"
    __table_args__ = (sa.Index(None, "roll_id"),)
    code_key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    roll_id: Mapped[int] = mapped_column(sa.ForeignKey("ballot_roll.id"))
    issue: Mapped[int]


class Recount(Base):
    """复核: one person counted again and signed for what was found. `digest` is that of the result signed for."""

    __tablename__ = "ballot_recounts"
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    agrees: Mapped[bool]
    note: Mapped[str]
    at: Mapped[datetime]


class Teller(Base):
    """监票人 of a ballot: named by those who run it, never one of them."""

    __tablename__ = "ballot_tellers"
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)


says(
    {
        "ck_ballot_boxes_two_people": "信封要由另一位同事复核清点。",
        "ck_ballot_papers_two_people": "每张纸质票要由两位不同的人各录一遍。",
        "pk_ballot_tellers": "同一位监票人只要指定一次。",
        "pk_ballot_register": "您已经参加过这次评议。",
        "ck_ballots_closes_after_opening": "截止时间要晚于开始时间。",
        "ck_ballots_at_least_one": "每人至少可以选一项。",
        "ck_ballots_pot_positive": "一共有多少钱，要大于零。",
        "ck_ballots_pot_has_money": "“花这笔钱”要写明一共有多少钱。",
        "ck_ballot_choices_cost_positive": "每个选项的费用要大于零。",
    }
)
