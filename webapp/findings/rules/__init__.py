"""What makes a finding. Nothing here says yes or no to an application: a person looks, and answers with a reason."""

from webapp.core.workflow import Rule
from webapp.findings.rules.compare import Likeness, Match, Place, compare
from webapp.findings.rules.double import Double, Request, double, request_of
from webapp.findings.rules.identity import FIELDS, SEALED, Shared
from webapp.findings.rules.text import Answer, Text, answers_of, prints, text_of, title_prints, title_share

KINDS = {"alike": "内容相近", "double": "重复资助", "identity": "身份信息相同"}
ABOUT = {
    "alike": "与别的申报或公开项目的名称、内容相近。",
    "double": "同一单位的两份申报，名称或预算内容相近，可能为同一件事申请两次资金。",
    "identity": "与别的单位登记的姓名、电话、账号或地址相同。",
}
REQUIRED: dict[str, tuple[Rule, ...]] = {
    f"finding.{step}": () for step in ("differ", "near", "ask", "reopen", "vanish")
}  # fmt: skip
WORDS = {"finding.find": "系统比对发现"}

__all__ = [
    "ABOUT", "FIELDS", "KINDS", "REQUIRED", "SEALED", "WORDS", "Answer", "Double", "Likeness", "Match", "Place", "Request", "Shared", "Text",
    "answers_of", "compare", "double", "prints", "request_of", "text_of", "title_prints", "title_share",
]  # fmt: skip
