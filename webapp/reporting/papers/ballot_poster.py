"""评议海报: what is voted on, until when, and where the code of a slip is typed; for the notice board, A3 or A4."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from reports.report import Card, Cards, Report, Section, Text
from webapp.accounts.queries import area_names
from webapp.ballots.models import UNITS, WHO, Ballot
from webapp.ballots.slips import CODE_PAGE, times
from webapp.core.workflow import Refusal
from webapp.reporting.papers import Asked, Paper

SIZES: Mapping[str, Literal["A4", "A3"]] = {"a3": "A3", "a4": "A4"}


@dataclass(frozen=True, slots=True)
class Called:
    """Who is called to what, and when."""

    title: str
    number: str
    who: str
    unit: str
    times: str


def gather(session: Session, ballot: Ballot, asked: Asked) -> Called:
    """Nothing of the roll, nothing of a code."""
    area = area_names(session, [ballot.area_code]).get(ballot.area_code, "")
    return Called(ballot.title, ballot.number, f"{area}{WHO[ballot.who]}", UNITS[ballot.unit], times(ballot))


def build(data: Called, asked: Asked) -> Report:
    """A few large words and a QR code."""
    words = (
        f"请{data.who}参加（{data.unit}）。", f"{data.times}。",
        "用手机扫描二维码，输入纸条上的参加码。没有手机的，带上纸条到社区居委会，工作人员帮您参加。",
        "您选了什么不会和您的名字存在一起。截止前可以更改，以最后一次为准。",
    )  # fmt: skip
    card = Card("扫码参加", "", ("没有纸条的，请到社区居委会领取。",), asked.address(CODE_PAGE), large=True)
    return asked.report(
        data.title, (Section("", (Text(words), Cards((card,)))),), number=f"编号：{data.number}", date_line="", issuer="",
        paper=SIZES[asked.choice], sources=("本平台评议",),
    )  # fmt: skip


def open_with_roll(ballot: Ballot) -> Refusal | None:
    """Codes are of a roll, and count while the ballot is open."""
    if ballot.state == "open" and ballot.roll_size:
        return None
    return Refusal("not_open", "评议开始后、截止前才能制作海报；没有名册的评议没有参加码。")


def sizes(session: Session, ballot: Ballot, at: datetime) -> Sequence[tuple[str, str]]:
    """The sheets it is printed on."""
    return [("a3", "A3 张贴"), ("a4", "A4 张贴")]


PAPER = Paper(
    key="ballot_poster", title="评议海报", about=Ballot, right="ballot.prepare", shared=True, gather=gather, build=build, retention="10",
    author="community", ready=open_with_roll, choices=sizes,
)  # fmt: skip
