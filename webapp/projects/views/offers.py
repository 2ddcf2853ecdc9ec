"""What can be made out of an object from its page: a stage, also a later one, offers its own form there.

The page of a project belongs to an early stage, yet spending documents, evaluations and recoveries start from it. Each
view that makes something out of an object says so with `@offer`; the page collects what is offered for the viewer's
roles and the object's state, and so names no later stage.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for

from webapp.core import web


@dataclass(frozen=True, slots=True)
class Offer:
    """The words of the link, and the states of the object in which it makes sense."""

    label: str
    states: frozenset[str]


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    label: str


def offer(label: str, states: Collection[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say that a view makes something out of the object it is entered with; stands below `@entry`."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.offer = Offer(label, frozenset(states))  # type: ignore[attr-defined]
        return view

    return mark


def offers(thing: Any) -> list[Link]:
    """What the viewer may make out of an object as it stands now."""
    return [
        Link(url_for(endpoint, id=thing.id), made.label)
        for endpoint, made, roles in _made_of(type(thing))
        if thing.state in made.states and roles & web.roles_here()
    ]


def _made_of(model: type[Any]) -> list[tuple[str, Offer, frozenset[str]]]:
    """What is offered on the pages of such objects, and to whom; looked up once among the hundreds of views."""
    known: dict[type[Any], list[tuple[str, Offer, frozenset[str]]]] = current_app.extensions.setdefault("offers", {})
    if model not in known:
        views: Mapping[str, Any] = current_app.view_functions
        known[model] = [
            (endpoint, view.offer, current_app.extensions["roles_for"](view.entry.right))
            for endpoint, view in views.items()
            if hasattr(view, "offer") and getattr(getattr(view, "entry", None), "model", None) is model
        ]
    return known[model]
