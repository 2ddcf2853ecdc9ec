"""What each step of a project's delivery requires; one file for each kind of work."""

from webapp.core.workflow import Rule
from webapp.projects.rules import agreements, award, changes, charges, delivery, project, register, supervision

REQUIRED: dict[str, tuple[Rule, ...]] = {
    **project.REQUIRED,
    **award.REQUIRED,
    **agreements.REQUIRED,
    **delivery.REQUIRED,
    **supervision.REQUIRED,
    **changes.REQUIRED,
    **charges.REQUIRED,
}

WORDS = {**award.WORDS, **agreements.WORDS, **delivery.WORDS, **register.WORDS, **supervision.WORDS, **changes.WORDS, **charges.WORDS}
