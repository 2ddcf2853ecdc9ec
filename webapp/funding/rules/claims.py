"""What a claim on a spending document must meet, and who reviews it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from reports.format import yuan
from reports.money import Money
from webapp.core.workflow import Refusal, Rule
from webapp.funding.models.spending import SPENDING_KINDS
from webapp.funding.rules.vouchers import Seen, Voucher, numbers, remarks, unexplained
from webapp.projects.rules.project import organiser_acts
from webapp.workflows import PROJECT

SMALL, NONE = Money(50_000), Money(0)
"""The limit of a small receipt where no area sets another, and nothing."""


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What a claim on a spending document looks at, before it is made."""

    project: str
    starts_on: date
    ends_on: date
    today: date
    voucher: Voucher
    seen: Seen
    known_kind: str | None
    """The kind under which somebody named the same document before, and what it said then."""
    known_face: Money | None
    known_check: str
    claimed: Money
    """What is already claimed on the document, over all projects."""
    elsewhere: bool
    """Another project holds the original: a claim of it stands on the document itself."""
    parent_face: Money | None
    """分割单: the face by which the original is known, and what is claimed on it over all projects."""
    parent_claimed: Money
    amount: Money
    line_left: Money | None
    """What is left of the line's grant after all claims that stand; None for a line of another project."""
    paid_left: Money
    """What was paid to the project, less what was claimed or given back."""
    files: int
    reason: str
    compared: tuple[Refusal, ...] = ()
    """Where what was typed differs from the e-invoice among the files."""
    small_limit: Money = SMALL
    small_today: Money = NONE
    """小额收款凭证: what the same person received by others of the same day, over all projects."""
    strict_buyer: bool = False
    """Whether another buyer than the organisation is refused, whatever the reason (setting `spending.buyer`)."""


@dataclass(frozen=True, slots=True)
class SpendingFacts:
    acts_for: bool
    actor_id: int | None
    by_id: int
    project: str
    state: str


def document_is_named(facts: ClaimFacts) -> list[Refusal]:
    found = numbers(facts.voucher)
    return found if facts.files else [*found, Refusal("files", "请上传凭证的扫描件或照片。", "papers")]


def document_is_the_same(facts: ClaimFacts) -> Refusal | None:
    """The same number is one document: of one kind, one face, one check code."""
    if facts.known_kind is not None and facts.known_kind != facts.voucher.kind:
        return Refusal("kind", f"这个号码已经作为{SPENDING_KINDS[facts.known_kind]}登记过，请按那一种登记。", "number")
    if facts.known_check and facts.known_check != facts.voucher.check.strip().upper():
        return Refusal("check", "这张票据以前登记的校验码与这次填写的不同，请核对。", "check")
    return None


def original_is_here(facts: ClaimFacts) -> Refusal | None:
    """会计基础工作规范第五十一条: who does not keep the original claims by a 分割单."""
    if facts.elsewhere and facts.voucher.kind != "split":
        return Refusal(
            "elsewhere", "这张凭证的原件已由另一个项目登记。本项目分担的部分，请由保管原件的单位开具分割单，按“分割单”登记。", "number"
        )
    return None


def spent_within_the_project(facts: ClaimFacts) -> Refusal | None:
    on = facts.seen.spent_on
    if on < facts.starts_on or on > facts.ends_on:
        return Refusal("spent_on", f"支出日期不在项目期限内（{facts.starts_on:%Y-%m-%d} 至 {facts.ends_on:%Y-%m-%d}）。", "spent_on")
    return Refusal("spent_on", "支出日期还没有到。", "spent_on") if on > facts.today else None


def project_spends(facts: ClaimFacts) -> Refusal | None:
    if facts.project in {"delivering", "rectifying", "passed", "closing", "accepted"}:
        return None
    return Refusal("project", f"项目{PROJECT.states[facts.project]}，不能登记支出。")


def within_the_face(facts: ClaimFacts) -> Refusal | None:
    """The sum claimed on one document over all projects never exceeds its face; for a share a 分割单 is drawn up."""
    face = facts.voucher.face
    if facts.known_face is not None and facts.known_face != face:
        return Refusal("face", f"这张凭证以前登记的票面金额是 {yuan(facts.known_face)} 元，与这次填写的不同，请核对。", "face")
    if facts.amount <= Money(0):
        return Refusal("amount", "报销金额要大于零。", "amount")
    if facts.claimed + facts.amount > face:
        return Refusal(
            "face",
            f"这张凭证票面 {yuan(face)} 元，各项目已报 {yuan(facts.claimed)} 元，最多还能报 {yuan(face - facts.claimed)} 元。",
            "amount",
        )
    return None


def within_the_original(facts: ClaimFacts) -> Refusal | None:
    """分割单: the shares and the claims on the original itself never exceed the original's face together."""
    parent = facts.voucher.parent
    if parent is None:
        return None
    if facts.parent_face is not None and facts.parent_face != parent.face:
        return Refusal(
            "parent_face", f"这张原始凭证以前登记的票面金额是 {yuan(facts.parent_face)} 元，与这次填写的不同，请核对。", "parent_face"
        )
    left = parent.face - facts.parent_claimed
    if facts.amount > left:
        said = f"原始凭证票面 {yuan(parent.face)} 元，各项目已报 {yuan(facts.parent_claimed)} 元，最多还能报 {yuan(left)} 元。"
        return Refusal("parent_face", said, "amount")
    return None


def small_stays_small(facts: ClaimFacts) -> Refusal | None:
    """小额零星: so much a person and day, whoever pays it (国家税务总局公告 2018 年第 28 号第九条; setting `spending.small_fen`)."""
    if facts.voucher.kind != "small":
        return None
    if facts.voucher.face + facts.small_today > facts.small_limit:
        before = f"，同一人当日另有 {yuan(facts.small_today)} 元" if facts.small_today else ""
        said = f"小额收款凭证每人每日不超过 {yuan(facts.small_limit)} 元{before}。超过的请对方到税务机关代开发票。"
        return Refusal("small", said, "face")
    return None


def remarks_are_explained(facts: ClaimFacts) -> list[Refusal]:
    """What is unusual needs a word of explanation; another buyer is refused where the area says so."""
    found = remarked(facts)
    if facts.strict_buyer and (other := next((one for one in found if one.code == "buyer"), None)):
        return [Refusal("buyer", f"{other.sentence}请让对方重开。", "buyer")]
    return unexplained(found, facts.reason)


def remarked(facts: ClaimFacts) -> list[Refusal]:
    """All that is unusual about a claim: by itself, and against the e-invoice among its files."""
    return [*remarks(facts.voucher, facts.seen), *facts.compared]


def within_the_line(facts: ClaimFacts) -> Refusal | None:
    if facts.line_left is None:
        return Refusal("line", "请选择本项目的预算科目。", "budget_line_id")
    if facts.amount > facts.line_left:
        return Refusal("line", f"这个科目的资助只剩 {yuan(facts.line_left)} 元。超出的部分请用配套资金，或先申请预算变更。", "amount")
    return None


def within_what_was_paid(facts: ClaimFacts) -> Refusal | None:
    if facts.amount > facts.paid_left:
        return Refusal("paid", f"已到账的资助只剩 {yuan(facts.paid_left)} 元没有报销。", "amount")
    return None


CLAIM: tuple[Callable[[ClaimFacts], Refusal | list[Refusal] | None], ...] = (
    project_spends,
    document_is_named,
    document_is_the_same,
    original_is_here,
    spent_within_the_project,
    within_the_face,
    within_the_original,
    small_stays_small,
    within_the_line,
    within_what_was_paid,
    remarks_are_explained,
)
"""What a claim must meet; it has no step of its own, for it begins the spending document's life."""


def judged(facts: ClaimFacts) -> list[Refusal]:
    """Everything that stands in the way of a claim."""
    found: list[Refusal] = []
    for rule in CLAIM:
        said = rule(facts)
        found += said if isinstance(said, list) else [said] if said is not None else []
    return found


def another_person_accepts(facts: SpendingFacts) -> Refusal | None:
    return Refusal("two_people", "登记人不能审核自己的凭证。") if facts.by_id == facts.actor_id else None


def books_are_open(facts: SpendingFacts) -> Refusal | None:
    if facts.project in {"evaluated", "archived", "terminated"}:
        return Refusal("project", f"项目{PROJECT.states[facts.project]}，凭证不能再变动。")
    return None


REQUIRED: dict[str, tuple[Rule, ...]] = {
    "spending.accept": (organiser_acts, another_person_accepts, books_are_open),
    "spending.reject": (organiser_acts, another_person_accepts),
    "spending.void": (books_are_open,),
}

WORDS = {
    "spending.create": "登记支出凭证",
}
