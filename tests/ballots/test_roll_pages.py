"""A meeting of representatives walked through pages, the code of a slip at the door, and what only who runs a ballot may see."""

import io
import json
import re
import subprocess
from datetime import timedelta

import pikepdf
import pytest
import sqlalchemy as sa

from tests import make
from tests.ballots.papers import a_ballot, prepare
from tests.ballots.test_roll import sheet
from tests.conftest import START
from webapp.ballots import actions, slips
from webapp.ballots.models import Ballot, Listed, Preparation
from webapp.core import files, jobs, journal

LINES = "严阿婆 1幢101\n华居民 1幢102\n金居民 1幢103\n魏居民 1幢104\n姜代表 1幢105\n秦代表 2幢201"


@pytest.fixture
def engine_of(app):
    with app.app_context():
        return app.extensions["sqlalchemy"].engine


def code_of(run, key, name):
    def found(session, by):
        ballot = session.get_one(Ballot, key)
        line = next(one for one in session.scalars(sa.select(Listed).where(Listed.ballot_id == key)) if one.name == name)
        return slips.code_of(ballot.slip_key, line.id, line.issue)

    return run(found)


def a_meeting(run):
    def made(session, by):
        ballot = a_ballot(session, by, nature="representatives", who="representatives", most=3)
        prepare(session, ballot, by, LINES)
        actions.open_ballot(session, ballot, by=by, at=START)
        return ballot.id

    return run(made)


@pytest.mark.parametrize("came", [3, 4])
def test_a_meeting_whose_quorum_fails_and_one_that_holds(site, cast, run, clock, came):
    """make ballot → roll → study → open → votes and 签到 → close → count; six on the roll, four must come."""

    def needs(session, by):
        for title in ("楼道照明", "加装扶手"):
            make.public_need(session, cast, START, title=title)

    run(needs)
    worker = site.as_(cast.worker)
    page = worker.open("needs.ballot_new")
    chosen = page.tree.xpath('//input[@name="needs"]/@value')
    form = {
        "title": "三月居民代表会议",
        "needs": chosen,
        "most": "2",
        "nature": "representatives",
        "closes_on": str((START + timedelta(days=5)).date()),
    }
    wrong = page.submit("建立评议", **form)
    assert wrong.status == 422
    assert "请把参加人选为“居民代表”" in wrong
    page = wrong.submit("建立评议", who="representatives")
    assert "开始评议前还有 2 项要完成" in page
    assert "请先填写参加人名册" in page
    roll = page.click("请先填写参加人名册")
    assert "名册上还没有人" in roll
    roll = roll.submit("保存名册", source="第七届居民代表当选名单", on=str(START.date()), lines=LINES)
    assert "名册已保存，现有 6 行" in roll
    study = worker.get(page.path).click("请先登记党组织研究记录")
    page = study.submit("保存", studied_on=str(START.date()), meeting="社区党委会议", opinion="同意提交居民代表会议表决", agrees="yes")
    assert "党组织研究记录已登记" in page
    assert "三分之二以上（4 人）到会才能作出决定" in page
    page = page.take("开始评议")
    key = int(page.path.rpartition("/")[2])
    for name in ("严阿婆", "华居民"):
        door = site.as_(None).open("ballots.code")
        paper = door.submit("下一步", code=code_of(run, key, name))
        first = paper.tree.xpath('//label[contains(., "楼道照明")]/@for')[0].removeprefix("choice-")
        assert paper.submit("提交", choices=[first]).heading == "参加回执"
    sign_in = page.click("签到")
    assert "还差 2" in sign_in
    here = [box.get("value") for box in sign_in.tree.xpath('//input[@name="here"]')]
    voted = {box.get("value") for box in sign_in.tree.xpath('//input[@name="here"][../label[contains(., "已参加")]]')}
    assert len(voted) == 2
    others = [one for one in here if one not in voted][: came - 2]
    sign_in = sign_in.submit("保存这一页的签到", here=others)
    assert ("还差 1" in sign_in) is (came == 3)
    assert ("已达到法定人数" in sign_in) is (came == 4)
    clock.forward(days=6)
    worker = site.as_(cast.worker)
    worker.open("ballots.show", id=key).click("截止").submit("确认截止")
    page = worker.open("ballots.show", id=key).submit("计票")
    assert f"应到 6 人，到会 {came} 人，其中 2 人投票；法定至少 4 人到会" in page
    assert ("没有作出任何决定" in page) is (came == 3)
    assert ("表决有效" in page) is (came == 4)
    assert page.text.count("未通过") == 2, "两票不到四人的过半数"
    steps = run(lambda session, by: {line.step for line in journal.lines(session, [f"ballot:{key}"])})
    assert {"roll", "study", "open", "attend", "close", "count"} <= steps


def test_a_roll_from_a_table_with_bad_cells_is_told_and_nothing_typed_is_lost(site, cast, run):
    key = run(lambda session, by: a_ballot(session, by, unit="household").id)
    page = site.as_(cast.worker).open("ballots.roll_page", id=key)
    bad = page.submit("保存名册", source="户籍", on=str(START.date()), file=(io.BytesIO(sheet(("严阿婆", "", "1390"))), "名册.xlsx"))
    assert bad.status == 422
    assert re.search(r"Sheet 名册 B\d+：一户一票，请写是哪一户", bad.text)
    assert re.search(r"Sheet 名册 C\d+：“1390”不是手机号", bad.text)
    assert bad.tree.xpath('string(//input[@name="source"]/@value)') == "户籍"
    good = bad.submit("保存名册", file=(io.BytesIO(sheet(("严阿婆", "1幢101", ""))), "名册.xlsx"))
    assert "名册已保存，现有 1 行" in good
    assert "名册上还没有人" in good.submit("确认删去：严阿婆")


def test_the_code_of_a_slip_opens_its_paper_and_only_in_this_browser(site, cast, run):
    key = a_meeting(run)
    stranger = site.as_(None)
    page = stranger.open("ballots.show", id=key)
    assert "这次评议按名册参加" in page
    assert "提交" not in page.buttons()
    wrong = page.click("输入参加码").submit("下一步", code="1234")
    assert (wrong.status, "没有这个参加码" in wrong) == (422, True)
    code = code_of(run, key, "魏居民")
    page = stranger.open("ballots.code", code=code)
    assert page.tree.xpath('string(//input[@name="code"]/@value)') == code
    paper = page.submit("下一步")
    assert "您代表名册上的“魏**”参加" in paper
    choice = paper.tree.xpath('//input[@name="choices"]/@value')
    receipt = paper.submit("提交", choices=choice[:1])
    number = receipt.tree.xpath('string(//*[contains(@class,"code")])')
    assert len(number) == 14
    again = receipt.click("回到评议，或更改选择").submit("更改选择", choices=choice[1:])
    assert again.heading == "参加回执"
    assert number not in again.text
    assert "提交" not in site.as_(None).open("ballots.show", id=key).buttons()
    assert run(lambda session, by: session.get_one(Ballot, key).turnout) == 1


def test_names_are_for_who_runs_the_ballot(site, cast, run):
    key = a_meeting(run)
    for who in (None, cast.granny, cast.supervisor, cast.far_worker):
        page = site.as_(who).open("ballots.show", id=key)
        assert "姜代表" not in page
        assert "6 人，居民代表当选名单" in page
        assert site.as_(who).open("ballots.roll_page", id=key).status in {200, 403}
        assert "姜代表" not in site.as_(who).open("ballots.roll_page", id=key)
        assert "姜代表" not in json.dumps(site.as_(who).json(f"/ballots/{key}"), ensure_ascii=False)
    assert "姜代表" in site.as_(cast.worker).open("ballots.roll_page", id=key)


def test_pages_ask_little_of_the_database(site, cast, run, count_queries):
    key = a_meeting(run)
    worker = site.as_(cast.worker)
    for page in ("show", "roll_page", "attendance", "slips_page", "study"):
        with count_queries(most=12):
            assert worker.open(f"ballots.{page}", id=key).status == 200
    code = code_of(run, key, "魏居民")
    with count_queries(most=12):
        assert site.as_(None).open("ballots.code", code=code).status == 200


def test_slips_are_printed_replaced_and_gone_with_the_close(site, cast, run, engine_of, clock):
    key = a_meeting(run)
    worker = site.as_(cast.worker)
    page = worker.open("ballots.slips_page", id=key).submit("印制全部纸条")
    assert "正在后台制作" in page
    assert jobs.run_next(engine_of, at=START)
    page = worker.open("ballots.slips_page", id=key)
    link = page.links("参加码-")[0]
    content = worker.client.get(link).data
    with pikepdf.open(io.BytesIO(content)) as file:
        assert len(file.pages) >= 1
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    printed = {one.replace(" ", "") for one in re.findall(r"\d{4} \d{4} \d{4}", text)}
    assert printed == {code_of(run, key, line.split()[0]) for line in LINES.splitlines()}
    assert site.as_(cast.granny).client.get(link).status_code == 404
    assert site.as_(None).client.get(link).status_code in {302, 404}
    old = code_of(run, key, "魏居民")
    page = worker.open("ballots.roll_page", id=key).submit("确认补发：魏居民")
    assert "原来的参加码已停用" in page
    used = site.as_(None).open("ballots.code").submit("下一步", code=old)
    assert "已经停用" in used
    assert jobs.run_next(engine_of, at=START)
    assert worker.open("ballots.slips_page", id=key).links("补发的参加码-")
    worker.open("ballots.slips_page", id=key).click("编制评议海报").submit("编制评议海报", choice="a3")
    assert jobs.run_next(engine_of, at=START)
    poster = worker.open("ballots.show", id=key).click("下载评议海报").body
    with pikepdf.open(io.BytesIO(poster)) as file:
        assert len(file.pages) == 1
    clock.forward(days=8)
    run(lambda session, by: actions.close_due(session, clock.now()))
    while jobs.run_next(engine_of, at=clock.now()):
        pass

    def kept(session, by):
        return files.of(session, session.scalars(sa.select(Preparation)).one().ref)

    assert run(kept) == []
    worker = site.as_(cast.worker)
    assert worker.client.get(link).status_code == 404
    assert "截止时参加码全部作废" in worker.open("ballots.slips_page", id=key)
    late = site.as_(None).open("ballots.code").submit("下一步", code=old)
    assert "已经停用" in late


def test_no_log_line_has_a_code(site, cast, run, app, capfd):
    key = a_meeting(run)
    code = code_of(run, key, "魏居民")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    browser = site.as_(None)
    browser.open("ballots.code", code=code).submit("下一步")

    def broken(**args):
        words = f"参加码 {code}"
        raise ValueError(words)

    app.view_functions["ballots.code"] = broken
    assert browser.client.get(f"/ballots/code?code={code}").status_code == 500
    told = capfd.readouterr()
    assert "broken" in told.err
    assert code not in told.err + told.out


def test_guessing_codes_ends(site, run):
    a_meeting(run)
    door = site.as_(None)
    for n in range(30):
        assert "没有这个参加码" in door.open("ballots.code").submit("下一步", code=f"{n:012}")
    assert "输错的次数太多" in door.open("ballots.code").submit("下一步", code="000000000000")


def test_two_on_one_phone_say_who_they_are(site, cast, run):
    def made(session, by):
        from webapp.accounts.models import Person

        ballot = a_ballot(session, by, most=3)
        number = session.get_one(Person, cast.granny.id).phone
        prepare(session, ballot, by, f"老严 1幢101 {number}\n小严 1幢101 {number}")
        actions.open_ballot(session, ballot, by=by, at=START)
        return ballot.id

    key = run(made)
    granny = site.as_(cast.granny)
    page = granny.open("ballots.show", id=key)
    assert "您是哪一位" in page
    first, second = page.tree.xpath('//input[@name="seat"]/@value')
    paper = page.submit("下一步", seat=first)
    assert "您代表名册上的“老*”参加" in paper
    choice = paper.tree.xpath('//input[@name="choices"]/@value')[:1]
    assert paper.submit("提交", choices=choice).heading == "参加回执"
    other = site.as_(cast.granny).open("ballots.show", id=key).submit("下一步", seat=second)
    assert "您代表名册上的“小*”参加" in other
    assert other.submit("提交", choices=choice).heading == "参加回执"
    assert run(lambda session, by: session.get_one(Ballot, key).turnout) == 2
