"""参加码: one-time codes on printed slips, made from the ballot's slip key and the line of the roll, and the paper they stand on.

Only a keyed hash of a code is kept. The slip key lives from the opening to the close, the printed file no longer.
"""

import hmac
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

import reports
from reports.format import moment, until
from reports.report import Card, Cards, Report, Section, Text
from webapp.accounts.queries import has_dataset
from webapp.ballots import roll, rules
from webapp.ballots.models import UNITS, WHO, Ballot, Listed, Preparation, Slip
from webapp.ballots.roll import Held
from webapp.core import files, jobs, journal, outbox
from webapp.core.db import reading, transaction
from webapp.core.scope import Viewer
from webapp.core.secrets import keyed
from webapp.core.workflow import Refused, refuse

DIGITS = 12
"""A third of a million live codes among a million million: one guess in three million hits, and guesses are limited."""


def code_of(slip_key: str, roll_id: int, issue: int) -> str:
    """The digits on the slip of this issue for a line of the roll."""
    made = hmac.digest(bytes.fromhex(slip_key), f"slip:{roll_id}:{issue}".encode(), "sha256")
    return str(int.from_bytes(made) % 10**DIGITS).zfill(DIGITS)


def spaced(code: str) -> str:
    """As printed: 1234 5678 9012."""
    return " ".join(code[n : n + 4] for n in range(0, DIGITS, 4))


def plain(typed: str) -> str:
    """The digits of a code however it was typed."""
    return re.sub(r"[\s\-—－]", "", unicodedata.normalize("NFKC", typed))


def give_out(session: Session, ballot: Ballot) -> None:
    """Make the codes of the whole roll known by their hashes; at the opening."""
    assert ballot.slip_key is not None
    lines = session.execute(sa.select(Listed.id, Listed.issue).where(Listed.ballot_id == ballot.id)).all()
    fresh = [{"code_key": _hash(ballot, one.id, one.issue), "roll_id": one.id, "issue": one.issue} for one in lines]
    if fresh:
        session.execute(sa.insert(Slip), fresh)


def _hash(ballot: Ballot, roll_id: int, issue: int) -> str:
    return keyed("slip", code_of(ballot.slip_key or "", roll_id, issue))


def enter(session: Session, typed: str, at: datetime) -> tuple[int, Held]:
    """The ballot that a typed code is for, and the line it stands for. Refuses with `code_unknown`, `code_used`, `not_open`, `closed`."""
    query = (
        sa.select(Slip.roll_id, Slip.issue, Listed.issue.label("valid"), Listed.ballot_id, Ballot.state, Ballot.opens_at, Ballot.closes_at)
        .join(Listed, Listed.id == Slip.roll_id).join(Ballot, Ballot.id == Listed.ballot_id).where(Slip.code_key == keyed("slip", plain(typed)))
    )  # fmt: skip
    found = session.execute(query).one_or_none()
    if found is None:
        raise refuse("code_unknown", rules.CODE_UNKNOWN, "code")
    if found.issue != found.valid:
        raise refuse("code_used", rules.CODE_USED, "code")
    if wrong := rules.is_running(found.state, found.opens_at, found.closes_at, at):
        raise Refused(type(wrong)(wrong.code, wrong.sentence, "code"))
    return found.ballot_id, Held(found.roll_id, found.issue)


def replace_lost(session: Session, ballot: Ballot, roll_id: int, *, by: Viewer, at: datetime) -> None:
    """补发: the next slip for a line of the roll; the old code dies. Refuses with `not_open`, `unknown`."""
    _being_open(ballot)
    more = sa.update(Listed).where(Listed.id == roll_id, Listed.ballot_id == ballot.id).values(issue=Listed.issue + 1)
    issue = session.scalar(more.returning(Listed.issue).execution_options(synchronize_session=False))
    if issue is None:
        raise refuse("unknown", "名册上没有这一行，请刷新后再看。")
    session.add(Slip(code_key=_hash(ballot, roll_id, issue), roll_id=roll_id, issue=issue))
    journal.record(session, ballot.ref, "reissue", by=by.ref, at=at, data={"line": f"roll:{roll_id}", "issue": issue})


def _being_open(ballot: Ballot) -> None:
    if ballot.state != "open" or ballot.slip_key is None:
        raise refuse("not_open", "评议开始后、截止前才能印制和补发参加码；没有名册的评议没有参加码。")


def ask(session: Session, ballot: Ballot, *, base: str, lines: Sequence[int] = (), by: Viewer, at: datetime) -> jobs.Job:
    """Have slips printed: of the whole roll, or of some lines. `base`: the site's own address. Refuses with `not_open`."""
    _being_open(ballot)
    kept = roll.preparation(session, ballot)
    journal.record(session, ballot.ref, "print_slips", by=by.ref, at=at, data={"lines": len(lines) or ballot.roll_size})
    args = {"ballot": ballot.id, "preparation": kept.id, "base": base, "lines": list(lines), "by": by.ref}
    return jobs.enqueue(session, "ballot_slips", args, person_id=by.id, at=at)


def make(engine: sa.Engine, args: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The job that prints slips. A ballot closed meanwhile has none."""
    with reading(engine) as session:
        ballot = session.get_one(Ballot, args["ballot"])
        if ballot.slip_key is None:
            return {"href": f"/ballots/{ballot.id}/slips"}
        report = sheet_of(session, ballot, args["base"], args["lines"], at)
    content = reports.write(report, "pdf")
    with transaction(engine) as session:
        ballot = session.get_one(Ballot, args["ballot"], with_for_update=True)
        if ballot.slip_key is None:
            return {"href": f"/ballots/{ballot.id}/slips"}
        name = f"{'补发的参加码' if args['lines'] else '参加码'}-{ballot.number}.pdf"
        subject = f"{Preparation.REF}:{args['preparation']}"
        kept = files.attach(session, subject, "slips", files.Checked(name, content, "application/pdf"), by=args["by"], at=at)
        body = f"{name}已做好，请到“参加码纸条”页面下载。"
        outbox.tell(session, [int(args["by"].partition(":")[2])], ballot.ref, "参加码纸条已做好", body, at=at)
        return {"attachment_id": kept.id}


CODE_PAGE = "/ballots/code"
"""Where the code of a slip is typed."""


def times(ballot: Ballot) -> str:
    """From when until when one takes part."""
    return f"{moment(ballot.opens_at)} 开始，{until(ballot.closes_at)} 截止"


def _address(base: str, code: str = "") -> str:
    return f"{base.rstrip('/')}{CODE_PAGE}" + (f"?code={code}" if code else "")


def sheet_of(session: Session, ballot: Ballot, base: str, lines: Sequence[int], at: datetime) -> Report:
    """The sheet of slips, in the order of the roll; of some lines only where they are named."""
    assert ballot.slip_key is not None
    query = sa.select(Listed.id, Listed.name, Listed.household, Listed.issue).where(Listed.ballot_id == ballot.id).order_by(Listed.position)
    if lines:
        query = query.where(Listed.id.in_(lines))
    cards = []
    for one in session.execute(query):
        code = code_of(ballot.slip_key, one.id, one.issue)
        told = (
            "扫描二维码，或打开下面的网址输入参加码。", f"{times(ballot)}，截止前可以更改。请不要把参加码给别人。", _address(base),
        )  # fmt: skip
        cards.append(Card(f"{one.household}　{one.name}".strip("　"), spaced(code), told, _address(base, code)))
    words = Text(
        (
            f"{WHO[ballot.who]}，{UNITS[ballot.unit]}，共 {len(cards)} 张。沿线裁开，当面交给本人并请签收。遗失的可以补发，原来的参加码随即停用。",
        )
    )
    return _paper(session, ballot, f"参加码\n{ballot.title}", (Section("", (words, Cards(tuple(cards)))),), at)


def _paper(session: Session, ballot: Ballot, title: str, sections: tuple[Section, ...], at: datetime) -> Report:
    return Report(title=title, number=ballot.number, as_of=at, sections=sections, demo=has_dataset(session, "demo"))


def destroy(session: Session, ballot: Ballot, at: datetime) -> None:
    """The slip key and the printed files go; with the close."""
    ballot.slip_key = None
    for kept in session.scalars(sa.select(Preparation.id).where(Preparation.ballot_id == ballot.id)).all():
        printed = sa.select(files.Attachment).where(
            files.Attachment.subject == f"{Preparation.REF}:{kept}", files.Attachment.kind == "slips"
        )
        for one in session.scalars(printed).all():
            jobs.enqueue(session, "files.remove", {"digest": one.digest}, person_id=None, at=at)
            session.delete(one)


def faults(session: Session) -> Iterator[str]:
    """A closed ballot has no slip key and no printed codes. Read past the column's seal, so that a damaged key counts as one."""
    over = Ballot.state.not_in(("draft", "open"))
    query = sa.select(Ballot.number).where(over, sa.type_coerce(Ballot.slip_key, sa.Text).is_not(None))
    for number in session.scalars(query):
        yield f"{number} 已截止，参加码的密钥还在"
    subject = sa.literal(f"{Preparation.REF}:") + sa.cast(Preparation.id, sa.String)
    printed = (
        sa.select(Ballot.number)
        .join(Preparation, Preparation.ballot_id == Ballot.id)
        .join(files.Attachment, files.Attachment.subject == subject)
    )
    for number in session.scalars(printed.where(over, files.Attachment.kind == "slips").distinct()):
        yield f"{number} 已截止，印有参加码的文件还在"


JOBS: dict[str, jobs.Work] = {"ballot_slips": make}
