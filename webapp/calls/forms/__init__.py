"""Forms of funds and calls; those of a call's rules are made from the declared table (`shape`)."""

from webapp.calls.forms.calls import Amend, Answer, Ask, CallForm, closing
from webapp.calls.forms.funds import Amounts, Carry, NewBudget, NewFund

__all__ = ["Amend", "Amounts", "Answer", "Ask", "CallForm", "Carry", "NewBudget", "NewFund", "closing"]
