"""The editor of a call's rules: what there is, one place of it at a time, rubrics, previews. All from the declared table."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.calls import actions, queries
from webapp.calls.editing import guards, nodes, origins, params, shape, trees
from webapp.calls.editing.differences import differences
from webapp.calls.editing.fields import get
from webapp.calls.editing.nodes import Lost, Node
from webapp.calls.forms.shape import cell, form_of, tables, take
from webapp.calls.models import Call
from webapp.calls.rules import CallFacts, CallRules, most_of
from webapp.calls.rules.words import QUESTION_KINDS
from webapp.calls.views.base import bp, me, told
from webapp.core import journal
from webapp.core.web import Back, db, entry, now, page
from webapp.core.workflow import Refused, refuse
from webapp.scoring.rules import said

MOVED = "别人刚改过这一页，下面是您填写的内容。请核对以后再保存一次。"


def rules_now(call: Call) -> dict[str, Any]:
    """The rules the editor shows: the draft, or what is prepared for the next version; refused when nothing may change any more."""
    if call.state not in {"draft", *actions.AMENDABLE}:
        raise refuse("state", f"现在是“{call.state_label}”，规则不能再改。待发布的，请先退回修改。")
    return CallRules.from_json(call.pending or call.rules).to_json()


def remarks(call: Call, facts: CallFacts | None = None) -> list[dict[str, str]]:
    """What does not fit together, each with the page where it is mended."""
    found = []
    for one in queries.unsound(db.session(), call, me(), now(), facts):
        key = guards.page_of(one.code, call.kind, one.sentence)
        href = (
            "" if not key else url_for("calls.edit", id=call.id) if key == "basics" else url_for("calls.rules_page", id=call.id, name=key)
        )
        found.append({"page": key, "sentence": one.sentence, "href": href, "title": guards.title_of(key) if key else ""})
    return found


def menu(call: Call, rules: dict[str, Any], here: str = "") -> list[dict[str, Any]]:
    """The pages of the editor; 基本情况 only while it is a draft."""
    first = [("basics", "基本情况", url_for("calls.edit", id=call.id))] if call.state == "draft" else []
    rest = [(one.key, one.title, url_for("calls.rules_page", id=call.id, name=one.key)) for one in shape.pages(call.kind, rules)]
    return [{"key": key, "title": title, "href": href, "here": key == here} for key, title, href in (*first, *rest)]


def common(call: Call, rules: dict[str, Any], here: str = "") -> dict[str, Any]:
    """What every page of the editor shows around its form."""
    found = remarks(call)
    return {
        "call": queries.one(db.session(), call.id), "menu": menu(call, rules, here), "remarks": found,
        "here_remarks": [one for one in found if one["page"] == here], "amending": call.state != "draft",
        "back": Back(url_for("calls.rules", id=call.id), f"{call.title}的规则"),
    }  # fmt: skip


@bp.get("/calls/<int:id>/rules")
@entry("call.edit", Call)
def rules(call: Call) -> ResponseReturnValue:
    """The editor's first page: its pages, what does not fit, where the figures come from, what will change."""
    found = rules_now(call)
    changed = differences(CallRules.from_json(call.rules).to_json(), found) if call.pending else []
    return page(
        "calls/rules.html", **{**common(call, found), "back": Back(url_for("calls.show", id=call.id), call.title)}, heading="征集规则",
        note=found["note"], sources=found["sources"], place=origins.known(call.template), changed=changed,
        amend_href=f"/calls/{call.id}/amend",
    )  # fmt: skip


def _seen(node: Node) -> str:
    """A digest of what the page showed, so that two people do not overwrite each other."""
    values = [get(node.value, path) for path in (*(one.path for one in node.fields), *(one.path for one in node.rows))]
    return journal.digest(journal.canonical({"values": values}))[:16]


@bp.route("/calls/<int:id>/rules/<name>", methods=["GET", "POST"])
@entry("call.edit", Call)
def rules_page(call: Call, name: str) -> ResponseReturnValue:
    """One page of the rules, or one thing on it (`?at=`): fields, and rows to add, move and remove."""
    whole, at = rules_now(call), request.args.get("at", "")
    try:
        node = nodes.find(whole, name, at)
    except Lost:
        return _gone(call, name)
    form, trouble, seen = form_of(node), [], _seen(node)
    if request.method == "POST" and form.validate_on_submit():
        if request.form.get("seen") != seen:
            trouble = [refuse("moved", MOVED).refusals[0]]
        else:
            try:
                return redirect(_saved(call, node, form))
            except Refused as refused:
                db.session.rollback()
                trouble = list(refused.refusals)
    return page(
        "calls/rules_page.html", 422 if request.method == "POST" else 200, **common(call, whole, name), heading=node.title, form=form,
        refusals=trouble, _node=node, seen=seen, parts=_fields(call, node), tables=[_table(node, one) for one in tables(node)],
        lists=[_list(call, node, one) for one in node.rows if one.own_page], help=node.page.help,
        crumbs=_crumbs(call, node), trees=_trees(call, node) if not at else [],
    )  # fmt: skip


def _gone(call: Call, name: str) -> ResponseReturnValue:
    if name not in shape.BY_KEY:
        return abort(404)
    flash("这一项已经被移走或删除，请从列表里重新打开。", "warn")
    return redirect(url_for("calls.rules_page", id=call.id, name=name))


def _saved(call: Call, node: Node, form: Any) -> str:
    """Keep what was typed and do what the pressed button says; gives where to go on."""
    take(node, form)
    do, _, where = request.form.get("do", "").partition(":")
    to = node.at
    if do in ("add", "up", "down", "drop"):
        path, n = (where, 0) if do == "add" else (where.rpartition(".")[0], int(where.rpartition(".")[2] or 0))
        to = _change(node, do, nodes.rows_named(node, path), n)
    actions.write_rules(db.session(), call, node.rules, node.page.key, by=me(), at=now())
    flash({"add": "已增加一行，请填写。", "drop": "已删除。", "up": "已上移。", "down": "已下移。"}.get(do, "已保存。"), "ok")
    return url_for("calls.rules_page", id=call.id, name=node.page.key, at=to or None)


def _change(node: Node, do: str, rows: shape.Rows, n: int) -> str:
    if do == "add":
        made = nodes.add(node, rows, request.form.get(f"kind-{rows.path}", ""))
        return made if rows.own_page else node.at
    if do == "drop":
        used = nodes.used_by(node.rules, rows, get(node.value, rows.path)[n])
        if used:
            raise refuse("used", f"还不能删除：{'、'.join(used)}用到它。请先改那里。")
        nodes.drop(node, rows, n)
    else:
        nodes.move(node, rows, n, 1 if do == "down" else -1)
    return node.at


def _fields(call: Call, node: Node) -> list[dict[str, str]]:
    """The fields of the place, each with where its figure comes from (on the root's pages)."""
    return [
        {"name": one.name, "origin": "" if node.at else origins.origin(call.template, one.path, get(node.value, one.path))}
        for one in node.fields
    ]


def _table(node: Node, rows: shape.Rows) -> dict[str, Any]:
    items, fields = get(node.value, rows.path) or [], shape.RECORDS[rows.record].fields
    return {
        "path": rows.path, "title": rows.title, "word": rows.word, "help": rows.help, "heads": [one.label for one in fields],
        "rows": [[cell(rows, n, one) for one in fields] for n in range(len(items))],
    }  # fmt: skip


def _list(call: Call, node: Node, rows: shape.Rows) -> dict[str, Any]:
    items = get(node.value, rows.path) or []
    return {
        "path": rows.path, "title": rows.title, "word": rows.word, "choose": rows.choose or {},
        "rows": [
            {
                "title": nodes.name_of(rows.record, one), "source": one.get("source", ""), "more": _more(rows.record, one),
                "href": url_for("calls.rules_page", id=call.id, name=node.page.key, at=f"{node.at}.{rows.path}.{n}".strip(".")),
            }
            for n, one in enumerate(items)
        ],
    }  # fmt: skip


def _more(record: str, value: Mapping[str, Any]) -> str:
    """What is told of a row in its list beside its name."""
    if record == "rule":
        return params.title_of(value["kind"])
    if record == "section":
        return f"{len(value['questions'])} 题"
    if record == "question":
        words = [QUESTION_KINDS[value["kind"]], "必答" if value["required"] else "选答"]
        words += [f"最多 {value['longest']} 字"] if value.get("longest") else []
        words += ["有条件显示"] if value.get("shown_if") else []
        return " · ".join(words)
    return f"{len(value.get('rules', ()))} 条条件" if record == "group" else ""


def _crumbs(call: Call, node: Node) -> list[dict[str, str]]:
    """The way back from a place to its page."""
    if not node.at:
        return []
    first = {"href": url_for("calls.rules_page", id=call.id, name=node.page.key), "title": node.page.title}
    return [first, *(
        {"href": url_for("calls.rules_page", id=call.id, name=node.page.key, at=one.at), "title": one.title} for one in node.crumbs[:-1]
    )]  # fmt: skip


def _trees(call: Call, node: Node) -> list[dict[str, Any]]:
    """The rubrics a page leads to."""
    return [
        {
            "title": f"{title}评分表", "href": url_for("calls.rules_tree", id=call.id, name=node.page.key, path=path),
            "total": said(most_of(tree)) if tree else "", "count": sum(one.leaf for one in trees.rows(tree)) if tree else 0,
        }
        for path, title in node.page.trees.items() for tree in [get(node.rules, path)]
    ]  # fmt: skip


@bp.get("/calls/<int:id>/preview")
@entry("call.edit", Call)
def preview(call: Call) -> ResponseReturnValue:
    """How the announcement reads and how the form asks, before anybody else sees either."""
    found = rules_now(call)
    known = CallRules.from_json(found)
    return page(
        "calls/preview.html", **common(call, found), heading="预览", rules=told(known), fund=queries.fund_uses(db.session(), call.fund_id),
        sections=[
            {"title": one.title, "questions": [
                {"title": q.title, "kind": QUESTION_KINDS[q.kind], "required": q.required, "help": q.help, "longest": q.longest,
                 "options": list(q.options), "columns": [c.title for c in q.columns],
                 "when": f"只在“{_asked(one.questions, q.shown_if.question)}”答“{'、'.join(q.shown_if.answers)}”时显示" if q.shown_if else ""}
                for q in one.questions]}
            for one in known.sections
        ],
        needs=queries.needs_of(db.session(), call.id),
    )  # fmt: skip


def _asked(questions: Any, key: str) -> str:
    return next((one.title for one in questions if one.key == key), key)


@bp.post("/calls/<int:id>/rules/drop")
@entry("call.edit", Call)
def drop_pending(call: Call) -> ResponseReturnValue:
    """放弃未发布的更改."""
    actions.drop_pending(db.session(), call, by=me(), at=now())
    flash("未发布的更改已放弃，规则仍按已发布的版本。", "ok")
    return redirect(url_for("calls.show", id=call.id))
