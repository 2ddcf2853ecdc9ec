"""重算: a saved run comes to the same list years later, whatever became of the call's rules; what was changed is told."""

from __future__ import annotations

import copy
import json
import sys

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from tests.reviews.test_rules import application, inputs
from webapp import cli
from webapp.calls.models import Call
from webapp.calls.rules import CallRules, RulesError
from webapp.cli import main
from webapp.core.db import transaction
from webapp.reviews.models import Selection
from webapp.reviews.rules.again import FORMAT, differences, run_digest, summary
from webapp.reviews.rules.ranking import RULE_VERSION, recompute

OLD = inputs(
    [
        application(1, [9000, 8000], [7000], {"votes": 5, "turnout": 50}), application(2, [8500], [8000], {"votes": 9, "turnout": 50}),
        application(3, [8500], [8000], {"votes": 9, "turnout": 50}, requested_fen=300),
    ]
)  # fmt: skip
LISTED = [(2, 1, 7060, "propose", 100), (3, 2, 7060, "propose", 150), (1, 3, 6700, "reserve", None)]
"""What follows for it from the rule's words, worked out on paper: 60 × 85 + 20 × 80 + 20 × 18 = 70.60, and so on."""


def test_a_run_of_the_first_version_still_comes_to_the_list_written_down_then():
    out = recompute(json.loads(json.dumps(OLD)))
    assert [(one["id"], one["rank"], one["combined"], one["outcome"], one["amount_fen"]) for one in out["rows"]] == LISTED
    assert differences("rank-2026-11", OLD, out) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda run: run["outputs"]["rows"][0].update(combined=1), "综合得分重算得"),
        (lambda run: run["outputs"]["rows"][0].update(amount_fen=1), "保存的是 0.01 元"),
        (lambda run: run["outputs"]["rows"][1].update(outcome="decline"), "保存的是 未立项"),
        (lambda run: run["outputs"]["rows"].pop(), "保存的名单里没有"),
        (lambda run: run["outputs"]["rows"].reverse(), "排列与保存的不同"),
        (lambda run: run["outputs"].update(ties=[]), "并列"),
        (lambda run: run["inputs"].update(pool_fen=1), "重算得"),
        (lambda run: run["inputs"].pop("weights"), "不完整或被改动过"),
        (lambda run: run.update(rule_version="rank-1999-01"), "不认识"),
        (lambda run: run.update(outputs=None), "不完整"),
    ],
)
def test_the_command_says_what_differs(tmp_path, change, said):
    outputs = recompute(OLD)
    run = {
        "format": FORMAT,
        "rule_version": RULE_VERSION,
        "inputs": OLD,
        "outputs": outputs,
        "digest": run_digest(RULE_VERSION, OLD, outputs),
    }
    path = tmp_path / "RUN.json"
    path.write_text(json.dumps(run, ensure_ascii=False))
    done = CliRunner().invoke(main, ["recompute", str(path)])
    assert (done.exit_code, done.output.strip()) == (0, summary(outputs))
    forged = copy.deepcopy(run)
    change(forged)
    path.write_text(json.dumps(forged, ensure_ascii=False))
    done = CliRunner().invoke(main, ["recompute", str(path)])
    assert done.exit_code == 1
    assert said in done.output
    assert "摘要不符" in done.output, "whoever changes both sides is still told by the digest"


def test_what_is_no_run_is_told(tmp_path):
    (tmp_path / "a.json").write_text("[]")
    for path, said in ((tmp_path / "a.json", "不是保存的排名"), (tmp_path / "none", "没有这个文件")):
        done = CliRunner().invoke(main, ["recompute", str(path)])
        assert done.exit_code == 1
        assert said in done.output


def test_years_later_under_another_schema_a_run_still_comes_to_the_same_list(ranked, site, cast, engine, monkeypatch):
    """The call's rules have moved on to a schema of which the old ones cannot even be read; the run asks nothing of them."""
    page = site.as_(cast.officer).open("reviews.ranking", id=ranked.call_id).click("重算核对")
    assert "一致：4 项，拟立项 3 项，合计 120,000.00 元" in page
    saved = page.click("下载 RUN.json").answer
    with transaction(engine) as session:
        run = session.scalars(sa.select(Selection)).one()
        key, kept = run.id, copy.deepcopy(run.outputs)
        old = session.get_one(Call, ranked.call_id).rules
    for module in ("upgrade", "shape"):
        monkeypatch.setattr(sys.modules[f"webapp.calls.rules.{module}"], "SCHEMA", 99)
    with pytest.raises(RulesError):
        CallRules.from_json({**old, "pass_line": 6100})  # what was read before is remembered, so one that nobody read yet
    with transaction(engine) as session:
        run = session.get_one(Selection, key)
        assert differences(run.rule_version, run.inputs, run.outputs) == []
        assert recompute(run.inputs) == kept
    assert json.loads(saved.get_data())["digest"]
    monkeypatch.setattr(cli, "House", lambda: type("House", (), {"engine": engine}))
    done = CliRunner().invoke(main, ["recompute", f"selection:{key}"])
    assert (done.exit_code, done.output[:2]) == (0, "一致")
    with transaction(engine) as session:
        run = session.get_one(Selection, key)
        run.inputs = {**run.inputs, "reserves": 0}
        run.outputs = recompute(run.inputs)
    done = CliRunner().invoke(main, ["recompute", str(key)])
    assert done.exit_code == 1
    assert "摘要不符" in done.output
    assert CliRunner().invoke(main, ["recompute", "99999"]).exit_code == 1


def test_the_ranking_shows_what_each_channel_gave(ranked, site, cast):
    page = site.as_(cast.officer).open("reviews.ranking", id=ranked.call_id)
    for part in ("各渠道原始数据", "专家各评分", "去高低平均", "中位数", "社区协同审核各评分"):
        assert part in page
