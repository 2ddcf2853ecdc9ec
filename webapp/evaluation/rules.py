"""What each step of this slice requires."""

from webapp.core.workflow import Rule

REQUIRED: dict[str, tuple[Rule, ...]] = {
    "project.pass": (),
    "project.rectify": (),
    "project.close": (),
    "project.accept": (),
    "project.evaluate": (),
    "evaluation.self_assess": (),
    "evaluation.judge": (),
    "evaluation.confirm": (),
    "evaluation.return": (),
}
