"""The 责任书 of a project and its tasks."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.core.db import rows
from webapp.projects.models import Charge, Task
from webapp.workflows import TASK


@dataclass(frozen=True, slots=True)
class TaskRow:
    id: int
    title: str
    how: str
    unit: str
    target: int
    done: int
    responsible: str
    due_on: date
    state: str

    @property
    def state_label(self) -> str:
        return TASK.states[self.state]


def charge_of(session: Session, project_id: int) -> int | None:
    """The key of a project's 责任书."""
    return session.scalar(sa.select(Charge.id).where(Charge.project_id == project_id))


def tasks_of(session: Session, project_id: int) -> list[TaskRow]:
    """The tasks of a project, in their order."""
    columns = (Task.id, Task.title, Task.how, Task.unit, Task.target, Task.done, Task.responsible, Task.due_on, Task.state)
    return rows(session, TaskRow, sa.select(*columns).where(Task.project_id == project_id).order_by(Task.position))
