"""Standard scores, calibration and divergence against figures worked out by hand and against plain decimals of 60 digits."""

from decimal import ROUND_FLOOR, Decimal, localcontext

from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.scoring import rules
from webapp.scoring.rules import figures

THREE = {1: {1: 6000, 2: 7000, 3: 8000}, 2: {1: 7000, 2: 8000, 3: 9000}, 3: {1: 6500, 2: 8500, 3: 9000}}
"""Judge 1: mean 70, variance 66.67; judge 2: mean 80, variance 66.67; judge 3: mean 80, variance 116.67. Panel: 83.33."""


def test_standard_scores_by_hand():
    """10 from the mean over a deviation of 8.165 is 1.2247 deviations: 70 ± 12.25."""
    found = rules.standard(THREE)
    assert found[1] == found[2] == {1: 5775, 2: 7000, 3: 8225}
    assert rules.standard({1: {1: 8000, 2: 8000}}) == {1: {1: 7000, 2: 7000}}
    assert rules.standard({1: {1: 8000, 2: 9000}}, mean=5000, deviation=500) == {1: {1: 4500, 2: 5500}}


def test_calibration_by_hand():
    """Judge 1: the others gave his files 80 on average; 10 × √(83.33 ÷ 66.67) = 11.18. Judge 3: 15 × √(83.33 ÷ 116.67) = 12.68."""
    found = rules.calibrated(THREE, enough=3)
    assert found.adjusted == {1, 2, 3}
    assert found.scores == {
        1: {1: 6882, 2: 8000, 3: 9118},
        2: {1: 6382, 2: 7500, 3: 8618},
        3: {1: 6232, 2: 7923, 3: 8345},
    }


def test_a_small_panel_is_not_adjusted():
    assert rules.calibrated(THREE) == rules.Calibration(THREE, frozenset())
    assert rules.calibrated({1: THREE[1], 2: THREE[2]}, enough=3).adjusted == frozenset()


def test_a_judge_with_few_files_is_left_as_he_is():
    found = rules.calibrated(THREE | {4: {1: 100}}, enough=3)
    assert found.adjusted == {1, 2, 3}
    assert found.scores[4] == {1: 100}


def test_a_judge_who_gives_all_the_same_is_only_moved():
    found = rules.calibrated(THREE | {4: {1: 9900, 2: 9900, 3: 9900}}, enough=3)
    assert found.scores[4] == dict.fromkeys((1, 2, 3), 7667)  # (60 + 70 + 65 + 70 + 80 + 85 + 80 + 90 + 90) ÷ 9


def test_divergence_is_measured_from_the_others():
    scores = {1: 8000, 2: 8200, 3: 6000}
    assert rules.diverging(scores, 1500) == {3}  # 81 − 60
    assert rules.diverging(scores, 2099) == {3}
    assert rules.diverging(scores, 2100) == frozenset()
    assert rules.diverging({1: 8000}, 0) == frozenset()
    assert rules.diverging(scores, None) == frozenset()


def half_up(value: Decimal) -> int:
    return int((value + Decimal("0.5")).to_integral_value(ROUND_FLOOR))


def test_trimming_follows_the_rule():
    values = [100, 6000, 7000, 8000, 9000, 9100, 10000]
    assert rules.statistics(values, trim=2, trim_from=7).trimmed == 8000
    assert rules.statistics(values, trim=2, trim_from=8).trimmed == rules.statistics(values).mean
    assert rules.statistics([1, 2], trim=1, trim_from=2).trimmed == 2  # nothing would be left: the plain mean, 1.5


panels = st.dictionaries(
    st.integers(1, 6), st.dictionaries(st.integers(1, 12), st.integers(0, 10_000), min_size=1, max_size=12), min_size=1, max_size=6
)


@settings(max_examples=60)
@given(panels)
def test_figures_are_those_of_long_decimals(scores):
    with localcontext() as context:
        context.prec = 60
        standard, found = rules.standard(scores), rules.calibrated(scores, enough=4)
        usual, habits = plain_habits(scores, 4)
        for judge, files in scores.items():
            middle, variance = habit(list(files.values()))
            for one, score in files.items():
                if variance:
                    assert standard[judge][one] == max(0, half_up(7000 + 1000 * (score - middle) / variance.sqrt()))
                if judge not in found.adjusted:
                    assert found.scores[judge][one] == score
                    continue
                middle_, variance_, target = habits[judge]
                stretch = min(Decimal(2), max(Decimal("0.5"), (usual / variance_).sqrt())) if variance_ and usual else Decimal(1)
                wanted = half_up(target + (score - middle_) * stretch)
                assert found.scores[judge][one] == min(10_000, max(0, wanted))
        assert found.adjusted == (frozenset(habits) if len(habits) >= figures.ENOUGH_JUDGES else frozenset())


def habit(values: list[int]) -> tuple[Decimal, Decimal]:
    middle = Decimal(sum(values)) / len(values)
    return middle, sum((value - middle) ** 2 for value in values) / len(values) if len(set(values)) > 1 else Decimal(0)


def plain_habits(scores, enough):
    """Mean, variance and what the others gave, of each judge with enough files that others judged too."""
    found = {}
    for judge, files in scores.items():
        shared = [one for one in files if any(one in other for key, other in scores.items() if key != judge)]
        if len(shared) < enough:
            continue
        others = [[other[one] for key, other in scores.items() if key != judge and one in other] for one in shared]
        target = sum(Decimal(sum(line)) / len(line) for line in others) / len(shared)
        found[judge] = (*habit([files[one] for one in shared]), target)
    usual = sum((variance for _, variance, _ in found.values()), Decimal(0)) / len(found) if found else Decimal(0)
    return usual, found
