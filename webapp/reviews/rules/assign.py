"""Who judges what: never a conflict, the same number of judges for each application, loads as equal as can be.

The model is a flow from applications to judges, solved by HiGHS as a small integer program (docs/decisions/0019): one
variable for each pair that may be, `each` of them for every application, every load between the same two figures. Two
judges kept apart never share an application; no two judges share more than a part of their piles (抽签分散). Among what
is left, fields that match come first, and the rest is a lot drawn from the seed.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from webapp.reviews.rules.draw import lot
from webapp.reviews.rules.spread import parted

Allowed = Mapping[int, frozenset[int]]
"""Application → the judges who have no tie to its applicant."""
Given = Mapping[int, frozenset[int]]
"""Application → its judges."""
Pair = frozenset[int]

MISFIT = 4096
"""What a judge of another field costs, against a lot of less than that."""
ROUNDS = 60
OPTIONS: dict[str, Any] = {
    "log_to_console": False,
    "output_flag": False,
    "threads": 1,
    "random_seed": 1,
    "time_limit": 30.0,
    "mip_rel_gap": 1e-3,
}


@dataclass(frozen=True, slots=True)
class Order:
    """What an assignment has to keep. `each` 0 gives every application to all who may judge it."""

    allowed: Allowed
    judges: tuple[int, ...]
    each: int
    seed: str
    fits: frozenset[tuple[int, int]] = frozenset()
    """(application, judge) whose fields match."""
    apart: frozenset[Pair] = frozenset()
    """Pairs of judges that are never on the same application."""
    share: int = 100
    """The most two judges may have in common, in hundredths of the smaller of their piles; 100 is no limit."""
    pinned: frozenset[tuple[int, int]] = frozenset()
    """(application, judge) fixed by hand."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Why no assignment can be: at an application, or (application None) for the limit on what two judges share."""

    application: int | None
    kind: str
    """few, apart, pin_conflict, pin_apart, pin_many, share, time."""
    count: int = 0


class Impossible(ValueError):
    """No assignment keeps all that was asked; `lacks` says where."""

    def __init__(self, lacks: Iterable[Lack]) -> None:
        self.lacks = tuple(lacks)
        super().__init__(self.lacks)


def too_few(allowed: Allowed, each: int) -> dict[int, int]:
    """The applications that fewer than `each` judges may judge, with how many there are. `each` 0: all judges, at least one."""
    return {one: len(judges) for one, judges in allowed.items() if len(judges) < max(each, 1)}


def lacks(order: Order) -> list[Lack]:
    """What stands in the way, application by application; empty when every application by itself can be served.

    Loads give way, so only the limit on what two judges share can still make all of them together impossible.
    """
    found = []
    for one, may in order.allowed.items():
        pins = frozenset(judge for application, judge in order.pinned if application == one)
        if pins - may:
            found.append(Lack(one, "pin_conflict", len(pins - may)))
        elif len(pins) > order.each > 0:
            found.append(Lack(one, "pin_many", len(pins)))
        elif any(pair <= pins for pair in order.apart):
            found.append(Lack(one, "pin_apart"))
        elif len(may) < max(order.each, 1):
            found.append(Lack(one, "few", len(may)))
        elif (most := _most(may, pins, order.apart, order.each or len(may))) < (order.each or len(may)):
            found.append(Lack(one, "apart", most))
    return found


def _most(may: frozenset[int], pins: frozenset[int], apart: Collection[Pair], enough: int) -> int:
    """How many judges fit on one application together with those fixed, no two of them kept apart; `enough` is where to stop."""
    pairs = [pair for pair in sorted(apart, key=sorted) if pair <= may]
    near: dict[int, set[int]] = {}
    for pair in pairs:
        for judge in pair:
            near.setdefault(judge, set()).update(pair - {judge})
    barred = {other for judge in pins for other in near.get(judge, ())}
    return len(pins) + _free(may - pins - barred, near, enough - len(pins))


def _free(left: frozenset[int], near: Mapping[int, set[int]], enough: int) -> int:
    """The most of these judges of whom no two are kept apart, or any number from `enough` on."""
    loose = frozenset(judge for judge in left if not near.get(judge, set()) & left)
    rest = left - loose
    if len(loose) >= enough or not rest:
        return len(loose)
    judge = max(rest, key=lambda one: (len(near[one] & rest), one))
    without = len(loose) + _free(rest - {judge}, near, enough - len(loose))
    if without >= enough:
        return without
    return max(without, len(loose) + 1 + _free(rest - {judge} - near[judge], near, enough - len(loose) - 1))


def assign(order: Order) -> dict[int, frozenset[int]]:
    """Application → its judges: the loads differ by at most one where that can be, by as little as can be otherwise.

    Raises Impossible when an application cannot be served, or the limit on what two judges share cannot be kept.
    """
    if found := lacks(order):
        raise Impossible(found)
    if not order.allowed:
        return {}
    if not order.each:
        return {one: frozenset(may) for one, may in order.allowed.items()}
    spread, close = None, frozenset[Pair]()
    for _ in range(ROUNDS):
        given = _solve(order, close, spread)
        if given is None:
            spread = _least_spread(order, close)  # each pair that is parted may ask for loads further apart
            continue
        if too_close(given, order.share):
            given = parted(given, order.allowed, share=order.share, apart=order.apart, pinned=order.pinned, seed=order.seed)
        over = too_close(given, order.share)
        if not over:
            return given
        close |= over
    raise Impossible([Lack(None, "share", order.share)])


def loads(given: Given, judges: Iterable[int]) -> dict[int, int]:
    """Judge → how many applications."""
    found = dict.fromkeys(judges, 0)
    for mine in given.values():
        for judge in mine:
            found[judge] = found.get(judge, 0) + 1
    return found


def too_close(given: Given, share: int) -> frozenset[Pair]:
    """The pairs of judges that have more in common than `share` hundredths of the smaller of their piles."""
    if share >= 100:
        return frozenset()
    load, common = loads(given, ()), dict[Pair, int]()
    for mine in given.values():
        for pair in combinations(sorted(mine), 2):
            common[frozenset(pair)] = common.get(frozenset(pair), 0) + 1
    return frozenset(pair for pair, n in common.items() if n * 100 > share * min(load[judge] for judge in pair))


def breaks(order: Order, given: Given) -> list[tuple[int | None, str]]:
    """What a plan, perhaps changed by hand, does not keep: (application, kind); the same checks as the solver's.

    Kinds: conflict, number, apart, and share (application None).
    """
    found: list[tuple[int | None, str]] = []
    for one, may in order.allowed.items():
        mine = given.get(one, frozenset())
        if mine - may:
            found.append((one, "conflict"))
        if len(mine) != (order.each or len(may)):
            found.append((one, "number"))
        if any(pair <= mine for pair in order.apart):
            found.append((one, "apart"))
    if order.each and too_close(given, order.share):
        found.append((None, "share"))
    return found


class _Model:
    """The rows and columns of one integer program."""

    def __init__(self, order: Order) -> None:
        import highspy  # noqa: PLC0415  15 ms; only where an assignment is made

        self.order, self.kinds = order, highspy
        self.at: dict[tuple[int, int], int] = {}
        self.costs: list[float] = []
        self.bounds: list[tuple[float, float]] = []
        self.whole: list[bool] = []
        self.rows: list[tuple[float, float, list[tuple[int, float]]]] = []

    def column(self, low: float, high: float, cost: float = 0, whole: bool = True) -> int:
        self.bounds.append((low, high))
        self.costs.append(cost)
        self.whole.append(whole)
        return len(self.costs) - 1

    def row(self, low: float, high: float, cells: list[tuple[int, float]]) -> None:
        self.rows.append((low, high, cells))

    def of(self, judge: int) -> list[tuple[int, float]]:
        return [(column, 1.0) for (_, one), column in self.at.items() if one == judge]

    def solved(self) -> list[float] | None:
        """The values of the columns at the least cost; None when there are none. Raises Impossible when time runs out.

        A flow has whole numbers at its corners, so the program without the demand for them nearly always gives them at once.
        """
        wanted, self.whole = self.whole, [False] * len(self.whole)
        values = self._run(presolve="off")  # a flow is solved sooner than simplified
        self.whole = wanted
        if values is None or all(abs(value - round(value)) < 1e-6 for value, whole in zip(values, wanted, strict=True) if whole):
            return values
        return self._run()

    def _run(self, presolve: str = "choose") -> list[float] | None:
        solver = self.kinds._core._Highs()  # the solver itself: the wrapper prints who wrote it each time
        for name, value in {**OPTIONS, "presolve": presolve}.items():
            solver.setOptionValue(name, value)
        solver.passModel(self._program())
        solver.run()
        status = solver.getModelStatus()
        if status == self.kinds.HighsModelStatus.kOptimal:
            return [float(value) for value in solver.getSolution().col_value]
        if status == self.kinds.HighsModelStatus.kInfeasible:
            return None
        raise Impossible([Lack(None, "time")])

    def _program(self) -> Any:
        program = self.kinds.HighsLp()
        program.num_col_, program.num_row_ = len(self.costs), len(self.rows)
        program.col_cost_ = self.costs
        program.col_lower_, program.col_upper_ = [low for low, _ in self.bounds], [high for _, high in self.bounds]
        program.row_lower_, program.row_upper_ = [row[0] for row in self.rows], [row[1] for row in self.rows]
        starts, index, value = [0], list[int](), list[float]()
        for _, _, cells in self.rows:
            index += [column for column, _ in cells]
            value += [factor for _, factor in cells]
            starts.append(len(index))
        program.a_matrix_.format_ = self.kinds.MatrixFormat.kRowwise
        program.a_matrix_.start_, program.a_matrix_.index_, program.a_matrix_.value_ = starts, index, value
        kinds = self.kinds.HighsVarType
        program.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in self.whole]
        return program


def _model(order: Order, close: Collection[Pair], *, costs: bool) -> _Model:
    """All that an assignment must keep, but for the loads."""
    model = _Model(order)
    for one in sorted(order.allowed):
        for judge in sorted(order.allowed[one]):
            cost = _cost(order, one, judge) if costs else 0
            model.at[one, judge] = model.column(1 if (one, judge) in order.pinned else 0, 1, cost)
    for one in sorted(order.allowed):
        model.row(order.each, order.each, [(model.at[one, judge], 1.0) for judge in sorted(order.allowed[one])])
        for pair in sorted(order.apart, key=sorted):
            if pair <= order.allowed[one]:
                model.row(0, 1, [(model.at[one, judge], 1.0) for judge in sorted(pair)])
    for pair in sorted(close, key=sorted):
        _limit(model, order, pair)
    return model


def _cost(order: Order, one: int, judge: int) -> int:
    return int(lot(order.seed, judge, one)[:3], 16) + (0 if (one, judge) in order.fits else MISFIT)


def _limit(model: _Model, order: Order, pair: Pair) -> None:
    """Of what both of a pair have, at most `share` of each one's pile: a column for each application they may both judge."""
    both = []
    for one in sorted(order.allowed):
        if pair <= order.allowed[one]:
            column = model.column(0, 1, whole=False)
            both.append((column, 100.0))
            model.row(-1, 1, [*((model.at[one, judge], 1.0) for judge in sorted(pair)), (column, -1.0)])
    for judge in sorted(pair):
        model.row(-1e9, 0, [*both, *((column, -float(order.share)) for column, _ in model.of(judge))])


def _solve(order: Order, close: Collection[Pair], spread: tuple[int, int] | None) -> dict[int, frozenset[int]] | None:
    """The cheapest assignment whose loads all lie within `spread`, or (None) differ by at most one; None when there is none."""
    total, n = order.each * len(order.allowed), len(order.judges)
    low, high = spread or (total // n, -(-total // n))
    model = _model(order, close, costs=True)
    for judge in order.judges:
        model.row(low, high, model.of(judge))
    values = model.solved()
    if values is None:
        return None
    found: dict[int, set[int]] = {one: set() for one in order.allowed}
    for (one, judge), column in model.at.items():
        if values[column] > 0.5:
            found[one].add(judge)
    return {one: frozenset(mine) for one, mine in found.items()}


def _least_spread(order: Order, close: Collection[Pair]) -> tuple[int, int]:
    """The least and the most load that are nearest to each other. Raises Impossible when nothing can be kept at all."""
    model = _model(order, close, costs=False)
    low, high = model.column(0, len(order.allowed), -1), model.column(0, len(order.allowed), 1)
    for judge in order.judges:
        mine = model.of(judge)
        model.row(0, 1e9, [*mine, (low, -1.0)])
        model.row(-1e9, 0, [*mine, (high, -1.0)])
    values = model.solved()
    if values is None:
        raise Impossible([Lack(None, "share", order.share)])
    return round(values[low]), round(values[high])


def positions(given: Given, seed: str) -> dict[tuple[int, int], int]:
    """(judge, application) → its place in that judge's pile, from 1; each pile has an order of its own, by the seed."""
    found: dict[tuple[int, int], int] = {}
    for judge in {j for judges in given.values() for j in judges}:
        pile = sorted((a for a, judges in given.items() if judge in judges), key=lambda a: lot(seed, "pile", judge, a))
        found |= {(judge, one): n for n, one in enumerate(pile, start=1)}
    return found
