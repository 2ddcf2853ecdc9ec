"""What holds for every set of rules: JSON and back, money to the fen, and figures as the rule's words have them."""

import dataclasses
import json
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.money import Money
from tests.reviews.rankings import entry, ranked
from webapp.calls.rules import (
    Blind,
    Bonus,
    CallRules,
    Category,
    Children,
    Column,
    Competition,
    Donation,
    Figures,
    NoticePlan,
    Package,
    Part,
    Question,
    Rule,
    Section,
    Shown,
    Span,
    TranchePlan,
    Weights,
    amounts,
    template,
    templates,
)
from webapp.calls.rules.tranches import refusal
from webapp.calls.rules.words import HIDDEN_UNTIL, TRIGGERS, UNITS

WORD = st.text("甲乙丙丁 abc0189", min_size=1, max_size=6)
MONEY = st.integers(0, 10**9).map(Money)
SPAN = st.builds(Span, st.integers(1, 60), st.sampled_from(list(UNITS)))
UNTIL = st.sampled_from(list(HIDDEN_UNTIL))
KEYS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=5, unique=True)


@st.composite
def sections(draw):
    """Sections with questions of every kind, some asked only under a condition."""
    made = []
    for key in draw(KEYS):
        questions = [Question("first", draw(WORD), "choice", options=("一", "二"))]
        for n, kind in enumerate(draw(st.lists(st.sampled_from(["text", "long", "number", "money", "date", "yesno", "choices", "table"])))):
            columns = (Column("c", draw(WORD)), Column("d", draw(WORD), "choice", options=("是",)))
            questions.append(
                Question(
                    f"q{n}", draw(WORD), kind, required=draw(st.booleans()), longest=draw(st.none() | st.integers(1, 500)),
                    options=("是",) if kind == "choices" else (), columns=columns if kind == "table" else (),
                    shown_if=draw(st.none() | st.just(Shown("first", ("一",)))), names=draw(st.booleans()),
                )
            )  # fmt: skip
        made.append(Section(f"s_{key}", draw(WORD), tuple(questions)))
    return tuple(made)


RULES = st.builds(
    dataclasses.replace,
    st.sampled_from([one.make() for one in templates()]),
    categories=KEYS.flatmap(
        lambda keys: st.tuples(*(st.builds(Category, st.just(key), WORD, st.none() | st.integers(0, 9), st.none() | MONEY) for key in keys))
    ),
    form=sections(),
    eligibility=st.lists(
        st.builds(lambda years, text: Rule("no_record", {"record": "ban", "years": years}, text), st.integers(0, 9), WORD), max_size=3
    ).map(tuple),
    weights=st.builds(Weights, *[st.integers(0, 100)] * 5),
    aggregation=st.sampled_from(["mean", "trimmed", "median", "standard"]),
    figures=st.builds(Figures, st.integers(0, 3), st.integers(1, 9), st.sampled_from([0, 1, 2]), st.sampled_from(["half_up", "down"])),
    notice=st.builds(NoticePlan, SPAN, st.booleans(), SPAN),
    donation=st.builds(Donation, st.sampled_from(["largest", "target", "requested"]), MONEY, st.integers(0, 5000)),
    bonuses=st.lists(st.builds(Bonus, st.just("b"), WORD, st.integers(0, 5000)), max_size=1).map(tuple),
    competition=st.builds(
        Competition, st.integers(1, 4), st.sampled_from(["call", "category", "need"]), st.sampled_from(["stop", "necessity"])
    ),
    package=st.none()
    | st.builds(lambda parts, n: Package((parts,), n), st.builds(Part, st.just("p"), WORD, WORD, st.integers(0, 9)), st.integers(0, 9)),
    children=st.none() | st.builds(Children, st.integers(0, 3), st.integers(3, 9), MONEY, st.integers(0, 100)),
    tranches=st.lists(
        st.builds(TranchePlan, st.integers(0, 100), st.sampled_from(list(TRIGGERS)), within=st.none() | SPAN), max_size=4
    ).map(tuple),
    review_within=st.none() | SPAN,
)


@settings(max_examples=60, deadline=None)
@given(RULES, UNTIL, UNTIL, UNTIL)
def test_rules_survive_the_way_through_json(rules, applicant, reviewer, scores):
    rules = dataclasses.replace(rules, panel=dataclasses.replace(rules.panel, blind=Blind(applicant, reviewer, scores)))
    assert CallRules.from_json(json.loads(json.dumps(rules.to_json(), ensure_ascii=False))) == rules


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.builds(TranchePlan, st.integers(0, 100), st.just("signed"), st.sampled_from(["percent", "fixed", "rest"]), MONEY),
        min_size=1,
        max_size=6,
    ),
    st.integers(1, 10**12).map(Money),
)
def test_the_tranches_of_a_grant_add_up_to_it_to_the_fen(plans, granted):
    if refusal(plans) is not None:
        if any(one.kind != "percent" for one in plans) and sum(one.kind == "rest" for one in plans) != 1:
            with pytest.raises(ValueError):
                amounts(plans, granted)
        return
    found = amounts(plans, granted)
    assert sum(found, Money(0)) == granted
    assert len(found) == len(plans)
    assert min(found) >= Money(0)
    for plan, amount in zip(plans, found, strict=True):
        if plan.kind == "percent":
            assert abs(amount.fen * 100 - granted.fen * plan.percent) < 100 or amount.fen * 100 < granted.fen * plan.percent
        if plan.kind == "fixed":
            assert amount <= plan.fixed


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**12).map(Money), st.lists(st.integers(0, 100), max_size=4).map(sorted))
def test_percents_alone_differ_from_their_share_by_less_than_a_fen(granted, cuts):
    parts = [there - here for here, there in pairwise([0, *cuts, 100])]
    found = amounts([TranchePlan(one, "signed") for one in parts], granted)
    assert sum(found, Money(0)) == granted
    assert all(abs(one.fen * 100 - granted.fen * part) < 100 for one, part in zip(found, parts, strict=True))


def by_hand(scores: list[int], aggregation: str, figures: Figures) -> int:
    """What the panel's scores come to, in the rule's words, with decimals instead of fractions."""
    given_ = sorted(Decimal(one) / 100 for one in scores)
    if aggregation == "trimmed" and len(given_) >= figures.trim_from and len(given_) > 2 * figures.trim:
        for _ in range(figures.trim):
            given_.remove(max(given_))
            given_.remove(min(given_))
    if aggregation == "median":
        middle = len(given_) // 2
        given_ = [given_[middle]] if len(given_) % 2 else [given_[middle - 1], given_[middle]]
    return rounded(sum(given_) / len(given_), figures)


def rounded(value: Decimal, figures: Figures) -> int:
    way = ROUND_HALF_UP if figures.rounding == "half_up" else ROUND_DOWN
    return int(value.quantize(Decimal(1).scaleb(-figures.decimals), way) * 100)


FIGURES = st.builds(Figures, st.integers(0, 3), st.integers(1, 7), st.sampled_from([0, 1, 2]), st.sampled_from(["half_up", "down"]))
SCORES = st.lists(st.integers(0, 10_000), min_size=1, max_size=9)


@settings(max_examples=300, deadline=None)
@given(SCORES, SCORES, st.integers(0, 10), st.sampled_from(["mean", "trimmed", "median"]), FIGURES, st.integers(0, 100))
def test_scores_are_combined_and_rounded_as_the_rule_says(panel, community, votes, aggregation, figures, weight):
    rules = dataclasses.replace(
        template(), aggregation=aggregation, figures=figures, weights=Weights(weight, 100 - weight, 0), pass_line=0, tie_break=()
    )
    row = ranked(rules, [entry(1, panel=panel, community=community, votes=votes)])["rows"][0]
    with localcontext(prec=60):
        one, two = by_hand(panel, aggregation, figures), by_hand(community, "mean", figures)
        whole = (Decimal(one) * weight + Decimal(two) * (100 - weight)) / 10_000
        assert (row["panel"], row["community"]) == (one, two)
        assert row["combined"] == rounded(whole, figures)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 10_000), min_size=3, max_size=3), min_size=1, max_size=5), FIGURES)
def test_standard_scores_are_each_judges_own_scale(judges, figures):
    """For each judge: mean + deviation × (score − his mean) ÷ his standard deviation, two decimals, not below nought; then the mean."""
    figures = dataclasses.replace(figures, standard_mean=7000, standard_deviation=1000)
    rules = dataclasses.replace(
        template(), aggregation="standard", figures=figures, weights=Weights(100, 0, 0), stages=("panel",), pass_line=0, tie_break=()
    )
    files = [{str(n): one for n, one in enumerate(scores, 1)} for scores in judges]
    entries = [entry(n, panel=[scores[n - 1] for scores in judges]) for n in (1, 2, 3)]
    found = {one["id"]: one["panel"] for one in ranked(rules, entries, files)["rows"]}
    with localcontext(prec=80):
        for n in (1, 2, 3):
            scaled = [standard_by_hand(scores, scores[n - 1]) for scores in judges]
            assert found[n] == rounded(sum(scaled) / len(scaled), figures)


def standard_by_hand(scores: list[int], mine: int) -> Decimal:
    own = [Decimal(one) / 100 for one in scores]
    mean = sum(own) / len(own)
    deviation = (sum((one - mean) ** 2 for one in own) / len(own)).sqrt()
    value = 70 + 10 * (Decimal(mine) / 100 - mean) / deviation if deviation else Decimal(70)
    two = value.quantize(Decimal("0.01"), ROUND_HALF_UP) if value >= 0 else Decimal(0)
    return max(two, Decimal(0))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10_000)), min_size=1, max_size=5),
    st.sampled_from(["largest", "target", "requested"]),
)
def test_money_raised_becomes_points_in_proportion_and_never_more_than_all(rows, measure):
    rules = dataclasses.replace(
        template(), donation=Donation(measure, Money(5_000_000), bonus=1000), weights=Weights(80, 0, 0, donation=20), stages=("panel",),
        beyond_hundred=True, pass_line=0, tie_break=(),
    )  # fmt: skip
    out = ranked(rules, [entry(n, panel=[score], donation_fen=fen) for n, (fen, score) in enumerate(rows, 1)])["rows"]
    whole = {"largest": max(fen for fen, _ in rows), "target": 5_000_000, "requested": 1_000_000}[measure]
    for one in out:
        fen, score = rows[one["id"] - 1]
        part = min(Decimal(fen) / whole, Decimal(1)) if whole else Decimal(0)
        points = rounded(part * 100, Figures())
        assert one["donation"] == points
        assert one["combined"] == rounded((Decimal(score) * 80 + points * 20) / 10_000, Figures()) + rounded(part * 10, Figures())
