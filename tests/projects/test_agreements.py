"""Agreements from an office's own wording, the sealed paper, and the 补充协议 that carries a change."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from reports.format import yuan
from tests.conftest import START
from tests.projects import stage
from webapp.core import journal
from webapp.core.workflow import NotAllowed, Refused, take_step
from webapp.funding import actions as funding
from webapp.projects import actions, rules
from webapp.projects.models import Agreement, AgreementTemplate, Change
from webapp.projects.queries import templates as reads
from webapp.projects.rules.agreements import AgreementFacts, TemplateFacts
from webapp.projects.rules.changes import ChangeFacts
from webapp.projects.rules.shipped import SHIPPED
from webapp.projects.rules.wording import KINDS, faults, fill, missing
from webapp.reporting.papers import Asked
from webapp.reporting.papers import agreement as paper
from webapp.reporting.papers.agreement import Agreed

OWN = "# 总则\n{甲方} 与 ｛ 乙方 ｝ 就“{项目名称}”约定如下，{款项名称} {金额}（{金额大写}），期限 {期限}。\n{拨款计划}\n\n# 其他\n{违约责任}\n本协议编号 {协议编号}。"


def codes(step, facts):
    found = []
    for rule in rules.REQUIRED[step]:
        said = rule(facts) or []
        found += [one.code for one in (said if isinstance(said, list) else [said])]
    return found


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("# 甲\n{甲方}\n{合同价}", 3, "没有“合同价”"), ("# 甲\n{甲方", 2, "没有成对"), ("# 甲\n见 {拨款计划}", 2, "单独占一行"), ("\n{甲方}", 2, "井号"),
        ("# 甲\n{变更内容}", 2, "没有“变更内容”"), ("# 甲\n{}", 2, "没有写"), ("# 甲\n}{", 2, "没有成对"),
    ],
)  # fmt: skip
def test_a_field_nobody_knows_is_refused_at_its_line(text, line, words):
    [found] = faults("grant", text)
    assert found.line == line
    assert words in found.sentence


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_platform_ships_is_sound_and_whole(kind):
    assert faults(kind, SHIPPED[kind]) == []
    assert missing(kind, SHIPPED[kind]) == []
    body = reads.sample(kind, SHIPPED[kind])["body"]
    assert "{" not in "".join(block.get("text", "") for section in body for block in section["blocks"])


def test_the_fields_are_filled_from_the_terms():
    sections = fill(OWN, reads.SAMPLE | {"amends": ""})
    assert sections[0]["blocks"][0]["text"].startswith(
        "某区民政局 与 某某社会工作服务中心 就“银龄陪伴（示例）”约定如下，资助资金 50,000.00 元（伍万元整）"
    )
    assert sections[0]["blocks"][1] == {"table": "tranches"}
    assert sections[1]["blocks"] == [{"text": "违约的，3 年内不得申报。"}, {"text": "本协议编号 Y2026-0000。"}]
    assert missing("grant", "# 甲\n{甲方}") == [
        "“乙方”或“项目信息”",
        "“项目名称”或“项目信息”",
        "“金额”或“金额大写”或“项目信息”",
        "“期限”或“开始日期”或“项目信息”",
        "“拨款计划”",
    ]


SIGNING = AgreementFacts(True, "opened", 7, 8)
CARRIED = ChangeFacts(True, "delivering", "time", date(2026, 5, 1), date(2026, 3, 1), date(2026, 6, 1))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, []), ({"paper": True}, ["scan"]), ({"paper": True, "scans": 1}, []), ({"project": "delivering"}, ["project"]),
        ({"project": "delivering", "change": CARRIED}, []), ({"change": CARRIED}, ["project"]), ({"actor_id": 7}, ["two_people"]),
        ({"project": "delivering", "change": replace(CARRIED, today=date(2026, 7, 1))}, ["ends_on"]),
    ],
)  # fmt: skip
def test_what_the_organisers_signature_needs(change, code):
    assert codes("agreement.sign", replace(SIGNING, **change)) == code


def test_what_a_template_needs_to_be_used():
    assert codes("agreement_template.put_in_force", TemplateFacts(True, "grant", SHIPPED["grant"])) == []
    assert codes("agreement_template.put_in_force", TemplateFacts(False, "grant", SHIPPED["grant"])) == ["office"]
    assert codes("agreement_template.put_in_force", TemplateFacts(True, "grant", "# 甲\n{项目信息}")) == ["missing"]


def in_force(session, cast, kind="grant", text=OWN, **more):
    made = actions.write_template(session, kind, title="本区协议", text=text, by=cast.officer.viewer(session, START), at=START, **more)
    actions.put_in_force(session, made, by=cast.head.viewer(session, START), at=START)
    return made


def printed(one):
    """An agreement as it is printed."""
    return paper.build(Agreed(one.number, one.terms, one.digest, "已签署", lottery=False), Asked(as_of=START))


def test_the_agreement_is_drafted_from_what_is_in_force_and_frozen(session, cast):
    first = in_force(session, cast)
    with pytest.raises(NotAllowed):
        actions.put_in_force(session, first, by=cast.officer.viewer(session, START), at=START)
    project = stage.opened(session, cast, START)
    agreement = stage.agreement_of(session, project)
    assert agreement.terms["template"] == "本区协议（第 1 版）"
    said = agreement.terms["body"][0]["blocks"][0]["text"]
    assert f"{yuan(project.granted_fen)} 元" in said
    assert agreement.number in agreement.terms["body"][1]["blocks"][-1]["text"]
    assert agreement.digest == journal.digest(journal.canonical(agreement.terms))
    assert journal.lines(session, [agreement.ref])[0].data["template"] == first.ref
    second = in_force(session, cast, text=OWN.replace("其他", "附则"))
    assert (first.state, second.state, second.version) == ("retired", "in_force", 2)
    assert stage.agreement_of(session, project).terms["template"] == "本区协议（第 1 版）"
    report = printed(agreement)
    assert [section.heading for section in report.sections] == ["总则", "其他", "签署"]
    older = {key: value for key, value in agreement.terms.items() if key not in {"body", "number", "lines", "parts", "paper", "template"}}
    report = paper.build(Agreed(agreement.number, older, "0" * 64, "已签署", lottery=False), Asked(as_of=START))
    assert [section.heading for section in report.sections] == ["双方与项目", "资金拨付", "绩效目标", "双方责任", "签署"]


def test_a_street_has_its_own_wording_and_not_the_bureaus(session, cast):
    bureau = in_force(session, cast)
    street = cast.street.viewer(session, START)
    with pytest.raises(Refused, match="上级单位"):
        take_step(session, bureau, "retire", by=street, at=START)
    own = actions.write_template(session, "grant", title="街道协议", text=OWN, by=street, at=START)
    assert (own.area_code, own.version) == ("320508019", 1)
    again = actions.write_template(session, "grant", title="街道协议二", text=OWN, by=street, at=START)
    assert again is own
    actions.put_in_force(session, own, by=street, at=START)
    call, _ = stage.announced(session, cast, START)
    assert reads.in_force_for(session, call, "grant").ref == bureau.ref
    call.area_code = "320508019"
    assert reads.in_force_for(session, call, "grant").ref == own.ref
    call.area_code = "320303"
    assert reads.in_force_for(session, call, "grant").version == 0


def test_one_of_a_kind_is_in_force(session, cast):
    first = in_force(session, cast)
    row = {c.key: getattr(first, c.key) for c in sa.inspect(AgreementTemplate).mapper.column_attrs if c.key != "id"} | {"version": 9}
    session.add(AgreementTemplate(**row))
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
    session.rollback()


def test_paper_comes_before_the_organisers_signature(session, cast):
    in_force(session, cast, paper=True)
    project = stage.opened(session, cast, START)
    agreement = stage.agreement_of(session, project)
    lead, leader = cast.lead.viewer(session, START), cast.leader.viewer(session, START)
    actions.sign_org(session, agreement, by=lead, at=START)
    with pytest.raises(Refused, match="盖章扫描件"):
        actions.sign(session, agreement, by=leader, at=START)
    actions.add_scans(session, agreement, scans=[stage.picture("盖章页.jpg")], by=lead, at=START)
    actions.sign(session, agreement, scans=[stage.picture("双方.jpg", 60)], by=leader, at=START)
    assert project.state == "delivering"
    scans = [line.data for line in journal.lines(session, [agreement.ref]) if line.step == "scan"]
    assert scans == [{"kind": "sealed", "files": 1}, {"kind": "sealed_org", "files": 1}]


def asked(session, cast, project, ends_on=date(2027, 4, 30)):
    proposal = actions.propose_time(session, project, ends_on=ends_on)
    return actions.request_change(session, project, "time", proposal, why="暑期停课", by=cast.lead.viewer(session, START), at=START)


def amendment(session, change):
    return session.scalars(sa.select(Agreement).where(Agreement.change_id == change.id).order_by(Agreement.id.desc())).first()


def test_a_change_takes_effect_when_both_have_signed_its_amendment(session, cast):
    in_force(session, cast, amends=("time",))
    project = stage.delivering(session, cast, START)
    lead, officer, leader = (getattr(cast, who).viewer(session, START) for who in ("lead", "officer", "leader"))
    change = asked(session, cast, project)
    actions.approve_change(session, change, by=officer, at=START)
    made = amendment(session, change)
    assert (change.state, change.effective_at, project.ends_on) == ("approved", None, date(2027, 2, 28))
    assert made.terms["amends"] == "Y2026-0001"
    assert made.terms["items"][0]["after"] == "2027年4月30日"
    actions.void(session, made, note="写错了", by=officer, at=START)
    assert change.state == "requested"
    actions.approve_change(session, change, by=officer, at=START)
    made = amendment(session, change)
    actions.sign_org(session, made, by=lead, at=START)
    assert project.ends_on == date(2027, 2, 28)
    actions.sign(session, made, by=leader, at=START)
    assert (project.ends_on, project.state, change.effective_at) == (date(2027, 4, 30), "delivering", START)
    people = actions.propose_people(post="负责人", before="甲", after="乙")
    plain = actions.request_change(session, project, "people", people, why="离职", by=lead, at=START)
    actions.approve_change(session, plain, by=officer, at=START)
    assert plain.effective_at == START
    assert amendment(session, plain) is None
    report = printed(made)
    assert report.title.endswith("补充协议")


def test_what_waits_ends_with_a_termination(session, cast):
    in_force(session, cast, amends=("time",))
    project = stage.delivering(session, cast, START)
    officer = cast.officer.viewer(session, START)
    change, other = asked(session, cast, project), asked(session, cast, project, date(2027, 5, 31))
    actions.approve_change(session, change, by=officer, at=START)
    funding.terminate(session, project, note="单位注销", by=officer, at=START)
    assert amendment(session, change).state == "void"
    assert {change.state, other.state} == {"refused"}


def test_an_officer_writes_a_template_looks_at_it_and_puts_it_in_force(site, saved, cast):
    page = site.as_(cast.head).open("projects.index").click("协议模板")
    assert "还没有自己的模板" in page
    page = page.click("新建协议模板").click("资助")
    assert "双方责任" in page
    page = page.submit("保存为草稿", text="# 总则\n{合同价}")
    assert page.status == 422
    assert "第 2 行：没有“合同价”这一项" in page
    page = page.submit("看看样子", text=OWN.replace("{拨款计划}\n", ""), title="姑苏协议", amends=["time"])
    assert "还没有保存" in page
    assert "启用前还要有：“拨款计划”" in page
    assert saved(lambda s: s.scalar(sa.select(sa.func.count()).select_from(AgreementTemplate))) == 0
    page = page.submit("保存为草稿")
    assert "没有“拨款计划”" in page.text or "还没有“拨款计划”" in page.text
    page = page.click("修改草稿").submit("保存为草稿", text=OWN, paper="y")
    page = page.submit("确认启用")
    assert "使用中" in page
    assert "伍万元整" in page
    page = page.click("在这一版上修改").submit("保存为草稿", text=OWN + "\n{指标}", why="加指标")
    assert "第 2 版" in page
    assert "草稿" in page
    assert "本单位的模板" not in site.as_(cast.head).open("projects.templates")
    key = saved(lambda s: s.scalars(sa.select(AgreementTemplate.id).where(AgreementTemplate.state == "in_force")).one())
    page = site.as_(cast.street).open("projects.agreement_template_show", id=key)
    assert "确认停用" not in page.buttons()
    assert site.as_(cast.far_officer).open("projects.agreement_template_show", id=key).status == 404
    assert site.as_(cast.auditor).open("projects.template_shipped", kind="amendment").status == 200
    assert site.as_(cast.officer).open("projects.template_shipped", kind="x").status == 404


def test_both_sides_sign_with_scans_and_an_amendment_follows_its_change(site, saved, cast):
    def begun(session):
        in_force(session, cast, paper=True, amends=("time",))
        project = stage.opened(session, cast, START)
        return project.id, stage.agreement_of(session, project).id

    project, agreement = saved(begun)
    page = site.as_(cast.lead).open("projects.agreement_show", id=agreement).take("社会组织签署")
    page = site.as_(cast.leader).open("projects.agreement_show", id=agreement)
    assert "主办单位签署前要有盖章扫描件" in page
    page = page.take("主办单位签署")
    assert page.status == 422
    assert "请先上传盖章扫描件" in page
    page = site.as_(cast.member).open("projects.agreement_show", id=agreement).click("上传盖章扫描件")
    page = page.submit("上传", scans=stage.upload("盖章页.jpg"))
    assert "盖章页.jpg" in page
    page = site.as_(cast.leader).open("projects.agreement_show", id=agreement).take("主办单位签署", scans=stage.upload("双方.jpg", 60))
    assert "实施中" in page
    page = site.as_(cast.lead).open("projects.change_new", id=project, kind="time").submit("提交申请", ends_on="2027-04-30", why="停课")
    change = saved(lambda s: s.scalars(sa.select(Change.id)).one())
    page = site.as_(cast.officer).open("projects.change_show", id=change).submit("同意变更")
    assert "双方签署后变更生效" in page
    page = site.as_(cast.lead).open("projects.show", id=project)
    assert "补充协议" in page
    page = page.click("Y2026-0002")
    assert "由 变更申请 起草" in page
    page.take("社会组织签署", scans=stage.upload("乙方.jpg", 90))
    made = saved(lambda s: s.scalars(sa.select(Agreement.id).where(Agreement.change_id == change)).one())
    site.as_(cast.leader).open("projects.agreement_show", id=made).take("主办单位签署")
    assert "2027年4月30日" in site.as_(cast.lead).open("projects.show", id=project)
