"""What a 服务打包 or a 母子项目 asks beyond the form: sections of its own, and whether what was answered fits the call."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports import format as printed
from reports.money import Money
from webapp.calls.rules.parts import Children, Column, Package, Question, Section
from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.words import YES
from webapp.core.workflow import Refusal

PART_COLUMNS = (
    Column("quantity", "数量", "number"),
    Column("amount", "金额", "money"),
    Column("how", "怎样做、做到什么程度", "long", longest=300),
)
WORKER_COLUMNS = (
    Column("name", "姓名", longest=20),
    Column("community", "派驻社区", longest=40),
    Column("certificate", "持社会工作者职业资格", "yesno"),
    Column("days", "每周在岗天数", "number"),
)
CHILD_COLUMNS = (
    Column("title", "子项目名称", longest=40),
    Column("group", "承接的社区社会组织", longest=40),
    Column("amount", "资助金额", "money"),
    Column("people", "预计受益人数", "number"),
)


def asked(rules: CallRules) -> tuple[Section, ...]:
    """The sections a call has beside its form."""
    found: tuple[Section, ...] = ()
    if rules.package is not None:
        found += (_package(rules.package),)
    if rules.children is not None:
        found += (_children(rules.children),)
    return found


def _package(package: Package) -> Section:
    parts = "；".join(
        f"{one.title}{f'不少于 {one.least} {one.unit}' if one.least else ''}{f'、不超过 {printed.yuan(one.most)} 元' if one.most else ''}"
        for one in package.parts
    )
    questions = [
        Question("parts", "子项", "table", help=f"{parts}。", columns=PART_COLUMNS, rows=tuple(one.title for one in package.parts))
    ]
    if package.workers:
        said = f"全职驻点社工不少于 {package.workers} 人，其中持证不少于 {package.certified} 人"
        said += f"，每周在岗不少于 {package.days_a_week} 天。" if package.days_a_week else "。"
        questions.append(Question("workers", "驻点社工", "table", help=said, least=package.workers, columns=WORKER_COLUMNS, names=True))
    return Section("package", "子项与驻点社工" if package.workers else "子项", tuple(questions))


def _children(children: Children) -> Section:
    said = f"{children.least} 到 {children.most} 个，每个不超过 {printed.yuan(children.ceiling)} 元。"
    if children.share:
        said += f"子项目合计不少于申请资助的 {children.share}%。"
    table = Question("children", "子项目", "table", help=said, least=children.least, most=children.most, columns=CHILD_COLUMNS, names=True)
    return Section("children", "子项目", (table,))


def check_sections(rules: CallRules, key: str, values: Mapping[str, Any], requested: Money | None = None) -> list[Refusal]:
    """What does not fit the call in an own section that could be read; cells are `q_parts-0-quantity` (rows from nought)."""
    if key == "package" and rules.package is not None:
        return [*_parts_fit(rules.package, values.get("parts") or ()), *_workers_fit(rules.package, values.get("workers") or ())]
    if key == "children" and rules.children is not None:
        return _children_fit(rules.children, values.get("children") or (), requested)
    return []


def _parts_fit(package: Package, rows: Sequence[Mapping[str, Any]]) -> list[Refusal]:
    found = []
    for n, (part, row) in enumerate(zip(package.parts, rows, strict=False)):
        quantity, amount = row.get("quantity") or 0, Money(row.get("amount") or 0)
        offered = bool(quantity or amount)
        if (part.required or offered) and quantity < part.least:
            said = f"“{part.title}”要求不少于 {part.least} {part.unit}，现为 {quantity} {part.unit}。"
            found.append(Refusal("part_least", said, f"q_parts-{n}-quantity"))
        if part.most is not None and amount > part.most:
            said = f"“{part.title}”{printed.yuan(amount)} 元，超过 {printed.yuan(part.most)} 元的上限。"
            found.append(Refusal("part_most", said, f"q_parts-{n}-amount"))
    return found


def _workers_fit(package: Package, rows: Sequence[Mapping[str, Any]]) -> list[Refusal]:
    found = []
    if (certified := sum(row.get("certificate") == YES for row in rows)) < package.certified:
        said = f"持证社工要求不少于 {package.certified} 人，现为 {certified} 人。"
        found.append(Refusal("certified", said, "q_workers"))
    found += [
        Refusal("days", f"第 {n + 1} 行每周在岗 {row.get('days') or 0} 天，要求不少于 {package.days_a_week} 天。", f"q_workers-{n}-days")
        for n, row in enumerate(rows)
        if (row.get("days") or 0) < package.days_a_week
    ]
    return found


def _children_fit(children: Children, rows: Sequence[Mapping[str, Any]], requested: Money | None) -> list[Refusal]:
    found = [
        Refusal(
            "child_most",
            f"第 {n + 1} 个子项目 {printed.yuan(Money(row['amount']))} 元，超过 {printed.yuan(children.ceiling)} 元的上限。",
            f"q_children-{n}-amount",
        )
        for n, row in enumerate(rows)
        if Money(row.get("amount") or 0) > children.ceiling
    ]
    total = Money(sum(row.get("amount") or 0 for row in rows))
    if requested is not None and total.fen * 100 < requested.fen * children.share:
        said = f"子项目合计 {printed.yuan(total)} 元，占申请资助 {printed.percent(total, requested)}，不能少于 {children.share}%。"
        found.append(Refusal("children_share", said, "q_children"))
    if requested is not None and total > requested:
        said = f"子项目合计 {printed.yuan(total)} 元，超过申请资助 {printed.yuan(requested)} 元。"
        found.append(Refusal("children_total", said, "q_children"))
    return found
