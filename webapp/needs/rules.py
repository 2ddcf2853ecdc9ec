"""What each step of this slice requires."""

from webapp.core.workflow import Rule

REQUIRED: dict[str, tuple[Rule, ...]] = {
    "need.accept": (),
    "need.return": (),
    "need.merge": (),
    "need.unmerge": (),
    "need.refer": (),
    "need.answer": (),
    "need.send_back": (),
    "need.order": (),
    "need.finish": (),
    "need.deliberate": (),
    "need.conclude": (),
    "need.offer": (),
    "need.unoffer": (),
    "need.ballot": (),
    "need.list": (),
    "need.leave_out": (),
    "need.rate": (),
    "need.reopen": (),
    "need.withdraw": (),
    "wording.release": (),
    "wording.take_down": (),
}
