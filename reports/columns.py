"""How wide the columns of a table are in print, by what stands in them."""

import re

from reports.report import WIDE, Table, printed


def widths(table: Table) -> list[float]:
    """The columns' shares of the table, in print."""
    needs = [column.width or _need(table, i) for i, column in enumerate(table.columns)]
    if not any(column.width for column in table.columns):
        return _shared(needs, table)
    return needs if len(table.rows) > CHECKED else _mended(needs, table)


ROOM, ROOM_DENSE, ROOM_WIDE = 40.0, 47.0, 78.0  # how many characters a line of a table holds: upright, in small type, landscape
TEXT_AT_LEAST, RUN_AT_MOST = 3.0, 9.0
CHECKED = 200  # rows; of a longer table the shares that were given are taken as they are


def _need(table: Table, i: int) -> float:
    """How wide a column would like to be, in characters: a figure is never broken, so it asks for all of itself."""
    column = table.columns[i]
    lines = [*table.rows, *([table.totals] if table.totals is not None else [])]
    longest = max((em(printed(row[i], column.kind)) for row in lines), default=0.0)
    title = em(column.title)
    return max(longest, min(title, max(3.0, title / 2))) + 1.2


def _mended(given: list[float], table: Table) -> list[float]:
    """The shares that were given, but no figure, day or code broken: what one column lacks the others give, as far as they can."""
    given = [share * _room(table) / sum(given) for share in given]
    least = [_least(table, i) if column.kind == "text" else _need(table, i) for i, column in enumerate(table.columns)]
    lack = sum(max(0.0, low - share) for share, low in zip(given, least, strict=True))
    spare = sum(max(0.0, share - low) for share, low in zip(given, least, strict=True))
    if not lack or not spare:
        return given
    kept = 1 - min(1.0, lack / spare)
    return [low + (share - low) * kept if share > low else low for share, low in zip(given, least, strict=True)]


def _room(table: Table) -> float:
    return ROOM_WIDE if table.wide else ROOM_DENSE if len(table.columns) > WIDE else ROOM


def _shared(needs: list[float], table: Table) -> list[float]:
    """Figures get what they need; text columns fill up the rest like water, the narrow ones first."""
    text = [i for i, column in enumerate(table.columns) if column.kind == "text"]
    left = _room(table) - sum(need for i, need in enumerate(needs) if i not in text)
    widths = list(needs)
    for place, i in enumerate(sorted(text, key=lambda i: needs[i])):
        widths[i] = max(_least(table, i), min(needs[i], left / (len(text) - place)))
        left -= widths[i]
    return widths


def _least(table: Table, i: int) -> float:
    """What a text column cannot do without: a number in it (a telephone, a day) is not broken, unless it is very long."""
    runs = (em(run) for row in table.rows for run in RUN.findall(printed(row[i], "text")))
    return max(TEXT_AT_LEAST, min(RUN_AT_MOST, max(runs, default=0.0) + 1.2))


RUN = re.compile(r"[!-~]{4,}")


def em(text: str) -> float:
    """About how wide a text is, in characters: a Chinese one is one, a Latin one half."""
    return sum(1.0 if ord(c) > 0x2000 else 0.52 for c in text)
