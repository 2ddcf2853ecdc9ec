"""The area list of the whole country read by the command, and the same of a thirtieth: how long it takes, and whether it needs more memory for more rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving import sanshe

MANY = 620_000
PART = 30
"""How many times smaller the list is that the large one is compared with."""


@dataclass(frozen=True, slots=True)
class Told:
    """What reading both lists took."""

    rows: int
    seconds: float
    again_s: float
    peak_mb: float
    grown_mb: float
    """What the large list needed beyond the small one, both read into an empty database."""


def write(path: Path, many: int) -> None:
    """A list as the package has it: one line, an object for each community with the codes of those above it."""
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for n in range(many):
            street, community = divmod(n, 15)
            county, street = divmod(street, 14)
            city, county = divmod(county, 9)
            province, city = divmod(city, 14)
            above = f"{11 + province:02d}{1 + city:02d}{1 + county:02d}{1 + street:03d}"
            one = {
                "code": f"{above}{1 + community:03d}", "name": f"第{n}社区居委会", "streetCode": above, "areaCode": above[:6],
                "cityCode": above[:4], "provinceCode": above[:2],
            }  # fmt: skip
            file.write(("," if n else "") + json.dumps(one, ensure_ascii=False, separators=(",", ":")))
        file.write("]")


def _run(folder: Path, address: str, path: Path) -> tuple[float, float, str]:
    """Seconds, megabytes at the most, and the last line of one `sanshe areas import`."""
    folder.mkdir(exist_ok=True)
    took, most, said = sanshe(folder, address, "areas", "import", str(path))
    return took, most, said.strip().splitlines()[-1]


def measure(folder: Path, few_at: str, many_at: str, many: int = MANY) -> Told:
    """Read a small list into one empty database and a large one into another, and the large one once more. Raises AssertionError when rows are missing."""
    few, large = folder / "few.json", folder / "villages.json"
    write(few, many // PART)
    write(large, many)
    _, small, _ = _run(folder / "areas", few_at, few)
    took, peak, said = _run(folder / "areas", many_at, large)
    assert f"新增 {many}" in said, said
    again, _, said = _run(folder / "areas", many_at, large)
    assert f"新增 0，更新 0，跳过 {many}" in said, said
    return Told(many, round(took, 1), round(again, 1), round(peak, 1), round(peak - small, 1))
