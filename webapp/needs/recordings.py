"""听写: what a resident said into the telephone, and the words a worker writes down for it."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.accounts.viewer import Viewer
from webapp.core import journal, outbox
from webapp.core.workflow import refuse
from webapp.needs.findable import index
from webapp.needs.models import Need, Voice
from webapp.urgent.rules import kinds_of

TIMES = 2
"""Written down, and once more to correct it."""


def write_down(session: Session, need: Need, voice: Voice, *, words: str, by: Viewer, at: datetime) -> tuple[str, ...]:
    """Keep what a recording says; who spoke is told. Gives the kinds of what does not belong in this channel, as for typed words.

    Raises Refused once it has been corrected (`corrected`): whose words they are must not depend on who wrote last.
    """
    if (voice.written_down or 0) >= TIMES:
        raise refuse("corrected", "听写已经更正过一次，不能再改。还有不对的，请在办理时写进说明。", "words")
    voice.words, voice.written_down = words, (voice.written_down or 0) + 1
    session.flush()
    index(session, need)
    journal.record(session, need.ref, "write_down", by=by.ref, at=at, data={"voice": voice.ref, "time": voice.written_down})
    if voice.person_id is not None:
        body = "社区已把您的录音写成文字。请看看写得对不对，不对的请打电话告诉社区。"
        outbox.tell(session, [voice.person_id], need.ref, f"需求 {need.number} 的录音已听写", body, at=at)
    return kinds_of(words)
