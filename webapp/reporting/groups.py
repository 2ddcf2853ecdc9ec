"""Grouping with pandas, in whole fen (int64). Only the command line and the worker come here: web pages do not."""

from collections.abc import Mapping, Sequence
from typing import Any


def grouped(rows: Sequence[Mapping[str, Any]], by: str, figures: Sequence[str]) -> list[dict[str, Any]]:
    """The sums of whole-number columns for each value of a column, in the order in which the values come."""
    import pandas as pd  # noqa: PLC0415 -- slow import with a large memory; web processes must not have it

    if not rows:
        return []
    frame = pd.DataFrame([{by: row[by], **{name: row[name] for name in figures}} for row in rows])
    frame = frame.astype(dict.fromkeys(figures, "int64"))
    sums = frame.groupby(by, sort=False)[list(figures)].sum()
    return [{"key": str(key), **{name: int(line[name]) for name in figures}} for key, line in sums.iterrows()]


def summed(rows: Sequence[Mapping[str, Any]], figures: Sequence[str]) -> dict[str, int]:
    """The sums of whole-number columns over all rows; noughts over nothing."""
    found = grouped([{"all": "", **row} for row in rows], "all", figures)
    return {name: found[0][name] if found else 0 for name in figures}
