"""What each step of this slice requires."""

from webapp.core.workflow import Rule

REQUIRED: dict[str, tuple[Rule, ...]] = {
    "need.deliver": (),
    "need.relist": (),
    "need.resolve": (),
    "call.award": (),
    "application.award": (),
    "project.start": (),
    "project.suspend": (),
    "project.resume": (),
    "agreement.sign_org": (),
    "agreement.sign": (),
    "agreement.void": (),
    "activity.record": (),
    "activity.cancel": (),
    "progress.submit": (),
    "progress.accept": (),
    "progress.return": (),
    "rectification.answer": (),
    "rectification.close": (),
    "rectification.insist": (),
    "change.approve": (),
    "change.refuse": (),
}
