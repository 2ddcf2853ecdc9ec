"""What of the house a viewer's board covers: projects and places under the areas one answers for."""

from typing import Any

import sqlalchemy as sa

from webapp.core.scope import Viewer, visible, within
from webapp.permissions import roles_for
from webapp.projects.models import Project


def prefixes(viewer: Viewer) -> list[str]:
    """The areas of the duties that read the board, none of them under another."""
    may = roles_for("board.read")
    codes = sorted({tie.value for tie in viewer.ties if tie.relation == "area" and tie.role in may})
    return [code for code in codes if not any(other != code and code.startswith(other) for other in codes)]


def projects(viewer: Viewer) -> sa.ColumnElement[bool]:
    """The projects of the board."""
    return visible(viewer, Project, roles_for("board.read"))


def places(viewer: Viewer, code: Any, area: str = "") -> sa.ColumnElement[bool]:
    """Rows that lie in the viewer's areas, narrowed to one of them or a part of one."""
    return sa.and_(sa.or_(sa.false(), *(within(code, prefix) for prefix in prefixes(viewer))), within(code, area))
