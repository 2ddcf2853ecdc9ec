"""A verb done for a form: what it gives, or what it refuses, told at the fields."""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import g
from sqlalchemy.exc import DataError, IntegrityError, NoResultFound

from webapp.core.forms import Form, told_at_fields
from webapp.core.here import Aside, db
from webapp.core.workflow import NotAllowed, Refusal, Refused

log = structlog.get_logger()
T = TypeVar("T")
STUMBLES = (AttributeError, TypeError, ValueError, LookupError, AssertionError, NoResultFound, IntegrityError, DataError)
"""What a verb made for answers that are right may fall over where one is missing or wrong; anything else is a failure of its own."""


def tried(form: Form, act: Callable[[], T]) -> T | None:
    """Do a verb for a form: what it gives, or None when it was refused for what stands in the form's fields.

    Nothing of a refused verb stays; the form is shown again with the sentence beside the field and all that was typed.
    """
    try:
        return act()
    except Refused as refused:
        db.session.rollback()
        if not told_at_fields(form, refused):
            raise
    return None


def submitted(form: Form, act: Callable[[], T]) -> T | None:
    """Do a verb for a form that was sent and is filled in rightly; None when it was not sent, or is shown again.

    Of a form with something wrong, the verb is tried all the same and undone, so that what its rules would refuse is told in one round.
    """
    if not form.is_submitted():
        return None
    if form.validate():
        return tried(form, act)
    _told_besides(form, act)
    return None


def _told_besides(form: Form, act: Callable[[], Any]) -> None:
    """What a verb refuses besides what the form has found wrong, at fields that were not told of yet. Nothing of the verb stays."""
    if "csrf_token" in form.errors:
        return
    kept: list[Aside] = list(g.get("aside", ()))
    found: tuple[Refusal, ...] = ()
    try:
        with db.session.no_autoflush:
            act()
    except NotAllowed:
        pass
    except Refused as refused:
        found = refused.refusals
    except STUMBLES as stumbled:
        log.debug("verb not tried out", form=type(form).__name__, over=type(stumbled).__name__)
    finally:
        db.session.rollback()
        g.aside = kept
    for one in found:
        if one.place in form and not form[one.place].errors:
            form[one.place].errors = [one.sentence]


__all__ = ["submitted", "tried"]
