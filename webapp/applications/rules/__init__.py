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
from webapp.applications.rules.steps import (
    REQUIRED,
    WORDS,
    CheckFacts,
    Editing,
    LandingFacts,
    LandingState,
    SubmitFacts,
    editable,
)

__all__ = [
    "BUDGET_ROW",
    "INDICATOR_ROW",
    "REQUIRED",
    "WORDS",
    "Asked",
    "CheckFacts",
    "Editing",
    "LandingFacts",
    "LandingState",
    "Sheet",
    "SubmitFacts",
    "editable",
    "landing_area",
    "papers",
    "read",
    "read_files",
    "rows_of",
    "sections",
    "source_names",
]
