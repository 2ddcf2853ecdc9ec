"""What each step of this slice requires."""

from webapp.core.workflow import Rule

REQUIRED: dict[str, tuple[Rule, ...]] = {
    "scorecard.submit": (),
    "scorecard.reopen": (),
    "scorecard.lock": (),
    "scorecard.void": (),
}
