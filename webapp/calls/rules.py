"""What each step of this slice requires."""

from webapp.core.workflow import Rule

REQUIRED: dict[str, tuple[Rule, ...]] = {
    "need.call": (),
    "need.release": (),
    "call.propose": (),
    "call.send_back": (),
    "call.publish": (),
    "call.open": (),
    "call.close": (),
    "call.cancel": (),
}
