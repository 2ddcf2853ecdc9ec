"""劳务费发放表 and 补贴签领表: rows judged, tax withheld, hours paid once anywhere, and the pages from draft to claim and back."""

import io
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests.conftest import START
from tests.funding.test_actions import damages
from tests.funding.walk import claim, paid, planned, voucher
from tests.projects import stage
from webapp.calls.models import Call, Fund
from webapp.calls.rules.parts import Rule
from webapp.core import secrets
from webapp.core.clock import CHINA
from webapp.core.journal import Entry
from webapp.core.sheets import read as read_sheet
from webapp.core.workflow import Refused
from webapp.funding import actions, pay_sheet_file
from webapp.funding.models import Document, PayRow, PaySheet
from webapp.funding.rules.sheets import Around, PayLine, judge, taxed
from webapp.funding.rules.vouchers import identity_key
from webapp.projects.models import BudgetLine, Project

WANG, LI = "320502193001014323", "110101199003072930"
DAY = date(2026, 3, 2)


def at(hour, minute=0, *, day=2, month=3):
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


def line(name="王示例", number=WANG, role="讲课", starts=None, ends=None, unit="hour", tenths=20, rate=10_000):
    return PayLine(
        name,
        number if number.isalpha() else identity_key(number),
        number[-4:],
        role,
        starts or at(7),
        ends or at(9),
        unit,
        tenths,
        Money(rate),
    )


def rule(kind, **params):
    return Rule(kind, params, "", "")


def plain(name="王示例", number="wang", **more):
    return line(name, number, **more)


STANDARD = Around(rules=(rule("unit_standard", line="x", most_fen=25_000),), line="x")
TIERS = [{"key": "a", "title": "高级", "most_fen": 50_000}, {"key": "b", "title": "其他", "most_fen": 30_000}]
TIERED = Around(rules=(rule("unit_tiers", line="x", tiers=TIERS, later_from=3, later_fen=20_000),), line="x")
SECOND = {"starts": at(9), "ends": at(10), "tenths": 10}


@pytest.mark.parametrize(
    ("rows", "around", "places"),
    [
        ([plain()], Around(), []), ([plain(ends=at(7))], Around(), ["ends"]), ([plain(tenths=21)], Around(), ["quantity"]),
        ([plain(unit="time", tenths=0)], Around(), ["quantity"]), ([plain(rate=0)], Around(), ["rate"]), ([plain(ends=at(8, day=3), unit="day")], Around(), ["ends"]),
        ([plain(), plain(**SECOND)], Around(), []), ([plain(), plain(starts=at(8, 59), ends=at(10), tenths=10)], Around(), ["starts"]),
        ([plain(), plain("李示例", "li")], Around(), []), ([plain()], Around(taken={"wang": [(at(8), at(11), "别处")]}), ["starts"]),
        ([plain()], Around(taken={"wang": [(at(9), at(11), "别处")]}), []), ([plain(), plain(**SECOND)], STANDARD, ["rate"]),
        ([plain()], STANDARD, []), ([plain()], Around(**{n: getattr(STANDARD, n) for n in ("rules", "line")}, paid={("wang", DAY): Money(6_000)}), ["rate"]),
        ([plain(rate=25_000, role="高级讲师")], TIERED, []), ([plain(rate=15_001)], TIERED, ["rate"]),
        ([plain()], Around(rules=TIERED.rules, line="x", days={"wang": frozenset({date(2026, 2, 27), date(2026, 2, 28)})}), []),
        ([plain(rate=10_001)], Around(rules=TIERED.rules, line="x", days={"wang": frozenset({date(2026, 2, 27), date(2026, 2, 28)})}), ["rate"]),
        ([plain()], Around(excluded={"wang": "市内交通"}), ["name"]), ([plain()], Around(first=date(2026, 3, 3)), ["on"]),
        ([plain()], Around(last=date(2026, 3, 1)), ["on"]),
    ],
)  # fmt: skip
def test_the_rows_of_a_sheet(rows, around, places):
    assert [place for _, place, _ in judge(rows, around)] == places


@pytest.mark.parametrize(
    ("kind", "amounts", "month", "taxes"),
    [
        ("labour", [80_000], (0, 0), [0]), ("labour", [100_000], (0, 0), [4_000]), ("labour", [400_000], (0, 0), [64_000]), ("labour", [500_000], (0, 0), [80_000]),
        ("labour", [3_000_000], (0, 0), [520_000]), ("labour", [10_000_000], (0, 0), [2_500_000]), ("labour", [80_000, 20_000], (0, 0), [0, 4_000]),
        ("labour", [20_000], (80_000, 0), [4_000]), ("labour", [80_010], (0, 0), [2]), ("allowance", [100_000], (0, 0), [0]),
    ],
)  # fmt: skip
def test_what_is_withheld(kind, amounts, month, taxes):
    """国家税务总局公告 2018 年第 61 号, worked by hand: (1000 − 800) × 20 %, 5000 × 80 % × 20 %, 30000 × 80 % × 30 % − 2000, 100000 × 80 % × 40 % − 7000."""
    rows = [plain(unit="time", tenths=10, rate=one) for one in amounts]
    known = {"wang": (Money(month[0]), Money(month[1]))}
    assert [one.tax.fen for one in taxed(kind, rows, known)] == taxes


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("name", "", "没有写姓名"), ("identity", "1234", "不是有效的"), ("identity", "*4323", "重新填写"), ("on", "三月", "看不懂"), ("starts", "25:00", "看不懂"),
        ("unit", "周", "小时"), ("rate", "x", ""), ("quantity", "1.25", "一位小数"), ("role", "", "事项"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named(key, column, value, says):
    row, wrong = pay_sheet_file.typed(pay_sheet_file.cells_of(line()) | {"identity": WANG, column: value}, {})
    assert (row, list(wrong)) == (None, [column])
    assert says in wrong[column]


def test_a_row_goes_out_and_comes_back_without_its_number(key):
    kept = [line()]
    content = pay_sheet_file.write("labour", kept, at=START)
    assert WANG.encode() not in content
    rows, places, faults = pay_sheet_file.read(io.BytesIO(content), "表.xlsx", pay_sheet_file.known_of(kept))
    assert ([rows[0].identity_key, rows[0].amount], faults) == ([kept[0].identity_key, Money(20_000)], [])
    assert "Sheet 劳务费" in places[0]["role"]


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """The key of an installation, for hashes without an application."""
    secrets.load(tmp_path_factory.mktemp("key"))


def sheet_of(session, cast, project, rows, **more):
    lines = session.scalars(sa.select(BudgetLine).where(BudgetLine.project_id == project.id).order_by(BudgetLine.position)).all()
    found = {"kind": "labour", "title": "三月讲课费", "budget_line_id": lines[0].id, "activity_id": None, "paid_on": DAY, "rows": rows}
    return actions.create_sheet(session, project, **(found | more), by=cast.member.viewer(session, START), at=START)


def hand_in(session, cast, sheet):
    actions.claim_sheet(session, sheet, papers=[stage.picture("签字.jpg")], by=cast.member.viewer(session, START), at=START)


@pytest.fixture
def two(session, cast):
    found = []
    for _ in range(2):
        project, [first, *_] = planned(session, cast, money=session.scalars(sa.select(Fund)).first())
        paid(session, cast, first)
        found.append(project)
    return found


def test_hours_are_paid_once_over_all_projects_and_free_again_when_the_claim_falls(session, cast, two):
    first = sheet_of(session, cast, two[0], [line(), line("李示例", LI)])
    second = sheet_of(session, cast, two[1], [line(starts=at(8), ends=at(9), tenths=10)])
    hand_in(session, cast, first)
    assert (first.gross_fen, first.state, session.scalars(sa.select(Document.claimed_fen)).all()) == (
        Money(40_000),
        "claimed",
        [Money(40_000)],
    )
    with pytest.raises(Refused, match=r"第 1 行：王示例 在这个时段已从“三月讲课费”领过"):
        hand_in(session, cast, second)
    with pytest.raises(Refused, match="领过"):
        sheet_of(session, cast, two[1], [line()])
    assert damages(session) == []
    with pytest.raises(Refused, match="审核未退回前"):
        actions.reopen_sheet(session, first, by=cast.member.viewer(session, START), at=START)
    spending = session.get(actions.claims.Spending, first.spending_id)
    actions.reject(session, spending, note="签字不全", by=cast.officer.viewer(session, START), at=START)
    actions.reopen_sheet(session, first, by=cast.member.viewer(session, START), at=START)
    session.refresh(second)
    hand_in(session, cast, second)
    with pytest.raises(Refused, match="领过"):
        hand_in(session, cast, first)
    assert damages(session) == []


def test_a_month_is_taxed_together_and_a_sheet_signed_before_is_made_anew(session, cast, two):
    one = sheet_of(session, cast, two[0], [line(unit="time", tenths=10, rate=80_000)])
    other = sheet_of(session, cast, two[1], [line(starts=at(6), ends=at(7), unit="time", tenths=10, rate=20_000)])
    assert (one.tax_fen, other.tax_fen) == (Money(0), Money(0))
    hand_in(session, cast, one)
    with pytest.raises(Refused, match=r"代扣个税应为 40\.00 元"):
        hand_in(session, cast, other)
    head = {name: getattr(other, name) for name in ("title", "budget_line_id", "activity_id", "paid_on")}
    rows = [line(starts=at(6), ends=at(7), unit="time", tenths=10, rate=20_000)]
    actions.write_sheet(session, other, **head, rows=rows, by=cast.member.viewer(session, START), at=START)
    hand_in(session, cast, other)
    assert (other.tax_fen, other.net_fen) == (Money(4_000), Money(16_000))


def test_who_claims_a_ticket_gets_no_allowance_where_the_call_excludes_it(session, cast, two):
    here = two[0]
    lines = session.scalars(sa.select(BudgetLine).where(BudgetLine.project_id == here.id).order_by(BudgetLine.position)).all()
    call = session.get_one(Call, here.call_id)
    excludes = {"kind": "excludes", "params": {"a": lines[0].line, "b": lines[1].line}, "text": "", "source": ""}
    call.rules = {**call.rules, "budget": {**call.rules["budget"], "rules": [excludes]}}
    session.flush()
    claim(session, cast, here, paper=voucher("ticket", number="E01234567", person="王 示例"), budget_line_id=lines[1].id)
    with pytest.raises(Refused, match="两项不能同时列支"):
        sheet_of(session, cast, here, [line(role="志愿服务")], kind="allowance")


def test_the_same_sheet_twice_is_one_document_and_names_are_sealed(session, cast, two):
    first = sheet_of(session, cast, two[0], [line()])
    raw = str(session.execute(sa.text("SELECT * FROM pay_rows")).all())
    assert "王示例" not in raw
    assert WANG not in raw
    assert first.digest == sheet_of(session, cast, two[0], [line()]).digest
    actions.drop_sheet(session, first, by=cast.member.viewer(session, START), at=START)
    assert session.scalar(sa.select(sa.func.count()).where(PayRow.sheet_id == first.id)) == 0


@pytest.mark.parametrize("people", [2, 40])
def test_a_sheet_costs_the_same_however_long(site, saved, app, cast, count_queries, people):
    def written(session):
        project, [first, *_] = planned(session, cast)
        paid(session, cast, first)
        rows = [line(f"示例{n}", f"P{n:03d}", rate=1_000) for n in range(people)]
        return sheet_of(session, cast, project, rows).id

    sheet = saved(written)
    for who, endpoint in (
        ("member", "funding.pay_sheet_show"),
        ("member", "funding.pay_sheet_edit"),
        ("officer", "funding.pay_sheet_show"),
    ):
        with count_queries(most=12):
            assert site.as_(getattr(cast, who)).open(endpoint, id=sheet).status == 200


def test_a_sheet_from_draft_to_claim_through_pages(site, saved, app, cast):
    def ready(session):
        project, [first, *_] = planned(session, cast)
        paid(session, cast, first)
        return project.id

    project = saved(ready)
    page = site.as_(cast.member).open("projects.show", id=project).click("登记支出凭证").click("劳务费发放表").click("新建劳务费发放表")
    key = page.tree.xpath('//select[@name="budget_line_id"]/option[2]/@value')[0]
    row = {
        "name": "王示例",
        "identity": WANG,
        "role": "讲课",
        "on": "2026-03-02",
        "starts": "07:00",
        "ends": "09:00",
        "rate": "500",
        "quantity": "2",
    }
    cells = {f"rows-0-{name}": text for name, text in row.items()}
    page = page.submit("保存", title="三月讲课费", budget_line_id=key, paid_on="2026-03-02", **(cells | {"rows-0-ends": "06:00"}))
    assert page.status == 422
    assert "结束时间要晚于开始时间" in page
    page = page.submit("保存", **cells)
    assert "960.00" in page
    assert "4323" in page
    bad = io.BytesIO(
        "姓名,公民身份号码,事项,日期,开始,结束,标准（元）,单位,数量\n王示例,*4323,讲课,2026-03-02,07:00,09:00,500,小时,3\n".encode()
    )
    told = page.click("用 Excel 填").submit("读入", file=(bad, "表.csv"))
    assert "第 2 行“数量”列：3 小时多于起止时间之间的时长" in told
    paper = page.submit("下载打印、签字用的表")
    assert next(read_sheet(io.BytesIO(paper.body), "表.xlsx", ("姓名", "实发（元）")))["实发（元）"] == "960"
    page = page.click("上传签字表并报销").submit("上传签字表并报销", papers=stage.upload("签字.jpg"))
    assert "已报销" in page
    sheet = saved(lambda s: s.scalars(sa.select(PaySheet.id)).one())
    seen = site.as_(cast.officer).open("funding.pay_sheet_show", id=sheet)
    assert "王示例" not in seen
    assert "4323" not in seen
    assert "王示例" in seen.submit("查看姓名")
    assert saved(lambda s: s.scalar(sa.select(sa.func.count()).where(Entry.subject == f"pay_sheet:{sheet}", Entry.step == "names"))) == 1
    detail = site.as_(cast.officer).open("funding.pay_sheet_show", id=sheet).click("看它的支出凭证和签字表")
    assert "1,000.00" in detail
    assert saved(lambda s: s.get(Project, project).title)
