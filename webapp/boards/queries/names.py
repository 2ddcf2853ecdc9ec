"""How the categories of projects are called: by their call, else by the needs' dictionary."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.calls.models import Call
from webapp.needs.queries import category_labels
from webapp.projects.models import Project


def categories(session: Session, keys: Collection[str]) -> dict[str, str]:
    """Every key with its name: as the needs' dictionary has it, else as the newest call that uses it says. Two statements."""
    labels = category_labels(session)
    missing = [key for key in keys if key not in labels]
    if missing:
        newest = sa.select(sa.func.max(Project.call_id)).where(Project.category.in_(missing)).group_by(Project.category)
        for rules in session.scalars(sa.select(Call.rules).where(Call.id.in_(newest)).order_by(Call.id)):
            labels |= {one["key"]: one["title"] for one in rules.get("categories") or () if one.get("key") in missing and "title" in one}
    return {key: labels.get(key, key) for key in keys}
