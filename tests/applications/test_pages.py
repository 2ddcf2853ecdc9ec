"""Applications through pages: filling in, autosave, rows, conflict, deadline, landing, submitting, checking; who sees what."""

import io
from datetime import timedelta

import pytest

from tests.applications import forms
from tests.cast import TAO
from tests.conftest import START
from webapp.applications import actions
from webapp.applications.models import Application, Landing, SectionDraft, Snapshot
from webapp.calls.models import Call
from webapp.core.db import transaction
from webapp.core.outbox import Message

HOUR = timedelta(hours=1)
FIXED = {"q_fixed-0-group": "独居老人", "q_fixed-0-people": "40", "q_fixed-0-where": "桃花坞"}


@pytest.fixture
def call(engine, cast):
    with transaction(engine) as session:
        return forms.call(session, cast, START)


@pytest.fixture
def draft(engine, cast, call):
    with transaction(engine) as session:
        on = session.get_one(Call, call.id)
        return actions.create(session, on, title="银龄陪伴", category="elderly", by=cast.member.viewer(session, START), at=START)


@pytest.fixture
def complete(engine, cast, call):
    with transaction(engine) as session:
        return forms.filled(session, cast, START, session.get_one(Call, call.id))


@pytest.fixture
def sent(engine, cast, complete):
    with transaction(engine) as session:
        one = session.get_one(Application, complete.id)
        actions.submit(session, one, by=cast.lead.viewer(session, START), at=START)
    return complete


def paper(name="证书.pdf"):
    return io.BytesIO(forms.PDF), name


def test_the_whole_form_through_pages(site, cast, engine, call):
    member = site.as_(cast.member)
    page = member.open("calls.index").click("2026 年公益创投").click("申报这个征集")
    page = page.submit("建立申报", title="银龄陪伴", category="elderly")
    assert page.heading == "银龄陪伴"
    assert "还没有填" in page
    page = page.click("基本信息")
    page = page.submit("保存", starts_on="2026-05-01", ends_on="2027-04-30", communities=[TAO], needs=["1"])
    assert "这一部分填写完整" in page
    for key, answers in forms.SECTIONS.items():
        page = member.open("applications.section", id=1, key=key)
        page = page.submit("保存", **forms.typed(answers))
        assert "这一部分填写完整" in page
    rows = {f"rows__0__{name}": value for name, value in forms.INDICATORS["rows"][0].items()}
    assert "填写完整" in member.open("applications.section", id=1, key="indicators").submit("保存", **rows)
    rows = {f"rows__{n}__{name}": value for n, row in enumerate(forms.BUDGET["rows"]) for name, value in row.items() if name != "need"}
    page = member.open("applications.section", id=1, key="budget").submit("保存", requested="50000", **rows)
    assert "填写完整" in page
    assert "50,000.00" in page
    page = member.open("applications.section", id=1, key="files").submit(
        "上传", paper_certificate=paper(), paper_accounts=paper("报告.pdf")
    )
    assert "已上传 2 个文件" in page
    page = member.open("applications.show", id=1).submit("请社区确认")
    assert "已请 1 个社区确认" in page
    assert "待确认" in page
    landing = site.as_(cast.worker).open("applications.landing_show", id=1)
    assert "陪老人就医" in landing
    assert "已同意落地" in landing.submit("同意落地")
    assert "确认提交" not in member.open("applications.show", id=1).buttons()
    page = site.as_(cast.lead).open("applications.show", id=1).submit("确认提交")
    assert "回执 R-" in page
    assert "已提交" in page
    with transaction(engine) as session:
        assert session.query(Snapshot).one().digest in page.text


def test_what_is_missing_is_listed_with_its_links(site, cast, draft):
    page = site.as_(cast.lead).open("applications.show", id=draft.id)
    assert "“实施方案”还没有填" in page
    assert f"/applications/{draft.id}/sections/plan" in page.links("“实施方案”还没有填")
    assert "缺附件：登记证书" in page
    assert "确认提交" not in page.buttons()


def test_wrong_input_is_kept_and_remarked_not_refused(site, cast, draft):
    page = site.as_(cast.member).open("applications.section", id=draft.id, key="people")
    page = page.submit("保存", q_beneficiaries="老" * 150, q_direct="很多人")
    assert page.status == 200
    assert "有 150 字，最多 100 字" in page
    assert "请填写整数" in page
    assert page.tree.xpath('//input[@name="q_direct"]/@value') == ["很多人"]


def autosave(visitor, page, **values):
    token = page.tree.xpath('//input[@name="csrf_token"]/@value')[0]
    answer = visitor.client.post(
        page.path, data={"csrf_token": token, "version": "0", **values}, headers={"X-Autosave": "1", "Accept": "application/json"}
    )
    return answer.status_code, answer.get_json()


def test_autosave_keeps_what_was_typed_and_answers_with_remarks(site, cast, engine, draft):
    member = site.as_(cast.member)
    page = member.open("applications.section", id=draft.id, key="people")
    status, told = autosave(member, page, q_direct="一百", q_beneficiaries="独居老人", **FIXED)
    assert status == 200
    assert told["version"] == 1
    assert told["saved_at"].startswith("2026-03-02T01:00")
    assert [(one["code"], one["place"]) for one in told["remarks"]] == [("people.direct", "q_direct")]
    status, told = autosave(member, page, version="1", q_direct="100", q_beneficiaries="独居老人", **FIXED)
    assert (status, told["version"], told["remarks"]) == (200, 2, [])
    assert "第 2 版" in member.open("applications.section", id=draft.id, key="people")


def test_rows_come_and_go_without_script(site, cast, engine, draft):
    member = site.as_(cast.member)
    page = member.open("applications.section", id=draft.id, key="budget")
    page = page.submit("增加一行", requested="100", rows__0__item="物资", rows__1__item="补贴")
    assert page.tree.xpath('//input[starts-with(@name,"rows-") and contains(@name,"-item")]/@value') == ["物资", "补贴", ""]
    drop = page.tree.xpath('//button[@value="rows-0"]')[0]
    page = page.submit(" ".join(drop.text_content().split()))
    assert page.tree.xpath('//input[starts-with(@name,"rows-") and contains(@name,"-item")]/@value') == ["补贴"]
    assert page.tree.xpath('//input[@name="requested"]/@value') == ["100"]


def test_two_people_editing_see_both_texts(site, cast, engine, draft):
    one, two = site.as_(cast.member), site.as_(cast.lead)
    first = one.open("applications.section", id=draft.id, key="team")
    second = two.open("applications.section", id=draft.id, key="team")
    first.submit("保存", **{"q_members-0-name": "秦光"})
    page = second.submit("保存", **{"q_members-0-name": "朱晨", "q_members-0-duty": "陪诊"})
    assert page.status == 409
    assert "另一位同事刚刚保存" in page
    assert "秦光" in page
    assert page.tree.xpath('//input[@name="q_members-0-name"]/@value') == ["朱晨"]
    assert [one.get("value") for one in page.tree.xpath('//input[@name="choose-members"]')] == ["mine", "theirs"]
    status, told = autosave(two, second, **{"q_members-0-name": "朱晨"})
    assert status == 409
    assert "另一位同事" in told["sentence"]
    assert told["theirs"]["members"][0]["name"] == "秦光"
    page = page.submit("保存", **{"q_members-0-name": "秦光、朱晨"})
    assert page.status == 200
    with transaction(engine) as session:
        assert [one.version for one in session.query(SectionDraft).filter_by(section="team").order_by("version")] == [1, 2]


def test_each_answer_both_changed_is_chosen_and_the_others_are_put_together(site, cast, engine, draft):
    one, two = site.as_(cast.member), site.as_(cast.lead)
    first, second = (who.open("applications.section", id=draft.id, key="plan") for who in (one, two))
    first.submit("保存", q_plan="每周两次", q_risks="购买保险")
    page = second.submit("保存", q_plan="每周三次", q_lasting="募款")
    assert page.status == 409
    assert page.tree.xpath('//textarea[@name="q_risks"]')[0].text_content().strip() == "购买保险"
    assert len(page.tree.xpath("//form[@data-autosave]")) == 0
    page = page.submit("保存", **{"choose-plan": "both"})
    with transaction(engine) as session:
        newest = session.query(SectionDraft).filter_by(section="plan").order_by(SectionDraft.version.desc()).first()
        assert newest.answers == {"plan": "每周两次\n每周三次", "risks": "购买保险", "lasting": "募款"}
    third = one.open("applications.section", id=draft.id, key="plan")
    assert autosave(two, page, version="2", q_plan="一", q_risks="二", q_lasting="三")[0] == 200
    status, told = autosave(one, third, version="2", q_plan="每周两次\n每周三次", q_risks="购买保险", q_lasting="募款")
    assert (status, told["merged"]["fields"]) == (200, ["q_plan", "q_risks", "q_lasting"])
    assert ["q_risks", "二"] in told["merged"]["values"]


def test_a_deadline_passing_while_the_form_is_open(site, cast, clock, engine, draft, call):
    closes_at = START + timedelta(minutes=10)
    with transaction(engine) as session:
        session.get_one(Call, call.id).closes_at = closes_at
    member = site.as_(cast.member)
    page = member.open("applications.section", id=draft.id, key="team")
    page.submit("保存", **{"q_members-0-name": "截止前"})
    open_page = member.open("applications.section", id=draft.id, key="team")
    clock.move_to(closes_at)
    page = open_page.submit("保存", **{"q_members-0-name": "断网时写的"})
    assert "存为草稿" in page
    assert "不能再提交" in page
    assert "断网时写的" in page
    assert not page.tree.xpath('//input[@name="q_members-0-name"]')
    status, told = autosave(member, open_page, version="2", **{"q_members-0-name": "截止后"})
    assert (status, "存为草稿" in told["late"]) == (200, True)
    with transaction(engine) as session:
        kept = [one.answers["members"][0]["name"] for one in session.query(SectionDraft).filter_by(section="team").order_by("version")]
        assert kept == ["截止前", "断网时写的", "截止后"]
    assert "截止" in site.as_(cast.lead).open("applications.show", id=draft.id)


def test_a_file_that_lies_is_refused_and_the_other_boxes_stay(site, cast, draft):
    page = site.as_(cast.member).open("applications.section", id=draft.id, key="files")
    page = page.submit("上传", paper_certificate=(io.BytesIO(b"MZ not a pdf"), "证书.pdf"))
    assert page.status == 422
    assert "内容不是 PDF" in page
    page = site.as_(cast.member).open("applications.section", id=draft.id, key="files").submit("上传", paper_match=paper())
    assert "缺附件：上年度财务会计报告" in page
    assert "还没有上传附件" in page.submit("移除：证书.pdf")


def test_submitting_the_same_page_twice_is_once(site, cast, engine, complete):
    page = site.as_(cast.lead).open("applications.show", id=complete.id)
    assert "回执" in page.submit("确认提交")
    assert "已经提交过" in page.submit("确认提交")
    with transaction(engine) as session:
        assert session.query(Snapshot).count() == 1


def test_the_formal_check_through_its_page(site, cast, sent):
    operator = site.as_(cast.operator)
    page = operator.open("applications.index").click("银龄陪伴")
    assert "请先填写资格初审表" in page
    form = page.click("填写资格初审表")
    refused = form.submit("保存初审表", outcome__4="fail")
    assert refused.status == 422
    assert "请写明理由" in refused
    page = form.click("银龄陪伴").click("填写资格初审表").submit("保存初审表")
    page = page.take("退回补正", note="")
    assert page.status in {409, 422}
    page = operator.open("applications.show", id=sent.id).take("退回补正", note="请补充风险防控")
    assert "退回补正" in page
    org = site.as_(cast.lead).open("applications.show", id=sent.id)
    assert "请补充风险防控" in org
    org = org.click("实施方案").submit("保存", q_risks="购买意外险").click("银龄陪伴").submit("确认提交")
    assert "回执" in org
    page = operator.open("applications.check", id=sent.id).submit("保存初审表").submit("资格初审通过")
    assert "资格初审通过" in page
    assert "购买意外险" in page


@pytest.mark.parametrize(
    ("who", "in_draft", "after"),
    [
        ("member", 200, 200), ("lead", 200, 200), ("social_worker", 200, 200), ("rival", 404, 404), ("officer", 404, 200),
        ("leader", 404, 200), ("operator", 404, 200), ("street", 404, 200), ("worker", 404, 200), ("far_worker", 404, 404),
        ("far_officer", 404, 404), ("expert1", 404, 404), ("granny", 404, 404), ("auditor", 404, 200), ("admin", 404, 404),
        ("evaluator", 404, 404), ("accountant", 404, 403),
    ],
)  # fmt: skip
def test_who_opens_an_application(site, cast, engine, complete, who, in_draft, after):
    visitor = site.as_(getattr(cast, who))
    assert visitor.client.get(f"/applications/{complete.id}").status_code == in_draft
    with transaction(engine) as session:
        actions.submit(session, session.get_one(Application, complete.id), by=cast.lead.viewer(session, START), at=START)
    assert visitor.client.get(f"/applications/{complete.id}").status_code == after
    listed = visitor.json("/applications") or {}
    rows = (listed.get("page") or {}).get("rows", [])
    assert bool(rows) is (after == 200)
    file = visitor.client.get(f"/applications/{complete.id}/files/1").status_code
    assert file == after


def test_nobody_signed_in_is_led_away(site, complete):
    assert site.as_(None).client.get(f"/applications/{complete.id}").status_code in {302, 404}
    assert "银龄陪伴" not in site.as_(None).open("applications.show", id=complete.id)


@pytest.mark.parametrize(
    ("who", "status", "sees"),
    [("worker", 200, True), ("worker_two", 200, True), ("lead", 200, True), ("street", 200, False), ("officer", 200, False),
     ("far_worker", 404, False), ("rival", 404, False), ("granny", 404, False), ("operator", 404, False)],
)  # fmt: skip
def test_a_draft_shows_its_contents_only_to_the_community_asked(site, cast, engine, complete, who, status, sees):
    with transaction(engine) as session:
        landing = session.query(Landing).one()
    visitor = site.as_(getattr(cast, who))
    page = visitor.open("applications.landing_show", id=landing.id)
    assert page.status == status
    assert ("陪老人就医" in page) is sees
    assert ("陪老人就医" in str(visitor.json(f"/landings/{landing.id}"))) is sees


@pytest.mark.parametrize("key", ["basics", "summary", "budget", "files", "nothing"])
def test_sections_are_the_applicants_own(site, cast, sent, key):
    for who in ("rival", "worker", "officer"):
        answer = site.as_(getattr(cast, who)).client.get(f"/applications/{sent.id}/sections/{key}")
        assert answer.status_code in {403, 404}
    answer = site.as_(cast.member).client.get(f"/applications/{sent.id}/sections/{key}")
    assert answer.status_code == (409 if key == "nothing" else 200)


def test_a_submitted_section_is_read_and_cannot_be_written(site, cast, engine, complete):
    page = site.as_(cast.member).open("applications.section", id=complete.id, key="team")
    with transaction(engine) as session:
        actions.submit(session, session.get_one(Application, complete.id), by=cast.lead.viewer(session, START), at=START)
    refused = page.submit("保存", **{"q_members-0-name": "换人"})
    assert refused.status == 409
    assert "内容已经定格" in refused
    assert refused.tree.xpath('//input[@name="q_members-0-name"]/@value') == ["换人"]
    read = site.as_(cast.member).open("applications.section", id=complete.id, key="team")
    assert "内容已经定格" in read
    assert "138****5678" in read


def test_a_new_version_through_its_page(site, cast, engine, draft, call):
    page = site.as_(cast.officer).open("calls.show", id=call.id).click("发布新版")
    assert page.submit("发布新版", reason="").status == 422
    page = page.submit("发布新版", reason="应各单位要求延期", closes_on="2026-04-30", intro="延期公告")
    assert "第 2 版已发布" in page
    early = (
        site.as_(cast.officer)
        .open("applications.amend", id=call.id)
        .submit("发布新版", reason="想早些结束", closes_on="2026-04-20", intro="延期公告")
    )
    assert early.status == 422
    assert "截止时间只能延后" in early
    assert "想早些结束" in early
    assert "应各单位要求延期" in page
    with transaction(engine) as session:
        assert session.get_one(Application, draft.id).version == 2
    assert site.as_(cast.street).client.get(f"/calls/{call.id}/amend").status_code == 200
    refused = (
        site.as_(cast.street)
        .open("applications.amend", id=call.id)
        .submit("发布新版", reason="街道想改", closes_on="2026-05-30", intro="街道公告")
    )
    assert refused.status == 409


def test_pages_cost_the_same_however_much_is_in_them(site, cast, engine, call, count_queries, sent):
    member, operator = site.as_(cast.member), site.as_(cast.operator)
    with transaction(engine) as session:
        one = actions.create(
            session, session.get_one(Call, call.id), title="草稿", category="elderly", by=cast.member.viewer(session, START), at=START
        )
    for many in (3, 60):
        with transaction(engine) as session:
            on = session.get_one(Call, call.id)
            for n in range(many):
                made = actions.create(session, on, title=f"{many}-{n}", category="elderly", by=cast.member.viewer(session, START), at=START)
                actions.save(
                    session, one, "plan", {"plan": f"{many}{n}"},
                    version=getattr(actions.queries.newest_draft(session, one.id, "plan"), "version", 0), by=cast.member.viewer(session, START), at=START,
                )  # fmt: skip
                assert made.number
        with count_queries(most=12):
            member.open("applications.show", id=one.id)
        with count_queries(most=8):
            member.open("applications.index")
        with count_queries(most=12):
            operator.open("applications.show", id=sent.id)
        with count_queries(most=12):
            operator.open("applications.check", id=sent.id)
        for key in ("basics", "budget", "plan", "files"):
            with count_queries(most=12):
                member.open("applications.section", id=one.id, key=key)
        with count_queries(most=12):
            site.as_(cast.worker).open("applications.landing_show", id=1)


def test_a_community_asked_shortly_before_the_end_is_told_of_the_end(site, cast, engine, clock):
    """Its own days run longer than the call: after the end its consent helps nobody."""
    with transaction(engine) as session:
        on = forms.call(session, cast, START)
        late = on.closes_at - timedelta(days=2)
        application = forms.filled(session, cast, START, on, landed=False)
        actions.ask_landing(session, application, by=cast.member.viewer(session, START), at=late)
        landing, key = session.query(Landing).one().id, application.id
        assert "截止，请在此以前答复" in session.query(Message).filter_by(person_id=cast.worker.id).one().body
    clock.move_to(late)
    page = site.as_(cast.worker).open("applications.landing_show", id=landing)
    assert "早于答复期限。请在截止前答复" in page
    assert "待确认，截止前请与社区联系" in site.as_(cast.lead).open("applications.show", id=key)


def test_paragraphs_and_rows_keep_their_lines(site, cast, engine):
    """A plan of several paragraphs is not run together for those who judge it."""
    with transaction(engine) as session:
        application = forms.filled(session, cast, START, forms.call(session, cast, START))
        by = cast.member.viewer(session, START)
        typed = {**forms.SECTIONS["plan"], "plan": "第一阶段招募。\n第二阶段上门。"}
        actions.save(session, application, "plan", typed, version=1, by=by, at=START)
        actions.submit(session, application, by=cast.lead.viewer(session, START), at=START)
    page = site.as_(cast.lead).open("applications.show", id=application.id)
    assert '<dd class="pre">第一阶段招募。\n第二阶段上门。</dd>' in page.answer.get_data(as_text=True)
