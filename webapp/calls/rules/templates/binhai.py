"""天津市滨海新区: 50 / 40 / 10 by its agreement of 2014."""

from dataclasses import replace

from webapp.calls.rules.parts import Breach, Span, TranchePlan
from webapp.calls.rules.shape import CallRules
from webapp.calls.rules.templates import example
from webapp.calls.rules.templates import sources as at
from webapp.calls.rules.templates.common import said


def rules() -> CallRules:
    """滨海新区项目协议（2014）."""
    return replace(
        example.rules(),
        tranches=(TranchePlan(50, "signed", within=Span(1, "month")), TranchePlan(40, "midterm"), TranchePlan(10, "accepted")),
        breach=Breach(claw_back=True),
        note=said(
            "滨海新区公布的：签约后 1 个月内拨付 50%、中期考核通过拨付 40%、全面验收合格拨付 10%，不合格的责令改正、停止资助、要求返还",
            "其余各项",
        ),
        sources=(at.BINHAI_2014, at.GAP),
    )
