"""Reads of this slice."""

from webapp.core.workflow import FactsOf

FACTS: dict[str, FactsOf] = {}
