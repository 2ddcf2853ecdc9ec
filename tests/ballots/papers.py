"""Ballots for tests, made by the verbs themselves."""

from datetime import date, timedelta

import sqlalchemy as sa

from reports.money import Money
from tests.cast import TAO
from tests.conftest import START
from webapp.accounts.models import Person
from webapp.accounts.viewer import viewer_of
from webapp.ballots import actions, queries, roll
from webapp.ballots.actions import NewChoice
from webapp.ballots.models import Choice
from webapp.core.clock import today


def a_ballot(session, by, *, area_code=TAO, method="approve", most=2, choices=3, opens_at=START, costs=(), **more):
    """A draft over some needs of 桃花坞, open for a week once opened. `costs` in yuan, with `pot`."""
    prices = [Money(100 * cost) for cost in costs] or [None] * choices
    paper = [NewChoice(f"需求{n}", f"第 {n} 件需求的说明", f"need:{n}", cost) for n, cost in enumerate(prices, 1)]
    return actions.create(
        session, purpose=more.pop("purpose", "needs"), subject=more.pop("subject", f"area:{area_code}"), title="三月评议需求",
        area_code=area_code, method=method, most=most, choices=paper, opens_at=opens_at, closes_at=opens_at + timedelta(days=7),
        by=by, at=START, **more,
    )  # fmt: skip


def prepare(session, ballot, by, lines, *, agrees=True, noticed=11, scans=()):
    """All that a ballot of decision asks for: its roll (as typed), the study, and a notice so many days ago."""
    day = today(START)
    roll.write(session, ballot, roll.typed(lines), source="居民代表当选名单", on=day, anew=True, field="lines", by=by, at=START)
    roll.record_study(session, ballot, studied_on=day, meeting="社区党委会议", opinion="同意", agrees=agrees, scans=scans, by=by, at=START)
    roll.record_notice(session, ballot, noticed_on=day - timedelta(days=noticed), place="居务公开栏", by=by, at=START)
    return ballot


def opened(session, by, **more):
    ballot = a_ballot(session, by, **more)
    actions.open_ballot(session, ballot, by=by, at=START)
    return ballot


def counted(session, by, votes, *, strata=(), **more):
    """A ballot on which some invented residents voted, closed and counted. `votes`: by positions, as `vote.settle` takes them;
    `strata`: the community of each voter, the ballot's own where none is said."""
    ballot = opened(session, by, **more)
    keys = dict(enumerate(keys_of(session, ballot), 1))
    for n, vote in enumerate(votes):
        person = Person(name=f"居民{n}", area_code=strata[n] if n < len(strata) else ballot.area_code, born_on=date(1960, 1, 1))
        session.add(person)
        session.flush()
        actions.cast(session, ballot, choices=named(vote, keys), by=viewer_of(session, person.id, START), at=START)
    actions.close_ballot(session, ballot, by=by, at=START, note="人已到齐")
    actions.count(session, ballot, by=by, at=START)
    return ballot


def named(vote, keys):
    """A vote by positions, by the keys of the choices."""
    return {
        how: {keys[int(one)]: mark for one, mark in what.items()} if isinstance(what, dict) else [keys[one] for one in what]
        for how, what in vote.items()
    }


def keys_of(session, ballot):
    """The choices of a ballot, in the order of the paper."""
    return list(session.scalars(sa.select(Choice.id).where(Choice.ballot_id == ballot.id).order_by(Choice.position)))


def damage(session):
    """What the doctor finds."""
    session.flush()
    session.expire_all()
    return [sentence for check in queries.CHECKS.values() for sentence in check(session)]
