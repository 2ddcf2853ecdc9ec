"""Forms of funds and calls; those of a call's rules are made from the declared table (`shape`)."""

from webapp.calls.forms.calls import Amend, CallForm, closing
from webapp.calls.forms.funds import NewBudget, NewFund

__all__ = ["Amend", "CallForm", "NewBudget", "NewFund", "closing"]
