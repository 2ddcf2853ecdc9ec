"""Older rules as the present shape has them: what was frozen in a `Version` is never rewritten, only read anew."""

from typing import Any

from webapp.calls.rules.parts import RulesError

SCHEMA = 2


def upgrade(data: dict[str, Any]) -> dict[str, Any]:
    """The JSON of any known schema as the present one's. Raises RulesError for a schema nobody knows; the input is not changed."""
    schema = data.get("schema")
    if schema == SCHEMA:
        return data
    if schema == 1:
        return _from_first(data)
    raise RulesError(f"规则.schema: 应为 {SCHEMA}，实为 {schema!r}。")


def _from_first(old: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 had 公示 in working days alone, one switch for blindness, one area for a registration, and this year's 年检."""
    new = {**old, "schema": SCHEMA}
    if "notice_workdays" in new:
        new["notice"] = {"span": {"length": new.pop("notice_workdays"), "unit": "workday"}}
    panel = new.get("panel")
    if isinstance(panel, dict) and isinstance(panel.get("blind"), bool):
        new["panel"] = {**panel, "blind": {"applicant": "scored" if panel["blind"] else "open"}}
    if isinstance(new.get("eligibility"), list):
        new["eligibility"] = [_rule(one) for one in new["eligibility"]]
    return new


def _rule(rule: Any) -> Any:
    """The parameters of a rule as they are named now; whatever is no rule is left for the reader to refuse."""
    params = rule.get("params") if isinstance(rule, dict) else None
    if not isinstance(params, dict):
        return rule
    if rule.get("kind") == "located_in" and "area" in params:
        return {**rule, "params": {"areas": [params["area"]]}}
    if rule.get("kind") == "annual_check" and "years" not in params:
        return {**rule, "params": {**params, "years": 1}}
    return rule
