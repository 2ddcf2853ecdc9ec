"""收回: who was erased from the register stays in no list of names; and what a colleague's report tells of who one stands aside for."""

import sqlalchemy as sa

from tests.conftest import START
from tests.projects import stage
from tests.reporting.cases import participants, project_progress
from tests.reporting.test_pages import work
from webapp.accounts.models import Membership
from webapp.core import files, journal, scope
from webapp.core.db import reading, transaction
from webapp.core.outbox import Message
from webapp.projects.actions import erase
from webapp.projects.models import Beneficiary, Project
from webapp.reporting import actions
from webapp.reporting.models import Issued
from webapp.reporting.queries import verification
from webapp.reporting.queries.asked import Wish
from webapp.reporting.registry import PAPERS


def test_a_list_of_names_is_withdrawn_when_somebody_in_it_is_erased(site, cast, engine, app):
    with transaction(engine) as session:
        project = participants.subject(session, cast)
        to = {"base": "http://x", "at": START}
        lead, officer = (one.viewer(session, START) for one in (cast.lead, cast.officer))
        loose, filed = (actions.ask(session, PAPERS["participants"], project, by=lead, **to).id for _ in range(2))
        nameless = actions.ask(session, PAPERS["participants"], project, by=officer, **to).id
    work(engine)
    with transaction(engine) as session:
        kept = session.get_one(Issued, filed)
        actions.file_scan(session, kept, [stage.picture()], by=cast.lead.viewer(session, START), at=START)
        content = files.get(session.get_one(Issued, loose).file_digest)
        assert "钱桂英".encode() in verified(session, content)
        assert actions.withdraw_due(session, START) == 0, "nobody was erased"
        erase(session, session.scalars(sa.select(Beneficiary)).one(), by=cast.lead.viewer(session, START), at=START)
        assert actions.withdraw_due(session, START) == 2
        assert actions.withdraw_due(session, START) == 0
    work(engine)
    with reading(engine) as session:
        stored, rows = set(files.stored()), {one.id: one for one in session.scalars(sa.select(Issued))}
        assert (rows[loose].file_digest in stored, rows[filed].file_digest in stored) == (False, True), "an archive is kept, a copy is not"
        assert rows[nameless].withdrawn_at is None
        assert list(files.faults(session)) == []
        assert list(journal.faults(session)) == []
        told = session.scalars(sa.select(Message.title).where(Message.person_id == cast.lead.id)).all()
        assert told.count("文书已收回") == 2
        verdict = verification.of_file(session, content)
        assert verdict.accepted
        assert "收回" in verdict.told[0]
    visitor = site.as_(cast.lead)
    for one in (loose, filed):
        assert "收回" in visitor.open("reporting.show", id=one)
        assert visitor.open("reporting.file", id=one).status == 404
        assert "已收回" in site.as_(None).open("reporting.verify", token=rows[one].token)
    assert visitor.get(f"/files/{rows[filed].attachment_id}").status == 409
    assert site.as_(cast.officer).open("reporting.file", id=nameless).status == 200
    with transaction(engine) as session:
        again = actions.ask(
            session, PAPERS["participants"], session.get_one(Project, project.id), by=cast.lead.viewer(session, START), **to
        ).id
    work(engine)
    with reading(engine) as session:
        assert "钱桂英".encode() not in verified(session, files.get(session.get_one(Issued, again).file_digest))


def verified(session, content: bytes) -> bytes:
    """What a document says inside, once it was judged to be issued."""
    assert verification.of_file(session, content).accepted
    return repr(verification.verify.inside(content).data).encode()


def test_a_report_over_many_is_kept_from_who_stands_aside_for_one_of_them(engine, cast):
    with transaction(engine) as session:
        project = project_progress.subject(session, cast)
        wish = {"area_code": "320508", "base": "http://x", "at": START}
        made = actions.ask_report(session, "funding", Wish(START), "pdf", by=cast.officer.viewer(session, START), **wish)
        assert scope.roles_on(session, cast.head.viewer(session, START), made)
        session.add(Membership(person_id=cast.head.id, organisation_id=project.organisation_id, role="org_member", from_day=START.date()))
        session.flush()
        head = cast.head.viewer(session, START)
        assert not scope.roles_on(session, head, made)
        own = actions.ask_report(session, "funding", Wish(START), "pdf", by=head, **wish)
        assert scope.roles_on(session, head, own), "one's own leaves that organisation out"
