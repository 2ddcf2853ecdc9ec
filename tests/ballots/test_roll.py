"""Who may take part by a roll, what a decision asks for, and what its quorum counts."""

import os
import re
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import reports
from reports.report import Column, Report, Section, Table
from tests.ballots.papers import a_ballot, damage, keys_of, prepare
from tests.conftest import START
from webapp.accounts.models import Person
from webapp.accounts.viewer import NOBODY
from webapp.ballots import actions, paper, queries, roll, rules, slips, voters
from webapp.ballots.models import Listed, Participant, Slip, Vote
from webapp.ballots.roll import Held
from webapp.ballots.rules import BallotFacts
from webapp.core import secrets
from webapp.core.clock import today
from webapp.core.db import fold_log
from webapp.core.workflow import Refused

DAY = today(START)
READY = BallotFacts(
    "approve", 3, 2, START + timedelta(days=7), START, nature="residents", roll_size=9, opens_at=START, studied_on=DAY, study_agrees=True,
    noticed_on=DAY - timedelta(days=10), ballot_id=4,
)  # fmt: skip


def codes(facts):
    found = []
    for rule in rules.REQUIRED["ballot.open"]:
        said = rule(facts)
        found += [said] if said and not isinstance(said, list) else said or []
    return {one.code: one.place for one in found}


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({}, {}),
        ({"roll_size": 0}, {"roll": "/ballots/4/roll"}),
        ({"studied_on": None}, {"study": "/ballots/4/study"}),
        ({"study_agrees": False}, {"study_against": "/ballots/4/study"}),
        ({"noticed_on": None}, {"notice": "/ballots/4/notice"}),
        ({"noticed_on": DAY - timedelta(days=9)}, {"notice_days": "/ballots/4/times"}),
        ({"noticed_on": DAY - timedelta(days=9), "opens_at": START + timedelta(days=1)}, {}),
        ({"method": "rank"}, {"method": ""}),
        ({"who": "jury"}, {"who": "who"}),
        ({"nature": "representatives"}, {"who": "who"}),
        ({"nature": "representatives", "who": "representatives", "noticed_on": None}, {}),
        ({"nature": "representatives", "who": "representatives", "unit": "household"}, {"unit": "unit"}),
        ({"nature": "advice", "roll_size": 0, "studied_on": None, "noticed_on": None}, {}),
        ({"nature": "advice", "who": "jury", "roll_size": 0}, {"roll": "/ballots/4/roll"}),
        ({"nature": "advice", "unit": "household", "roll_size": 0}, {"roll": "/ballots/4/roll"}),
    ],
)
def test_what_opening_asks_for(change, refused):
    assert codes(replace(READY, **{"closes_at": START + timedelta(days=30), **change})) == refused


@pytest.mark.parametrize(
    ("nature", "unit", "entitled", "least"),
    [
        ("residents", "person", 100, 51), ("residents", "household", 101, 51), ("representatives", "person", 30, 20),
        ("representatives", "person", 31, 21), ("villagers", "person", 10, 6), ("villagers", "household", 10, 7), ("villagers", "household", 9, 6),
    ],
)  # fmt: skip
def test_the_quorum_of_the_law(nature, unit, entitled, least):
    assert rules.needed(nature, unit, entitled) == least


@given(st.integers(1, 5000))
def test_more_than_half_and_two_thirds_are_exact(entitled):
    half, most = rules.HALF.of(entitled), rules.TWO_THIRDS.of(entitled)
    assert 2 * half > entitled >= 2 * (half - 1)
    assert 3 * most >= 2 * entitled > 3 * (most - 1)


@pytest.fixture
def meeting(session, by):
    """A meeting of six representatives in draft, ready to open: two of them on one phone, one without."""
    ballot = a_ballot(session, by("worker"), nature="representatives", who="representatives", most=3)
    lines = "严阿婆 1幢101 13900000037\n华居民 1幢102 13900000038\n金居民 1幢103 13900000088\n小金 1幢103 13900000088\n魏居民 1幢104\n姜代表 1幢105"
    prepare(session, ballot, by("worker"), lines)
    phones = {"granny": "13900000037", "resident": "13900000038", "resident_two": "13900000088"}
    for name, number in phones.items():
        person = session.get_one(Person, by(name).id)
        person.phone, person.phone_key = number, secrets.keyed("phone", number)
    session.flush()
    return ballot


def lines_of(session, ballot):
    return {one.name: one for one in session.scalars(sa.select(Listed).where(Listed.ballot_id == ballot.id))}


def vote(session, ballot, viewer, chosen, held=None):
    keys = keys_of(session, ballot)
    return actions.cast(session, ballot, choices={"choices": [keys[n] for n in chosen]}, by=viewer, at=START, held=held)


def code(session, ballot, name):
    line = lines_of(session, ballot)[name]
    return slips.code_of(ballot.slip_key, line.id, line.issue)


def refused(act):
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.refusals[0].code


def test_by_phone_by_code_and_one_of_two_on_a_phone(session, meeting, by):
    actions.open_ballot(session, meeting, by=by("worker"), at=START)
    vote(session, meeting, by("granny"), [0])
    ballot_id, held = slips.enter(session, slips.spaced(code(session, meeting, "魏居民")), START)
    assert ballot_id == meeting.id
    vote(session, meeting, NOBODY, [0, 1], held)
    vote(session, meeting, by("resident_two"), [2])  # 金居民 of the two on this phone, by the name of the account
    assert set(session.scalars(sa.select(Participant.who))) == {
        lines_of(session, meeting)[name].ref for name in ("严阿婆", "魏居民", "金居民")
    }
    # the same person by code: the same vote, changed
    vote(session, meeting, NOBODY, [1], slips.enter(session, code(session, meeting, "严阿婆"), START)[1])
    assert meeting.turnout == 3
    assert damage(session) == []


def test_who_shares_a_phone_says_who(session, meeting, by):
    session.get_one(Person, by("resident_two").id).name = "金家"
    actions.open_ballot(session, meeting, by=by("worker"), at=START)
    mine = voters.standing(session, meeting, by("resident_two"), START)
    assert [one.name for one in mine.seats] == ["金居民", "小金"]
    assert refused(lambda: vote(session, meeting, by("resident_two"), [0])) == "which_seat"
    vote(session, meeting, by("resident_two"), [0], Held(mine.seats[1].id, 0))
    vote(session, meeting, by("resident_two"), [1], Held(mine.seats[0].id, 0))
    assert meeting.turnout == 2


def test_another_ones_line_cannot_be_chosen(session, meeting, by):
    actions.open_ballot(session, meeting, by=by("worker"), at=START)
    stranger = lines_of(session, meeting)["魏居民"]
    mine = voters.standing(session, meeting, by("granny"), START, Held(stranger.id, 0))
    assert mine.name == "严阿婆"
    assert voters.standing(session, meeting, NOBODY, START, Held(stranger.id, 0)).refusal.code == "code_wanted"


def test_each_refusal(session, meeting, by):
    assert refused(lambda: slips.enter(session, "123456789012", START)) == "code_unknown"
    assert refused(lambda: vote(session, meeting, by("granny"), [0])) == "not_open"
    actions.open_ballot(session, meeting, by=by("worker"), at=START)
    old = code(session, meeting, "魏居民")
    assert refused(lambda: slips.enter(session, old, START - timedelta(minutes=1))) == "not_open"
    assert refused(lambda: vote(session, meeting, by("near_resident"), [0])) == "not_on_roll"
    assert refused(lambda: vote(session, meeting, NOBODY, [0])) == "code_wanted"
    session.get_one(Person, by("granny").id).born_on = date(2012, 1, 1)
    session.flush()
    assert refused(lambda: vote(session, meeting, by("granny"), [0])) == "underage"
    held = slips.enter(session, old, START)[1]
    slips.replace_lost(session, meeting, held.roll_id, by=by("worker"), at=START)
    assert refused(lambda: slips.enter(session, old, START)) == "code_used"
    assert refused(lambda: vote(session, meeting, NOBODY, [0], held)) == "code_used"
    session.expire_all()
    new = code(session, meeting, "魏居民")
    assert new != old
    assert slips.enter(session, new, START)[1].issue == 2
    assert refused(lambda: slips.enter(session, new, meeting.closes_at)) == "closed"
    actions.close_ballot(session, meeting, by=by("worker"), at=START, note="散会")
    assert refused(lambda: slips.enter(session, new, START)) == "closed"
    assert refused(lambda: vote(session, meeting, by("resident"), [0])) == "closed"


def test_not_resident_where_there_is_no_roll(session, by):
    ballot = a_ballot(session, by("worker"))
    actions.open_ballot(session, ballot, by=by("worker"), at=START)
    assert refused(lambda: vote(session, ballot, by("near_resident"), [0])) == "not_resident"
    assert refused(lambda: vote(session, ballot, NOBODY, [0])) == "not_resident"


def test_the_roll_is_frozen_at_the_opening(session, meeting, by):
    actions.open_ballot(session, meeting, by=by("worker"), at=START)
    more = {"by": by("worker"), "at": START}
    one = lines_of(session, meeting)["魏居民"].id
    written = {"source": "名单", "on": DAY, "anew": False, "field": "lines"}
    for act in (
        lambda: roll.write(session, meeting, roll.typed("新来的"), **written, **more), lambda: roll.remove(session, meeting, one, **more),
        lambda: roll.record_notice(session, meeting, noticed_on=DAY, place="公开栏", **more),
        lambda: roll.record_study(session, meeting, studied_on=DAY, meeting="会", opinion="好", agrees=True, **more),
    ):  # fmt: skip
        assert refused(act) == "frozen"


@pytest.mark.parametrize(("came", "met"), [(3, False), (4, True)])
def test_the_quorum_counts_who_signed_in_and_who_voted(session, meeting, by, came, met):
    """Of six, four must come. Two vote; the others only sign in. One who voted signs in too and is no second person."""
    actions.open_ballot(session, meeting, by=by("worker"), at=START)
    vote(session, meeting, by("granny"), [0, 1])
    vote(session, meeting, by("resident"), [0])
    lines = lines_of(session, meeting)
    here = [lines[name].id for name in ("严阿婆", "魏居民", "小金", "姜代表")[: came - 1]]
    shown = [one.id for one in lines.values()]
    assert roll.attend(session, meeting, shown=shown, present=here, by=by("worker"), at=START) == len(here)
    assert roll.attend(session, meeting, shown=shown, present=here, by=by("worker"), at=START) == 0
    actions.close_ballot(session, meeting, by=by("worker"), at=START, note="散会")
    actions.count(session, meeting, by=by("worker"), at=START)
    result = meeting.result
    assert result["quorum"] == {"least": 4, "nature": "representatives", "unit": "person", "entitled": 6, "present": came}
    assert result["quorum_met"] is met
    assert [row["passed"] for row in result["choices"]] == [False, False, False], "2 of 4 are no majority"
    assert damage(session) == []


def test_more_than_half_of_those_present_decide(session, meeting, by):
    actions.open_ballot(session, meeting, by=by("worker"), at=START)
    for name, chosen in {"严阿婆": [0], "魏居民": [0], "姜代表": [0, 1], "小金": [1]}.items():
        vote(session, meeting, NOBODY, chosen, slips.enter(session, code(session, meeting, name), START)[1])
    actions.close_ballot(session, meeting, by=by("worker"), at=START, note="散会")
    actions.count(session, meeting, by=by("worker"), at=START)
    assert [row["passed"] for row in meeting.result["choices"]] == [True, False, False]
    assert [one.passed for one in queries.outcome(session, meeting.id)] == [True, False, False]


def test_lines_as_they_are_typed():
    found = roll.typed("严阿婆，1幢101，139-0000-0037\n\n 华居民  13900000038\n魏居民 1幢104")
    assert [(one.name, one.household, one.phone) for one in found] == [
        ("严阿婆", "1幢101", "139-0000-0037"), ("华居民", "", "13900000038"), ("魏居民", "1幢104", ""),
    ]  # fmt: skip
    assert found[1].places["姓名"] == "第 3 行"


def sheet(*rows):
    columns = tuple(Column(name, name) for name in ("姓名", "户", "手机号"))
    report = Report(title="名册", as_of=START, sections=(Section("", (Table(columns, rows, "名册"),)),))
    return reports.write(report, "xlsx")


def test_a_table_is_told_its_bad_cells(session, by):
    ballot = a_ballot(session, by("worker"), unit="household")
    content = sheet(("严阿婆", "1幢101", "13900000037"), ("", "1幢102", "1390"), ("华居民", "1幢101", ""))
    given = {"source": "户籍", "on": DAY, "anew": False, "field": "file", "by": by("worker"), "at": START}
    with pytest.raises(Refused) as caught:
        roll.write(session, ballot, roll.from_sheet(content, "名册.xlsx", wide=False), **given)
    told = [one.sentence for one in caught.value.refusals]
    assert all(one.place == "file" for one in caught.value.refusals)
    assert len(told) == 3
    first = int(told[0].split(" ")[2].partition("：")[0][1:])
    assert told[0].startswith(f"Sheet 名册 A{first}：请写姓名")
    assert told[1].startswith(f"Sheet 名册 C{first}：“1390”不是手机号")
    assert told[2].startswith(f"Sheet 名册 B{first + 1}：与Sheet 名册 A{first - 1}重复")
    with pytest.raises(Refused, match="缺少列"):
        roll.from_sheet("姓名\n严阿婆\n".encode(), "名册.csv", wide=False)


def in_file(engine):
    """All that stands in SQLite's own file; of another database nothing is read."""
    if engine.dialect.name != "sqlite":
        return b""
    fold_log(engine)
    return Path(engine.url.database).read_bytes()


def test_after_the_close_nothing_links_in_the_file_itself(session, meeting, by, engine):
    """Neither the keys, nor a code, nor what a vote was stored under stands in the database file; nor the printed slips in the store."""
    actions.open_ballot(session, meeting, by=by("worker"), at=START)
    slip_key, key = meeting.slip_key, meeting.key
    held = slips.enter(session, code(session, meeting, "魏居民"), START)[1]
    vote(session, meeting, NOBODY, [0], held)
    vote(session, meeting, by("granny"), [1])
    session.commit()
    gone = [voters.voter_key(key, who) for who in session.scalars(sa.select(Participant.who))]
    gone += list(session.execute(sa.text("SELECT key, slip_key FROM ballots")).one())  # as they are kept, sealed
    if engine.dialect.name == "sqlite":
        fold_log(engine)
        content = Path(engine.url.database).read_bytes()
        assert all(one.encode() in content for one in gone), "while it is open the test finds them"
    shown = [slips.code_of(slip_key, one.id, one.issue) for one in lines_of(session, meeting).values()]
    session.commit()
    assert all(one.encode() in in_file(engine) for one in gone) or engine.dialect.name != "sqlite"
    actions.close_ballot(session, meeting, by=by("worker"), at=START, note="散会")
    session.commit()
    assert session.execute(sa.text("SELECT key, slip_key FROM ballots")).all() == [(None, None)]
    assert not [one for one in (*gone, *shown, slip_key, key) if one.encode() in in_file(engine)]
    assert not set(gone) & set(session.scalars(sa.select(Vote.voter_key)))
    assert session.scalar(sa.select(sa.func.count()).select_from(Slip)) == 6, "hashes stay, so that a late code is told that it is too late"


WAYS = ("phone", "code", "paper", "again")
deeds = st.lists(st.tuples(st.sampled_from(("严阿婆", "华居民", "魏居民")), st.sampled_from(WAYS), st.integers(0, 2)), max_size=12)


@pytest.mark.soak
@settings(
    max_examples=200 if os.environ.get("SANSHE_SOAK") else 15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(story=deeds)
def test_nobody_is_counted_twice_by_person_roll_and_code(session, meeting, by, story):
    with session.begin_nested() as all_of_it:
        actions.open_ballot(session, meeting, by=by("worker"), at=START)
        people, came = {"严阿婆": "granny", "华居民": "resident"}, set()
        for name, way, choice in story:
            try:
                with session.begin_nested():
                    if way == "paper":
                        paper.mark_person(
                            session,
                            meeting,
                            name=name,
                            way="paper",
                            area_code=meeting.area_code,
                            born_on=date(1950, 1, 1),
                            by=by("worker"),
                            at=START,
                        )
                    elif way == "phone":
                        vote(session, meeting, by(people.get(name, "near_resident")), [choice])
                    else:
                        if way == "again":
                            slips.replace_lost(session, meeting, lines_of(session, meeting)[name].id, by=by("worker"), at=START)
                            session.expire_all()
                        vote(session, meeting, NOBODY, [choice], slips.enter(session, code(session, meeting, name), START)[1])
                    came.add(name)
            except Refused:
                continue
        session.refresh(meeting)
        register = list(session.scalars(sa.select(Participant.who).where(Participant.ballot_id == meeting.id)))
        assert meeting.turnout == len(register) == len(came)
        assert set(register) == {lines_of(session, meeting)[name].ref for name in came}
        online = session.scalar(sa.select(sa.func.count()).select_from(Participant).where(Participant.way == "online"))
        assert session.scalar(sa.select(sa.func.count()).select_from(Vote)) == online
        all_of_it.rollback()
    session.expire_all()


def test_slips_are_as_many_as_lines(session, meeting, by):
    actions.open_ballot(session, meeting, by=by("worker"), at=START)
    report = slips.sheet_of(session, meeting, "http://sanshe.test/", (), START)
    cards = report.sections[0].blocks[1].cards
    assert [one.title.split("　")[-1] for one in cards] == ["严阿婆", "华居民", "金居民", "小金", "魏居民", "姜代表"]
    assert cards[0].address == f"http://sanshe.test/ballots/code?code={slips.plain(cards[0].code)}"
    assert len({one.code for one in cards}) == 6
    printed = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=reports.write(report, "pdf"), capture_output=True, check=True
    ).stdout.decode()
    digits = re.sub(r"\D", "", printed)
    assert all(slips.plain(one.code) in digits for one in cards), "每张纸条上的码都印了出来"
