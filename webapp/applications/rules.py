"""What each step of this slice requires."""

from webapp.core.workflow import Rule

REQUIRED: dict[str, tuple[Rule, ...]] = {
    "application.submit": (),
    "application.return": (),
    "application.pass": (),
    "application.fail": (),
    "application.withdraw": (),
    "landing.agree": (),
    "landing.suggest": (),
    "landing.refuse": (),
    "landing.lapse": (),
}
