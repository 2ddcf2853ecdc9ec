"""The one door: who, from where, what stands in the way, and what it leaves behind."""

import pytest
import sqlalchemy as sa

from tests import make
from tests.conftest import START
from webapp.core import journal, workflow
from webapp.core.workflow import NotAllowed, Refused, take_step


def test_a_step_changes_the_state_and_leaves_an_entry(session, cast):
    need = make.need(session, START, state="collected", decision="self", pace="quick", elsewhere="12345")
    by = cast.worker.viewer(session, START)
    take_step(session, need, "accept", by=by, at=START)
    assert need.state == "accepted"
    last = journal.lines(session, [need.ref])[0]
    assert (last.step, last.before, last.after, last.by) == ("accept", "collected", "accepted", cast.worker.ref)
    assert list(journal.faults(session)) == []


def test_a_stranger_and_a_wrong_state_are_refused(session, cast):
    need = make.need(session, START, state="collected", decision="self", pace="quick", elsewhere="12345")
    with pytest.raises(NotAllowed):
        take_step(session, need, "accept", by=cast.far_worker.viewer(session, START), at=START)
    with pytest.raises(Refused, match="当前状态"):
        take_step(session, need, "ballot", by=cast.worker.viewer(session, START), at=START)
    assert need.state == "collected"


def test_a_needed_reason_is_asked_for(session, cast):
    need = make.need(session, START, state="collected", decision="self", pace="quick", elsewhere="12345")
    with pytest.raises(Refused, match="请填写"):
        take_step(session, need, "return", by=cast.worker.viewer(session, START), at=START, note=" ")


def test_every_step_has_one_owner():
    steps = [("a.rules", {"need.accept": ()}, {})]
    with pytest.raises(ValueError, match="属于 needs"):
        workflow.install(__import__("webapp.workflows").workflows.ALL, steps)
    from webapp import app

    app.unite()


@pytest.mark.parametrize("change", ["step='merge'", "at='2020-01-01 00:00:00'", "before='rated'"])
def test_a_forged_entry_is_found(session, cast, change):
    need = make.need(session, START, state="collected", decision="self", pace="quick", elsewhere="12345")
    take_step(session, need, "accept", by=cast.worker.viewer(session, START), at=START)
    session.execute(sa.text(f"UPDATE journal SET {change} WHERE subject = '{need.ref}' AND number = 2"))
    session.expire_all()
    assert any("被改动" in found for found in journal.faults(session))


def test_a_removed_entry_is_found(session, cast):
    need = make.need(session, START, state="collected", decision="self", pace="quick", elsewhere="12345")
    take_step(session, need, "accept", by=cast.worker.viewer(session, START), at=START)
    session.execute(sa.text(f"DELETE FROM journal WHERE subject = '{need.ref}' AND number = 2"))
    session.expire_all()
    assert list(journal.faults(session)) == [f"{need.ref} 链头与最后一条不符"]
