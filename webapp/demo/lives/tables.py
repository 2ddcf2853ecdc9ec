"""Tables of one's own that a bureau made of its lists, and shares."""

from collections.abc import Iterator
from datetime import datetime

from webapp.demo.city import Bureau
from webapp.demo.stage import Stage
from webapp.reporting.actions import tables
from webapp.reporting.rules.tables import Spec

Life = Iterator[datetime]
MADE = (
    ("projects", "各街道各类项目的资助和拨付", Spec(("granted_fen", "paid_fen", "spent_fen", "persons"), {}, ("street", "category"))),
    ("spendings", "每月支出凭证", Spec(("amount_fen",), {"state": "accepted"}, ("spent_month", "kind"))),
    ("applications", "本年申报一览", Spec(("number", "title", "organisation", "call", "state", "requested_fen", "submitted_at"), {})),
)


def own_tables(stage: Stage, bureau: Bureau) -> Life:
    """All on one day; nothing is drawn by lot, so the rest of the play goes on as it would."""
    with stage.scene() as session:
        by = stage.who(session, bureau.officer)
        for source, title, spec in MADE:
            tables.save(session, source, spec, title=title, shared=True, by=by, at=stage.at)
    yield from ()
