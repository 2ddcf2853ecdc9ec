"""Verbs of 自制统计表: saved, changed, renamed, shared or kept, deleted. Nobody's but the maker's."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.accounts.viewer import Viewer
from webapp.core import journal
from webapp.core.workflow import refuse
from webapp.permissions import RELATION, roles_for
from webapp.reporting.models import SavedTable
from webapp.reporting.queries.sources import SOURCES, columns_of
from webapp.reporting.rules.tables import Spec, left_out


def _checked(session: Session, source: str, spec: Spec, by: Viewer) -> None:
    """Refuse what the maker may not be shown, and what shows nothing."""
    of = SOURCES[source]
    if not roles_for(of.right) & {tie.role for tie in by.ties}:
        raise refuse("no_source", f"您没有查看“{of.title}”的权限。")
    kept, gone = left_out(spec, [one.key for one in columns_of(session, by, of, spec.filters)])
    if gone:
        raise refuse("hidden", "有的列现在不能选，请重新勾选。", "columns")
    if not kept.columns:
        raise refuse("no_columns", "请至少勾选一列。", "columns")


def save(session: Session, source: str, spec: Spec, *, title: str, shared: bool, by: Viewer, at: datetime) -> SavedTable:
    """Keep a table under a name. Raises Refused."""
    _checked(session, source, spec, by)
    roles = roles_for("own_table.create")
    area = next((one.area_code for one in by.members if one.role in roles and one.role not in RELATION), by.area_code or "")
    table = SavedTable(
        title=title.strip(), source=source, spec=spec.to_json(), shared=shared, area_code=area, person_id=by.id, at=at, dropped_at=None
    )  # fmt: skip
    session.add(table)
    session.flush()
    journal.record(session, table.ref, "save", by=by.ref, at=at, data={"source": source, "shared": shared})
    return table


def change(session: Session, table: SavedTable, spec: Spec, *, by: Viewer, at: datetime) -> None:
    """Give a table other columns, filters or groups. Raises Refused."""
    _checked(session, table.source, spec, by)
    table.spec = spec.to_json()
    journal.record(session, table.ref, "change", by=by.ref, at=at, data={"source": table.source})
    session.flush()


def name(session: Session, table: SavedTable, *, title: str, shared: bool, by: Viewer, at: datetime) -> None:
    """Rename it, share it, or keep it to oneself again; what stays as it was leaves no entry."""
    if (title := title.strip()) != table.title:
        table.title = title
        journal.record(session, table.ref, "rename", by=by.ref, at=at)
    if shared != table.shared:
        table.shared = shared
        journal.record(session, table.ref, "share" if shared else "keep", by=by.ref, at=at)
    session.flush()


def drop(session: Session, table: SavedTable, *, by: Viewer, at: datetime) -> None:
    """Delete it: from now on nobody reaches it. Papers made of it stay in the register."""
    table.dropped_at = at
    journal.record(session, table.ref, "drop", by=by.ref, at=at)
    session.flush()
