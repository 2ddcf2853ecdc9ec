"""A tree of the rules: a rubric or indicators of one to three levels, the shipped ones to choose from, and a worked example."""

import copy
from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.calls import actions
from webapp.calls.editing import shape, trees
from webapp.calls.editing.fields import get, put
from webapp.calls.editing.worked import example
from webapp.calls.forms.shape import leaf_name, take_tree, tree_form
from webapp.calls.models import Call
from webapp.calls.rules import most_of, shipped
from webapp.calls.views.base import LEVELS, bp, me
from webapp.calls.views.rules import MOVED, common, rules_now
from webapp.core import journal
from webapp.core.web import db, entry, now, page
from webapp.core.workflow import Refused, refuse
from webapp.scoring.rules import said

NONE: dict[str, Any] = {"items": []}
OPTIONAL = frozenset({"evaluation.self_tree", "evaluation.community_tree", "evaluation.residents_tree"})
"""Trees a call may do without; one whose last item is dropped is gone."""


@bp.route("/calls/<int:id>/rules/<name>/<path>", methods=["GET", "POST"])
@entry("call.edit", Call)
def rules_tree(call: Call, name: str, path: str) -> ResponseReturnValue:
    """A rubric of one to three levels: items to add beside and under others, with the running total."""
    whole = rules_now(call)
    if name not in shape.BY_KEY or path not in shape.BY_KEY[name].trees:
        abort(404)
    tree: dict[str, Any] = copy.deepcopy(get(whole, path) or NONE)
    form, trouble = tree_form(tree, path), []
    seen = journal.digest(journal.canonical(tree))[:16]
    if request.method == "POST" and form.validate_on_submit():
        if request.form.get("seen") != seen:
            trouble = [refuse("moved", MOVED).refusals[0]]
        else:
            try:
                _save_tree(call, name, path, tree, form)
                return redirect(url_for("calls.rules_tree", id=call.id, name=name, path=path))
            except Refused as refused:
                db.session.rollback()
                trouble = list(refused.refusals)
                tree = copy.deepcopy(get(whole, path) or NONE)
    return page(
        "calls/rules_tree.html", 422 if request.method == "POST" else 200, **common(call, whole, name), form=form, refusals=trouble,
        heading=f"{shape.BY_KEY[name].trees[path]}评分表", seen=seen, total=most_of(tree), rows=_branches(tree, path),
        levels=LEVELS[: max((one.level for one in trees.rows(tree)), default=1)],
        whole=[f"whole-{one.name}" for one in trees.fields_of(path)[1]],
        choices=list(shipped(path).values()), example=example(tree) if tree["items"] and path in shape.EVALUATION_TREES else None,
        crumbs=[{"href": url_for("calls.rules_page", id=call.id, name=name), "title": shape.BY_KEY[name].title}],
    )  # fmt: skip


def _save_tree(call: Call, name: str, path: str, tree: dict[str, Any], form: Any) -> None:
    take_tree(tree, form, path)
    do, _, where = request.form.get("do", "").partition(":")
    if do in ("add", "after", "under", "up", "down", "drop"):
        try:
            trees.change(tree, do, where, path)
        except (LookupError, ValueError) as error:
            raise refuse("moved", "这一项已经不在原来的位置，请重新操作。") from error
    if do == "choose":
        tree = _chosen(path)
    rules = rules_now(call)
    put(rules, path, tree if tree["items"] or path not in OPTIONAL else None)
    actions.write_rules(db.session(), call, rules, name, by=me(), at=now())
    flash(f"已保存。满分 {said(most_of(tree))} 分。", "ok")


def _chosen(path: str) -> dict[str, Any]:
    """The shipped tree that was chosen, to be changed from here on."""
    one = shipped(path).get(request.form.get("shipped", ""))
    if one is None:
        raise refuse("shipped", "请先选一份现成的指标表。")
    return copy.deepcopy(one.tree)


def _branches(tree: Mapping[str, Any], path: str) -> list[dict[str, Any]]:
    leaf = trees.fields_of(path)[0]
    usual = [field for field in trees.USUAL if field in leaf]
    return [
        {
            "at": one.at, "level": one.level, "leaf": one.leaf, "number": one.number, "total": one.total, "deeper": one.deeper,
            "cells": [leaf_name(one.at, field) for field in (usual if one.leaf else (trees.TITLE,))],
            "more": [leaf_name(one.at, field) for field in leaf[len(usual) :]] if one.leaf else [],
        }
        for one in trees.rows(tree)
    ]  # fmt: skip
