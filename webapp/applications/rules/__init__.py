"""What applications require: reading what was typed, and the rules of each step."""

from webapp.applications.rules.answers import (
    BUDGET_ROW,
    INDICATOR_ROW,
    Asked,
    Sheet,
    landing_area,
    papers,
    read,
    read_files,
    rows_of,
    sections,
    source_names,
)
from webapp.applications.rules.differences import Difference, compare, differences, in_words
from webapp.applications.rules.steps import (
    REQUIRED,
    WORDS,
    CheckFacts,
    Editing,
    LandingFacts,
    LandingState,
    SubmitFacts,
    editable,
    sent_back,
)

__all__ = [
    "BUDGET_ROW",
    "INDICATOR_ROW",
    "REQUIRED",
    "WORDS",
    "Asked",
    "CheckFacts",
    "Difference",
    "Editing",
    "LandingFacts",
    "LandingState",
    "Sheet",
    "SubmitFacts",
    "compare",
    "differences",
    "editable",
    "in_words",
    "landing_area",
    "papers",
    "read",
    "read_files",
    "rows_of",
    "sections",
    "sent_back",
    "source_names",
]
