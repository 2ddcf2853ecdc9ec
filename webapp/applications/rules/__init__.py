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
from webapp.applications.rules.coaching import REQUIRED as COACHED
from webapp.applications.rules.coaching import AskingFacts, CoachingFacts, askable
from webapp.applications.rules.differences import Difference, compare, differences, in_words
from webapp.applications.rules.merging import Merged, chosen, merge
from webapp.applications.rules.steps import (
    LEVELS,
    WORDS,
    CertificationFacts,
    Certified,
    CheckFacts,
    Editing,
    LandingFacts,
    LandingState,
    SubmitFacts,
    editable,
    hurry,
    late,
    level_of,
    sent_back,
    unsaved,
)
from webapp.applications.rules.steps import REQUIRED as STEPS

REQUIRED = {**STEPS, **COACHED}

__all__ = [
    "BUDGET_ROW",
    "INDICATOR_ROW",
    "LEVELS",
    "REQUIRED",
    "WORDS",
    "Asked",
    "AskingFacts",
    "CertificationFacts",
    "Certified",
    "CheckFacts",
    "CoachingFacts",
    "Difference",
    "Editing",
    "LandingFacts",
    "LandingState",
    "Merged",
    "Sheet",
    "SubmitFacts",
    "askable",
    "chosen",
    "compare",
    "differences",
    "editable",
    "hurry",
    "in_words",
    "landing_area",
    "late",
    "level_of",
    "merge",
    "papers",
    "read",
    "read_files",
    "rows_of",
    "sections",
    "sent_back",
    "source_names",
    "unsaved",
]
