"""However a grant is cut and split, its parts add up to it: the list within the pool, the lines and the tranches within the grant."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.money import Money
from tests.reviews.rankings import entry, ranked
from webapp.calls.rules import TranchePlan, amounts, template
from webapp.projects.actions.award import awarded_lines

FEN = st.integers(0, 3_000_000)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "line": st.sampled_from(["staff", "activity", "goods", "travel", "audit"]),
            "grant_fen": FEN | st.none(),
            "own_fen": FEN | st.none(),
        }
    ),
    max_size=9,
)
CUTS = st.lists(st.integers(1, 99), max_size=4, unique=True).map(
    lambda at: [b - a for a, b in zip([0, *sorted(at)], [*sorted(at), 100], strict=True)]
)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.integers(0, 9_000_000).map(Money))
def test_the_awarded_lines_are_cut_in_proportion_and_add_up_to_the_grant(budget, granted):
    found = awarded_lines(budget, granted)
    asked: dict[str, int] = {}
    own: dict[str, int] = {}
    for row in budget:
        asked[row["line"]] = asked.get(row["line"], 0) + (row["grant_fen"] or 0)
        own[row["line"]] = own.get(row["line"], 0) + (row["own_fen"] or 0)
    assert sum(share.fen for _, share, _ in found) == granted.fen
    assert {key: mine.fen for key, _, mine in found} == ({"activity": 0} if not sum(asked.values()) and "activity" not in own else {}) | own
    if whole := sum(asked.values()):
        for key, share, _ in found:
            assert abs(share.fen - Fraction(granted.fen * asked[key], whole)) < 1, key


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(5000, 9900), st.integers(1, 3_000_000), ROWS), min_size=1, max_size=8), st.integers(1, 12_000_000), CUTS,
)  # fmt: skip
def test_from_the_pool_to_the_last_tranche_no_fen_is_lost_or_made(made, pool, percents):
    """The money of a call on its way: proposed amounts within the pool; of each, the lines and the tranches come to the same sum."""
    entries = [entry(n, panel=[score], requested_fen=asks) for n, (score, asks, _) in enumerate(made, 1)]
    rows = ranked(template(), entries, pool_fen=pool, floor_fen=0, tracks={}, categories={})["rows"]
    given_out = {row["id"]: Money(row["amount_fen"]) for row in rows if row["outcome"] == "propose"}
    assert sum(given_out.values(), Money(0)).fen <= pool
    plans = [TranchePlan(percent, "signed") for percent in percents]
    for key, amount in given_out.items():
        assert sum((share for _, share, _ in awarded_lines(made[key - 1][2], amount)), Money(0)) == amount
        assert sum(amounts(plans, amount), Money(0)) == amount
