"""One prepared world: an object of every kind at home (桃花坞 in 姑苏), next door (平江) and far away (云龙区 in another city).

`ids[kind][where]` gives its key. What stands at home is met by everybody's right; what stands next door by the same
district's, and by another organisation's; what stands far away by 云龙's people alone.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.money import Money
from tests import make
from tests.ballots.papers import a_ballot, counted, opened, prepare
from tests.cast import PINGJIANG, TAO, YUNLONG, Cast
from tests.conftest import START
from tests.projects import stage
from tests.walks.planted import DRUM, ID_NUMBER, PHONE, SECRETS, Crew, Kept, World, keep_file, number, someone, viewer_of
from tests.walks.world_delivery import calls, money
from tests.walks.world_handling import handling
from tests.walks.world_review import drafts, review
from webapp.accounts.actions import add_membership
from webapp.accounts.models import Membership, Organisation, Person
from webapp.ballots import actions as ballots
from webapp.ballots.models import Preparation, Teller
from webapp.ballots.queries import choices_of
from webapp.ballots.voters import receipt_of, voter_key
from webapp.core import files, outbox
from webapp.core.clock import today
from webapp.library.models import PublishedProject
from webapp.needs import actions as needs
from webapp.needs import receipts
from webapp.needs.models import Voice, Wording
from webapp.urgent import actions as urgent


def build(session: Session, cast: Cast) -> World:
    world = World(cast)
    home, next_door, far = _crews(session, cast)
    _library(session, world)
    for where, crew in (("own", home), ("near", next_door), ("far", far)):
        _needs(session, world, where, crew)
        handling(session, world, where, crew)
        if where != "far":
            _urgent(session, world, where, crew)
        _ballots(session, world, where, crew)
    _papers(session, world, home)
    _by_roll(session, world, home)
    calls(session, world, home, far)
    money(session, world, [("own", home), ("near", next_door)], "own")
    money(session, world, [("far", far)], "far")
    drafts(session, world, home, next_door)
    review(session, world, "own", home)
    review(session, world, "far", far)
    _people(session, world)
    return world


def _crews(session: Session, cast: Cast) -> tuple[Crew, Crew, Crew]:
    """The people of home and next door are the cast's; 云龙 gets its own."""
    drum = Organisation(kind="community", name="钟鼓楼社区居委会", area_code=DRUM)
    other = Organisation(
        kind="social_org", name="云龙互助社", area_code=YUNLONG, registered_on=date(2018, 5, 1), bank_account="6217000000000001"
    )
    session.add_all([drum, other])
    session.flush()
    cast.offices["drum"], cast.offices["other"] = drum.id, other.id
    home = Crew(
        TAO, cast.officer, cast.head, cast.leader, cast.accountant, cast.worker, cast.lead, cast.member, cast.evaluator, "chenguang"
    )
    near = Crew(
        PINGJIANG,
        cast.officer,
        cast.head,
        cast.leader,
        cast.accountant,
        cast.far_worker,
        cast.rival,
        cast.rival_member,
        cast.evaluator,
        "qingmiao",
    )
    far = Crew(
        DRUM, cast.far_officer, someone(session, "云龙科长", cast.yunlong, "bureau_head"), cast.far_leader,
        someone(session, "云龙财务", cast.yunlong, "finance"), someone(session, "钟鼓社工", drum.id, "community"),
        someone(session, "互助社长", other.id, "org_lead"), someone(session, "互助社员", other.id, "org_member"), cast.far_officer, "other",
    )  # fmt: skip
    return home, near, far


def _library(session: Session, world: World) -> None:
    row = PublishedProject(
        city="苏州市", year_text="2015", year_from=2015, year_to=2015, year_inferred=False, programme="公益创投", project="老伙伴", organisation="某社",
        category="为老", amount_text="5", note="", source="公报", read_at=START,
    )  # fmt: skip
    session.add(row)
    session.flush()
    world.put("published_project", "own", row)


def _needs(session: Session, world: World, where: str, crew: Crew) -> None:
    """A need said by a resident with what is private in it, one written down for a neighbour, one that is public."""
    cast = world.cast
    said = {
        "own": f"我叫严阿婆，身份证 {ID_NUMBER}，电话 {PHONE}。{SECRETS['words']}", "near": "楼下太吵", "far": f"说一下。{SECRETS['far_words']}",
    }[where]  # fmt: skip
    resident = {"own": cast.granny, "near": cast.far_resident, "far": crew.worker}[where]
    need = needs.say(
        session,
        words=said,
        area_code=crew.area,
        category="elderly",
        photos=[stage.picture("家.jpg", 33)],
        by=viewer_of(session, resident),
        at=START,
    )
    world.put("need", where, need)
    world.put("receipt", where, receipts.token(need.id))
    voice = session.query(Voice).filter_by(need_id=need.id).one()
    keep_file(session, world, where, need)
    keep_file(session, world, where, voice)
    world.put("voice", where, voice)
    voice.written_down = 1  # as if it had been spoken
    by = viewer_of(session, crew.worker)
    taken = needs.take_in(
        session, words="腿脚不好", area_code=crew.area, category="elderly", channel="visit", speaker=SECRETS["speaker"] if where == "own" else "某人",
        speaker_phone=SECRETS["speaker_phone"] if where == "own" else "", by=by, at=START,
    )  # fmt: skip
    world.put("need taken in", where, taken)
    if where == "own":
        proposed = needs.propose(
            session, organisation_id=cast.offices["chenguang"], title="上门理发", words="每周三上门", area_code=crew.area, category="elderly",
            by=viewer_of(session, cast.member), at=START,
        )  # fmt: skip
        world.put("need proposed", where, proposed)
    needs.accept(session, taken, category="elderly", decision="self", title="行动不便", by=by, at=START)
    world.put("wording", where, needs.draft_wording(session, taken, title="行动不便", text="老人出行需要帮忙", by=by, at=START))
    if where == "own":
        public = make.need(session, START, area=TAO, person=cast.granny, title="电梯", public=True, state="accepted", number=number("X"))
        voices = session.query(Voice).filter_by(need_id=public.id).one()
        voices.words = f"电梯坏了，身份证 {ID_NUMBER},{SECRETS['words']}"
        wording = Wording(need_id=public.id, title="加装电梯", text="老楼需要电梯", drafted_by_id=cast.worker.id)
        make.at_state(session, wording, "drafted", START)
        needs.release_wording(session, wording, by=viewer_of(session, cast.worker_two), at=START)
        world.put("public need", where, public)


def _urgent(session: Session, world: World, where: str, crew: Crew) -> None:
    """A sealed report; here with its 专办人, near by with nobody to read it."""
    by = viewer_of(session, crew.worker)
    if where == "own":
        add_membership(session, world.cast.grid.id, world.cast.taohuawu, "urgent_reader", from_day=today(START), by=by, at=START)
    report = urgent.receive(
        session, kind="violence", words=SECRETS["sealed" if where == "own" else "near_sealed"], area_code=crew.area, channel="web",
        person_id=world.cast.granny.id if where == "own" else None, speaker=SECRETS["sealed_speaker"] if where == "own" else None, by=by, at=START,
    )  # fmt: skip
    world.put("urgent", where, report)


def _ballots(session: Session, world: World, where: str, crew: Crew) -> None:
    """One in preparation, one running, one closed and not counted, one counted; votes of three people in each."""
    by = viewer_of(session, crew.worker)
    voters = {"own": ("granny", "resident", "resident_two"), "near": ("far_resident",), "far": ()}[where]
    for state in ("draft", "open", "closed", "counted"):
        paper = [ballots.NewChoice(f"选项{n}", "", "") for n in (1, 2, 3)]
        ballot = ballots.create(
            session, purpose="needs", subject=f"area:{crew.area}", title=f"评议{state}", area_code=crew.area, method="approve", most=2, choices=paper,
            opens_at=START, closes_at=START + timedelta(days=7), by=by, at=START,
        )  # fmt: skip
        world.put(f"ballot {state}", where, ballot)
        if state == "draft":
            continue
        ballots.open_ballot(session, ballot, by=by, at=START)
        keys = [one.id for one in choices_of(session, ballot.id)]
        for n, voter in enumerate(voters):
            chosen = [keys[0], keys[2]] if n == 0 else [keys[1]]
            ballots.cast(session, ballot, choices={"choices": chosen}, by=viewer_of(session, getattr(world.cast, voter)), at=START)
        if where == "own":
            session.add_all([Teller(ballot_id=ballot.id, person_id=who.id) for who in (world.cast.supervisor, world.cast.granny)])
            _keep_votes(world, session, ballot, voters)
        if state != "open":
            ballots.close_ballot(session, ballot, note="人已到齐", by=by, at=START)
        if state == "counted":
            ballots.count(session, ballot, by=by, at=START)


MONEY = {"pot": Money(1000_00), "costs": (600, 600, 300)}
PAPERS: dict[str, dict[str, Any]] = {"pot": MONEY, "rank": {}, "score": {}}
"""What a ballot of each further method is made with."""


def _papers(session: Session, world: World, crew: Crew) -> None:
    """At home, a running ballot of each further method, and one counted with a tie over money and signed for."""
    by = viewer_of(session, crew.worker)
    for method, more in PAPERS.items():
        world.put(f"ballot by {method}", "own", opened(session, by, method=method, **more))
    votes = [{"choices": [1]}, {"choices": [2]}, {"choices": [3]}]
    ballot = counted(session, by, votes, method="pot", **MONEY)
    session.add_all([Teller(ballot_id=ballot.id, person_id=who.id) for who in (world.cast.supervisor, world.cast.granny)])
    session.flush()
    ballots.sign_recount(session, ballot, agrees=True, note="", by=viewer_of(session, world.cast.supervisor), at=START)
    world.put("ballot with a tie", "own", ballot)


def _by_roll(session: Session, world: World, crew: Crew) -> None:
    """At home, a running meeting of representatives with its roll and the record of the study."""
    ballot = a_ballot(session, viewer_of(session, crew.worker), nature="representatives", who="representatives")
    prepare(
        session,
        ballot,
        viewer_of(session, crew.worker),
        f"{SECRETS['listed']} 1幢101 13900000055\n何名册",
        scans=[stage.picture("研究记录.jpg", 77)],
    )
    ballots.open_ballot(session, ballot, by=viewer_of(session, crew.worker), at=START)
    world.put("ballot by roll", "own", ballot)
    kept = session.scalars(sa.select(Preparation).where(Preparation.ballot_id == ballot.id)).one()
    world.put("preparation", "own", kept)
    world.put("file of preparation", "own", files.of(session, kept.ref)[0])


def _keep_votes(world: World, session: Session, ballot: Any, voters: tuple[str, ...]) -> None:
    """What ties voters to votes while a ballot runs, kept here to look for it afterwards."""
    for voter in voters:
        who = getattr(world.cast, voter).ref
        world.votes.append(Kept(ballot.id, voter, voter_key(ballot.key, who), receipt_of(session, ballot, who) or ""))


def _people(session: Session, world: World) -> None:
    outbox.tell(session, [world.cast.granny.id], f"need:{world.ids['need']['own']}", "给阿婆的消息", "只有阿婆能看", at=START)
    session.flush()
    message = session.query(outbox.Message).filter_by(person_id=world.cast.granny.id, title="给阿婆的消息").one()
    world.put("message", "own", message)
    for name in ("officer", "far_officer"):
        found = session.query(Membership).filter_by(person_id=getattr(world.cast, name).id).one()
        world.put("membership", "own" if name == "officer" else "far", found)
        world.put("person", "own" if name == "officer" else "far", session.get_one(Person, found.person_id))
    for where, name in (("own", "chenguang"), ("near", "qingmiao"), ("far", "drum")):
        world.put("organisation", where, world.cast.offices[name])
