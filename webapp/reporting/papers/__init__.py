"""What a document is (文书): which rows it is made of, what it says, who may have it, how long it is kept.

One file of this folder for each document; it declares one `PAPER`, and `webapp.reporting.registry` finds it. The page, the
worker, the batch, the list of what was issued and the dossier know nothing of a document but its `Paper`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.binder import Piece
from reports.report import Report, Section
from webapp.accounts.viewer import Member
from webapp.accounts.viewer import Viewer as Person
from webapp.core.scope import Guarded, Viewer, model_named
from webapp.core.workflow import Refusal

ISSUER = "三社联动公益创投项目平台"
Retention = Literal["permanent", "30", "10"]
RETENTIONS: dict[Retention, str] = {"permanent": "永久", "30": "30年", "10": "10年"}
"""保管期限, as 国家档案局令第8号 names them."""
Author = Literal["organiser", "organisation", "experts", "evaluator", "community", "payer", "parties", "platform"]
AUTHORS: dict[Author, str] = {
    "organiser": "主办单位", "organisation": "申报（承办）单位", "experts": "评审专家", "evaluator": "第三方评估机构", "community": "社区",
    "payer": "付款单位", "parties": "协议双方", "platform": "本平台",
}  # fmt: skip
"""责任者: who answers for what a document says; the dossier puts the name in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a document was asked for: the moment of its data, by whom, with which choice."""

    as_of: datetime
    viewer: Viewer | None = None
    """Who asked; what this person may not see is not in it. None is the house itself, on the command line."""
    choice: str = ""
    """One of the paper's own `choices`: a month, a year, a seat."""
    args: Mapping[str, Any] = field(default_factory=dict)
    """What a report over many objects is narrowed to (`queries.asked.wish_of`)."""
    issuer: str = ISSUER
    number: str = ""
    verify_url: str | None = None
    base: str = ""
    """The site's own address, for what leads to a public page."""
    demo: bool = False

    def address(self, path: str) -> str:
        """Where a page of the site is reached from outside."""
        return f"{self.base.rstrip('/')}{path}"

    def report(self, title: str, sections: Sequence[Section], **more: Any) -> Report:
        """A Report with all that is the same for every document; `more` says the rest, or says it otherwise."""
        same = {
            "number": self.number, "issuer": self.issuer, "as_of": self.as_of, "date_line": fmt.day(self.as_of), "demo": self.demo,
            "verify_url": self.verify_url,
        }  # fmt: skip
        return Report(title=title, sections=tuple(sections), **{**same, **more})


HOUSE = Person(members=(Member(0, "auditor", 0, ISSUER, "", None),))
"""The house itself on the command line: it sees all areas, as who watches them all would."""


def seen_by(asked: Asked) -> Viewer:
    """Whose areas a report over many is of."""
    return asked.viewer or HOUSE


def at_any_time(thing: Any) -> Refusal | None:
    """Nothing stands in a paper's way as soon as there is its subject."""
    return None


def by_title(thing: Any, paper: str) -> str:
    """What an issued document is called: 银龄陪伴 申报回执."""
    return f"{thing.title} {paper}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One kind of document.

    `gather` reads (a constant number of statements, only what `asked.viewer` may see, as things stood at `asked.as_of`);
    `build` is pure. The same rows and the same `asked` give the same bytes.
    """

    key: str
    title: str
    about: type[Guarded] | None
    """The table of its subject; its page, `<REF>.read`, lists the paper. None: a report over the asker's areas."""
    right: str
    """Who may ask for it and have it, of those who reach the subject."""
    shared: bool
    """Whether all who have the right may have the same copy. False where what it tells depends on who asked (a phase hides
    something from some, a panel is blind): then only who asked may have it."""
    gather: Callable[[Session, Any, Asked], Any]
    build: Callable[[Any, Asked], Report]
    retention: Retention
    author: Author
    suffixes: tuple[str, ...] = ("pdf",)
    """The first is what the subject's page offers."""
    ready: Callable[[Any], Refusal | None] = at_any_time
    """What stands in the way, by the subject's own row: no statement. The page does not offer what is not ready."""
    choices: Callable[[Session, Any, datetime], Sequence[tuple[str, str]]] | None = None
    """What must be chosen when asking (value, words): months, years, seats; the newest first."""
    many: Callable[[Session, int], Mapping[tuple[str, str], frozenset[int]]] | None = None
    """Of choices that mean the same for all subjects of a call (a month): each (value, words) with the keys of those that have it,
    by the call's key. So the choice is asked once for a whole bundle."""
    named: Callable[[Any, str], str] = by_title
    machine: Callable[[Any, Asked], bytes] | None = None
    """JSON of its own, where machines get other figures than people read."""
    bound: Callable[[Any], Sequence[Piece]] | None = None
    """Other papers that are bound behind it (合订)."""
    narrows: frozenset[str] = frozenset({"year", "programme", "area", "project"})
    """A report over many objects: what of `queries.asked.Wish` it can be narrowed to; the rest is refused, not passed over."""


UP = ("evaluation", "project", "application", "panel", "call", "fund")
"""What a subject may belong to, the nearest first."""


def place_of(session: Session, thing: Any) -> tuple[str, int | None]:
    """Where a subject lies and which organisation it is about: its own columns, or those of what it belongs to.

    What is part of a project is about the organisation that delivers it, whoever else it names: a visit names who came.
    Raises LookupError for what lies nowhere.
    """
    while not hasattr(thing, "area_code"):
        above = next((name for name in UP if getattr(thing, f"{name}_id", None) is not None), None)
        model: Any = model_named(above) if above else None
        if model is None:
            raise LookupError(f"{thing.ref} lies nowhere")
        thing = session.get_one(model, getattr(thing, f"{above}_id"))
    project: Any = model_named("project") if getattr(thing, "project_id", None) is not None else None
    about = thing if project is None else session.get_one(project, thing.project_id)
    return thing.area_code, getattr(about, "organisation_id", None)
