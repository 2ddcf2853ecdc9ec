"""What a page may lead to, for whom it leads: objects, pages by their right, papers to print."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from flask import current_app, request, url_for

from webapp.core import scope
from webapp.core.web import db, viewer


def hrefs(refs: Iterable[str]) -> dict[str, str]:
    """The addresses of those of some objects that the viewer may open; one statement for each kind of object."""
    keys: dict[str, set[int]] = {}
    for ref in refs:
        name, _, key = ref.partition(":")
        if key.isdecimal():
            keys.setdefault(name, set()).add(int(key))
    found: dict[str, str] = {}
    for name, wanted in keys.items():
        model: Any = scope.model_named(name)
        endpoint = current_app.extensions["object_pages"].get(name)
        if model is None or endpoint is None:
            continue
        reached = scope.visible(viewer(), model, current_app.extensions["roles_for"](f"{name}.read"))
        found |= {
            f"{name}:{key}": url_for(endpoint, id=key)
            for key in db.session.scalars(sa.select(model.id).where(model.id.in_(wanted), reached))
        }
    return found


def addresses(refs: Iterable[str]) -> dict[str, str]:
    """The addresses of some objects of kinds the viewer's duties may open: for long lists, where each kind is worked out once.

    Whether the viewer reaches each row is asked at its own door.
    """
    found: dict[str, str] = {}
    patterns: dict[str, str] = {}
    for ref in set(refs):
        name, _, key = ref.partition(":")
        if name not in patterns:
            endpoint = current_app.extensions["object_pages"].get(name)
            patterns[name] = url_for(endpoint, id=0) if endpoint and may(f"{name}.read") else ""
        if patterns[name] and key.isdecimal():
            head, _, tail = patterns[name].rpartition("/0")
            found[ref] = f"{head}/{key}{tail}"
    return found


def may(right: str) -> bool:
    """Whether any duty of the viewer carries a right, whatever the object: for showing a link, never for letting through."""
    mine = {tie.role for tie in viewer().ties} if viewer().id is not None else set()
    return bool(current_app.extensions["roles_for"](right) & (mine | {"public"}))


def papers(ref: str = "") -> list[Any]:
    """The documents of an object (the one this page shows, or one named) that the viewer may have: what is there, what can be made.

    A later stage makes them; it says so in `current_app.extensions["papers"]`, a function of the object's reference.
    """
    if not ref:
        pages: Mapping[str, str] = current_app.extensions["object_pages"]
        ref = next((f"{name}:{(request.view_args or {}).get('id')}" for name, page in pages.items() if page == request.endpoint), "")
    found: list[Any] = current_app.extensions["papers"](ref) if ref else []
    return found


def preview(paper: str, ref: str = "", **args: Any) -> str:
    """Where a document (of an object, or a report over many) is shown as it would be made now; empty for who may not have it."""
    found: str = current_app.extensions["previews"](paper, ref, **args)
    return found
