"""What each step of this slice requires."""

from webapp.core.workflow import Rule

REQUIRED: dict[str, tuple[Rule, ...]] = {
    "project.archive": (),
    "project.terminate": (),
    "tranche.request": (),
    "tranche.prepare": (),
    "tranche.return": (),
    "tranche.check": (),
    "tranche.approve": (),
    "tranche.send": (),
    "tranche.pay": (),
    "tranche.bounce": (),
    "tranche.resend": (),
    "tranche.cancel": (),
    "spending.accept": (),
    "spending.reject": (),
    "spending.void": (),
    "recovery.receive": (),
    "recovery.waive": (),
}
