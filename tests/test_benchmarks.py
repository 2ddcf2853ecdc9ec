"""The benchmarks' city on a small scale: it passes `sanshe doctor`, and its pages cost the same however large it is. No timing."""

from __future__ import annotations

import pytest

from benchmarks import alike, areas, every_page, issuing, ledger
from benchmarks.scenes import Scenes, make_app
from benchmarks.seed import PLACES, City, Sizes, open_house, seed
from benchmarks.serving import Load
from tests.counting import MOST
from webapp import cli
from webapp.core.db import make_engine, reading, transaction

SMALL, LARGER = Sizes().part(50), Sizes().part(10)


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, City, dict[str, int], dict[str, int]]]:
    """The address, the city, the statements of its measured pages and of every page of the review, small and larger."""
    data = tmp_path_factory.mktemp("bench")
    found = []
    for name, sizes in (("small", SMALL), ("larger", LARGER)):
        open_house(data)
        address = f"sqlite:///{data / name}.db"
        city = seed(address, sizes)
        scenes = Scenes(make_app(data, address), city)
        found.append((address, city, scenes.statements(), every_page.counts(scenes)))
    return found


def test_pages_and_forms_send_at_most_twelve_statements_and_the_same_at_any_size(cities) -> None:
    small, larger = cities[0][2], cities[1][2]
    assert set(small) == {"list", "detail", "dashboard", "pile", "save", "score", "vote"}
    assert {name: count for name, count in small.items() if count > MOST} == {}
    assert small == larger


def test_every_page_of_the_review_keeps_to_twelve_at_any_size(cities) -> None:
    small, larger = (pages for *_, pages in cities)
    assert len(larger) >= 80
    assert {name: count for name, count in larger.items() if count > MOST} == {}
    assert {name: (small[name], count) for name, count in larger.items() if small.get(name, count) != count} == {}


def test_the_city_has_what_was_asked_for(cities) -> None:
    _, city, *_ = cities[1]
    sizes = LARGER
    assert city.counts["scorecards"] == city.counts["assignments"] == sizes.applications * sizes.judges
    assert city.counts["ballot_votes"] == sizes.votes
    assert city.counts["projects"] == sizes.projects


def test_doctor_finds_nothing_in_the_seeded_city(cities) -> None:
    with reading(make_engine(cities[0][0])) as session:
        for name, check in cli.checks():
            assert list(check(session)) == [], name


def test_what_is_planted_among_others_is_found_whatever_their_number(tmp_path) -> None:
    open_house(tmp_path)
    few = alike.measure(f"sqlite:///{tmp_path / 'few.db'}", 60, 20)
    assert few.compared_with == 80
    assert few.found >= 2


def test_a_long_book_passes_the_doctor_and_its_pages_keep_to_twelve(tmp_path) -> None:
    open_house(tmp_path)
    address = f"sqlite:///{tmp_path / 'few.db'}"
    scenes = Scenes(make_app(tmp_path, address), ledger.fill(address, ledger.Amount(400, 60, 6)))
    with reading(make_engine(address)) as session:
        assert [one for _, check in cli.checks() for one in check(session)] == []
    assert {name: count for name, count in ledger.statements(scenes).items() if count > MOST} == {}
    assert {"funding", "brief", "performance", "lottery_notice", "project_performance"} <= set(ledger.papers_of(address, scenes.city))
    with transaction(make_engine(address)) as session:
        assert sum(issuing.ask_reports(session, scenes.city, area) for area in PLACES) == 6
        assert issuing.ask_table(session, scenes.city) == 60


@pytest.mark.soak
def test_a_list_of_areas_is_read_whole_and_again_changes_nothing(tmp_path) -> None:
    told = areas.measure(tmp_path, f"sqlite:///{tmp_path / 'few.db'}", f"sqlite:///{tmp_path / 'many.db'}", 6_000)
    assert told.rows == 6_000


def test_percentiles_and_rates_of_a_load() -> None:
    load = Load([n / 1000 for n in range(1, 101)], wall=2, cpu=0.5)
    assert load.percentile(0.5) == pytest.approx(51)
    assert load.percentile(0.95) == pytest.approx(96)
    assert load.each == pytest.approx(5)
    assert load.rate == pytest.approx(50)
