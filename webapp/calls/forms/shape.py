"""A form made from the declared table: the fields of one place of the rules, and its rows where they are a table."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from reports.money import Money
from webapp.calls.editing import nodes, trees
from webapp.calls.editing.fields import Field, anchors_of, get, points_of, shown_anchors, shown_span, span_of
from webapp.calls.editing.nodes import Node
from webapp.calls.editing.shape import RECORDS, Rows
from webapp.calls.forms.base import Boxes
from webapp.core.forms import Form, MoneyField
from webapp.scoring.rules import said

LONG = 100
"""Texts that may be longer than this get several lines to type in."""
PARSED: Mapping[str, Any] = {"points": points_of, "number": points_of, "span": span_of, "anchors": anchors_of}


def _parses(kind: str) -> Any:
    def check(form: Any, field: Any) -> None:
        try:
            PARSED[kind](field.data or "")
        except ValueError as error:
            raise ValidationError(str(error)) from error

    return check


def _among(options: Mapping[str, str]) -> Any:
    def check(form: Any, field: Any) -> None:
        wrong = [line for line in lines(field.data) if line not in options.values()]
        if wrong:
            raise ValidationError(f"没有“{wrong[0]}”，可以写：{'、'.join(options.values())}。")

    return check


def lines(text: str | None) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def made(field: Field, options: Mapping[str, str], *, narrow: bool = False) -> Any:
    """The WTForms field of a declared one; `narrow` for a cell of a table."""
    more: dict[str, Any] = {"description": field.help}
    said_range = f"请填写 {field.low} 到 {field.high} 的整数。"
    needed = [Optional()] if field.optional else [InputRequired("请填写。")]
    limit = Length(max=field.longest, message=f"最多 {field.longest} 个字，请再精简一些。")
    match field.kind:
        case "whole":
            return IntegerField(field.label, [*needed, NumberRange(field.low, field.high, said_range)], **more)
        case "percent":
            return IntegerField(
                field.label, [InputRequired("请填写 0 到 100 的整数。"), NumberRange(0, 100, "请填写 0 到 100 的整数。")], **more
            )
        case "wan" | "yuan":
            return MoneyField(field.label, needed, unit="万元" if field.kind == "wan" else "元", **more)
        case "yes":
            return BooleanField(field.label, **more)
        case "digits":
            return SelectField(field.label, choices=[(int(key), words) for key, words in options.items()], coerce=int, **more)
        case "one":
            return SelectField(field.label, choices=list(options.items()), **more)
        case "some":
            return Boxes(field.label, choices=list(options.items()), **more)
        case "lines" | "ordered":
            checks: list[Any] = [Optional()] if field.optional else [DataRequired("至少写一行。")]
            return TextAreaField(field.label, [*checks, *([_among(options)] if field.kind == "ordered" else [])], **more)
        case "anchors":
            return TextAreaField(field.label, [Optional(), _parses("anchors")], **more)
        case "points" | "number" | "span":
            return StringField(field.label, [*needed, _parses(field.kind)], **more)
        case "day":
            return DateField(field.label, [InputRequired("请选择日期。")], **more)
    checks = [Optional() if field.optional else DataRequired("请填写。"), limit]
    return (StringField if narrow or field.longest <= LONG else TextAreaField)(field.label, checks, **more)


def shown(field: Field, value: Any, options: Mapping[str, str]) -> Any:
    """A value as its form field takes it."""
    match field.kind:
        case "wan" | "yuan":
            return None if value is None else Money(value)
        case "points" | "number":
            return "" if value is None else said(value)
        case "span":
            return shown_span(value)
        case "anchors":
            return shown_anchors(value)
        case "lines":
            return "\n".join(value or ())
        case "ordered":
            return "\n".join(options.get(one, one) for one in value or ())
        case "day":
            return date.fromisoformat(value)
        case "one":
            return value or ""
    return value


def read(field: Field, data: Any, options: Mapping[str, str]) -> Any:
    """What was typed as the value of the rules."""
    match field.kind:
        case "wan" | "yuan":
            return None if data is None else data.fen
        case "points" | "number" | "span" | "anchors":
            return PARSED[field.kind](data or "")
        case "lines":
            return lines(data)
        case "ordered":
            keys = {words: key for key, words in options.items()}
            return [keys[line] for line in dict.fromkeys(lines(data))]
        case "some":
            return [key for key in options if key in (data or ())]
        case "day":
            return data.isoformat()
        case "text" | "one":
            return (data or "").strip()
    return data


def cell(rows: Rows, n: int, field: Field) -> str:
    """The name of one cell of a table."""
    return f"{rows.path.replace('.', '_')}-{n}-{field.name}"


def tables(node: Node) -> list[Rows]:
    """The rows of a place that are edited in place."""
    return [rows for rows in node.rows if not rows.own_page]


def form_of(node: Node) -> Any:
    """The form of a place, filled with what the rules say."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for field in node.fields:
        options = nodes.options(field, node)
        fields[field.name], data[field.name] = made(field, options), shown(field, get(node.value, field.path), options)
    for rows in tables(node):
        for n, value in enumerate(get(node.value, rows.path) or ()):
            for field in RECORDS[rows.record].fields:
                options, name = nodes.options(field, node), cell(rows, n, field)
                fields[name], data[name] = made(field, options, narrow=True), shown(field, get(value, field.path), options)
    return type("PlaceForm", (Form,), fields)(data=data)


def take(node: Node, form: Any) -> None:
    """Write what was typed into the place."""
    nodes.write(node, {field.path: read(field, form[field.name].data, nodes.options(field, node)) for field in node.fields})
    for rows in tables(node):
        for n in range(len(get(node.value, rows.path) or ())):
            values = {
                field.path: read(field, form[cell(rows, n, field)].data, nodes.options(field, node))
                for field in RECORDS[rows.record].fields
            }
            nodes.write_row(node, rows, n, values)
    if "kind" in {field.path for field in node.fields}:
        nodes.ready(node)


def leaf_name(at: str, field: Field) -> str:
    """The name of one cell of a rubric."""
    return f"i{at.replace('.', '_')}-{field.name}"


def tree_form(tree: Mapping[str, Any], path: str) -> Any:
    """The form of the rubric at a path: every heading's title, every item's cells, and what is said of the whole."""
    leaf, whole = trees.fields_of(path)
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for one in trees.rows(tree):
        for field in leaf if one.leaf else (trees.TITLE,):
            name, options = leaf_name(one.at, field), field.options if isinstance(field.options, dict) else {}
            fields[name], data[name] = (
                made(field, options, narrow=field.kind != "anchors"),
                shown(field, one.value.get(field.path), options),
            )
    for field in whole:
        fields[f"whole-{field.name}"], data[f"whole-{field.name}"] = made(field, {}), shown(field, tree.get(field.path), {})
    return type("TreeForm", (Form,), fields)(data=data)


def take_tree(tree: dict[str, Any], form: Any, path: str) -> None:
    """Write what was typed into the rubric at a path; what is empty leaves no trace in it."""
    leaf, whole = trees.fields_of(path)
    for one in trees.rows(tree):
        for field in leaf if one.leaf else (trees.TITLE,):
            _set(one.value, field, read(field, form[leaf_name(one.at, field)].data, {}))
    for field in whole:
        _set(tree, field, read(field, form[f"whole-{field.name}"].data, {}), ("reason_below", "reason_above"))


def _set(value: dict[str, Any], field: Field, data: Any, kept: tuple[str, ...] = ("title", "most", "anchor")) -> None:
    """What says nothing leaves no trace in a rubric, except where every rubric has it."""
    if data in (None, "", [], False) and field.path not in kept:
        value.pop(field.path, None)
    else:
        value[field.path] = data
