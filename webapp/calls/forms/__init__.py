"""Forms of funds and calls; those of a call's rules are made from the declared table (`shape`)."""

from webapp.calls.forms.calls import Amend, CallForm, closing
from webapp.calls.forms.funds import FundRulesForm, NewBudget, NewCarry, NewFund, Quotas
from webapp.calls.forms.inquiries import Answer, Ask, Correct

__all__ = ["Amend", "Answer", "Ask", "CallForm", "Correct", "FundRulesForm", "NewBudget", "NewCarry", "NewFund", "Quotas", "closing"]
