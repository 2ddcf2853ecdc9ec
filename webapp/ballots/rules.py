"""What each step of this slice requires."""

from webapp.core.workflow import Rule

REQUIRED: dict[str, tuple[Rule, ...]] = {
    "ballot.open": (),
    "ballot.close": (),
    "ballot.count": (),
    "ballot.cancel": (),
}
