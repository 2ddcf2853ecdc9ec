"""计票明细: the anonymous votes of one ballot as a file from which anybody can count again, and that count. Pure.

Two spellings of the same three parts: Pabulib (`.pb`, pabulib.org/format) for programs, CSV in Chinese for a spreadsheet.
Votes have running numbers; no person, no time and no place stands in the file.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.comma import FORMULA
from reports.money import AmountError, Money
from webapp.ballots.counting import RULES, VERSIONS, Counted, Quorum, Sheet, count, digest_of
from webapp.ballots.vote import settle
from webapp.core.journal import canonical
from webapp.core.workflow import Refusal

VOTE_TYPES = {"approve": "approval", "pot": "approval", "score": "scoring", "rank": "ordinal"}
PARTS = {"META": "说明", "PROJECTS": "选项", "VOTES": "计票明细"}
WORDS = {
    "key": "项目", "value": "内容", "description": "名称", "country": "国家", "instance": "编号", "num_projects": "选项数", "num_votes": "参加人数",
    "budget": "一共有多少钱（元）", "currency": "货币", "vote_type": "投票类型", "rule": "规则", "date_begin": "开始", "date_end": "截止",
    "min_length": "最少选几项", "max_length": "最多选几项", "max_sum_cost": "每人最多花（元）", "min_points": "最低分", "max_points": "最高分",
    "scoring_fn": "排序计分", "method": "办法", "most": "每人最多", "quorum": "法定人数", "quorum_met": "达到法定人数", "rule_version": "计票规则版本",
    "tie_order": "并列的先后", "votes_digest": "计票明细摘要", "result_digest": "结果摘要", "project_id": "选项号", "cost": "费用（元）", "votes": "票数",
    "score": "得分", "name": "选项名称", "about": "对应", "voter_id": "序号", "vote": "选择", "points": "分数",
}  # fmt: skip
"""The Chinese words of the CSV for Pabulib's and our own."""
_IN_ENGLISH = {word: key for key, word in (WORDS | PARTS).items()}


class Damaged(Exception):
    """A file that cannot be read; the message says where and what."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"第 {line} 行：{what}")


@dataclass(frozen=True, slots=True)
class Details:
    """What a file says of one ballot. `votes` None: totals only."""

    number: str
    title: str
    begins: date
    ends: date
    sheet: Sheet
    result: Mapping[str, Any]
    votes: tuple[Mapping[str, Any], ...] | None


@dataclass(frozen=True, slots=True)
class Recounted:
    """What a file says by itself: its ballot, the result counted anew, and whether that is the result it claims."""

    number: str
    title: str
    result: dict[str, Any]
    digest: str
    claimed: str

    @property
    def agrees(self) -> bool:
        return self.digest == self.claimed


# --- writing


def write_pb(details: Details) -> bytes:
    """The file as Pabulib has it."""
    return _written(details, ";", {}).encode()


def write_csv(details: Details) -> bytes:
    """The same in Chinese, with the mark by which Excel knows UTF-8."""
    return _written(details, ",", WORDS | PARTS).encode("utf-8-sig")


def _written(details: Details, delimiter: str, words: Mapping[str, str]) -> str:
    out = io.StringIO()
    lines = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    between = "," if delimiter == ";" else " "  # Excel would read 1,2 as a number
    plain = str if delimiter == ";" else _unlike_formula
    parts = [list(_meta(details)), list(_projects(details))] + ([list(_votes(details, between))] if details.votes is not None else [])
    for part in parts:
        for n, row in enumerate(part):
            names = len(row) if n < 2 else int(part is parts[0])
            lines.writerow([words.get(str(one), one) if column < names else plain(str(one)) for column, one in enumerate(row)])
    return out.getvalue()


def _unlike_formula(text: str) -> str:
    """Text that Excel takes for text; an apostrophe of its own is doubled, so that reading takes away just ours."""
    return f"'{text}" if text.startswith((*FORMULA, "'")) else text


def _meta(details: Details) -> Iterator[Sequence[Any]]:
    sheet, result = details.sheet, details.result
    pot = str(Money(sheet.pot)) if sheet.pot is not None else "0"
    longest = len(sheet.choices) if sheet.method in {"pot", "score"} else sheet.most
    yield ("META",)
    yield ("key", "value")
    yield from (
        ("description", details.title), ("country", "China"), ("instance", details.number), ("num_projects", len(sheet.choices)),
        ("num_votes", result["turnout"]), ("budget", pot), ("currency", "CNY"), ("vote_type", VOTE_TYPES[sheet.method]), ("rule", "greedy"),
        ("date_begin", details.begins.isoformat()), ("date_end", details.ends.isoformat()), ("min_length", 1), ("max_length", longest),
    )  # fmt: skip
    if sheet.method == "pot":
        yield ("max_sum_cost", pot)
    if sheet.method == "score":
        yield from (("min_points", 1), ("max_points", 5))
    if sheet.method == "rank":
        yield ("scoring_fn", "Borda")
    yield from (
        ("method", sheet.method), ("most", sheet.most), ("quorum", canonical(sheet.quorum.plain())), ("quorum_met", int(result["quorum_met"])),
        ("rule_version", sheet.version), ("tie_order", ",".join(map(str, sheet.order))), ("votes_digest", result.get("votes_digest", "")),
        ("result_digest", digest_of(result)),
    )  # fmt: skip


def _projects(details: Details) -> Iterator[Sequence[Any]]:
    """With the totals: votes, and as score the mean, the points of places, or the votes again."""
    rows = {row["id"]: row for row in details.result["choices"]}
    yield ("PROJECTS",)
    yield ("project_id", "cost", "votes", "score", "name", "about")
    for one in details.sheet.choices:
        row, cost = rows[one.id], Money(one.cost) if one.cost is not None else "0"
        mean = "" if row["mean"] is None else f"{row['mean'] // 100}.{row['mean'] % 100:02}"
        yield (
            one.id,
            cost,
            row["votes"],
            mean if details.sheet.method == "score" else row.get("points", row["votes"]),
            one.title,
            one.about,
        )


def _votes(details: Details, between: str) -> Iterator[Sequence[Any]]:
    scored = details.sheet.method == "score"
    yield ("VOTES",)
    yield ("voter_id", "vote", "points") if scored else ("voter_id", "vote")
    for n, vote in enumerate(details.votes or (), 1):
        if scored:
            yield (n, between.join(vote["scores"]), between.join(map(str, vote["scores"].values())))
        else:
            yield (n, between.join(map(str, vote["ranking" if details.sheet.method == "rank" else "choices"])))


# --- reading, and counting again


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of a file under its headings, and the line it stands on."""

    number: int
    cells: dict[str, str]

    def whole(self, name: str) -> int:
        """A whole number; Damaged when it is none."""
        text = self.cells.get(name, "").strip()
        if not (text.isascii() and text.isdecimal()):
            raise Damaged(self.number, f"“{WORDS.get(name, name)}”应是整数，现在是“{text}”。")
        return int(text)

    def wholes(self, name: str) -> list[int]:
        """Several whole numbers, parted by commas or blanks."""
        return [_Line(self.number, {name: one}).whole(name) for one in self.cells.get(name, "").replace(",", " ").split()]

    def fen(self, name: str) -> int | None:
        """An amount in fen; None for nought, which stands where there is no money."""
        try:
            return Money.parse(self.cells.get(name, "")).fen or None
        except AmountError as error:
            raise Damaged(self.number, str(error)) from error


def recount(content: bytes) -> Recounted:
    """Count a file again, by itself. Raises Damaged with the line and what is wrong there."""
    parts = _parts(content)
    meta, sheet = _sheet(parts["META"], parts["PROJECTS"])
    votes = _read_votes(parts["VOTES"], sheet)
    if len(votes) != meta.whole("num_votes"):
        raise Damaged(meta.number, f"说明里写有 {meta.whole('num_votes')} 张票，文件里有 {len(votes)} 张，文件不完整。")
    result = count(sheet, votes)
    return Recounted(meta.cells["instance"], meta.cells["description"], result, digest_of(result), meta.cells["result_digest"].strip())


def told(found: Recounted) -> Iterator[str]:
    """A recount in lines that people read."""
    result = found.result
    yield f"{found.number} {found.title}"
    quorum = Quorum(**result.get("quorum", {}))
    came = f"应到 {quorum.entitled}，到会 {quorum.present}，要求 {quorum.least}，" if quorum.decides else ""
    yield f"参加 {result['turnout']} 人，{came}{'达到' if result['quorum_met'] else '没有达到'}法定人数。"
    titles = {row["id"]: row["title"] for row in result["choices"]}
    for row in sorted(result["choices"], key=lambda row: row["rank"]):
        means = f"，平均 {row['mean'] / 100:.2f} 分" if row["mean"] is not None else ""
        places = f"，{row['points']} 分，{row['firsts']} 人排在第一" if "points" in row else ""
        passed = {True: "，通过", False: "，未通过", None: ""}[row.get("passed")]
        yield f"  第 {row['rank']} 名 {row['title']}：{row['votes']} 票{means}{places}{passed}"
    for ids in result["ties"]:
        yield f"  并列：{'、'.join(titles[key] for key in ids)}"
    for name, rule in (result.get("money") or {}).items():
        yield f"{RULES[name]}：{'、'.join(titles[key] for key in rule['certain']) or '没有确定入选的'}"
        if rule["possible"]:
            yield f"  因并列还没有确定：{'、'.join(titles[key] for key in rule['possible'])}"
    if result.get("ties_settled"):
        yield f"并列的先后已由人确定：{'、'.join(titles.get(key, str(key)) for key in result['order'])}"
    yield f"结果摘要 {found.digest}"
    yield "与文件里的结果摘要相同，复核无误。" if found.agrees else f"与文件里的结果摘要 {found.claimed} 不同！文件里的票或事实被改动过。"


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not empty, with the number of its first line, in the words of Pabulib."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Damaged(1 + content.count(b"\n", 0, error.start), "不是 UTF-8 文字。请用原来下载的文件。") from error
    first = text.partition("\n")[0].strip(" ,;\r")
    if first not in {"META", PARTS["META"]}:
        raise Damaged(1, "开头应是 META 或“说明”，这不是计票明细文件。")
    chinese = first != "META"
    lines = csv.reader(io.StringIO(text, newline=""), delimiter="," if chinese else ";", strict=True)
    number = 1
    try:
        for row in lines:
            cells = [one.removeprefix("'") for one in row] if chinese else row
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                yield number, cells
            number = lines.line_num + 1
    except csv.Error as error:
        raise Damaged(number, "引号不成对，或有不该有的字符。") from error


def _parts(content: bytes) -> dict[str, list[_Line]]:
    """The rows of each part under its headings."""
    parts: dict[str, list[_Line]] = {}
    here, heads, number = "", None, 1
    for number, cells in _rows(content):
        named = _IN_ENGLISH.get(cells[0].strip(), cells[0].strip())
        if len(cells) == 1 and named in PARTS:
            if named in parts:
                raise Damaged(number, f"“{cells[0]}”出现了两次。")
            parts[named], here, heads = [], named, None
        elif heads is None:
            heads = [_IN_ENGLISH.get(one.strip(), one.strip()) for one in cells]
        elif len(cells) > len(heads):
            raise Damaged(number, f"应有 {len(heads)} 列，现在有 {len(cells)} 列。")
        else:
            parts[here].append(_Line(number, dict(zip(heads, cells + [""] * (len(heads) - len(cells)), strict=True))))
    if missing := [PARTS[one] for one in PARTS if one not in parts]:
        why = "只公开了合计，不能重新计票" if missing == [PARTS["VOTES"]] else "文件不完整"
        raise Damaged(number, f"到这里结束，没有“{missing[0]}”这一部分：{why}。")
    return parts


def _sheet(said: Sequence[_Line], projects: Sequence[_Line]) -> tuple[_Line, Sheet]:
    """The facts of the file as one row, and the sheet of the count."""
    last = said[-1].number if said else 1
    meta = _Line(last, {_IN_ENGLISH.get(one.cells["key"], one.cells["key"]): one.cells["value"] for one in said})
    needed = ("instance", "description", "num_votes", "budget", "method", "most", "quorum", "rule_version", "result_digest")
    if missing := [WORDS[key] for key in needed if key not in meta.cells]:
        raise Damaged(last, f"说明里没有“{missing[0]}”。")
    method, version = meta.cells["method"], meta.cells["rule_version"]
    if method not in VOTE_TYPES:
        raise Damaged(last, f"办法“{method}”不是 {'、'.join(VOTE_TYPES)} 之一。")
    if version not in VERSIONS:
        raise Damaged(last, f"计票规则版本“{version}”不认识，请用更新的程序。")
    try:
        quorum = Quorum(**json.loads(meta.cells["quorum"]))
    except (TypeError, ValueError) as error:
        raise Damaged(last, "法定人数看不懂。") from error
    choices: dict[int, Counted] = {}
    for one in projects:
        key = one.whole("project_id")
        if key in choices:
            raise Damaged(one.number, f"选项号 {key} 出现了两次。")
        choices[key] = Counted(key, one.cells.get("about", ""), one.cells.get("name", ""), one.fen("cost"))
    order = tuple(meta.wholes("tie_order"))
    return meta, Sheet(method, meta.whole("most"), tuple(choices.values()), quorum, meta.fen("budget"), order, version)


def _read_votes(lines: Sequence[_Line], sheet: Sheet) -> list[dict[str, Any]]:
    """The votes in their one spelling; each must be one that the ballot would have taken."""
    known = [one.id for one in sheet.choices]
    costs = {one.id: Money(one.cost) for one in sheet.choices if one.cost is not None}
    pot = None if sheet.pot is None else Money(sheet.pot)
    seen: set[int] = set()
    votes = []
    for line in lines:
        number, named = line.whole("voter_id"), line.wholes("vote")
        if number in seen:
            raise Damaged(line.number, f"序号 {number} 出现了两次。")
        seen.add(number)
        given: dict[str, Any] = {"ranking" if sheet.method == "rank" else "choices": named}
        if sheet.method == "score":
            points = line.wholes("points")
            if len(points) != len(named):
                raise Damaged(line.number, f"选了 {len(named)} 项，却有 {len(points)} 个分数。")
            given = {"scores": dict(zip(named, points, strict=True))}
        vote = settle(sheet.method, sheet.most, known, given, costs=costs, pot=pot)
        if isinstance(vote, Refusal):
            raise Damaged(line.number, f"这张票不合规则：{vote.sentence}")
        votes.append(vote)
    return votes
