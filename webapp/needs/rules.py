"""What a need's steps require."""

import re
from dataclasses import dataclass

from webapp.core.workflow import Refusal, Rule
from webapp.needs.finder import hard, soft
from webapp.needs.models import DECISIONS, PACES

ACCEPTED = ("self", "assist")
"""First decisions with which a need is taken on (苏州 两份清单)."""
OVER = ("merged", "withdrawn", "returned", "resolved", "rated")
"""States in which nobody works on a need any more."""


PHONE = re.compile(r"^\s*(1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8}([ -]\d{1,6})?)\s*$")
"""A mobile number, or a landline with its area code: seven digits alone cannot be called back from elsewhere."""


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """What the rules of a need look at."""

    category: str
    decision: str | None
    public: bool
    area_code: str
    own_id: int
    target_id: int | None
    """The need it is to be merged into, with that one's area and state."""
    target_area: str | None
    target_state: str | None
    ballot_state: str | None
    """State of the newest 评议 it stands in."""
    rating: int | None
    category_known: bool
    pace: str | None
    elsewhere: str


def decision_is_made(facts: NeedFacts) -> Refusal | None:
    """首次判断: 自治事项 or 协助政府事项, with a category of the dictionary (苏州 两份清单)."""
    if not facts.category_known:
        return Refusal("category", "请选择需求类别。", "category")
    if facts.decision not in ACCEPTED:
        return Refusal("decision", f"请判断是{DECISIONS['self']}还是{DECISIONS['assist']}。", "decision")
    if facts.pace not in PACES:
        return Refusal("pace", "请选择即时议（48 小时内答复）还是深入议（5 个工作日内启动）。", "pace")
    return None


def says_where_to_go(facts: NeedFacts) -> Refusal | None:
    """不予受理 sends nobody away without a place to go (一次性告知)."""
    return None if facts.elsewhere.strip() else Refusal("elsewhere", "请选择居民可以去哪里办，或写明其他去处。", "elsewhere")


def can_be_merged(facts: NeedFacts) -> Refusal | None:
    """A need is merged into a living one of the same community."""
    if facts.target_id is None:
        return Refusal("target", "请选择要合并到哪一件需求。", "into")
    if facts.target_id == facts.own_id:
        return Refusal("target_self", "不能合并到自己，请选择另一件需求。", "into")
    if facts.target_area != facts.area_code:
        return Refusal("target_area", "只能与本社区的需求合并。", "into")
    if facts.target_state is None or facts.target_state in OVER:
        return Refusal("target_state", "选中的需求已经合并、撤回、退回或办结，合并过去就没有人办了。请另选一件。", "into")
    return None


def is_public(facts: NeedFacts) -> Refusal | None:
    """What residents judge must have a public wording that a second person released (先审后发)."""
    return None if facts.public else Refusal("wording", "请先写好公开表述，并由另一位同事发布。", "wording")


def ballot_is_counted(facts: NeedFacts) -> Refusal | None:
    """A need in a 评议 is listed only when that 评议 has been counted."""
    if facts.ballot_state in {"draft", "open", "closed"}:
        return Refusal("ballot", "评议还没有计票，计票后再列入需求清单。")
    return None


def rating_is_given(facts: NeedFacts) -> Refusal | None:
    if facts.rating in {1, 2, 3, 4, 5}:
        return None
    return Refusal("rating", "请选择 1 到 5 分。", "rating")


def not_sealed(facts: NeedFacts) -> Refusal | None:
    """What was handed to 专办人 is with them; here is nothing left to take up again."""
    if facts.decision != "sealed":
        return None
    return Refusal("sealed", "这件事已转给专人办理。有新情况请直接拨打 110 或 12345，也可以重新反映。")


@dataclass(frozen=True, slots=True)
class WordingFacts:
    """What the rules of a public wording look at."""

    title: str
    text: str
    drafted_by_id: int
    by_id: int | None
    names: tuple[str, ...]
    """Names that must not appear: of those who spoke."""
    need_state: str
    ticked: tuple[str, ...] = ()
    """Soft findings the releaser has looked at, in their sentences."""


def need_is_handled(facts: WordingFacts) -> Refusal | None:
    """What was merged, returned or withdrawn has no page of its own for the public."""
    if facts.need_state in {"merged", "returned", "withdrawn"}:
        return Refusal("need_state", "这件需求已经合并、退回或撤回，不再单独公开。")
    return None


def another_person_releases(facts: WordingFacts) -> Refusal | None:
    """先审后发: who drafted it does not release it."""
    if facts.by_id is not None and facts.by_id == facts.drafted_by_id:
        return Refusal("two_people", "公开表述要由另一位同事发布（先审后发），起草人不能自己发布。")
    return None


def nothing_private(facts: WordingFacts) -> Refusal | None:
    """个人信息保护法 §25: what tells who somebody is does not go out."""
    if found := hard(f"{facts.title}\n{facts.text}", facts.names):
        return Refusal("private", f"公开表述里有{'、'.join(one.sentence for one in found)}，请改写。", "text")
    return None


def all_looked_at(facts: WordingFacts) -> Refusal | None:
    """个人信息保护法 §28: what may tell of health, need or children was looked at, one by one, by who releases it."""
    left = [one for one in soft(f"{facts.title}\n{facts.text}", facts.names) if one.sentence not in facts.ticked]
    if not left:
        return None
    return Refusal("look", f"请逐项核对并勾选：{'、'.join(one.sentence for one in left)}。不能公开的，请退回改写。", "ticks")


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "need.accept": (decision_is_made,),
    "need.return": (says_where_to_go,),
    "need.merge": (can_be_merged,),
    "need.unmerge": (),
    "need.deliberate": (),
    "need.conclude": (),
    "need.ballot": (is_public,),
    "need.list": (is_public, ballot_is_counted),
    "need.leave_out": (ballot_is_counted,),
    "need.unballot": (),
    "need.rate": (rating_is_given,),
    "need.reopen": (not_sealed,),
    "need.hand_off": (),
    "urgent.return": (),
    "need.withdraw": (),
    "wording.release": (need_is_handled, another_person_releases, nothing_private, all_looked_at),
    "wording.take_down": (),
}

WORDS = {
    "need.create": "居民反映",
    "need.take_in": "代为登记",
    "need.propose": "社会组织服务提议",
    "need.join": "合并进来一件同类需求",
    "need.part": "合并进来的需求分了出去",
    "need.same": "有人表示同样需求",
    "need.reveal": "查看反映人电话",
    "need.write_down": "听写录音",
    "need.publish": "公开表述已发布",
    "need.unpublish": "公开表述已撤下",
    "wording.create": "起草公开表述",
}
