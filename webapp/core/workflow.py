"""The mechanism of business states: a workflow is a table of steps, and `take_step` is the only door.

Which steps there are stands in `webapp.workflows`; what a step requires stands in the owning slice's `rules.REQUIRED`,
as pure functions of the facts its `queries.FACTS` fetched. `install` unites them and refuses gaps and doubles.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from webapp.core import faults, journal
from webapp.core.scope import Viewer


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something cannot be done: a code for programs, a sentence for people, and the place to mend it."""

    code: str
    sentence: str
    place: str = ""


class Refused(Exception):
    """A step or verb was refused; everything it had changed is rolled back (409)."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__("; ".join(refusal.sentence for refusal in refusals))
        self.refusals = refusals


class NotAllowed(Refused):
    """The person's roles do not allow the step (403)."""


def refuse(code: str, sentence: str, place: str = "") -> Refused:
    return Refused(Refusal(code, sentence, place))


Rule = Callable[[Any], Refusal | Sequence[Refusal] | None]
"""A rule names what stands in the way: nothing, one thing, or several (each section still to be filled in)."""
FactsOf = Callable[[Session, Any, Viewer, datetime], Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a workflow's table."""

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    who: frozenset[str]
    owner: str
    """The slice that owns the step: the latest one whose facts it needs or whose tables it fills."""
    stage: str | None = None
    """A step of a stage that a call leaves out is passed over."""
    todo: str = ""
    """The words of the to-do it makes for those who may take it; empty for a step nobody waits for."""
    waits: tuple[str, ...] = ()
    """Of its sources, those in which somebody is waited for; all of them where none is named."""
    note: str = ""
    """The label of the reason that must be given; empty when none is needed."""
    confirm: str = ""
    """The question asked before a step that cannot be undone."""
    kind: str = "primary"


def step(name: str, label: str, sources: str | tuple[str, ...], target: str, who: Iterable[str], owner: str, **more: Any) -> Step:
    """A row: step, its label, from, to, who may take it, and the slice that owns it."""
    return Step(name, label, (sources,) if isinstance(sources, str) else sources, target, frozenset(who), owner, **more)


@dataclass(frozen=True)
class Workflow:
    """The states and steps of one kind of object; the first state is where it begins."""

    name: str
    label: str
    states: Mapping[str, str]
    steps: tuple[Step, ...]
    main_line: tuple[str, ...] = ()
    """The states of the usual way, in order, for the line of steps on the page."""
    _by_name: dict[str, Step] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.steps:
            unknown = ({*one.sources, one.target} - set(self.states)) | (set(one.waits) - set(one.sources))
            if unknown or one.name in self._by_name:
                raise ValueError(f"{self.name}.{one.name}: 状态 {unknown} 不存在或步骤重名")
            self._by_name[one.name] = one

    @property
    def initial(self) -> str:
        return next(iter(self.states))

    def step(self, name: str) -> Step:
        return self._by_name[name]

    def sources_of(self, one: Step, stages: frozenset[str] | None) -> set[str]:
        """The states a step may start from; a state reached only by a stage that is off stands for the one before it."""
        found: set[str] = set()
        waiting = list(one.sources)
        while waiting:
            state = waiting.pop()
            if state in found:
                continue
            found.add(state)
            into = [s for s in self.steps if s.target == state and s.stage is not None]
            for skipped in into:
                if stages is not None and skipped.stage not in stages:
                    waiting.extend(skipped.sources)
        return found


class Stateful:
    """The columns of an object that has a workflow. Only this module writes `state`."""

    WORKFLOW: ClassVar[Workflow]
    CONSTRAINTS: ClassVar[tuple[Any, ...]] = ()

    state: Mapped[str] = mapped_column(sa.String(24))
    state_at: Mapped[datetime]
    due_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        return (
            sa.CheckConstraint(sa.column("state").in_(list(cls.WORKFLOW.states)), name="known_state"),
            sa.Index(None, "state", "due_at"),
            *cls.CONSTRAINTS,
        )

    @property
    def state_label(self) -> str:
        return self.WORKFLOW.states[self.state]


Follower = Callable[..., None]
"""What a later slice keeps of an earlier object's steps, in the same transaction: `(session, thing, step, by=, at=, note=, data=)`."""

_rules: dict[str, tuple[Rule, ...]] = {}
_facts: dict[str, FactsOf] = {}
_followers: dict[str, tuple[Follower, ...]] = {}


def rules_of(name: str) -> tuple[Rule, ...]:
    """The rules of a step, `need.accept`."""
    return _rules[name]


def install(
    workflows: Iterable[Workflow],
    slices: Iterable[tuple[str, Mapping[str, tuple[Rule, ...]], Mapping[str, FactsOf]]],
    followers: Iterable[Mapping[str, Follower]] = (),
) -> None:
    """Unite the slices' rules, facts and what they keep of steps. Raises ValueError when a step has no owner, two, or the wrong one."""
    _rules.clear()
    _facts.clear()
    _followers.clear()
    for kept in followers:
        for name, follower in kept.items():
            _followers[name] = (*_followers.get(name, ()), follower)
    owners = {f"{workflow.name}.{one.name}": one.owner for workflow in workflows for one in workflow.steps}
    for slice_name, required, facts in slices:
        for key, rules in required.items():
            if owners.get(key) != slice_name:
                raise ValueError(f"{slice_name}.rules 列出 {key}，但该步骤属于 {owners.get(key)}")
            if key in _rules:
                raise ValueError(f"{key} 有两个归属")
            _rules[key] = rules
            found = facts.get(key) or facts.get(key.partition(".")[0])
            if found is not None:
                _facts[key] = found
    if missing := set(owners) - set(_rules):
        raise ValueError(f"没有归属的步骤: {', '.join(sorted(missing))}")


def without_facts() -> list[str]:
    """Steps that have rules but nobody who fetches their facts; a test holds this list empty."""
    return [key for key, rules in _rules.items() if rules and key not in _facts]


def begin(
    session: Session,
    thing: Any,
    *,
    by: Viewer,
    at: datetime,
    step: str = "create",
    note: str = "",
    data: dict[str, Any] | None = None,
    on_behalf: str | None = None,
    state: str = "",
) -> journal.Entry:
    """Bring an object into the world, with its first entry; in its workflow's first state unless it can begin in another (`state`)."""
    thing.state, thing.state_at = state or thing.WORKFLOW.initial, at
    session.add(thing)
    session.flush()
    entry = journal.record(session, thing.ref, step, by=by.ref, at=at, after=thing.state, note=note, data=data, on_behalf=on_behalf)
    _followed(session, thing, step, by=by, at=entry.at, note=note, data=data)
    return entry


def _followed(session: Session, thing: Any, step: str, *, by: Viewer, at: datetime, note: str, data: dict[str, Any] | None) -> None:
    for follower in _followers.get(thing.WORKFLOW.name, ()):
        follower(session, thing, step, by=by, at=at, note=note, data=data or {})


def _stages(thing: Any) -> frozenset[str] | None:
    """The stages that are on for an object; None when its workflow has none that can be left out."""
    stages = getattr(thing, "stages", None)
    return None if stages is None else frozenset(stages)


def refusals(
    session: Session, thing: Any, name: str, *, by: Viewer, at: datetime, known: dict[FactsOf, Any] | None = None
) -> list[Refusal]:
    """All that stands in the way of a step, apart from the person's right to take it.

    `known` keeps facts already fetched, for steps of one object judged together.
    """
    workflow: Workflow = thing.WORKFLOW
    one = workflow.step(name)
    if one.stage is not None and (stages := _stages(thing)) is not None and one.stage not in stages:
        return [Refusal("stage", f"本次征集没有设“{one.label}”这一环节。")]
    if thing.state not in workflow.sources_of(one, _stages(thing)):
        return [Refusal("state", f"当前状态是“{workflow.states[thing.state]}”，不能{one.label}。")]
    key = f"{workflow.name}.{name}"
    if not _rules[key]:
        return []
    known = {} if known is None else known
    facts_of = _facts[key]
    if facts_of not in known:
        known[facts_of] = facts_of(session, thing, by, at)
    refused: list[Refusal] = []
    for rule in _rules[key]:
        found = rule(known[facts_of])
        refused += [found] if isinstance(found, Refusal) else found or ()
    return refused


@dataclass(frozen=True, slots=True)
class Open:
    """A step the person may take from here, and what still stands in the way."""

    step: Step
    blockers: tuple[Refusal, ...]


def open_steps(
    session: Session,
    thing: Any,
    *,
    by: Viewer,
    at: datetime,
    roles: frozenset[str] | None = None,
    known: dict[FactsOf, Any] | None = None,
) -> list[Open]:
    """What the person can do with an object now, and why not; `known` keeps facts the page fetched already."""
    roles = by.roles_on(thing) if roles is None else roles
    workflow: Workflow = thing.WORKFLOW
    stages = _stages(thing)
    known = {} if known is None else known
    return [
        Open(one, tuple(refusals(session, thing, one.name, by=by, at=at, known=known)))
        for one in workflow.steps
        if one.who & roles
        and thing.state in workflow.sources_of(one, stages)
        and not (one.stage and stages is not None and one.stage not in stages)
    ]


def take_step(
    session: Session,
    thing: Any,
    name: str,
    *,
    by: Viewer,
    at: datetime,
    note: str = "",
    data: dict[str, Any] | None = None,
    on_behalf: str | None = None,
    due: datetime | None = None,
) -> journal.Entry:
    """The one door through which a state changes: lock, check, change, record.

    The verb writes what it was given before it calls this, so that the rules judge the object as it would become;
    when a rule refuses, `Refused` is raised and the whole transaction goes.
    `due` is the moment by which the next step is expected.
    """
    workflow: Workflow = thing.WORKFLOW
    one = workflow.step(name)
    session.flush()
    faults.point("read")
    model = type(thing)
    stored = session.scalar(sa.select(model.state).where(model.id == thing.id).with_for_update())
    faults.point("lock")
    if stored != thing.state:
        raise refuse("changed", f"别人刚刚办理过，现在是“{workflow.states.get(stored or '', '')}”。请刷新后再看。")
    if not one.who & by.roles_on(thing):
        raise NotAllowed(Refusal("role", f"您在这里没有“{one.label}”的权限。"))
    if found := refusals(session, thing, name, by=by, at=at):
        raise Refused(*found)
    if one.note and not note.strip():
        raise refuse("note", f"请填写{one.note}。", "note")
    before, thing.state, thing.state_at, thing.due_at = thing.state, one.target, at, due
    session.flush()
    faults.point("write")
    entry = journal.record(
        session, thing.ref, name, by=by.ref, at=at, before=before, after=one.target, note=note, data=data,
        on_behalf=on_behalf or by.stands_in(thing, one.who),
    )  # fmt: skip
    _followed(session, thing, name, by=by, at=entry.at, note=note, data=data)
    return entry


class _Clock:
    """Time itself, taking the steps that `tick` takes."""

    id: int | None = None
    ref = "clock"
    ties = ()

    def roles_on(self, thing: Any) -> frozenset[str]:
        return frozenset({"clock"})

    def stands_in(self, thing: Any, who: Collection[str]) -> str | None:
        return None


CLOCK: Viewer = _Clock()


class _System(_Clock):
    """The house acting within another person's verb on an object of an earlier stage; the right was checked on the later one."""

    def __init__(self, by: Viewer) -> None:
        self.id, self.ref = by.id, by.ref

    def roles_on(self, thing: Any) -> frozenset[str]:
        return frozenset(role for one in thing.WORKFLOW.steps for role in one.who)


def carrying(by: Viewer) -> Viewer:
    """The same person, carrying out the consequence of a step on another object.

    A later stage's verb was allowed by its own row; the earlier object's step follows from it and is not asked again.
    """
    return _System(by)


@dataclass(frozen=True, slots=True)
class Stage:
    """One point on the line that shows where an object stands."""

    label: str
    state: str


def stages_of(workflow: Workflow, line: Sequence[str], been: Sequence[str], state: str) -> list[Stage]:
    """The stages of a way, from the states an object has been in (oldest first) and its present one."""
    way = list(line)
    if state not in way:
        left = next((way.index(one) for one in reversed(been) if one in way), -1)
        way.insert(left + 1, state)
        if not any(state in one.sources for one in workflow.steps):  # an end: what would have followed never comes
            del way[left + 2 :]
    here, known = way.index(state), {*been, way[0]}
    past = (Stage(workflow.states[s], "done" if s in known else "passed") for s in way[:here])
    return [*past, Stage(workflow.states[state], "now"), *(Stage(workflow.states[s], "todo") for s in way[here + 1 :])]
