"""项目协议书: printed from the agreement's frozen terms, with places to sign and seal."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from reports import format as fmt
from reports.money import Money
from reports.report import Block, Column, Facts, Report, Section, Signatures, Table, Text
from webapp.calls.models import LEGAL_FORMS
from webapp.calls.rules import LEGAL, due, part


def build(
    terms: Mapping[str, Any],
    *,
    number: str,
    as_of: datetime,
    state: str,
    terms_digest: str,
    demo: bool = False,
    verify_url: str | None = None,
) -> Report:
    """The agreement on paper. `state` says whether it is signed; the terms' digest is the one both sides signed over."""
    granted, own = Money(terms["granted_fen"]), Money(terms.get("own_fen") or 0)
    form = LEGAL[terms.get("legal_form") or "grant"]
    return Report(
        title=f"{terms['title']}\n{form.agreement}",
        number=number,
        issuer=terms["party_a"],
        as_of=as_of,
        sections=(_parties(terms, granted, own), _money(terms, granted), _goals(terms), _duties(terms), _signing(terms)),
        scope_note=f"本件由平台按双方确认的条款印制，状态：{state}。条款摘要 SHA-256 {terms_digest}。",
        sources=("本平台项目协议条款",),
        demo=demo,
        verify_url=verify_url,
    )


def _parties(terms: Mapping[str, Any], granted: Money, own: Money) -> Section:
    pairs = (
        ("甲方（主办单位）", terms["party_a"]),
        ("乙方（承办单位）", terms["party_b"]),
        ("付款单位", terms.get("payer") or terms["party_a"]),
        ("项目名称", terms["title"]),
        ("项目编号", terms.get("project", "")),
        ("征集公告", terms.get("call", "")),
        ("法律形式", LEGAL_FORMS.get(terms.get("legal_form", ""), "")),
        ("资助金额", granted),
        ("资助金额（大写）", terms.get("granted_words") or fmt.capital(granted)),
        ("自筹金额", own),
        ("实施期限", f"{_day(terms['starts_on'])}至{_day(terms['ends_on'])}"),
    )
    return Section("双方与项目", (Facts(tuple(pair for pair in pairs if pair[1] != "")),))


def _day(text: str) -> str:
    return fmt.day(date.fromisoformat(text))


def _money(terms: Mapping[str, Any], granted: Money) -> Section:
    tranches = terms.get("tranches") or ()
    if not tranches:
        return Section("资金拨付", (Text((f"资助金额 {fmt.yuan(granted, unit=True)}，按甲方通知拨付。",)),))
    columns = (Column("n", "期次"), Column("when", "拨付条件"), Column("percent", "比例"), Column("amount", "金额", "money"))
    rows = tuple(
        (f"第{fmt.numeral(n)}期", due(t["trigger"], t.get("within", "")), part(t["percent"], t.get("kind", "percent")), Money(t["fen"]))
        for n, t in enumerate(tranches, 1)
    )
    total = sum((Money(t["fen"]) for t in tranches), Money(0))
    blocks: tuple[Block, ...] = (
        Text(("资金按下表分期拨付。乙方凭请款单和合规票据请款，专款专用，按批准的预算科目使用；结余按规定退回。",)),
        Table(columns, rows, "分期拨付", ("合计", "", "", total), "元"),
    )
    return Section("资金拨付", blocks)


def _goals(terms: Mapping[str, Any]) -> Section:
    columns = (Column("title", "指标"), Column("target", "目标值", "number"), Column("unit", "单位"), Column("due", "应完成", "date"))
    rows = tuple(
        (one["title"], one["target"], one.get("unit", ""), date.fromisoformat(one["due_on"][:10]) if one.get("due_on") else None)
        for one in terms.get("indicators") or ()
    )
    return Section("绩效目标", (Table(columns, rows, "绩效指标"),))


def _duties(terms: Mapping[str, Any]) -> Section:
    """What both sides owe each other; each sentence names a step the platform knows."""
    return Section(
        "双方责任",
        (
            Text(
                (
                    "甲方按期审核请款、及时拨付，组织督导、中期评估和结项评价，并公开结果。",
                    "乙方按申报书和本协议实施项目，如实记录活动和支出，按期报送进展，接受社区协同督导和第三方评估；对服务对象的个人信息保密。",
                    "时间、人员、内容或预算科目需要变更的，乙方先提出变更申请，经甲方同意后执行；资助总额不因变更而增加。",
                    "乙方弄虚作假、挪用资金或整改不到位的，甲方可以暂停或终止拨付，并收回未用和不合规使用的资金。",
                    *(terms.get("breach") or ()),
                    "本协议一式两份，双方签署后生效。",
                )
            ),
        ),
    )


def _signing(terms: Mapping[str, Any]) -> Section:
    return Section(
        "签署", (Signatures((f"甲方（盖章）：{terms['party_a']}\n代表签字：", f"乙方（盖章）：{terms['party_b']}\n代表签字：")),)
    )
